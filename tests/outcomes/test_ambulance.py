from __future__ import annotations

import pytest

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, NAN, by_ambulance, days, walk_in, written


def test_handovers() -> None:
    # 15, 16, 30, 61 min; the fifth still stands outside, the walk-in has none.
    people = [
        by_ambulance(0, 15),
        by_ambulance(0, 16),
        by_ambulance(0, 30),
        by_ambulance(0, 61),
        by_ambulance(0, NAN),
    ]
    measured = measure(written(*people, walk_in(0, 90)), days(2))
    assert measured.fraction("ambulance_handover_over_15min") == (3, 4)
    assert measured.fraction("ambulance_handover_over_30min") == (1, 4)  # which the one over 60 is in
    assert measured.fraction("ambulance_handover_over_60min") == (1, 4)
    assert measured["ambulance_handover_mean"] == (15 + 16 + 30 + 61) / 4
    assert measured["ambulance_handover_p90"] == pytest.approx(30 + 0.7 * 31)
    # 0 + 1 + 15 + 46 = 62 min in 2 days
    assert measured["ambulance_hours_lost_per_day"] == 62 / 60 / 2


def test_a_handover_belongs_to_the_period_in_which_it_is_complete() -> None:
    people = [by_ambulance(DAY - 30, DAY - 10), by_ambulance(DAY - 30, DAY + 30)]
    measured = measure(written(*people), days(2, begins=1))
    assert measured.fraction("ambulance_handover_over_15min") == (1, 1)
    assert measured["ambulance_hours_lost_per_day"] == 45 / 60


def test_the_longest_queue_is_the_most_ambulances_outside_at_once() -> None:
    # Day 1: two overlap from 10 to 20 min; the third comes at the minute at which the second is handed over.
    # Day 2: one has stood there since day 1, nobody else comes. Day 3: nobody. Maxima 2, 1, 0.
    people = [
        by_ambulance(0, 20, 600),
        by_ambulance(10, 30, 600),
        by_ambulance(30, 40, 600),
        by_ambulance(1400, 1500, 2000),
    ]
    measured = measure(written(*people, end=3 * 1440), days(3))
    # 95th centile of 0, 1, 2 by interpolation: 1 + 0.9.
    assert measured["ambulances_outside_p95"] == pytest.approx(1.9, abs=1e-3)
    assert measured["ambulances_outside_p95", "day=2024-01-01"] == 2
    assert measured["ambulances_outside_p95", "day=2024-01-02"] == 1


def test_an_ambulance_that_still_waits_is_in_the_queue() -> None:
    measured = measure(written(by_ambulance(0, float("nan"))), days(2))
    assert measured["ambulances_outside_p95", "day=2024-01-02"] == 1


def test_an_ambulance_that_comes_at_the_end_is_in_nobodys_queue() -> None:
    measured = measure(written(by_ambulance(2 * 1440, 2 * 1440 + 30), end=3 * 1440), days(2))
    assert measured["ambulances_outside_p95", "day=2024-01-02"] == 0
