from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from flowsim.experiments.runs.trajectory import Milestone
from flowsim.report.four_hour_figure import ENOUGH_FOR_CENTILES, can_be_drawn, four_hour_figure, monthly
from flowsim.report.house_style import INTERVAL, MODEL, RECORD, SPREAD, month_ticks, png, svg
from tests.report.extents import outside
from tests.report.results import by_hand


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def test_a_month_has_its_mean_interval_replications_and_record_in_percent() -> None:
    share = monthly(by_hand(), "four_hour_performance")
    assert share.months == ("2016-08", "2016-09", "2016-10")
    assert share.mean == pytest.approx([80.5] * 3)
    assert share.each[:, 0] == pytest.approx([80.0, 81.0])
    np.testing.assert_allclose(share.published, [79.0, 79.0, np.nan])


def test_the_band_holds_nine_in_ten_replications() -> None:
    # 21 replications, 80 to 100: the 5th centile is the second, the 95th the last but one.
    assert monthly(by_hand(21), "four_hour_performance").spread[:, 0] == pytest.approx([81.0, 99.0])


def test_equal_results_give_equal_bytes() -> None:
    first, second = four_hour_figure(by_hand()), four_hour_figure(by_hand())
    assert png(first) == png(second)
    assert svg(first) == svg(second)
    assert png(first).startswith(b"\x89PNG")
    assert b"<svg" in svg(first)


@pytest.mark.parametrize("replications", [1, 2, ENOUGH_FOR_CENTILES])
def test_any_number_of_replications_can_be_drawn(replications: int) -> None:
    figure = four_hour_figure(by_hand(replications))
    bands = len(figure.axes[0].collections)
    lines = len(figure.axes[0].lines)
    assert len(figure.axes) == 2
    # The interval, and from enough replications on the band of single ones; before it a line for each.
    assert bands == (2 if replications >= ENOUGH_FOR_CENTILES else 1)
    assert lines == 3 + (replications if 1 < replications < ENOUGH_FOR_CENTILES else 0)


def test_the_standard_and_what_each_thing_is_stand_in_the_picture() -> None:
    texts = [text.get_text() for text in four_hour_figure(by_hand(20)).axes[1].texts]
    assert texts == ["standard, 95%", "nine in ten\nsingle runs", "model, mean and\nits 95% interval"]
    all_types = four_hour_figure(by_hand(20, published=())).texts[-1].get_text()
    assert "Published" not in all_types


def test_the_trajectory_stands_in_the_panel_of_all_types_and_what_comes_later_in_words() -> None:
    milestones = tuple(
        Milestone(month, share, what, "The plan")
        for month, share, what in (
            ("2016-09", 0.85, "plan"),
            ("2016-10", 0.87, "forecast"),
            ("2018-03", 0.95, "plan"),
        )
    )
    figure = four_hour_figure(by_hand(20, trajectory=milestones))
    assert [text.get_text() for text in figure.axes[0].texts] == ["plan, 85%", "forecast, 87%"]
    assert [float(y) for y in figure.axes[0].lines[-1].get_ydata()] == [85.0, 87.0]
    assert "plan for March 2018: 95%. Source: The plan." in figure.texts[-1].get_text()
    assert "rajectory" not in four_hour_figure(by_hand(20)).texts[-1].get_text()


def test_squares_are_told_only_where_some_are_drawn() -> None:
    later = (Milestone("2018-03", 0.95, "plan", "The plan"),)
    note = four_hour_figure(by_hand(20, trajectory=later)).texts[-1].get_text()
    assert "Trajectory, all types, after the period: plan for March 2018: 95%. Source: The plan." in note
    assert "Squares" not in note
    earlier = (Milestone("2016-07", 0.8, "plan", "The plan"),)
    assert "rajectory" not in four_hour_figure(by_hand(20, trajectory=earlier)).texts[-1].get_text()


@pytest.mark.parametrize("replications", [1, 2, ENOUGH_FOR_CENTILES])
def test_all_words_stand_inside_the_picture_of_a_short_run(replications: int) -> None:
    plan = (Milestone("2018-03", 0.95, "plan", "A plan of many words, one of a long list of them " * 5),)
    assert outside(four_hour_figure(by_hand(replications, trajectory=plan))) == []


def test_words_beyond_the_edge_would_be_found() -> None:
    figure = four_hour_figure(by_hand())
    figure.text(0.9, 0.5, "words that are too long")
    assert outside(figure) == ["words that are too long"]


def test_a_run_of_less_than_three_months_has_no_picture() -> None:
    results = by_hand()
    keep = [i for i, group in enumerate(results.group) if group != "month=2016-10"]
    short = replace(
        results,
        metric=tuple(results.metric[i] for i in keep),
        group=tuple(results.group[i] for i in keep),
        values=results.values[:, keep],
    )
    assert can_be_drawn(results)
    assert not can_be_drawn(short)


def test_every_layer_is_told_apart_in_grey() -> None:
    shades = sorted(luminance(colour) for colour in ("#ffffff", SPREAD, INTERVAL, MODEL))
    steps = [(light + 0.05) / (dark + 0.05) for dark, light in pairwise(shades)]
    assert min(steps) > 1.3
    assert luminance("#ffffff") / (luminance(RECORD) + 0.05) > 3


def test_no_screen_is_asked_for() -> None:
    assert type(four_hour_figure(by_hand()).canvas) is FigureCanvasAgg


def test_the_names_of_months_are_shorter_the_more_there_are() -> None:
    def ticks(count: int) -> list[str]:
        return month_ticks([f"{2016 + (3 + i) // 12}-{(3 + i) % 12 + 1:02}" for i in range(count)])

    assert ticks(12)[:2] == ["Apr\n2016", "May\n"] and ticks(12)[9] == "Jan\n2017"
    assert ticks(24)[:2] == ["A\n2016", "M\n"] and ticks(24)[9] == "J\n2017"
    assert ticks(120)[:2] == ["\n", "\n"] and ticks(120)[9] == "\n2017"
