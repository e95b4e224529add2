from __future__ import annotations

import pytest

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, days, written


def test_the_time_at_each_level_is_that_between_its_changes() -> None:
    # Level 1 to 08:00 of day 2, 3 to 20:00 of day 2, 2 from then on; day 1 is warm-up.
    places = [(0.0, "opel", 1), (DAY + 8 * HOUR, "opel", 3), (DAY + 20 * HOUR, "opel", 2)]
    measured = measure(written(end=4 * DAY, places=places), days(4, begins=1))
    assert measured["opel_days"] == 3
    by_level = [measured["opel_days", f"opel={n}"] for n in (1, 2, 3, 4)]
    assert by_level == pytest.approx([8 / 24, 52 / 24, 12 / 24, 0])
    assert measured["opel_days", "month=2024-01"] == 3
    assert measured["opel_level_mean"] == pytest.approx((8 * 1 + 12 * 3 + 52 * 2) / 72)


def test_a_level_kept_from_the_warm_up_counts_from_the_first_day() -> None:
    measured = measure(written(end=3 * DAY, places=[(HOUR, "opel", 4)]), days(3, begins=1))
    assert measured["opel_days", "opel=4"] == 2
    assert measured["opel_level_mean"] == 4
