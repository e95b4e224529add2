from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from flowsim.outcomes.census import capacity_at, open_time, present, time_present
from tests.outcomes.written_logs import DAY, written

INF = float("inf")


def slow_present(
    begins: list[float], ends: list[float], moments: list[float], midnight: bool
) -> list[tuple[int, int]]:
    """Count in two loops what `present` counts by arithmetic."""
    found = []
    for i, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        for k, moment in enumerate(moments):
            if (begin < moment <= end) if midnight else (begin <= moment < end):
                found.append((i, k))
    return found


@pytest.mark.parametrize("midnight", [True, False])
@pytest.mark.parametrize("count", [0, 1, 9])
def test_presences_are_those_of_the_loop(midnight: bool, count: int) -> None:
    steps = np.random.default_rng(3).integers(0, 12 * 48, size=(200, 2)) / 48  # half hours: many ties
    begins, ends = np.sort(steps, axis=1).T * DAY
    ends[::7] = INF
    moments = 2 * DAY + DAY * np.arange(count)
    which, when = present(begins, ends, moments, midnight=midnight)
    expected = slow_present(begins.tolist(), ends.tolist(), moments.tolist(), midnight)
    assert list(zip(which.tolist(), when.tolist(), strict=True)) == expected


def test_a_move_between_beds_at_midnight_is_one_night_each() -> None:
    # In until 24:00 of day 1 in one bed, from then on in another: nights of days 1 and 2.
    which, when = present(
        np.array([600.0, DAY]), np.array([DAY, 2 * DAY]), np.array([DAY, 2 * DAY]), midnight=True
    )
    assert (which.tolist(), when.tolist()) == ([0, 1], [0, 1])


def test_time_present_is_the_overlap_with_each_day() -> None:
    rng = np.random.default_rng(4)
    begins, ends = np.sort(rng.uniform(0, 5 * DAY, (50, 2)), axis=1).T
    ends[:5] = INF
    edges = DAY * np.arange(6)
    slow = [
        sum(max(0.0, min(e, b) - max(s, a)) for s, e in zip(begins, ends, strict=True))
        for a, b in pairwise(edges)
    ]
    assert_allclose(time_present(begins, ends, edges), slow)


def test_capacity_at_midnight_is_that_of_the_day_that_ends() -> None:
    log = written(places=[(0.0, "amu", 3), (DAY, "amu", 5), (DAY, "surgery", 9)])
    moments = np.array([DAY, 2 * DAY])
    assert_array_equal(capacity_at(log, log.resource("amu"), moments, midnight=True), [3, 5])
    assert_array_equal(capacity_at(log, log.resource("amu"), moments), [5, 5])
    assert_array_equal(capacity_at(log, log.resource("surgery"), moments, midnight=True), [0, 9])


def test_open_time_is_the_area_under_the_places() -> None:
    log = written(places=[(0.0, "amu", 3), (DAY / 2, "amu", 5), (3 * DAY / 2, "amu", 0)])
    # Day 1: 3/2 + 5/2 bed days; day 2: 5/2; day 3: none.
    area = open_time(log, log.resource("amu"), DAY * np.arange(4.0))
    assert_array_equal(area / DAY, [4.0, 2.5, 0.0])
