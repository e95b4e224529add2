"""The picture of a forecast: a fan for each of three figures, day by day from the census on.

A fan says where single days may fall, half of the replications in its dark part, nine in ten in all of it. It
is not the interval of the mean, which is far narrower and no forecast of any day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.measurement import BY_DAY
from flowsim.report import wording
from flowsim.report.house_style import GREY, INTERVAL, MODEL, SPREAD, STYLE, plain_axes

PANELS = (
    ("occupied_bed_days", "General and acute beds occupied at midnight", 1.0, ""),
    ("mffd_patients", "Medically fit patients at 08:00", 1.0, ""),
    ("four_hour_performance", "Left within four hours, all types", 100.0, "%"),
)
"""Metric, title, factor and unit of each panel; bed days of one day are beds."""

SOURCE = """\
Model: flowsim, from a census on; each day over replications. Chance alone: what is uncertain in the inputs
is not in the fan. Axes do not begin at 0."""

FEWEST = 20
"""Replications from which a fan is drawn: nine in ten of fewer are no band."""


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """One figure by day over replications; n days.

    Parameters
    ----------
    days : tuple of date
    bands : NDArray[np.float64]
        The 5th, 25th, 50th, 75th and 95th centile of replications, shape (5, n).
    """

    days: tuple[dt.date, ...]
    bands: Floats


def can_be_forecast(results: Results) -> bool:
    """Return whether a run goes on from a census, by day, often enough for a fan."""
    days = len(_days(results, PANELS[0][0]))
    return results.about.warm_up_days is None and days > 1 and len(results.numbers) >= FEWEST


def fan(results: Results, metric: str) -> Fan:
    """Return the fan of a metric."""
    groups = _days(results, metric)
    each = np.stack([results.by_replication(metric, group) for group in groups], axis=1)
    days = tuple(dt.date.fromisoformat(group.removeprefix(f"{BY_DAY}=")) for group in groups)
    return Fan(days, np.nanpercentile(each, [5, 25, 50, 75, 95], axis=0))


def forecast_figure(results: Results) -> Figure:
    """Return the picture."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.27, 9.4), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.subplots(len(PANELS), 1, sharex=True)
        for ax, (metric, title, factor, unit) in zip(axes, PANELS, strict=True):
            _panel(ax, fan(results, metric), title, factor, unit)
        _label(axes[0], fan(results, PANELS[0][0]))
        figure.subplots_adjust(left=0.08, right=0.84, top=0.865, bottom=0.095, hspace=0.36)
        figure.text(0.02, 0.962, f"What the next {results.about.days} days may bring", size=14, weight="bold")
        title = wording.plain(results.about.title)
        figure.text(0.02, 0.932, f"{title}: {wording.about(results)}", color=GREY)
        figure.text(0.02, 0.015, SOURCE, size=7.5, color=GREY, linespacing=1.4)
    return figure


def _days(results: Results, metric: str) -> list[str]:
    return [
        group
        for name, group in zip(results.metric, results.group, strict=True)
        if name == metric and group.startswith(f"{BY_DAY}=")
    ]


def _panel(ax: Axes, seen: Fan, title: str, factor: float, unit: str) -> None:
    at = np.arange(len(seen.days))
    low, lower, middle, upper, high = factor * seen.bands
    ax.fill_between(at, low, high, color=SPREAD, linewidth=0)
    ax.fill_between(at, lower, upper, color=INTERVAL, linewidth=0)
    ax.plot(at, middle, color=MODEL, linewidth=2, marker="o", markersize=3.5)
    ax.set_title(title, loc="left", size=10.5, weight="bold")
    months = [f" {day:%b}" if i % 7 == 0 else "" for i, day in enumerate(seen.days)]
    ticks = [f"{day:%a}\n{day.day}{month}" for day, month in zip(seen.days, months, strict=True)]
    ax.set_xticks(at, ticks)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}{unit}")
    ax.tick_params(length=0, labelbottom=True, labelsize=8)
    plain_axes(ax, grid="y")


def _label(ax: Axes, seen: Fan) -> None:
    """Write beside the first panel what its parts are, at its right end."""
    last = len(seen.days) - 1
    _, _, middle, upper, high = seen.bands[:, last]
    bottom, top = ax.get_ylim()
    least = 0.16 * (top - bottom)
    words = (
        (high, "nine in ten runs", GREY),
        (upper, "half of the runs", GREY),
        (middle, "median run", MODEL),
    )
    at = top + least
    for y, text, colour in words:
        at = min(float(y), at - least)
        ax.annotate(
            text,
            (last, float(y)),
            (last + 0.5, at),
            va="center",
            color=colour,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "shrinkA": 2, "shrinkB": 2},
        )
