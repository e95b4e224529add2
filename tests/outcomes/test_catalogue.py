from __future__ import annotations

from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowsim.outcomes import METRICS
from flowsim.outcomes.catalogue import markdown

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


@pytest.mark.golden
def test_the_page_of_metrics_is_current(file_regression: FileRegressionFixture) -> None:
    file_regression.check(markdown(), fullpath=PAGE, encoding="utf-8", newline="\n")


def test_every_metric_stands_in_it_once() -> None:
    for name in METRICS:
        assert markdown().count(f"| `{name}` |") == 1


def test_no_cell_breaks_the_table() -> None:
    rows = [line for line in markdown().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {9}
