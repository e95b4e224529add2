from __future__ import annotations

import pytest

from flowsim.finance.appraised import Range
from flowsim.report.house_style import GREY, MODEL, RECORD
from flowsim.report.pack.worth_figure import colour_of


@pytest.mark.parametrize(
    ("low", "high", "colour"), [(1.0, 3.0, MODEL), (-3.0, -1.0, RECORD), (-1.0, 3.0, GREY), (0.0, 3.0, GREY)]
)
def test_a_worth_is_gain_or_loss_only_where_its_interval_is(low: float, high: float, colour: str) -> None:
    assert colour_of(Range(1.0, low, high)) == colour
