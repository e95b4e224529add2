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
