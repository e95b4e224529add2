from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiments.runs.record import days_in
from flowsim.validation.offered_load import (
    ELECTIVE_SHARE,
    LONGEST,
    load,
    occupancy_from,
    slope_of_performance,
    still_in_bed_since,
    weights,
)
from flowsim.validation.public_months import PublicMonths

MONTHS = tuple(f"2016-{month:02}" for month in range(4, 10))


def test_those_in_bed_have_been_there_as_long_as_is_published() -> None:
    at = np.array([0.0, 7.0, 14.0, 21.0, 28.0])
    assert still_in_bed_since(at) == pytest.approx([1, 0.46, 0.26, 0.16, 0.16 * 0.16 / 0.26])


def slow_load(rates: list[float], month: int) -> float:
    """Walk over the days of a month, and for each over the days on which those in bed had come."""
    of_day = [m for m, name in enumerate(MONTHS) for _ in range(days_in([name]))]
    been = [float(still_in_bed_since(np.array([float(day)]))[0]) for day in range(LONGEST + 1)]
    days = [day for day, m in enumerate(of_day) if m == month]
    total = 0.0
    for day in days:
        for back in range(LONGEST):
            total += rates[of_day[max(day - back, 0)]] * (been[back] - been[back + 1]) / (1 - been[LONGEST])
    return total / len(days)


def test_the_load_is_that_of_the_slow_twin() -> None:
    rates = [90.0, 110.0, 95.0, 100.0, 80.0, 120.0]
    found = load(np.array([rates]), MONTHS)[0]
    for month in (0, 2, 5):
        assert found[month] == pytest.approx(slow_load(rates, month))


def test_a_constant_rate_is_its_own_load() -> None:
    assert weights(MONTHS).sum(axis=1) == pytest.approx(np.ones(6))
    found = occupancy_from(np.full((1, 6), 100.0), MONTHS, np.array([0.94]), 0)
    assert found == pytest.approx(np.full((1, 6), 0.94))


def test_beds_follow_admissions_late_and_electives_stay() -> None:
    # A tenth more from July on: in July less than a tenth more, in September nearly; of what is not elective.
    rates = np.array([[100.0] * 3 + [110.0] * 3])
    found = occupancy_from(rates, MONTHS, np.array([0.90]), 0)[0]
    full = 0.90 * (1 + 0.1 * (1 - ELECTIVE_SHARE))
    assert found[:3] == pytest.approx([0.90] * 3)
    assert 0.90 < found[3] < found[4] < found[5] < full
    assert found[5] == pytest.approx(full, abs=0.002)


def test_the_slope_is_found_again() -> None:
    # Performance falls by half a point for each point of occupancy, and by three points everywhere.
    occupancy = np.array([[0.90, 0.92], [0.93, 0.91], [0.88, 0.93], [0.95, 0.95]])
    change = -0.03 - 0.5 * (occupancy[:, 1] - occupancy[:, 0])
    performance = np.repeat(np.stack([np.full(4, 0.85), 0.85 + change], axis=1), 3, axis=1)
    rates = np.full((4, 6), 100.0)
    found = slope_of_performance(PublicMonths(MONTHS, performance, rates, rates, occupancy))
    assert found.value == pytest.approx(-0.5)
    assert (found.low, found.high) == pytest.approx((-0.5, -0.5), abs=1e-6)
    assert found.trusts == 4
