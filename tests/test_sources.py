"""Numbers of the baseline that follow from the shipped data are worked out again from it."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from flowsim.sampling.distributions import Gamma, Lognormal
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS
from flowsim.timeline import DAY, HOUR, WEEK

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"


@cache
def baseline() -> Scenario:
    return load("portsmouth-2016", Scenario).value


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name: str, key: str) -> np.ndarray:
    return np.array([float(row[key]) for row in table(name)])


def test_the_year_that_is_run_is_the_year_of_the_record() -> None:
    periods = [row["period"] for row in table("rhu_attendances_2016_17.csv")]
    assert (periods[0], len(periods)) == (baseline().run.start.isoformat(), 12)
    assert baseline().run.days == 365


def test_all_attendances_are_the_sum_of_the_types() -> None:
    for row in table("rhu_baseline_monthly.csv"):
        parts = ("type1_attendances", "type2_attendances", "type3_other_attendances")
        assert float(row["all_attendances"]) == sum(float(row[part]) for part in parts)


def test_published_performance_is_that_of_all_types_together() -> None:
    for row in table("rhu_baseline_monthly.csv"):
        share = 1 - float(row["all_breaches_4h"]) / float(row["all_attendances"])
        assert 100 * share == pytest.approx(float(row["published_within_4h_pct"]), abs=0.05 + 1e-9)


def test_301_type_1_attendances_a_day_in_the_year_as_the_share_of_readmissions_assumes() -> None:
    per_day = column("rhu_attendances_2016_17.csv", "type1_attendances").sum() / 365
    assert per_day == pytest.approx(301, abs=0.5)
    assert baseline().demand.returning_share * per_day == pytest.approx(14, abs=0.5)


def test_hardly_anybody_breaches_outside_type_1() -> None:
    name = "rhu_baseline_monthly.csv"
    breaches = column(name, "type2_breaches_4h").sum() + column(name, "type3_other_breaches_4h").sum()
    seen = column(name, "type2_attendances").sum() + column(name, "type3_other_attendances").sum()
    # "33 of 19,468" stands beside `other_units.stay`.
    assert (breaches, seen) == (33, 19_468)


def test_conversion_in_the_department_is_set_for_the_records_32_5_percent() -> None:
    name = "rhu_baseline_monthly.csv"
    share = column(name, "type1_admissions").sum() / column(name, "type1_attendances").sum()
    assert share == pytest.approx(0.325, abs=0.0025)
    by_month = column(name, "type1_admissions") / column(name, "type1_attendances")
    assert by_month == pytest.approx(column(name, "type1_admission_fraction"), abs=5e-5)


def test_chances_of_referral_by_month_are_englands_seasons_of_admission() -> None:
    name = "ae_england_monthly.csv"
    months = [dt.date.fromisoformat(row["period"]) for row in table(name)]
    admissions, attendances = column(name, "type1_admissions"), column(name, "type1_attendances")
    year_of_each = np.array([day.year - (day.month < 4) for day in months])
    relative = np.empty(len(months))
    for year in range(2012, 2016):
        of = year_of_each == year
        assert of.sum() == 12
        relative[of] = (admissions[of] / attendances[of]) / (admissions[of].sum() / attendances[of].sum())
    seasons = np.array([relative[[day.month == month for day in months]].mean() for month in range(1, 13)])
    own = column("rhu_baseline_monthly.csv", "type1_attendances")
    seasons /= np.average(seasons[3:10], weights=own)  # April to October, for which `referred` is set
    stated = list(baseline().emergency_department.referral_by_month.values())
    assert stated == pytest.approx(seasons, abs=6e-4)


def test_core_and_usual_escalation_beds_are_those_open_at_midnight_in_kh03() -> None:
    quarters = table("rhu_kh03_beds_quarterly.csv")[-2:]
    assert [row["quarter"] for row in quarters] == ["2016-17 Q1", "2016-17 Q2"]
    available = np.mean([float(row["available_beds"]) for row in quarters])
    assert available == pytest.approx(990, abs=0.5)
    wards, acute = baseline().wards, baseline().acute_medicine
    beds = wards.beds
    core = acute.amu_beds + acute.short_stay_beds + acute.acute_frailty_beds
    core += (
        beds.specialty_medicine + beds.older_people + beds.surgery + beds.trauma_orthopaedics + beds.children
    )
    # About 26 of the beds open are escalation beds (the trust, December 2015).
    assert core + 26 == pytest.approx(available, abs=5)


def test_escalation_beds_are_about_those_open_and_never_more_than_there_were() -> None:
    escalation = baseline().wards.escalation
    assert escalation.opened * escalation.block == pytest.approx(26, abs=escalation.block)
    assert escalation.blocks * escalation.block <= 49


def test_about_935_beds_are_occupied_at_midnight_in_kh03() -> None:
    quarters = table("rhu_kh03_beds_quarterly.csv")[-2:]
    assert np.mean([float(row["occupied_beds"]) for row in quarters]) == pytest.approx(934.65, abs=0.01)


def test_the_shape_of_the_week_is_that_of_2016_as_far_as_that_is_known() -> None:
    rows = table("ecds_england_arrivals_by_hour_2024_25.csv")
    week = np.array([float(row["attendances"]) for row in rows]).reshape(7, 24)
    # House of Commons Library, briefing 6964 (2017): three fifths arrive 09-18 h, Monday 14 % above Friday.
    assert week[:, 9:18].sum() / week.sum() == pytest.approx(0.60, abs=0.01)
    assert week[0].sum() / week[4].sum() == pytest.approx(1.14, abs=0.02)


def test_the_streams_of_all_attendances_are_those_aimed_at() -> None:
    demand, front_door = baseline().demand, baseline().front_door
    ages = demand.age_bands
    odds = demand.ambulance_odds
    mean = sum(odds[band] * share for band, share in ages.items())
    child_by_ambulance = odds["0-17"] * demand.ambulance_share / mean
    children = ages["0-17"]
    adults = {
        "ambulance": demand.ambulance_share - children * child_by_ambulance,
        "walk_in": 1 - demand.ambulance_share - children * (1 - child_by_ambulance),
    }
    shares = {
        stream: adults["ambulance"] * front_door.ambulance_streams[stream]
        + adults["walk_in"] * front_door.walk_in_streams[stream]
        for stream in front_door.walk_in_streams
    }
    shares["children"] += children * front_door.children_to_children
    shares["minors"] += children * (1 - front_door.children_to_children)
    aim = {"gp": 0.08, "minors": 0.27, "majors": 0.42, "resus": 0.06, "children": 0.17}
    assert sum(shares.values()) == pytest.approx(1)
    for stream, share in aim.items():
        assert shares[stream] == pytest.approx(share, abs=0.03), stream


def test_a_relative_chance_of_an_ambulance_never_becomes_a_chance_above_1() -> None:
    demand = baseline().demand
    mean = sum(demand.ambulance_odds[band] * share for band, share in demand.age_bands.items())
    assert max(demand.ambulance_odds.values()) * demand.ambulance_share / mean <= 1


def test_six_and_a_half_percent_of_attendances_from_65_on_come_from_care_homes() -> None:
    demand = baseline().demand
    old = ("65-74", "75-84", "85+")
    residents = sum(demand.age_bands[band] * demand.care_home[band] for band in old)
    assert residents / sum(demand.age_bands[band] for band in old) == pytest.approx(0.065, abs=0.005)


def test_the_spread_of_the_logarithm_of_each_stay_is_the_one_beside_it() -> None:
    text = (ROOT / "scenarios" / "portsmouth-2016.yaml").read_text(encoding="utf-8")
    assert "the spread of the logarithm is 1.05 / 1.00 / 0.92" in " ".join(text.replace("#", " ").split())
    stays = baseline().wards.time_to_medically_ready
    # Var(ln X) = ln(1 + cv²).
    for group, sigma in (("under_65", 1.05), ("65_plus_not_frail", 1.00), ("frail", 0.92)):
        law = stays[group]
        assert isinstance(law, Lognormal)
        assert law.cv is not None
        assert np.sqrt(np.log(1 + law.cv**2)) == pytest.approx(sigma, abs=0.005), group


@pytest.mark.parametrize(
    ("group", "fitted"), [("under_65", 3.8), ("65_plus_not_frail", 6.2), ("frail", 10.5)]
)
def test_stays_are_those_fitted_to_850_beds_times_1_25_times_what_calibration_found(
    group: str, fitted: float
) -> None:
    law = baseline().wards.time_to_medically_ready[group]
    assert isinstance(law, Lognormal)
    assert law.mean is not None
    assert law.mean / DAY == pytest.approx(1.25 * 1.23 * fitted, abs=0.06)


def test_ids_can_do_the_assessments_of_a_working_day_that_the_comment_says() -> None:
    ids = baseline().integrated_discharge
    hours_a_day = 8
    in_parallel = ids.assessors.over(dt.datetime(2016, 9, 5), WEEK).levels.max()
    assert isinstance(ids.assessment, Gamma)
    assert ids.assessment.mean == 2 * HOUR
    assert in_parallel * hours_a_day / 2 == 48
    # 17-20 complex discharges become ready each day of the week; assessments are made on five of the seven.
    assert 20 * (1 + ids.second_assessment) * 7 / 5 < 48


def test_the_stages_of_integrated_discharge_take_the_days_that_the_comment_says() -> None:
    ids, demand = baseline().integrated_discharge, baseline().demand
    for pathway, days in {"P1": 4, "P2": 2, "P3": 12}.items():
        funding, brokerage = ids.funding[pathway], ids.brokerage[pathway]
        assert isinstance(funding, Gamma)
        assert isinstance(brokerage, Gamma)
        assert (1 - ids.self_funded[pathway]) * funding.mean + brokerage.mean == pytest.approx(
            days * DAY, rel=0.01
        )
    factor = ids.brokerage_factor
    assert factor["Hampshire"] / factor["Portsmouth"] == pytest.approx(1.3, rel=0.001)
    of_patients = sum(share * factor[COUNCILS[locality]] for locality, share in demand.locality.items())
    assert of_patients == pytest.approx(1, rel=0.001)


def test_localities_share_each_services_slots_as_they_share_the_patients() -> None:
    for pathway in ("P1", "P2", "P3"):
        places = getattr(baseline().community, pathway).places
        for locality, share in baseline().demand.locality.items():
            assert places[locality] / sum(places.values()) == pytest.approx(share, abs=0.005), (
                pathway,
                locality,
            )
