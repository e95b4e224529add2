from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from flowsim.calibration.observations import Observation
from flowsim.report.calibration_figure import _on_own_scale, calibration_figure
from flowsim.report.calibration_json import calibration_json
from flowsim.report.calibration_table import calibration_table, shown, verdict
from flowsim.report.house_style import png
from tests.report.calibrations import by_hand
from tests.report.extents import overlapping


def printed(left: float = 0.04, year: float = 0.75) -> str:
    text = io.StringIO()
    Console(width=80, file=text).print(calibration_table(by_hand(left, year)))
    return text.getvalue()


def test_the_table_fits_80_columns_and_has_each_parameter_and_figure() -> None:
    text = printed()
    assert max(map(len, text.splitlines())) <= 80
    for words in ("acute stay", "×0.8–1.2", "−16 to +0", "8 h–12 h", "found", "not identified"):
        assert words in text
    assert "May 2016" in text
    assert "April to" in text


def test_a_parameter_whose_spread_is_as_before_is_not_identified() -> None:
    table = by_hand().of_parameters().set_index("parameter")
    assert table["verdict"].to_dict() == {
        "acute_stay": "found",
        "majors_spaces": "not identified",
        "full_capacity_after": "found",
    }
    # A fifth of the range, evenly: the spread of the range itself, divided by five.
    assert table.loc["acute_stay", "spread_left"] == pytest.approx(0.2, abs=0.005)
    assert table.loc["acute_stay", "plausible_50"] == 1.0


def test_parameters_that_go_together_are_told_and_others_are_not() -> None:
    (tied,) = by_hand().tied
    assert tied[:2] == ("acute_stay", "full_capacity_after")
    assert tied[2] == pytest.approx(1)
    assert any("only together, as large together" in sentence for sentence in verdict(by_hand()))


def test_the_first_sentence_says_whether_anything_agrees() -> None:
    assert verdict(by_hand())[0] == "4% of what the ranges allow is not ruled out by the figures."
    assert verdict(by_hand(left=0))[0].startswith("Less than 1 in 16,384 of what the ranges allow")
    assert verdict(by_hand(left=0, agreeing=0))[0].startswith("No set of values")


def test_a_figure_outside_the_models_years_is_marked_and_counted() -> None:
    assert not any("outside" in sentence for sentence in verdict(by_hand()))
    off = verdict(by_hand(year=0.9))
    assert "1 of 2 figures lie outside nine in ten of the model's years." in off
    lines = [line for line in printed(year=0.9).splitlines() if "May 2016" in line]
    assert lines[0].rstrip().endswith("!")


def test_what_the_emulators_knew_of_their_doubt_is_said() -> None:
    assert any("75% lay within two standard deviations" in sentence for sentence in verdict(by_hand()))


def test_a_sample_that_has_not_settled_is_told_and_another_is_not() -> None:
    assert not any("settled" in sentence for sentence in verdict(by_hand(drift=-3.9)))
    rising, falling = (verdict(by_hand(drift=drift))[-1] for drift in (57.7, -4.1))
    assert "has not settled: moved on, it still becomes more likely, by 58 standard errors" in rising
    assert "less likely, by 4 standard errors" in falling


def test_the_same_stands_in_json() -> None:
    form = calibration_json(by_hand())
    assert [one.verdict for one in form.parameters] == ["found", "not identified", "found"]
    assert form.emulators_within_two_sd == [None, 0.75]
    assert form.figures[1].observed_high == 257
    assert form.verdict == verdict(by_hand())


@pytest.mark.parametrize(
    ("verb", "value", "text"),
    [("times", 1.125, "×1.12"), ("add", -16, "−16"), ("add", 0, "+0"), ("set", "578 min", "9.63 h")],
)
def test_values_are_shown_with_the_sign_of_their_verb(verb: str, value: object, text: str) -> None:
    assert shown(verb, value) == text


def test_a_scale_holds_the_observed_figure_however_far_off_it_is() -> None:
    assert all(0 <= at <= 1 for at in _on_own_scale(0.7, 0.8, 0.75, 0.2, 0.2))
    assert _on_own_scale(0.7, 0.8, 0.75) == pytest.approx([0.25, 0.75, 0.5])
    assert _on_own_scale(1.0, 1.0, 1.0) == [0.5, 0.5, 0.5]


def test_the_picture_names_everything_and_equal_calibrations_give_equal_bytes() -> None:
    figure = calibration_figure(by_hand())
    upper, lower = figure.axes
    assert upper.get_yticklabels()[0].get_text() == "acute stay"
    assert "May 2016" in lower.get_yticklabels()[0].get_text()
    assert png(figure) == png(calibration_figure(by_hand()))


def test_rows_are_as_far_apart_as_their_names_are_high() -> None:
    one = by_hand()
    spread = Observation(
        "four_hour_performance_type1", "months=2016-04 to 2016-10", 0.03, 0.03, 0.01, "x", "months_sd"
    )
    long = replace(one, figures=(spread,) * 4, checked=np.repeat(one.checked[..., :1], 4, axis=-1))
    figure = calibration_figure(long)
    names = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert [name.count("\n") for name in names] == [2] * 4
    assert overlapping(figure) == []
