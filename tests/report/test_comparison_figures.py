from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from flowsim.report.difference_figure import BETTER, UNCLEAR, WORSE, colour_of, difference_figure
from flowsim.report.house_style import svg
from flowsim.report.waterfall_figure import waterfall_figure
from tests.report.comparisons import by_hand
from tests.report.extents import outside, overlapping

TYPE1 = "four_hour_performance_type1"


@pytest.mark.parametrize(
    ("metric", "mean", "clear", "colour"),
    [
        (TYPE1, 0.01, True, BETTER),
        (TYPE1, -0.01, True, WORSE),
        ("mffd_patients", -1.0, True, BETTER),
        ("mffd_patients", 1.0, True, WORSE),
        (TYPE1, 0.01, False, UNCLEAR),
        (TYPE1, -0.01, False, UNCLEAR),
        ("attendances", 1.0, True, UNCLEAR),
    ],
)
def test_a_colour_says_better_or_worse_only_of_what_is_clear(
    metric: str, mean: float, clear: bool, colour: str
) -> None:
    assert colour_of(metric, mean, clear=clear) == colour


def texts(figure: object) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]  # type: ignore[attr-defined]


def test_every_arm_has_its_difference_written_in_every_panel_with_what_is_clear_marked() -> None:
    figure = difference_figure(by_hand("earlier", "later"))
    assert len(figure.axes) == 4
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Later", "Earlier"]
    assert texts(figure)[:2] == ["−1.0*", "+2.0"]


def dots(figure: Figure, panel: int = 0) -> dict[float, tuple[str, str]]:
    """Return the face and the edge of each dot in a panel, by its mean."""
    lines = [line for line in figure.axes[panel].lines if line.get_marker() == "o"]
    return {
        round(float(line.get_xdata()[0]), 3): (line.get_markerfacecolor(), line.get_markeredgecolor())
        for line in lines
    }


def test_a_dot_is_filled_where_the_difference_is_clear_and_hollow_where_it_may_be_luck() -> None:
    # In every replication 1 point worse; 2 points better on average, with an interval of 2 +- 2.5.
    assert dots(difference_figure(by_hand("earlier", "later"))) == {
        -1.0: (WORSE, "white"),
        2.0: ("white", UNCLEAR),
    }


def test_an_interval_without_zero_is_hollow_where_it_is_one_of_many() -> None:
    comparison = by_hand("earlier", "later")
    one = comparison.difference("later", "dta_waits_over_12h")
    assert one.low > 0
    assert not one.clear
    assert dots(difference_figure(comparison), 1)[one.mean] == ("white", UNCLEAR)


def test_where_it_is_better_stands_at_each_axis() -> None:
    labels = [ax.get_xlabel() for ax in difference_figure(by_hand("earlier")).axes]
    assert labels[:2] == ["percentage points, better →", "← better, patients"]


def test_a_waterfall_goes_from_the_baseline_to_the_whole() -> None:
    figure = waterfall_figure(by_hand("earlier", "later", "earlier+later"), "earlier+later", TYPE1)
    [ax] = figure.axes
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        "Baseline",
        "Earlier",
        "Later",
        "Interaction",
        "All together",
    ]
    assert texts(figure) == ["75.0%", "+2.0 pts", "−1.0 pts*", "−0.5 pts", "75.5%\n(+0.5 pts)"]
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    assert outside(figure) == overlapping(figure) == []
    edges = [to_hex(bar.get_edgecolor()) for bar in ax.patches[1:4]]
    faces = [to_hex(bar.get_facecolor()) for bar in ax.patches[1:4]]
    assert (faces, edges) == (["#ffffff", WORSE, "#ffffff"], [UNCLEAR, WORSE, UNCLEAR])
    # In the order of drawing: the baseline, three changes, each ending where the next begins, the whole.
    assert tops == pytest.approx([75.0, 77.0, 76.0, 75.5, 75.5])


@pytest.mark.parametrize("replications", [1, 3])
def test_equal_comparisons_give_equal_bytes(replications: int) -> None:
    def drawn() -> tuple[bytes, ...]:
        comparison = by_hand("earlier", "later", "earlier+later", replications=replications)
        figures = (difference_figure(comparison), waterfall_figure(comparison, "earlier+later", TYPE1))
        return tuple(map(svg, figures))

    assert drawn() == drawn()
