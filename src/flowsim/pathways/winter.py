"""Winter and surges: who is affected by the time of year, and how many of the staff are there.

arrives in a month --> a referral is likelier or less likely
arrives in winter --> a longer stay; at 75 or more a referral is likelier
arrives in a surge, of its ages --> more of them, a longer stay
rosters in winter and in a surge --> some are missing
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.pathways.builder import Hospital
from flowsim.pathways.seasons import added_up, in_months, month_of_year
from flowsim.sampling.draw_plan import AttributeLaw, ByArrival, FromOthers
from flowsim.sampling.laws import By
from flowsim.sampling.people import People
from flowsim.scenario.calendars import Roster
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import AGE_BANDS, MONTHS
from flowsim.timeline import DAY, StepFunction

NO_SURGE = "none"


def declare_seasons(hospital: Hospital, scenario: Scenario) -> None:
    """Declare the attributes that follow from when somebody comes."""
    names = _surges(scenario)
    hospital.attribute("month_of_arrival", MONTHS)
    hospital.attribute("season", ("not_winter", "winter"))
    hospital.attribute("old_in_winter", ("no", "yes"))
    hospital.attribute("surge_then", names)
    hospital.attribute("surge", names)


def _surges(scenario: Scenario) -> tuple[str, ...]:
    return (NO_SURGE, *(str(number + 1) for number in range(len(scenario.winter.surges))))


def seasonal_attributes(scenario: Scenario, origin: dt.datetime, end: float) -> dict[str, AttributeLaw]:
    """Return the laws of those attributes; the age band must be known.

    Raises
    ------
    InputError
        If two surges overlap.
    """
    surges = scenario.winter.surges
    running = added_up([(one.first, one.days, 1.0) for one in surges], origin)
    if running.levels.max() > 1:
        raise InputError("winter.surges must not be on the same day; make one surge of them")
    position = added_up([(one.first, one.days, number + 1.0) for number, one in enumerate(surges)], origin)
    concerned = np.array(
        [[False] * len(AGE_BANDS), *([band in one.ages for band in AGE_BANDS] for one in surges)]
    )

    def surge(people: People) -> NDArray[np.int64]:
        then = people.codes("surge_then")
        return np.where(concerned[then, people.codes("age_band")], then, 0)

    def old_in_winter(people: People) -> NDArray[np.int64]:
        old = people.codes("age_band") >= AGE_BANDS.index("75-84")
        return np.asarray(old & people.is_level("season", "winter"), dtype=np.int64)

    return {
        "month_of_arrival": ByArrival(month_of_year(origin, end)),
        "season": ByArrival(in_months(scenario.winter.months, origin, end)),
        "old_in_winter": FromOthers(old_in_winter),
        "surge_then": ByArrival(position),
        "surge": FromOthers(surge),
    }


def surge_of_arrivals(scenario: Scenario) -> By:
    """Return the factor on arrivals by surge."""
    factors = [1.0, *(one.arrivals for one in scenario.winter.surges)]
    return By("surge", dict(zip(_surges(scenario), factors, strict=True)))


def surge_of_stays(scenario: Scenario) -> By:
    """Return the factor on the acute phase by surge."""
    factors = [1.0, *(one.stay for one in scenario.winter.surges)]
    return By("surge", dict(zip(_surges(scenario), factors, strict=True)))


def on_duty(roster: Roster, scenario: Scenario, origin: dt.datetime, end: float) -> StepFunction:
    """Return the staff of a roster who are there, whole people.

    Of n with a share a absent, n x a are missing in the mean: on each day as many as the running total of
    n x a grows by in whole people. So one of eleven is missing on 22 days of 100 at an absence of 2 %.
    """
    planned, winter = roster.over(origin, end), scenario.winter
    absence = added_up([(one.first, one.days, one.absence) for one in winter.surges], origin)
    season = in_months(winter.months, origin, end)
    times = np.union1d(np.union1d(planned.times, absence.times), np.arange(0.0, end, DAY))
    share = np.minimum(absence.at(times) + season.at(times) * winter.absence, 1.0)
    levels = planned.at(times)
    return StepFunction(times, levels - _falling_due(levels * share, times)).merged()


def days_of_starts(starts: StepFunction, scenario: Scenario, origin: dt.datetime, end: float) -> StepFunction:
    """Return the chance of a start over time, 0 on the days lost in winter."""
    season = in_months(scenario.winter.months, origin, end)
    times = np.union1d(starts.times, np.arange(0.0, end, DAY))
    lost = _falling_due(season.at(times) * scenario.winter.days_without_starts, times)
    return StepFunction(times, starts.at(times) * (1 - lost)).merged()


def _falling_due(a_day: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many whole ones a running total grows on the day of each time."""
    day = np.floor(times / DAY)
    # The small number keeps a total whole that is whole but for rounding.
    return np.floor((day + 1) * a_day + 1e-5) - np.floor(day * a_day + 1e-5)
