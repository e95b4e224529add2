from __future__ import annotations

import datetime as dt

from flowsim.pathways.seasons import added_up, in_months
from flowsim.timeline import DAY


def test_a_season_is_its_months() -> None:
    winter = in_months(("Dec", "Jan", "Feb", "Mar"), dt.datetime(2016, 11, 30), 200 * DAY)
    # 30 November, then 31 + 31 + 28 + 31 days of winter.
    assert winter.times.tolist() == [0, 1 * DAY, 122 * DAY]
    assert winter.levels.tolist() == [0, 1, 0]


def test_spans_add_up_while_they_overlap() -> None:
    origin = dt.datetime(2016, 4, 1)
    spans = [(dt.date(2016, 4, 2), 3, 5.0), (dt.date(2016, 4, 4), 2, 2.0), (dt.date(2016, 3, 30), 3, 1.0)]
    levels = added_up(spans, origin)
    assert (levels.times / DAY).tolist() == [0, 1, 3, 4, 5]
    assert levels.levels.tolist() == [1, 5, 7, 2, 0]


def test_nothing_adds_up_to_nothing() -> None:
    assert added_up([], dt.datetime(2016, 4, 1)).levels.tolist() == [0]
