"""Which pictures there are of a run and of a comparison, each with words for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.results import Results
from flowsim.report import (
    bed_clock_figure,
    flow_figure,
    levels_figure,
    medically_fit_figure,
    spc_figure,
    week_figure,
    wording,
)
from flowsim.report.comparison_table import PACKAGE_METRIC
from flowsim.report.difference_figure import difference_figure
from flowsim.report.forecast_figure import can_be_forecast, forecast_figure
from flowsim.report.four_hour_figure import can_be_drawn, four_hour_figure
from flowsim.report.house_style import pictures
from flowsim.report.waterfall_figure import waterfall_figure

LEVELS = {
    "waits": (
        levels_figure.cascade_figure,
        "how many type 1 patients attended and how many waited over 4 and over 12 hours, from arrival and "
        "from the decision to admit",
    ),
    "breaches": (levels_figure.breaches_figure, "what the longest single wait of type 1 breaches was for"),
    "way_out": (
        levels_figure.leaving_figure,
        "medically fit patients, the wait for a discharge-to-assess service and its occupancy, by pathway",
    ),
}
"""Pictures of the baseline and every arm, by the name of their file, with what they show."""


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
    return of_baseline(results) | of_levels({results.about.name: results})


def of_baseline(results: Results) -> dict[str, Drawn]:
    """Return the pictures of one scenario alone."""
    title = wording.plain(results.about.title)
    drawn = {}
    if can_be_drawn(results):
        drawn["four_hour_performance"] = Drawn(
            four_hour_figure(results),
            f"{title}: patients who left within four hours by month, all types and type 1, the model with "
            "its 95% interval, the published record, the standard"
            f"{', the trajectory' if results.about.trajectory else ''}. The figures are in summary.csv.",
        )
    if flow_figure.can_be_drawn(results):
        drawn["flow"] = Drawn(
            flow_figure.flow_figure(results),
            f"{title}: patients a day through the hospital, with 95% intervals: "
            f"{flow_figure.in_words(results)}.",
        )
    if week_figure.can_be_drawn(results):
        drawn["week"] = Drawn(
            week_figure.week_figure(results),
            f"{title}: general and acute beds in use by hour of the week, {week_figure.in_words(results)}.",
        )
    if medically_fit_figure.can_be_drawn(results):
        each = "; ".join(f"{name} {said}" for name, said in medically_fit_figure.by_pathway(results))
        drawn["medically_fit"] = Drawn(
            medically_fit_figure.medically_fit_figure(results),
            f"{title}: medically fit patients by month and by pathway, with 95% intervals: {each}.",
        )
    if spc_figure.can_be_drawn(results):
        days, values = spc_figure.weeks(results)
        chart = spc_figure.xmr(values[0])
        what, several = spc_figure.simulated(results), len(values) > 1
        every = f" Behind it the band of all {wording.how_many(len(values), what)}." if several else ""
        drawn["weeks"] = Drawn(
            spc_figure.spc_figure(results),
            f"{title}: type 1 performance by week of one {what}, {len(days)} weeks, mean "
            f"{chart.mean:.1f}%, process limits {chart.low:.1f}% and {chart.high:.1f}%.{every}",
        )
    if can_be_forecast(results):
        drawn["forecast"] = Drawn(
            forecast_figure(results), f"{title}: the forecast by day, with the spread of single runs."
        )
    return drawn


def of_levels(named: Mapping[str, Results]) -> dict[str, Drawn]:
    """Return the pictures of scenarios beside one another, the baseline first."""
    title = wording.plain(next(iter(named.values())).about.title)
    drawn = {}
    for name, (figure, what) in LEVELS.items():
        if all(levels_figure.can_be_drawn(results, figure) for results in named.values()):
            shows = f"{title}: {what}, each with its 95% interval written beside it."
            drawn[name] = Drawn(figure(named), shows)
    if all(bed_clock_figure.can_be_drawn(results) for results in named.values()):
        shows = (
            f"{title}: beds in use by hour of the day, with 95% intervals at 23:00 written beside each line."
        )
        drawn["bed_clock"] = Drawn(bed_clock_figure.bed_clock_figure(named), shows)
    return drawn


def of_comparison(comparison: Comparison) -> dict[str, Drawn]:
    """Return the pictures of a comparison, by the names of their files."""
    titles = wording.titles(comparison.arms)
    drawn = {
        "differences": Drawn(
            difference_figure(comparison),
            "How each arm differs from the baseline in the headlines, with paired 95% intervals; the tables "
            "have the same figures.",
        )
    }
    for package in comparison.packages:
        drawn[f"waterfall-{package.name}"] = Drawn(
            waterfall_figure(comparison, package.name, PACKAGE_METRIC),
            f"What each intervention of “{titles[package.name]}” does alone, their interaction "
            "and all together, with 95% intervals.",
        )
    named = {titles[arm.name]: arm.results for arm in comparison.arms}
    return drawn | of_levels({comparison.baseline.about.name: comparison.baseline, **named})
