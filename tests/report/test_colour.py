from __future__ import annotations

import io
import math
import re

import pytest
from rich.console import Console

from flowsim.report.colour import BETTER, WORSE, coloured
from flowsim.report.comparison_table import comparison_table
from tests.report.comparisons import by_hand


@pytest.mark.parametrize(
    ("metric", "low", "high", "style"),
    [
        # More within four hours is better, more waits are worse.
        ("four_hour_performance", 0.01, 0.02, BETTER),
        ("four_hour_performance", -0.02, -0.01, WORSE),
        ("dta_waits_over_12h", 1.0, 9.0, WORSE),
        ("dta_waits_over_12h", -9.0, -1.0, BETTER),
        # The interval has no change in it, or is not there, or neither way is better.
        ("four_hour_performance", -0.01, 0.02, ""),
        ("four_hour_performance", 0.0, 0.0, ""),
        ("four_hour_performance", math.nan, math.nan, ""),
        ("attendances", 1.0, 2.0, ""),
    ],
)
def test_a_difference_is_coloured_where_its_interval_leaves_out_no_change(
    metric: str, low: float, high: float, style: str
) -> None:
    text = coloured("+1.0", metric, low, high)
    assert (text.plain, text.style) == ("+1.0", style)


def shown(*, colour: bool) -> str:
    stream = io.StringIO()
    terminal = Console(
        file=stream, width=80, force_terminal=True, color_system="standard", no_color=not colour
    )
    terminal.print(comparison_table(by_hand("earlier")))
    return stream.getvalue()


def test_colour_says_nothing_that_signs_do_not() -> None:
    # Fewer beds in use and fewer who are medically fit are better: cyan, which is 36.
    with_colour, without = shown(colour=True), shown(colour=False)
    assert re.findall(r"\x1b\[(3\d)m *([^\x1b ]+)", with_colour) == [("36", "−1.0"), ("36", "−10.0")]
    assert not re.search(r"\x1b\[3\d", without)
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in (with_colour, without)]
    assert plain[0] == plain[1]
