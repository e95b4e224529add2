"""Discharge: days and hours of going home, complex discharges in their order, deaths and returns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.timeline import DAY
from tests.pathways.runs import Bools, Floats, Run, all_beds, run, slots


def bed_ended(asked: Run) -> Floats:
    """Return when each patient's last bed was free of them."""
    first, ward = asked.served("first_bed"), asked.served("ward_bed")
    elective = asked.served("elective_bed")
    return np.where(
        ~np.isnan(ward.started), ward.ended, np.where(np.isnan(first.started), elective.ended, first.ended)
    )


def in_bed(asked: Run) -> Bools:
    """Return who has, or had, a bed."""
    return ~np.isnan(asked.served("first_bed").started) | ~np.isnan(asked.served("elective_bed").started)


def simple(asked: Run) -> Bools:
    """Return who went home simply, on a day and at an hour of discharge."""
    return (
        ~np.isnan(asked.mark("discharged"))
        & in_bed(asked)
        & np.isnan(asked.mark("died"))
        & asked.is_level("pathway", "P4")
        & ~asked.is_level("phase", "zero_day")
        & ~asked.is_level("specialty", "children")
    )


# Every discharge


def test_a_bed_is_free_at_the_moment_of_discharge_and_not_before_the_patient_is_ready(any_run: Run) -> None:
    gone = ~np.isnan(any_run.mark("discharged")) & in_bed(any_run)
    assert np.array_equal(bed_ended(any_run)[gone], any_run.mark("discharged")[gone])
    assert (any_run.mark("discharged") >= any_run.mark("medically_ready"))[gone].all()
    assert not (~np.isnan(bed_ended(any_run)) & ~gone).any()


def test_patients_of_a_few_hours_and_children_leave_as_soon_as_they_are_ready(baseline: Run) -> None:
    at_once = baseline.is_level("phase", "zero_day") | baseline.is_level("specialty", "children")
    gone = at_once & in_bed(baseline) & ~np.isnan(baseline.mark("medically_ready"))
    assert gone.sum() > 500
    assert np.array_equal(baseline.mark("discharged")[gone], baseline.mark("medically_ready")[gone])
    assert np.isnan(baseline.mark("died")[gone]).all()


# Simple


def slow_twin(asked: Run, ready: float, luck: float, clock: float) -> float:
    """Return the first day on which a patient can go, at the patient's time of that day."""
    levels = asked.scenario.discharge.weekdays.over(asked.origin, asked.hospital.end)
    day = ready // DAY
    while day * DAY + clock < ready or levels.at(day * DAY + clock) <= luck:
        day += 1
    return float(day * DAY + clock)


def test_simple_discharges_leave_on_their_day_at_their_time(baseline: Run) -> None:
    chosen = np.flatnonzero(simple(baseline))
    assert len(chosen) > 2000
    clock, luck = baseline.draw("discharge_time"), baseline.draw("discharge_day")
    ready, gone = baseline.mark("medically_ready"), baseline.mark("discharged")
    for i in chosen[::3].tolist():
        assert gone[i] == slow_twin(baseline, ready[i], luck[i], clock[i])


def test_18_percent_of_times_of_day_are_before_noon(baseline: Run) -> None:
    hours = baseline.hour(baseline.draw("discharge_time")[simple(baseline)])
    assert abs((hours < 12).mean() - 0.18) <= 4 * np.sqrt(0.18 * 0.82 / len(hours))


def test_fewer_go_home_at_weekends(baseline: Run) -> None:
    gone = baseline.mark("discharged")[simple(baseline)]
    by_day = np.bincount(baseline.weekday(gone[(gone > 12 * DAY) & (gone < 40 * DAY)]), minlength=7)
    # 55 % on Sundays, and those who were kept over the weekend on Mondays.
    assert by_day[6] < 0.75 * by_day[1:5].mean()
    assert by_day[5] < 0.85 * by_day[1:5].mean()
    assert by_day[0] > by_day[1:5].mean()


# Complex


def test_a_complex_discharge_goes_step_by_step_and_the_bed_is_kept_until_the_service_starts(
    any_run: Run,
) -> None:
    steps = ("medically_ready", "medically_fit", "ready_for_service", "service_started")
    started = ~np.isnan(any_run.mark("service_started"))
    times = [any_run.mark(step)[started] for step in steps]
    for before, after in pairwise(times):
        assert (before <= after).all()
    assert np.array_equal(times[0], times[1])
    assert np.array_equal(times[3], any_run.mark("discharged")[started])
    assert np.array_equal(times[3], bed_ended(any_run)[started])


def test_pathways_1_to_3_and_only_they_are_medically_fit_on_the_list(any_run: Run) -> None:
    ready = ~np.isnan(any_run.mark("medically_ready")) & np.isnan(any_run.mark("died"))
    complex_ = any_run.is_level("pathway", "P1", "P2", "P3") & ~any_run.is_level("specialty", "children")
    assert (~np.isnan(any_run.mark("medically_fit")) == (ready & complex_)).all()


# Deaths


@pytest.mark.parametrize("phase", ["under_65", "65_plus_not_frail", "frail"])
def test_the_stated_share_of_each_group_dies(baseline: Run, phase: str) -> None:
    adults = baseline.is_level("phase", phase) & ~baseline.is_level("specialty", "children")
    overnight = adults & ~np.isnan(baseline.mark("medically_ready"))
    share = baseline.scenario.wards.death[phase]
    died = ~np.isnan(baseline.mark("died"))[overnight]
    assert len(died) > 300
    assert abs(died.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(died))


def test_no_elective_dies_and_what_kills_every_emergency_leaves_electives_as_they_were() -> None:
    levers = {**all_beds(3000), **slots(3000)}
    nobody, everybody = (
        run(12, {**levers, "wards.death": dict.fromkeys(("under_65", "65_plus_not_frail", "frail"), share)})
        for share in (0.0, 1.0)
    )
    assert np.isfinite(everybody.mark("died")).sum() > 300
    discharged = []
    for asked in (nobody, everybody):
        elective = asked.is_class("elective")
        assert np.isnan(asked.mark("died"))[elective].all()
        discharged.append(asked.mark("discharged")[elective])
    assert np.isfinite(discharged[0]).sum() > 50
    assert np.array_equal(*discharged, equal_nan=True)


def test_whoever_dies_leaves_the_bed_then_and_does_not_come_back(any_run: Run) -> None:
    died = ~np.isnan(any_run.mark("died"))
    assert np.array_equal(any_run.mark("died")[died], any_run.mark("discharged")[died])
    assert np.array_equal(any_run.mark("died")[died], any_run.mark("medically_ready")[died])
    assert np.isnan(any_run.mark("medically_fit")[died]).all()
    child = any_run.cohort.child[died]
    assert np.isnan(any_run.mark("readmitted")[child[child >= 0]]).all()


# Returns


def parents(asked: Run) -> tuple[Bools, Floats]:
    """Return who may have come back by the draw, and the moment they came back."""
    child = asked.cohort.child
    back = np.where(child >= 0, asked.mark("readmitted")[child], np.nan)
    return child >= 0, back


def test_whoever_comes_back_does_so_after_the_drawn_time(any_run: Run) -> None:
    _, back = parents(any_run)
    came_back = ~np.isnan(back)
    after = back - any_run.mark("discharged")
    assert np.array_equal(after[came_back], any_run.draw("readmission_after")[came_back])


def test_everybody_whose_draw_says_so_comes_back_unless_the_run_ends_before(baseline: Run) -> None:
    reserved, back = parents(baseline)
    due = baseline.mark("discharged") + baseline.draw("readmission_after")
    lucky = baseline.draw("readmission") < baseline.scenario.discharge.readmitted
    leaves_alive = reserved & in_bed(baseline) & ~np.isnan(baseline.mark("discharged"))
    leaves_alive &= np.isnan(baseline.mark("died"))
    expected = leaves_alive & lucky & (due < baseline.log.end)
    assert expected.sum() > 200
    assert (~np.isnan(back) == expected).all()


def test_13_percent_of_emergencies_who_leave_a_bed_alive_are_to_come_back(baseline: Run) -> None:
    first_stay = baseline.is_class("emergency_call", "walk_in", "direct") & in_bed(baseline)
    alive = first_stay & ~np.isnan(baseline.mark("discharged")) & np.isnan(baseline.mark("died"))
    lucky = baseline.draw("readmission")[alive] < 0.133
    assert len(lucky) > 3000
    assert abs(lucky.mean() - 0.133) <= 4 * np.sqrt(0.133 * 0.867 / len(lucky))


def test_nobody_comes_back_more_than_twice_and_electives_never_do(baseline: Run) -> None:
    readmission = np.append(baseline.is_class("returning"), False)  # the last for those without a child
    child = np.where(readmission[baseline.cohort.child], baseline.cohort.child, -1)
    returns = np.flatnonzero(child >= 0)
    assert not baseline.is_class("elective", "type2", "type3", "treatment_centre")[returns].any()
    twice = child[child[returns]]
    thrice = child[twice[twice >= 0]]
    assert (twice >= 0).any()
    assert (thrice < 0).all()


def test_three_quarters_of_those_who_come_back_come_through_the_ed(baseline: Run) -> None:
    back = ~np.isnan(baseline.mark("readmitted"))
    through_ed = ~np.isnan(baseline.mark("ed_arrival"))[back]
    assert len(through_ed) > 200
    assert abs(through_ed.mean() - 0.75) <= 4 * np.sqrt(0.75 * 0.25 / len(through_ed))


def test_those_who_come_back_through_the_ed_come_by_ambulance_as_often_as_others_of_their_age(
    baseline: Run,
) -> None:
    back = ~np.isnan(baseline.mark("readmitted")) & ~np.isnan(baseline.mark("ed_arrival"))
    demand = baseline.scenario.demand
    mean = sum(demand.ambulance_odds[band] * share for band, share in demand.age_bands.items())
    of_band = np.array([demand.ambulance_odds[b] for b in baseline.log.levels["age_band"]])
    chance = (of_band * demand.ambulance_share / mean)[baseline.log.patients.attributes["age_band"][back]]
    by_ambulance = ~np.isnan(baseline.mark("ambulance_arrival"))[back]
    assert abs(by_ambulance.sum() - chance.sum()) <= 4 * np.sqrt((chance * (1 - chance)).sum())


def test_a_return_keeps_who_the_patient_is(baseline: Run) -> None:
    child = baseline.cohort.child
    parent = np.flatnonzero(child >= 0)
    for name in ("age_band", "frailty", "locality", "care_home"):
        codes = baseline.log.patients.attributes[name]
        assert np.array_equal(codes[parent], codes[child[parent]])


def test_without_a_review_a_simple_discharge_waits_whole_days_and_nobody_else_waits() -> None:
    plenty = {**all_beds(3000), **slots(3000)}
    every_day, some_days = (run(25, {**plenty, "discharge.daily_review": chance}) for chance in (1.0, 0.5))
    wait = [asked.mark("discharged") - asked.mark("medically_ready") for asked in (every_day, some_days)]
    # Those who come back do so later, and a few others are held up by them.
    both = ~np.isnan(wait[0] + wait[1])
    both &= every_day.mark("medically_ready") == some_days.mark("medically_ready")
    home = both & simple(every_day)
    more = (wait[1] - wait[0])[home] / DAY
    assert home.sum() > 500
    assert np.array_equal(more, np.round(more))
    assert more.min() == 0
    # Half are reviewed on the first day; weekends blur it, and who waits long is not out yet.
    assert 0.4 < (more == 0).mean() < 0.75
    at_once = both & every_day.is_level("phase", "zero_day")
    assert np.array_equal(wait[0][at_once], wait[1][at_once])
