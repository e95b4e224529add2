from __future__ import annotations

from pathlib import Path

from flowsim.outcomes import METRICS
from flowsim.outcomes.catalogue import markdown

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_the_page_of_metrics_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == markdown(), "run: python -m flowsim.outcomes.catalogue > docs/metrics.md"


def test_every_metric_stands_in_it_once() -> None:
    for name in METRICS:
        assert markdown().count(f"| `{name}` |") == 1


def test_no_cell_breaks_the_table() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {9}
