from __future__ import annotations

from functools import cache

import pytest
from rich.console import Console

from flowsim.report.validation_figure import PANELS
from flowsim.report.validation_json import validate_json
from flowsim.report.validation_report import validation_files
from flowsim.report.validation_table import validation_table
from flowsim.validation.judging import MISSED
from flowsim.validation.public_months import PERFORMANCE
from flowsim.validation.validation import Validation, conclude
from tests.validation.by_hand import baseline_plan, by_hand

SEVEN = "months=2016-04 to 2016-10"


@cache
def found(level: float) -> Validation:
    return conclude(baseline_plan(), {"it": by_hand({(PERFORMANCE, SEVEN): level})})


@cache
def files(level: float) -> dict[str, str]:
    return {
        name: content.decode()
        for name, content in validation_files(found(level)).items()
        if name[-3:] != "png"
    }


def section(text: str, head: str) -> str:
    """Return what stands between a heading that begins so and the next."""
    rest = text[text.index(head) :]
    return rest[: rest.index("\n#", 1)]


def row_of(text: str) -> bool:
    return "| Within four hours, type 1 | April to October 2016 | 73.5% | 1.5 points |" in text


def test_a_target_that_is_missed_stands_among_the_missed_and_one_that_is_met_does_not() -> None:
    missed, met = files(0.60)["report.md"], files(0.735)["report.md"]
    assert row_of(section(missed, "### Not within tolerance"))
    assert not row_of(section(missed, "### Within tolerance"))
    assert not row_of(section(met, "### Not within tolerance"))
    assert row_of(section(met, "### Within tolerance"))


def test_what_was_missed_comes_before_what_was_met() -> None:
    text = files(0.60)["report.md"]
    heads = [
        "### Not within tolerance",
        "### Within tolerance",
        "### Shown, not judged",
        "### Not comparable",
    ]
    assert sorted(heads, key=text.index) == heads


def test_the_count_is_that_of_the_verdicts() -> None:
    missed = len(found(0.60).missed)
    assert missed == len(found(0.735).missed) + 1
    assert f"{missed} are not" in files(0.60)["report.md"]
    assert f"### Not within tolerance: {missed}" in files(0.60)["report.md"]


def test_nothing_is_left_out() -> None:
    text = files(0.60)["report.md"]
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    for one in found(0.60).judged:
        assert any(line.startswith(f"| {one.target.name}") for line in rows), one.target.name
        assert one.target.source[:30].replace("_", "\\_") in text
    assert len(files(0.60)["targets.csv"].splitlines()) == 1 + len(found(0.60).judged)


def test_html_and_markdown_have_the_same_tables() -> None:
    html, markdown = files(0.60)["report.html"], files(0.60)["report.md"]
    assert html.count("<table>") == markdown.count("\n| ---")
    assert html.count("<h2 ") + html.count("<h3 ") == markdown.count("\n## ") + markdown.count("\n### ")


def test_predictions_are_said_to_be_and_kept_back_figures_are_nowhere() -> None:
    text = files(0.60)["report.md"]
    assert "## Predictions for November 2016 to March 2017" in text
    assert "no prediction can be made" in text
    lines = files(0.60)["predictions.csv"].splitlines()
    models = {line.split(",")[0] for line in lines[1:]}
    assert {"flowsim", "persistence", "seasonal mean", "offered load"} <= models | {
        line.split('"')[1] for line in lines if line.startswith('"')
    }


def test_the_picture_has_both_figures() -> None:
    assert PANELS == ("four_hour_performance_type1", "four_hour_performance")
    assert validation_files(found(0.60))["four-hour.png"].startswith(b"\x89PNG")


def test_equal_results_give_equal_bytes() -> None:
    assert validation_files(found(0.60)) == validation_files(conclude(baseline_plan(), found(0.60).sets))


def test_the_terminal_shows_what_was_missed_in_80_columns() -> None:
    console = Console(width=80, record=True, file=None, quiet=True)
    console.print(validation_table(found(0.60)))
    with console.capture() as capture:
        console.quiet = False
        console.print(validation_table(found(0.60)))
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("Not within tolerance") for line in lines)
    assert any(line.startswith("Predictions") for line in lines)


def test_json_holds_every_target() -> None:
    printed = validate_json(found(0.60)).model_dump()
    assert len(printed["targets"]) == len(found(0.60).judged)
    assert sum(one["verdict"] == MISSED for one in printed["targets"]) == len(found(0.60).missed)
    assert printed["counts"]["calibrate"][MISSED] >= 1
    assert printed["simple"]["on_a_rolling_origin"][0]["mean_absolute_error"] == pytest.approx(
        min(one["mean_absolute_error"] for one in printed["simple"]["on_a_rolling_origin"])
    )
