"""Winter and surges: who comes, how likely a referral is, and how many of the staff are there."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.pathways.winter import days_of_starts, on_duty
from flowsim.scenario.calendars import Roster
from flowsim.timeline import DAY, HOUR, StepFunction
from tests.pathways.runs import Levers, Run, all_beds, run, scenario, slots

JANUARY = dt.datetime(2017, 1, 1)
ELEVEN = Roster.parse({"Mon-Sun": {"00:00": 11}})
YEARS = 400 * DAY


def staff(levers: Levers, roster: Roster = ELEVEN, origin: dt.datetime = JANUARY) -> StepFunction:
    return on_duty(roster, scenario(20, levers), origin, YEARS)


def noons(levels: StepFunction, days: int) -> np.ndarray:
    return levels.at(np.arange(days) * DAY + 12 * HOUR)


def test_two_in_a_hundred_absent_of_eleven_is_one_on_22_days_of_100() -> None:
    there = noons(staff({"winter.months": ["Jan", "Feb", "Mar", "Apr"], "winter.absence": 0.02}), 100)
    assert set(there) == {10, 11}
    assert (there == 10).sum() == 22
    assert np.diff(np.flatnonzero(there == 10)).tolist().count(1) == 0


def test_staff_are_whole_people_and_all_there_out_of_winter() -> None:
    levels = staff({"winter.months": ["Jan"], "winter.absence": 0.3})
    assert (levels.levels % 1 == 0).all()
    assert 11 - noons(levels, 31).mean() == pytest.approx(3.3, abs=0.05)
    assert (noons(levels, 300)[31:] == 11).all()


def test_nobody_is_left_if_all_are_absent_and_a_closed_roster_stays_closed() -> None:
    some_hours = Roster.parse({"Mon-Sun": {"00:00": 0, "09:00": 4, "17:00": 0}})
    levels = staff({"winter.months": ["Jan"], "winter.absence": 1.0}, some_hours)
    assert levels.at(np.arange(31) * DAY + 12 * HOUR).max() == 0
    assert levels.at(40 * DAY + 8 * HOUR) == 0
    assert levels.at(40 * DAY + 9 * HOUR) == 4


def test_a_surge_adds_to_the_absence_of_winter() -> None:
    surge = {"first": "2017-01-11", "days": 10, "ages": ["85+"], "absence": 0.5}
    levers = {"winter.months": ["Jan"], "winter.absence": 0.5, "winter.surges": [surge]}
    there = noons(staff(levers, Roster.parse({"Mon-Sun": {"00:00": 4}})), 31)
    assert (there[10:20] == 0).all()
    assert (there[:10] == 2).all()
    assert (there[20:] == 2).all()


def test_start_days_are_lost_evenly_in_winter_only() -> None:
    levers = {"winter.months": ["Jan", "Feb", "Mar"], "winter.days_without_starts": 0.1}
    starts = days_of_starts(StepFunction.constant(1.0), scenario(20, levers), JANUARY, YEARS)
    open_days = noons(starts, 200)
    assert np.flatnonzero(open_days == 0).tolist() == [9, 19, 29, 39, 49, 59, 69, 79, 89]


# Who comes


SURGE = {"first": "2016-04-02", "days": 5, "ages": ["75-84", "85+"], "arrivals": 1.2, "stay": 1.5}


PLENTY = {**all_beds(3000), **slots(3000), "winter.referred_75_plus": 1.0}


@pytest.fixture(scope="module")
def plain() -> Run:
    return run(14, PLENTY, warm_up=1)


@pytest.fixture(scope="module")
def surge() -> Run:
    return run(14, {**PLENTY, "winter.surges": [SURGE]}, warm_up=1)


def who(asked: Run) -> dict[tuple[int, int], int]:
    """Return the row of everybody who came by their own means, by class and candidate."""
    rows = np.flatnonzero(~np.isnan(asked.cohort.arrival))
    cohort = asked.cohort
    return {(int(cohort.klass[i]), int(cohort.candidate[i])): int(i) for i in rows}


def test_a_surge_brings_more_of_its_ages_on_its_days_and_leaves_all_others(plain: Run, surge: Run) -> None:
    there, there_too = who(plain), who(surge)
    assert there.keys() < there_too.keys()
    new = np.array([there_too[one] for one in there_too.keys() - there.keys()])
    arrival = surge.cohort.arrival[new]
    assert len(new) > 20
    assert ((arrival >= 2 * DAY) & (arrival < 7 * DAY)).all()
    assert surge.is_level("age_band", "75-84", "85+")[new].all()


def test_those_who_come_in_a_surge_stay_longer_by_its_factor(plain: Run, surge: Run) -> None:
    def acute_phase(asked: Run) -> np.ndarray:
        bed = np.fmax(asked.served("first_bed").started, asked.mark("admitted"))
        return asked.mark("medically_ready") - bed

    there, there_too = who(plain), who(surge)
    rows = np.array([(row, there_too[one]) for one, row in there.items()])
    before, after = acute_phase(plain)[rows[:, 0]], acute_phase(surge)[rows[:, 1]]
    both = ~np.isnan(before) & ~np.isnan(after) & (before > HOUR)
    arrival = plain.cohort.arrival[rows[:, 0]]
    concerned = (arrival >= 2 * DAY) & (arrival < 7 * DAY)
    concerned &= plain.is_level("age_band", "75-84", "85+")[rows[:, 0]]
    assert (both & concerned).sum() > 30
    expected = np.where(concerned, 1.5, 1.0) * before
    np.testing.assert_allclose(after[both], expected[both], atol=0.01)


def test_two_surges_on_one_day_are_refused() -> None:
    other = {**SURGE, "first": "2016-04-06"}
    with pytest.raises(InputError, match="same day"):
        run(3, {"winter.surges": [SURGE, other]}, warm_up=1)


def test_a_surge_beyond_the_superset_is_refused() -> None:
    with pytest.raises(InputError, match=r"winter\.surges included"):
        run(3, {"winter.surges": [{**SURGE, "arrivals": 1.3}]}, warm_up=1)


WINTER_IN_APRIL = {"winter.referred_75_plus": 1.3, "winter.months": ["Apr"], "winter.stay": 1.0}


@pytest.mark.parametrize(
    ("changes", "ages"),
    [
        (WINTER_IN_APRIL, ("75-84", "85+")),
        ({"emergency_department.referral_by_month.Apr": 1.3}, ("45-64", "65-74")),
        ({"emergency_department.referral_by_month.May": 1.3}, ()),
    ],
    ids=["the old in winter", "anybody in its month", "nobody in another month"],
)
def test_the_season_makes_more_referrals_of_those_whom_it_concerns(
    plain: Run, changes: dict[str, object], ages: tuple[str, ...]
) -> None:
    more = run(14, {**PLENTY, **changes}, warm_up=1)
    there, there_too = who(plain), who(more)
    rows = np.array([(row, there_too[one]) for one, row in there.items()])
    before = ~np.isnan(plain.mark("referred"))[rows[:, 0]]
    after = ~np.isnan(more.mark("referred"))[rows[:, 1]]
    # A few leave unseen, or are still in the department at the end, in one run and not in the other.
    if ages:
        assert (after & ~before & plain.is_level("age_band", *ages)[rows[:, 0]]).sum() > 50
    else:
        assert (after == before).all()
    if changes is WINTER_IN_APRIL:
        assert (after != before)[~plain.is_level("age_band", *ages)[rows[:, 0]]].mean() < 0.005
