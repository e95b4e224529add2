"""How a sweep is told: ranked in 80 columns, as Markdown for a pull request, as JUnit XML."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

from rich.console import Console
from scipy.special import stdtrit

from flowsim.experiments.sweeps.results import Sweep
from flowsim.report.sweep_json import sweep_json
from flowsim.report.sweep_table import sweep_junit, sweep_markdown, sweep_table
from tests.report.sweeps import swept_by_hand


def shown(swept: Sweep) -> str:
    stream = io.StringIO()
    Console(file=stream, width=80).print(sweep_table(swept))
    return stream.getvalue()


def test_the_table_ranks_the_arms_in_80_columns() -> None:
    text = shown(swept_by_hand())
    assert max(map(len, text.splitlines())) <= 80
    first = next(line for line in text.splitlines() if "beds+4" in line)
    assert first.split()[:4] == ["1", "beds+4", "83.5%", "+2.0*"]
    assert text.index("beds+4") < text.index("luck")
    assert "* clear also in view of the number of arms (Holm, 5% in all)" in " ".join(text.split())


def test_the_table_says_how_many_expectations_were_met_and_which_were_not() -> None:
    text = " ".join(shown(swept_by_hand()).split())
    assert "2 of 3 expectations met: not met: difference(four_hour_performance) >= 0.5pp in luck: " in text
    assert "in beds+4:" not in text
    assert "3 of 3 expectations met." in " ".join(
        shown(swept_by_hand(expect=swept_by_hand().expect[1:] * 3)).split()
    )


def test_one_replication_gives_no_interval() -> None:
    text = " ".join(shown(swept_by_hand(1)).split())
    assert "One replication gives no interval" in text
    assert "*" not in text.replace("*hospital*", "")


def test_markdown_begins_with_what_moved_in_the_baseline_then_in_every_arm() -> None:
    lines = sweep_markdown(swept_by_hand(shift=0.03), swept_by_hand()).splitlines()
    assert lines[0] == "### A sweep of \\<b\\>"
    assert lines[2] == "This change moves four-hour performance by 0.0 points, 95 % interval 0.0, in by-hand."
    assert "| beds+4 | +1.0 (+1.0) | +1.0 (+1.0) |" in lines


def test_markdown_says_by_how_much_and_how_sure() -> None:
    before = swept_by_hand()
    base, luck, _ = before.arms
    lucky = replace(base, results=luck.results)
    after = replace(before, arms=(lucky, *before.arms[1:]))
    each = 100 * (luck.results.values[:, 0] - base.results.values[:, 0])
    half = stdtrit(3, 0.975) * each.std(ddof=1) / 2
    mean, low, high = (
        f"{value:+.1f}".replace("-", "−") for value in (each.mean(), each.mean() - half, each.mean() + half)
    )
    assert sweep_markdown(after, before).splitlines()[2] == (
        "This change moves four-hour performance by "
        f"{mean} points, 95 % interval {low} to {high}, in by-hand."
    )
    assert "This change" not in sweep_markdown(after)


def test_a_change_that_moves_nothing_is_said_to() -> None:
    text = sweep_markdown(swept_by_hand(), swept_by_hand())
    assert "This change moves nothing: every figure of every arm is the same, bit for bit." in text


def test_an_arm_that_was_given_up_is_said_to_have_fewer_replications() -> None:
    swept = swept_by_hand()
    *others, last = swept.arms
    fewer = replace(last.results, numbers=(0, 1), values=last.results.values[:2])
    given_up = replace(swept, arms=(*others, replace(last, results=fewer)), _differences={})
    remark = "An arm that was given up has the mean of the replications it had"
    assert remark in " ".join(shown(given_up).split())
    assert remark not in " ".join(shown(swept).split())
    assert [arm.replications for arm in sweep_json(given_up).arms] == [4, 4, 2]


def test_markdown_shows_titles_as_they_are() -> None:
    text = sweep_markdown(swept_by_hand(title="[x](http://a) <img> |"))
    assert text.splitlines()[0] == "### \\[x\\](http://a) \\<img\\> \\|"


def test_every_row_of_the_markdown_table_has_as_many_cells() -> None:
    rows = [line for line in sweep_markdown(swept_by_hand()).splitlines() if line.startswith("|")]
    assert len(rows) == 5
    assert len({row.count("|") for row in rows}) == 1


def test_junit_has_a_case_for_each_arm_and_expectation() -> None:
    suites = ElementTree.fromstring(sweep_junit(swept_by_hand()))
    (suite,) = suites
    assert suite.attrib == {"name": "flowsim.by-hand", "tests": "3", "failures": "1"}
    failed = [case for case in suite if case.find("failure") is not None]
    assert [(case.get("classname"), case.get("name")) for case in failed] == [
        ("by-hand.luck", "difference(four_hour_performance) >= 0.5pp")
    ]
    failure = failed[0].find("failure")
    assert failure is not None
    assert "in luck: " in str(failure.get("message"))


def test_sweeps_that_kept_other_figures_are_not_compared_by_those() -> None:
    after = swept_by_hand()
    arms = [
        replace(
            arm,
            results=replace(
                arm.results, metric=("attendances",), group=("all",), values=arm.results.values[:, :1]
            ),
        )
        for arm in after.arms
    ]
    before = replace(after, arms=tuple(arms), rank_by="attendances")
    assert sweep_markdown(after, before).splitlines()[2] == (
        "No headline was kept both before and after this change."
    )
