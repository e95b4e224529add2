"""Demand: the record is met in expectation, and no lever touches anybody but those it is about."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.pathways.builder import Hospital
from flowsim.pathways.horizon import horizon_of
from flowsim.pathways.hospital import build
from flowsim.pathways.other_units import SENDING_ON
from flowsim.pathways.rates import dated_rate, monthly_rate, read_profile, read_volumes, week_of
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.laws import number_of
from flowsim.sampling.people import People
from flowsim.scenario.calendars import DailyLevels, HourProfile, OpeningHours
from flowsim.scenario.sections.section import AGE_BANDS
from flowsim.timeline import DAY, StepFunction
from tests.pathways.runs import Levers, scenario, streams_of

DATA = Path(__file__).parents[2] / "data"
BY_MONTH = ("emergency_call", "type2", "type3")


def rate_of(hospital: Hospital, name: str) -> StepFunction:
    arrivals = next(c.arrivals for c in hospital.classes if c.name == name)
    assert isinstance(arrivals, PoissonArrivals)
    return arrivals.rate


def share_of_walk_ins(hospital: Hospital, month: int) -> float:
    """Return the share of the recorded walk-ins of a month who come, if they are nobody in particular."""
    months = np.array([month - 1])
    anybody = {name: np.zeros(1, dtype=np.int64) for name in hospital.levels} | {"month_of_arrival": months}
    arrivals = next(c.arrivals for c in hospital.classes if c.name == "walk_in")
    assert isinstance(arrivals, PoissonArrivals)
    return float(number_of(arrivals.factor, People(1, anybody, hospital.levels))[0])


@cache
def year() -> tuple[Hospital, dt.datetime]:
    """Return the baseline as shipped, 240 days of warm-up before its year, and its first midnight."""
    baseline = scenario(565, warm_up=200)
    return build(baseline), horizon_of(baseline).origin


def recorded() -> dict[int, dict[str, float]]:
    """Return the record's volumes by month of the year, 1 to 12."""
    with (DATA / "rhu_attendances_2016_17.csv").open(encoding="utf-8", newline="") as file:
        return {
            int(row.pop("period")[5:7]): {k: float(v) for k, v in row.items()} for row in csv.DictReader(file)
        }


# Rates


@pytest.mark.parametrize("name", BY_MONTH)
def test_each_month_expects_the_records_volume_and_warm_up_that_of_the_same_month_a_year_later(
    name: str,
) -> None:
    hospital, origin = year()
    rate = rate_of(hospital, name)
    # 4.5 % of type 1 attendances are the model's own readmissions; 40 % of the others come by ambulance, out
    # of 58 % of the calls.
    column, share = {
        "emergency_call": ("type1_attendances", 0.955 * 0.4 / 0.58),
        "type2": ("type2_attendances", 1.0),
        "type3": ("type3_other_attendances", 1.0),
    }[name]
    firsts = [dt.datetime(2015 + (8 + k) // 12, (8 + k) % 12 + 1, 1) for k in range(1, 20)]
    assert (firsts[0], firsts[-1]) == (dt.datetime(2015, 10, 1), dt.datetime(2017, 4, 1))
    minutes = np.array([(first - origin).total_seconds() / 60 for first in firsts])
    expected = [recorded()[first.month][column] * share for first in firsts[:-1]]
    assert np.diff(rate.integral(minutes)) == pytest.approx(expected, rel=1e-9)


def by_weekday_and_hour(name: str) -> NDArray[np.float64]:
    """Return the rate in four whole weeks of October 2016, shape (7, 24)."""
    hospital, origin = year()
    monday = (dt.datetime(2016, 10, 3) - origin).total_seconds() / 60
    if name == "direct":
        monday -= 3 * 60  # from the request for a visit to the hospital
    hours = np.diff(rate_of(hospital, name).integral(monday + np.arange(4 * 168 + 1) * 60))
    return np.asarray(hours.reshape(4, 7, 24).mean(axis=0))


def test_walk_ins_and_those_sent_on_by_other_units_are_together_the_records() -> None:
    hospital, origin = year()
    firsts = [dt.datetime(2016, month, 1) for month in range(4, 13)]
    minutes = np.array([(first - origin).total_seconds() / 60 for first in firsts])
    expected = [recorded()[first.month]["type1_attendances"] * 0.955 * 0.6 for first in firsts[:-1]]
    found = {name: np.diff(rate_of(hospital, name).integral(minutes)) for name in ("walk_in", *SENDING_ON)}
    assert found["walk_in"] == pytest.approx(expected)
    found["walk_in"] *= [share_of_walk_ins(hospital, first.month) for first in firsts[:-1]]
    sent_on = 0.075 * (found["type3"] + found["treatment_centre"])
    assert found["walk_in"] + sent_on == pytest.approx(expected)
    assert found["treatment_centre"] == pytest.approx(119 * np.diff(minutes) / DAY)


def test_monday_is_the_busiest_day_at_the_front_door() -> None:
    assert by_weekday_and_hour("walk_in").sum(axis=1).argmax() == 0
    together = by_weekday_and_hour("walk_in") + 0.58 * by_weekday_and_hour("emergency_call")
    assert together.sum(axis=1).argmax() == 0


def test_ambulances_are_spread_more_evenly_over_the_day_and_the_week_than_walk_ins() -> None:
    def spread(name: str, axis: int) -> float:
        total = by_weekday_and_hour(name).sum(axis=axis)
        return float(total.std() / total.mean())

    assert spread("emergency_call", 0) < 0.75 * spread("walk_in", 0)
    assert spread("emergency_call", 1) < 0.75 * spread("walk_in", 1)


@pytest.mark.parametrize(
    ("name", "opens", "closes"), [("type2", 8, 20), ("type3", 8, 22), ("treatment_centre", 7, 22)]
)
def test_other_departments_have_arrivals_in_their_hours_only(name: str, opens: int, closes: int) -> None:
    by_hour = by_weekday_and_hour(name).sum(axis=0)
    is_open = (np.arange(24) >= opens) & (np.arange(24) < closes)
    assert (by_hour[is_open] > 0).all()
    assert not by_hour[~is_open].any()


def test_direct_admissions_and_electives_have_their_mean_over_a_plain_week() -> None:
    baseline = scenario(12)
    assert by_weekday_and_hour("direct").sum() / 7 == pytest.approx(baseline.demand.direct_per_day)
    assert by_weekday_and_hour("elective").sum() / 7 == pytest.approx(baseline.elective.per_day)


def test_direct_admissions_fall_to_55_percent_at_weekends() -> None:
    by_day = by_weekday_and_hour("direct").sum(axis=1)
    assert by_day[5:] / by_day[0] == pytest.approx([0.55, 0.55])


def test_a_bank_holiday_closes_electives_without_moving_their_other_days() -> None:
    hospital, origin = year()
    rate = rate_of(hospital, "elective")

    def day(*date: int) -> float:
        start = (dt.datetime(*date) - origin).total_seconds() / 60
        return float(rate.integral(start + DAY) - rate.integral(start))

    assert day(2016, 8, 29) == pytest.approx(0.1 * day(2016, 8, 22))
    assert day(2016, 9, 5) == pytest.approx(day(2016, 8, 22))


@pytest.mark.parametrize("date", ["2018-01-01", "2018-01-01 to 2018-01-07"])
def test_an_exception_moves_the_rate_of_its_own_days_only(date: str) -> None:
    week = {"Mon-Fri": 1.0, "Sat-Sun": 0.5}
    plain, shut = (
        dated_rate(
            20, DailyLevels.parse(days), HourProfile.parse([1] * 24), dt.datetime(2018, 1, 1), 14 * DAY
        )
        for days in (week, {**week, "exceptions": {date: 0.0}})
    )
    assert plain.integral(14 * DAY) == pytest.approx(20 * 14)
    assert shut.at(7.0 * DAY + np.arange(7) * DAY).tolist() == plain.at(np.arange(7.0) * DAY).tolist()
    assert shut.at(0.0) == 0


def test_an_exception_of_a_units_hours_moves_no_hour_of_its_plain_week() -> None:
    usual = {"Mon-Sun": "08:00-22:00"}
    hospitals = [
        build(scenario(12, {"other_units.type3.hours": hours}))
        for hours in (usual, {**usual, "exceptions": {"2018-01-02": "closed"}})
    ]
    without, with_one = (rate_of(hospital, "type3") for hospital in hospitals)
    assert np.array_equal(without.levels, with_one.levels)


def test_a_month_of_one_open_hour_a_week_gets_all_its_volume_there() -> None:
    shape = np.zeros((7, 24))
    shape[2, 9] = 5.0
    rate = monthly_rate(np.full(12, 80.0), shape, dt.datetime(2016, 6, 1), 30 * DAY)
    # June 2016 began on a Wednesday: five of them, 16 arrivals in each one's hour from 09:00.
    assert rate.integral([9 * 60, 10 * 60, 30 * DAY]) == pytest.approx([0, 16, 80])


def test_nobody_is_expected_where_the_week_is_closed() -> None:
    baseline = scenario(20).demand
    closed = np.zeros((7, 24))
    assert not monthly_rate(np.full(12, 80.0), closed, dt.datetime(2016, 6, 1), 30 * DAY).ever_above()
    nobody = dated_rate(0, baseline.direct_weekdays, baseline.direct_hours, dt.datetime(2016, 6, 1), 30 * DAY)
    assert not nobody.ever_above()


def test_the_week_of_opening_hours_is_a_table_of_hours() -> None:
    week = week_of(OpeningHours.parse({"Mon": "01:30-02:30", "Tue-Sun": "closed"}))
    assert week.shape == (7, 24)
    assert week[0, :4].tolist() == [0, 0.5, 0.5, 0]
    assert week.sum() == 1


# The files


def volumes_without(missing: str) -> str:
    rows = [f"2016-{m:02}-01,100,10,20" for m in range(1, 13)]
    return "\n".join(
        [
            "period,type1_attendances,type2_attendances,type3_other_attendances",
            *(r for r in rows if missing not in r),
        ]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (volumes_without("2016-07"), "period must have each month of the year; missing: July"),
        (
            volumes_without("none") + "\n2016-13-01,1,1,1",
            ':14 period must be a date as YYYY-MM-DD, such as 2016-04-01; found "2016-13-01"',
        ),
        (
            volumes_without("none") + "\n2017-05-01,1,1,1",
            ":14 period must be a month of the year once; found another May",
        ),
        ("period,type1_attendances\n2016-01-01,5", ":1 must have columns type2_attendances"),
    ],
)
def test_a_table_of_volumes_that_cannot_be_read_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "volumes.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        read_volumes(file)
    assert message in " ".join(str(refusal.value).split())


def test_a_table_of_volumes_as_excel_saves_it_is_told_all_its_lines_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "volumes.csv"
    british = volumes_without("none").replace("2016-04-01", "01/04/2016").replace("2016-05-01,100", "x,-5")
    file.write_text(f"{british.replace('2016-12-01,100', chr(34).join(('2016-12-01,', '8,563', '')))}\n,,,\n")
    with pytest.raises(InputError) as refusal:
        read_volumes(file)
    assert str(refusal.value).replace(f"{tmp_path}/", "") == (
        "volumes.csv:5  period\n"
        '  must be a date as YYYY-MM-DD, such as 2016-04-01; found "01/04/2016"\n'
        "volumes.csv:6  period\n"
        '  must be a date as YYYY-MM-DD, such as 2016-04-01; found "x"\n'
        "volumes.csv:6  type1_attendances\n"
        '  must be a number >= 0, in digits such as 8563; found "-5"\n'
        "volumes.csv:13  type1_attendances\n"
        '  must be a number >= 0, in digits such as 8563; found "8,563"'
    )
    file.write_text(volumes_without("none") + "\n,,,\n ,\n")
    assert read_volumes(file)["type2"].tolist() == [10] * 12


def test_a_profile_without_all_168_hours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "profile.csv"
    lines = (DATA / "ecds_england_arrivals_by_hour_2024_25.csv").read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(InputError, match="must have a row for each of the 168 hours of a week; found 167"):
        read_profile(file)


@pytest.mark.parametrize(
    ("hour", "message"),
    [
        ("0,5", 'iso_weekday\n  must be a whole number from 1 to 7; found "0"'),
        ("8,5", 'iso_weekday\n  must be a whole number from 1 to 7; found "8"'),
        ("1,-1", 'hour\n  must be a whole number from 0 to 23; found "-1"'),
        ("1,24", 'hour\n  must be a whole number from 0 to 23; found "24"'),
        (f"1,{'9' * 5000}", "hour\n  must be a whole number from 0 to 23; found"),
        ("1,0", "hour\n  must be an hour of the week once; found another 0 of weekday 1"),
    ],
)
def test_an_hour_outside_the_week_or_twice_is_refused_at_its_line(
    tmp_path: Path, hour: str, message: str
) -> None:
    file = tmp_path / "profile.csv"
    file.write_text(f"iso_weekday,hour,attendances,ambulance_attendances\n1,0,9,3\n{hour},9,3\n")
    with pytest.raises(InputError) as refusal:
        read_profile(file)
    assert f"profile.csv:3  {message}" in str(refusal.value)


# Who they are


@cache
def large() -> tuple[Hospital, Cohort]:
    """Return the cohort of 200 days: about 60,000 attendances."""
    hospital = build(scenario(200))
    return hospital, hospital.sample(seed=3)


def attribute(name: str) -> NDArray[np.str_]:
    _, cohort = large()
    codes = cohort.attributes[name]
    return np.where(codes < 0, "", np.array(cohort.levels[name])[codes])


def classes() -> NDArray[np.str_]:
    hospital, cohort = large()
    return np.array([c.name for c in hospital.classes])[cohort.klass]


def within_four_errors(is_so: NDArray[np.bool_], share: float) -> bool:
    """Return whether a count of independent people agrees with a share within four standard errors."""
    return abs(is_so.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(is_so))


@pytest.mark.parametrize("council", ["Portsmouth", "Hampshire"])
def test_delayed_transfers_are_attributed_in_the_mix_of_the_patients_council(council: str) -> None:
    plan = scenario(20).discharge
    here = (attribute("locality") == "P") == (council == "Portsmouth")
    here &= np.isin(classes(), ["emergency_call", "walk_in", "direct"])
    reported = attribute("delayed_transfer")[here]
    assert within_four_errors(reported != "no", plan.delayed_transfer)
    for who, share in plan.attribution[council].items():
        assert within_four_errors(reported[reported != "no"] == who, share), who


@pytest.mark.parametrize("name", ["frail", "care_home"])
def test_frailty_and_care_homes_follow_from_age(name: str) -> None:
    shares: Mapping[str, float] = getattr(scenario(20).demand, name)
    is_so = attribute("frailty") == "frail" if name == "frail" else attribute("care_home") == "yes"
    first_visits = np.isin(classes(), ["walk_in", "direct"])
    for band in AGE_BANDS:
        here = is_so[first_visits & (attribute("age_band") == band)]
        assert len(here) > 1000
        assert within_four_errors(here, shares[band]), band


def test_patients_live_where_the_scenario_says() -> None:
    for locality, share in scenario(20).demand.locality.items():
        assert within_four_errors(attribute("locality") == locality, share)


def test_children_and_only_children_are_the_childrens_specialty() -> None:
    emergencies = attribute("age_band") != ""
    assert emergencies.sum() > 50_000
    is_child = attribute("age_band")[emergencies] == "0-17"
    assert ((attribute("specialty")[emergencies] == "children") == is_child).all()


def test_children_go_to_the_childrens_area_or_to_minors_and_adults_never_to_the_childrens_area() -> None:
    through_ed = np.isin(classes(), ["emergency_call", "walk_in"])
    children = through_ed & (attribute("age_band") == "0-17")
    assert set(attribute("stream")[children]) == {"children", "minors"}
    assert within_four_errors(attribute("stream")[children] == "children", 0.85)
    assert "children" not in attribute("stream")[through_ed & ~children]


def test_ambulances_bring_nobody_to_the_gp_stream() -> None:
    assert "gp" not in attribute("stream")[classes() == "emergency_call"]
    assert within_four_errors(
        attribute("stream")[(classes() == "walk_in") & (attribute("age_band") != "0-17")] == "gp", 0.14
    )


def test_complex_discharges_are_shared_among_pathways_and_nobody_of_a_few_hours_is_one() -> None:
    complex_ = np.isin(attribute("pathway"), ["P1", "P2", "P3"])
    assert not (complex_ & (attribute("phase") == "zero_day")).any()
    for pathway, share in scenario(20).discharge.pathway.items():
        assert within_four_errors(attribute("pathway")[complex_] == pathway, share)
    first_visits = np.isin(classes(), ["emergency_call", "walk_in", "direct"])
    for phase, share in scenario(20).discharge.complex.items():
        overnight = first_visits & (attribute("phase") == phase)
        assert within_four_errors(complex_[overnight], share), phase


def test_more_readmissions_than_rows_are_reserved_for_are_refused() -> None:
    with pytest.raises(InputError, match=r"discharge.readmitted must be at most 0.2; found 0.21"):
        build(scenario(20, {"discharge.readmitted": 0.21}))


# Levers


@cache
def drawn(*levers: tuple[str, object]) -> tuple[Hospital, Cohort]:
    """Return the cohort of twelve days, two of them in March, with levers set."""
    hospital = build(scenario(12, dict(levers), warm_up=2))
    return hospital, hospital.sample(seed=7)


def who(hospital: Hospital, cohort: Cohort) -> NDArray[np.str_]:
    """Return a name for each row that is the same person's in every scenario."""
    parent = np.full(len(cohort), -1)
    has_child = cohort.child >= 0
    parent[cohort.child[has_child]] = np.flatnonzero(has_child)
    names = np.array([c.name for c in hospital.classes], dtype=object)[cohort.klass]
    lineage = names.copy()
    for _ in range(2):
        returns = parent >= 0
        lineage[returns] = lineage[parent[returns]] + ">returning"
    result = np.array([f"{a}/{b}" for a, b in zip(lineage, cohort.candidate, strict=True)])
    assert len(np.unique(result)) == len(result)
    return result


def moved(levers: Levers, *, gone: str = "", new: str = "") -> list[set[str]]:
    """Return what differs for anybody beside the baseline: the streams or attribute of each column.

    A draw is compared where both scenarios could need it. Nobody else may come, but for some of the class
    `new`, and nobody may be missing, but for some of the class `gone`.
    """
    (base, before), (lever, after) = drawn(), drawn(*levers.items())
    mine, theirs = who(base, before), who(lever, after)
    missing = set(mine[~np.isnan(before.arrival)]) - set(theirs)
    added = set(theirs[~np.isnan(after.arrival)]) - set(mine)
    assert {name.partition("/")[0] for name in missing} == ({gone} if gone else set())
    assert {name.partition("/")[0] for name in added} == ({new} if new else set())
    _, a, b = np.intersect1d(mine, theirs, return_indices=True)
    assert len(a) > 4500
    columns = base.compiled.plan.columns
    assert [streams_of(c) for c in columns] == [streams_of(c) for c in lever.compiled.plan.columns]
    different = []
    if not np.array_equal(before.arrival[a], after.arrival[b], equal_nan=True):
        different.append({"arrival"})
    for name, codes in before.attributes.items():
        if not np.array_equal(codes[a], after.attributes[name][b]):
            different.append({name})
    for column, x, y in zip(columns, before.columns[:, a], after.columns[:, b], strict=True):
        both = ~np.isnan(x) & ~np.isnan(y)
        if not np.array_equal(x[both], y[both]):
            different.append(streams_of(column))
    return different


NO_DRAW: set[str] = set()

LEVERS = [
    ("wards.time_to_medically_ready.frail.lognormal.mean", "10 days", {"acute_phase"}),
    ("winter.stay", 1.2, {"acute_phase"}),
    (
        "wards.zero_day",
        0.1,
        {"hours_only", "phase", "pathway", "acute_phase", "death", "funding", "brokerage", "service_stay"},
    ),
    ("acute_medicine.amu_time.lognormal.mean", "30 h", {"amu_time"}),
    ("acute_medicine.amu_beds", 70, NO_DRAW),
    ("emergency_department.clinician_time.majors.lognormal.mean", "30 min", {"clinician_time"}),
    ("emergency_department.night_response", 1.1, {"referral_response"}),
    ("emergency_department.admitted_after_review", 0.7, NO_DRAW),
    ("ambulance_service.conveyance.minors", 0.5, {"conveyance"}),
    ("front_door.handover.lognormal.median", "10 min", {"handover"}),
    ("frailty.fit_avoids", 0.3, NO_DRAW),
    ("frailty.fit_hours", "08:00-20:00", NO_DRAW),
    ("integrated_discharge.second_assessment", 0.2, NO_DRAW),
    ("discharge.readmitted", 0.1, NO_DRAW),
    ("integrated_discharge.brokerage.P3.gamma.mean", "6 days", {"brokerage"}),
    ("integrated_discharge.brokerage_factor.Hampshire", 1.3, {"brokerage"}),
    ("integrated_discharge.self_funded.P3", 0.5, NO_DRAW),
    ("integrated_discharge.referral.gamma.mean", "0.2 days", {"ids_referral"}),
    ("discharge.delayed_transfer", 0.2, {"delayed_transfer"}),
    ("community.P1.places.P", 60, NO_DRAW),
    ("community.P1.stay_factor", 0.8, {"service_stay"}),
    ("community.waiting.new_episode.exponential.mean", "100 days", {"new_episode"}),
    ("community.waiting.decline.exponential.mean", "50 days", {"decline"}),
    ("community.blocked_by_long_term_care.P", 0.4, NO_DRAW),
]


@pytest.mark.parametrize(("path", "value", "expected"), LEVERS, ids=[path for path, *_ in LEVERS])
def test_a_lever_moves_its_own_draws_and_nobody_elses(path: str, value: object, expected: set[str]) -> None:
    found = moved({path: value})
    # The rest of a stay after the AMU reads two streams, and moves with either.
    assert all(streams & expected for streams in found)
    assert expected <= set().union(*found)


def test_fewer_walk_ins_leave_everybody_else_the_same_person() -> None:
    assert moved({"demand.volume.walk_in": 0.9}, gone="walk_in") == []
    fewer, all_of_them = drawn(("demand.volume.walk_in", 0.9)), drawn()
    walk_in = 1
    assert fewer[0].classes[walk_in].name == "walk_in"
    mine, theirs = who(*all_of_them), who(*fewer)
    assert within_four_errors(np.isin(mine[all_of_them[1].klass == walk_in], theirs), 0.9)


def test_more_walk_ins_come_on_top_of_the_same_ones() -> None:
    assert moved({"demand.volume.walk_in": 1.1}, new="walk_in") == []


@pytest.mark.parametrize("name", ["emergency_call", "direct"])
def test_the_other_volumes_move_their_own_class_only(name: str) -> None:
    assert moved({f"demand.volume.{name}": 0.8}, gone=name) == []


@pytest.mark.parametrize("name", ["type2", "type3", "treatment_centre"])
def test_a_units_volume_moves_its_own_class_only(name: str) -> None:
    assert moved({f"other_units.{name}.volume": 0.8}, gone=name) == []


@pytest.mark.parametrize("unit", ["type3", "treatment_centre"])
def test_whom_a_unit_sends_on_moves_walk_ins_of_themselves_only(unit: str) -> None:
    assert moved({f"other_units.{unit}.sent_on": 0.1}, gone="walk_in") == []
    assert moved({f"other_units.{unit}.sent_on": 0.0}, new="walk_in") == []


def test_fewer_electives_leave_the_emergencies_alone() -> None:
    assert moved({"elective.volume": 0.5}, gone="elective") == []


@pytest.mark.parametrize("name", ["emergency_call", "walk_in", "direct"])
def test_demand_beyond_the_superset_is_refused_before_anything_is_drawn(name: str) -> None:
    message = rf"demand.volume.{name}\n  must be at most 1.25 times the record.*found 1.3. Raise run.superset"
    with pytest.raises(InputError, match=message):
        build(scenario(12, {f"demand.volume.{name}": 1.3}))


def test_levers_on_one_patient_multiply_before_they_meet_the_superset() -> None:
    levers = {"demand.volume.walk_in": 1.1, "admission_avoidance.high_intensity.attendances": 1.2}
    message = r"demand.volume.walk_in\n  .* admission_avoidance and winter.surges included, .* found 1.32"
    with pytest.raises(InputError, match=message):
        build(scenario(12, levers))
    assert build(scenario(12, {**levers, "run.superset": 1.4})).classes


def test_electives_beyond_the_superset_are_refused() -> None:
    with pytest.raises(InputError, match=r"elective.volume\n  must be at most 1.25 times the record"):
        drawn(("elective.volume", 1.3))


def test_a_longer_run_begins_with_the_same_patients() -> None:
    short, long = build(scenario(12, warm_up=2)), build(scenario(20, warm_up=2))
    before, after = short.sample(seed=7), long.sample(seed=7)
    came = ~np.isnan(before.arrival)
    mine, theirs = who(short, before)[came], who(long, after)
    _, a, b = np.intersect1d(mine, theirs, return_indices=True)
    assert len(a) == came.sum()
    assert np.array_equal(before.arrival[came][a], after.arrival[b])
    assert np.array_equal(before.columns[:, came][:, a], after.columns[:, b], equal_nan=True)
