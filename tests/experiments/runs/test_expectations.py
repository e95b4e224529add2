"""Expectations: read with care, judged on the bound that is nearer to failing."""

from __future__ import annotations

import math

import pytest

from flowsim.experiments.runs.expectations import Clause
from flowsim.experiments.runs.results import Figure

FIGURE = Figure(mean=0.86, sd=0.02, low=0.84, high=0.88)


@pytest.mark.parametrize(
    ("text", "metric", "group", "difference", "operator", "limit"),
    [
        ("four_hour_performance >= 0.85", "four_hour_performance", "all", False, ">=", 0.85),
        (" four_hour_performance>85% ", "four_hour_performance", "all", False, ">", 0.85),
        ("bed_occupancy[month=2016-01] <= .95", "bed_occupancy", "month=2016-01", False, "<=", 0.95),
        ("difference(four_hour_performance) >= -0.5pp", "four_hour_performance", "all", True, ">=", -0.005),
        ("difference( attendances[all] ) < 10", "attendances", "all", True, "<", 10.0),
        ("bed_occupancy <= 1.05", "bed_occupancy", "all", False, "<=", 1.05),
        ("difference(mffd_patients) < -20", "mffd_patients", "all", True, "<", -20.0),
        ("mffd_patients < +3.5", "mffd_patients", "all", False, "<", 3.5),
    ],
)
def test_a_clause_is_read(
    text: str, metric: str, group: str, difference: bool, operator: str, limit: float
) -> None:
    clause = Clause.parse(text)
    assert (clause.metric, clause.group, clause.difference) == (metric, group, difference)
    assert (clause.operator, clause.limit, clause.text) == (operator, limit, text.strip())


@pytest.mark.parametrize(
    ("text", "character", "message"),
    [
        ("four_hour_performanc >= 0.85", 1, 'must be a metric; found "four_hour_performanc"; did you mean '),
        ("difference(four_hour) >= 1pp", 12, 'must be a metric; found "four_hour"'),
        ("difference(four_hour_performance >= 1pp", 34, 'must have ")" here'),
        ("four_hour_performance => 0.85", 23, "must have one of >=, >, <=, < here"),
        ("four_hour_performance >= nan", 26, "must have a number here"),
        ("four_hour_performance", 22, "must have one of"),
        ("", 1, "must have a metric here"),
        ("four_hour_performance >= 0.85 or more", 31, "must end here"),
        ("four_hour_performance[ward=amu] > 0", 23, 'unknown group of four_hour_performance "ward"'),
        ("attendances >= 10%", 18, "must have no %: attendances is in patients"),
        ("four_hour_performance >= 85pp", 28, "must be in % of a share"),
        ("four_hour_performance >= 82", 26, "four_hour_performance must be from 0 to 1; found 82 (82 %"),
        ("four_hour_performance > 150%", 25, "four_hour_performance must be from 0 to 1; found 1.5"),
        ("bed_occupancy <= 95", 18, "bed_occupancy must be from 0 to 2; found 95 (95 % is 0.95)"),
        ("mffd_patients <= -1", 18, "mffd_patients must be 0 or more; found -1"),
        (
            "difference(four_hour_performance) >= 5",
            38,
            "four_hour_performance must be from -1 to 1; found 5 (5 pp is 0.05)",
        ),
        ("difference(four_hour_performance) >= 1%", 39, "must be in pp, points of a share"),
    ],
)
def test_a_clause_that_cannot_be_read_is_refused_at_its_character(
    text: str, character: int, message: str
) -> None:
    with pytest.raises(ValueError) as caught:
        Clause.parse(text)
    first, shown, pointer = str(caught.value).splitlines()
    assert first.startswith(message)
    assert shown == text
    assert pointer.startswith(" " * (character - 1) + f"^ character {character},")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r'must be a clause such as "four_hour_performance >= 0.85"; found 3'
    ):
        Clause.parse(3)


@pytest.mark.parametrize(
    ("text", "on_bound", "on_mean"),
    [
        ("four_hour_performance >= 0.84", True, True),
        ("four_hour_performance > 0.84", False, True),
        ("four_hour_performance >= 0.85", False, True),
        ("four_hour_performance >= 0.87", False, False),
        ("four_hour_performance <= 0.88", True, True),
        ("four_hour_performance < 0.87", False, True),
        ("four_hour_performance < 0.85", False, False),
    ],
)
def test_a_figure_is_judged_on_the_nearer_bound_or_on_its_mean(
    text: str, on_bound: bool, on_mean: bool
) -> None:
    clause = Clause.parse(text)
    assert clause.holds(FIGURE) is on_bound
    assert clause.holds(FIGURE, on="mean") is on_mean


def test_without_an_interval_only_the_mean_can_be_judged() -> None:
    alone = Figure(mean=0.9, sd=math.nan, low=math.nan, high=math.nan)
    clause = Clause.parse("four_hour_performance >= 0.85")
    assert not clause.holds(alone)
    assert clause.holds(alone, on="mean")
    assert not clause.holds(Figure(math.nan, math.nan, math.nan, math.nan), on="mean")
