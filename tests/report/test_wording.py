from __future__ import annotations

import math
from dataclasses import replace

import pytest

from flowsim.experiments.statistics.precision import read_precision
from flowsim.report import wording
from tests.report import comparisons
from tests.report.results import by_hand


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.8412, "share", "84.1%"),
        (142_450.4, "patients", "142,450"),
        (99.94, "patients", "99.9"),
        (0.0, "patients", "0"),
        (256.6, "minutes", "257 min"),
        (4.54, "days", "4.5 days"),
        (0.75, "patients a day", "0.8 a day"),
        (0.594, "ratio", "0.59"),
        (math.nan, "share", "–"),
    ],
)
def test_a_figure_reads_with_its_unit(value: float, unit: str, text: str) -> None:
    assert wording.with_unit(value, unit) == text


def test_bounds_have_the_decimals_of_the_figure_between_them() -> None:
    assert wording.span(59.4, 627.1, "patients", 343.0) == "59–627"
    assert wording.span(8.2, 101.4, "patients", 54.8) == "8.2–101.4"


def test_a_bound_that_is_not_0_does_not_read_as_0() -> None:
    assert wording.signed_span(0.0004, 0.012, "share", 0.006) == "+0.04 to +1.2"
    assert wording.signed_span(-0.0004, 0.012, "share", 0.006) == "−0.04 to +1.2"
    assert wording.signed_span(-0.3, 250.0, "", 120.0) == "−0.3 to +250"
    # The companions: 0 itself, and what even one more decimal does not show.
    assert wording.signed_span(0.0, 0.012, "share", 0.006) == "0.0 to +1.2"
    assert wording.signed_span(-1e-17, 0.012, "share", 0.006) == "0.0 to +1.2"


def test_no_bound_is_beyond_what_can_be() -> None:
    assert wording.span(-0.2, 1.06, "share", 0.9) == "0.0–100.0"
    assert wording.span(-3.0, 4.0, "patients", 0.5) == "0–4.0"


def test_bounds_that_are_equal_are_one() -> None:
    assert wording.span(0.0, 0.0, "patients", 0.0) == "0"


def test_months_read_as_words() -> None:
    assert wording.months(["2016-04"]) == "April 2016"
    assert wording.months(["2016-04", "2016-10"]) == "April to October 2016"
    assert wording.months(["2016-11", "2017-02"]) == "November 2016 to February 2017"


def test_a_title_cannot_move_the_cursor_or_turn_the_text() -> None:
    assert wording.plain("A\x1b[2J hospital\u202e\n") == "A[2J hospital"


def test_a_queue_that_grows_is_told_in_words() -> None:
    (sentence,) = wording.overload(by_hand(3))
    assert sentence.startswith(
        "in 3 of 3 replications the queue for pathway 2 places in FG was still growing at the end, "
        "from 1 September 2016 on by about 0.5 patients a day to 41 waiting."
    )


def test_a_precision_is_told_with_what_it_would_take() -> None:
    # Ten replications of 80 to 89: sd 3.03 points, half-width 2.262 * 3.03 / sqrt(10) = 2.17 points.
    (reached,) = wording.precision(by_hand(10, precision=read_precision("3pp")))
    assert reached == (
        "Within four hours, all types is known to ± 2.2 points after 10 replications, as was asked for "
        "(± 3 points)."
    )
    (missed,) = wording.precision(by_hand(10, precision=read_precision("0.5pp")))
    assert missed.endswith(
        "not to the ± 0.5 points asked for. About 188 would probably do: --max-replications 188."
    )
    (unknown,) = wording.precision(by_hand(1, precision=read_precision("0.5pp")))
    assert unknown.endswith("fewer than two replications have a figure, so nothing can be said.")


def test_arms_are_called_by_their_titles_and_by_their_names_too_where_two_share_one() -> None:
    comparison = comparisons.by_hand("earlier", "later")
    assert wording.titles(comparison.arms) == {"earlier": "Earlier", "later": "Later"}
    same = [replace(arm, title="The same") for arm in comparison.arms]
    assert wording.titles(same) == {"earlier": "The same (earlier)", "later": "The same (later)"}
