from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.warm_up import WarmUp
from flowsim.experiments.statistics.precision import read_precision
from flowsim.outcomes import METRICS
from flowsim.report.comparison_json import compare_json
from flowsim.report.comparison_table import NET, PACKAGE_METRIC, RANKED, ROWS, comparison_table
from flowsim.report.terminal import WIDTH
from tests.report.comparisons import by_hand


def shown(comparison: Comparison) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=WIDTH).print(comparison_table(comparison))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_every_row_is_a_metric_and_stands_once() -> None:
    rows = [name for names in ROWS.values() for name in names]
    assert {*rows, *RANKED, PACKAGE_METRIC} <= set(METRICS)
    assert len(rows) == len(set(rows))


def test_one_arm_is_shown_in_full_with_signs_points_and_who_changed() -> None:
    # Type 1: 1, 3 and 2 points more, sd 1, half-width 4.303 / sqrt(3) = 2.48.
    lines = shown(by_hand("earlier"))
    assert lines[:3] == [
        "A hospital",
        "1 April 2016 to 31 March 2017, 3 replications, seed 7",
        "The same patients in every arm",
    ]
    assert " Within four hours, type 1                 75.0%   77.0% +2.0 pts   −0.5 to +4.5" in lines
    assert " Bed occupancy, midnight                   96.0%   95.0% −1.0 pts          −1.0*" in lines
    assert " Type 1 four-hour breaches            300       100      −200               −200" in lines
    assert "   wait for handover                    0       100      +100               +100" in lines
    assert "   wait for bed                       300         0      −300               −300" in lines
    assert "earlier: in the baseline only 7, in this arm only 3." in lines


def test_what_is_clear_is_marked_and_what_is_not_is_not() -> None:
    lines = shown(by_hand("earlier"))
    [occupancy] = [line for line in lines if "Bed occupancy" in line]
    [four_hours] = [line for line in lines if "Within four hours" in line]
    assert occupancy.endswith("*")
    assert not four_hours.endswith("*")


def test_many_arms_are_ranked_and_a_package_is_taken_apart() -> None:
    lines = shown(by_hand("later", "earlier+later", "earlier"))
    names = [line.split()[0] for line in lines if "pts" in line and "(" in line]
    assert names == ["earlier", "earlier+later", "later"]
    head = lines.index("How earlier+later works together")
    assert [line.split("  ")[0].strip() for line in lines[head + 2 : head + 7]] == [
        "earlier alone",
        "later alone",
        "Sum of these",
        "Interaction",
        "All together",
    ]
    assert " Interaction                                         −0.5 pts               −0.5" in lines


def test_no_line_is_cut_or_wider_than_eighty_columns() -> None:
    for names in (("earlier",), ("earlier", "later", "earlier+later")):
        lines = shown(by_hand(*names))
        assert all(len(line) <= WIDTH for line in lines)
        assert not any("…" in line for line in lines)


@pytest.mark.parametrize("name", NET)
def test_what_is_shown_in_one_line_is_counted(name: str) -> None:
    assert (name, "all") in by_hand("earlier").words


def test_one_replication_says_that_there_is_no_interval() -> None:
    lines = shown(by_hand("earlier", replications=1))
    assert "One replication gives no interval; ask for more with --replications." in lines


def test_a_precision_that_was_not_reached_is_told() -> None:
    asked = read_precision("four_hour_performance_type1=0.1pp")
    text = " ".join(shown(replace(by_hand("earlier"), asked=asked)))
    assert "the precision four_hour_performance_type1=0.1pp of the difference was not reached" in text


def test_what_to_beware_of_in_any_arm_is_told_once() -> None:
    short = WarmUp(days=14.0, judged_days=0, settled_after_days=None)
    comparison = by_hand("earlier", "later")
    warned = replace(
        comparison,
        baseline=replace(comparison.baseline, warm_up=short),
        arms=tuple(replace(arm, results=replace(arm.results, warm_up=short)) for arm in comparison.arms),
    )
    told = "Warning: a warm-up of 14 days may be too short"
    assert sum(line.startswith(told) for line in shown(warned)) == 1
    assert compare_json(warned).warnings == [short.warning]
    assert not any("Warning" in line for line in shown(comparison))


def test_what_did_nothing_is_remarked_on() -> None:
    remark = "elsewhere: Nothing differed in any replication: in this period it may not act at all."
    assert remark in " ".join(shown(by_hand("elsewhere")))
    assert "Nothing differed" not in " ".join(shown(by_hand("earlier")))
