from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowsim.scenario.levers import find
from flowsim.scenario.loading import load
from flowsim.scenario.reference import BASELINE, form_of, markdown
from flowsim.scenario.schema import Scenario

PAGE = Path(__file__).parents[2] / "docs" / "levers.md"


@pytest.mark.golden
def test_the_page_of_levers_is_current(file_regression: FileRegressionFixture) -> None:
    file_regression.check(markdown(), fullpath=PAGE, encoding="utf-8", newline="\n")


def test_every_value_of_the_baseline_stands_in_it() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", markdown(), flags=re.MULTILINE)
    tree = load(BASELINE, Scenario).tree
    sections = {name: tree[name] for name in tree if isinstance(tree[name], dict) and name != "uncertain"}
    paths = [f"{section}.{name}" for section, inner in sections.items() for name in inner]
    assert [path for path in paths if not any(f"{one}.".startswith(f"{path}.") for one in listed)] == []
    shown = [line.split(" | ") for line in markdown().splitlines() if line.startswith("| `")]
    for path in (row[0].strip("| `") for row in shown if row[2] != "–" and len(row) == 5):
        assert find(tree, path)


def test_no_cell_breaks_the_table() -> None:
    rows = [re.sub(r"\\\|", "", line) for line in markdown().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {4, 6}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 1_000_000_000}, "whole number ≥ 1"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "number 0–1"),
        ({"type": "number", "exclusiveMinimum": 0}, "number > 0"),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "`true` or `false` or nothing"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
    ],
)
def test_a_form_is_told_in_words_with_its_range(form: dict[str, Any], words: str) -> None:
    assert form_of(form) == words
