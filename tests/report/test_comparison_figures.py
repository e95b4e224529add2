from __future__ import annotations

import pytest

from flowsim.report.difference_figure import BETTER, UNCLEAR, WORSE, colour_of, difference_figure
from flowsim.report.house_style import svg
from flowsim.report.waterfall_figure import waterfall_figure
from tests.report.comparisons import by_hand

TYPE1 = "four_hour_performance_type1"


@pytest.mark.parametrize(
    ("metric", "low", "high", "colour"),
    [
        (TYPE1, 0.01, 0.02, BETTER),
        (TYPE1, -0.02, -0.01, WORSE),
        ("mffd_patients", -3.0, -1.0, BETTER),
        ("mffd_patients", 1.0, 3.0, WORSE),
        (TYPE1, -0.01, 0.01, UNCLEAR),
        (TYPE1, float("nan"), float("nan"), UNCLEAR),
        ("attendances", 1.0, 3.0, UNCLEAR),
    ],
)
def test_a_colour_says_better_or_worse_only_where_the_interval_does(
    metric: str, low: float, high: float, colour: str
) -> None:
    assert colour_of(metric, low, high) == colour


def texts(figure: object) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]  # type: ignore[attr-defined]


def test_every_arm_has_its_difference_written_in_every_panel_with_what_is_clear_marked() -> None:
    figure = difference_figure(by_hand("earlier", "later"))
    assert len(figure.axes) == 4
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Later", "Earlier"]
    assert texts(figure)[:2] == ["−1.0*", "+2.0"]


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
    assert texts(figure) == ["75.0%", "+2.0 pts", "−1.0 pts", "−0.5 pts", "75.5%\n(+0.5 pts)"]
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    # In the order of drawing: the baseline, three changes, each ending where the next begins, the whole.
    assert tops == pytest.approx([75.0, 77.0, 76.0, 75.5, 75.5])


@pytest.mark.parametrize("replications", [1, 3])
def test_equal_comparisons_give_equal_bytes(replications: int) -> None:
    def drawn() -> tuple[bytes, ...]:
        comparison = by_hand("earlier", "later", "earlier+later", replications=replications)
        figures = (difference_figure(comparison), waterfall_figure(comparison, "earlier+later", TYPE1))
        return tuple(map(svg, figures))

    assert drawn() == drawn()
