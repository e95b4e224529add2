from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.outcomes.period import Calendar
from tests.outcomes.written_logs import DAY, HOUR, days


def test_the_warm_up_is_not_in_the_calendar() -> None:
    calendar = Calendar.of(days(3, begins=1))
    assert calendar.dates == (dt.date(2024, 1, 2), dt.date(2024, 1, 3))
    assert calendar.midnights.tolist() == [2 * DAY, 3 * DAY]
    assert calendar.eights.tolist() == [DAY + 8 * HOUR, 2 * DAY + 8 * HOUR]
    assert calendar.share.tolist() == [1.0, 1.0]


def test_months_and_iso_weeks_are_labelled_by_the_day() -> None:
    # 28 December 2015 is the Monday of week 53; week 1 begins on 4 January 2016.
    calendar = Calendar.of(days(9, origin=dt.datetime(2015, 12, 28)))
    assert calendar.months == ("2015-12", "2016-01")
    assert calendar.weeks == ("2015-W53", "2016-W01")
    assert calendar.month_of_day.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert calendar.week_of_day.tolist() == [0] * 7 + [1, 1]


def test_an_origin_at_noon_moves_every_midnight() -> None:
    # From Monday 12:00 for two days: half of Monday, Tuesday, half of Wednesday.
    calendar = Calendar.of(days(2, origin=dt.datetime(2024, 1, 1, 12)))
    assert calendar.share.tolist() == [0.5, 1.0, 0.5]
    assert calendar.midnights.tolist() == [12 * HOUR, 36 * HOUR]
    assert calendar.eights.tolist() == [20 * HOUR, 44 * HOUR]
    assert calendar.position(np.array([0.0, 12 * HOUR, 47 * HOUR])).tolist() == [0, 1, 2]


def test_a_period_from_8_to_8_has_the_first_8_and_not_the_last() -> None:
    calendar = Calendar.of(days(2 + 8 / 24, 8 / 24))
    assert calendar.eights.tolist() == [8 * HOUR, DAY + 8 * HOUR]


def test_days_change_exactly_at_midnight_on_the_grid() -> None:
    period = days(400)
    midnights = DAY * np.arange(1.0, 400.0)
    assert period.day(midnights).tolist() == list(range(1, 400))
    assert period.day(midnights - 1 / 1024).tolist() == list(range(399))


@pytest.mark.parametrize("bounds", [(2, 2), (3, 2), (-1, 2)])
def test_a_period_that_ends_before_it_begins_is_refused(bounds: tuple[int, int]) -> None:
    with pytest.raises(InputError, match="must begin at minute 0 or later and end after that"):
        days(bounds[1], begins=bounds[0])


def test_an_amu_that_is_no_bed_is_refused() -> None:
    with pytest.raises(InputError, match="unknown general and acute beds"):
        replace(days(2), amu="amuu")
