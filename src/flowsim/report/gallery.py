"""Which pictures there are of a run and of a comparison, each with words for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.results import Results
from flowsim.report import wording
from flowsim.report.comparison_table import PACKAGE_METRIC
from flowsim.report.difference_figure import difference_figure
from flowsim.report.figure import can_be_drawn, four_hour_figure, pictures
from flowsim.report.forecast_figure import can_be_forecast, forecast_figure
from flowsim.report.waterfall_figure import waterfall_figure


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A picture, and what it shows."""

    figure: Figure
    shows: str


def files(drawn: Mapping[str, Drawn]) -> dict[str, bytes]:
    """Return pictures as PNG and as SVG, by the names of their files."""
    return pictures({name: one.figure for name, one in drawn.items()})


def of_run(results: Results) -> dict[str, Drawn]:
    """Return the pictures of a run, by the names of their files."""
    title = wording.plain(results.about.title)
    drawn = {}
    if can_be_drawn(results):
        drawn["four_hour_performance"] = Drawn(
            four_hour_figure(results),
            f"{title}: patients who left within four hours by month, all types and type 1, the model "
            "with its "
            "95% interval, the published record and the standard. The figures are in summary.csv.",
        )
    if can_be_forecast(results):
        drawn["forecast"] = Drawn(
            forecast_figure(results), f"{title}: the forecast by day, with the spread of single runs."
        )
    return drawn


def of_comparison(comparison: Comparison) -> dict[str, Drawn]:
    """Return the pictures of a comparison, by the names of their files."""
    drawn = {
        "differences": Drawn(
            difference_figure(comparison),
            "How each arm differs from the baseline in the headlines, with paired 95% intervals; the "
            "tables have "
            "the same figures.",
        )
    }
    for package in comparison.packages:
        drawn[f"waterfall-{package.name}"] = Drawn(
            waterfall_figure(comparison, package.name, PACKAGE_METRIC),
            f"What each intervention of {package.name} does alone, their interaction and all together, "
            "with 95% "
            "intervals.",
        )
    return drawn
