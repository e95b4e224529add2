"""Statistical process control: an XmR chart in the manner of NHS England's Making Data Count.

One simulated year, week by week, as a trust would chart its own, before the band of all simulated years, so
that nobody takes one year's luck for the hospital. The process limits are the mean +- 2.66 times the mean
moving range; they are what one week may bring, not an interval of the mean.

References
----------
NHS England and NHS Improvement, Making Data Count: Strengthening your decisions, 2019: rules and icons.
D. J. Wheeler, Understanding Variation: The Key to Managing Chaos, 1993: 2.66 = 3 / 1.128.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS
from flowsim.outcomes.standards import four_hour_standard
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK, MODEL, RECORD, SPREAD, plain_axes

METRIC = "four_hour_performance_type1"
LIMIT = 2.66
RUN = 7
"""Points on one side of the mean, or rising or falling in a row, that chance seldom brings."""
NEAR = 2 / 3
"""Of the way to a limit: two of three points beyond it are a signal."""
FEWEST_WEEKS = 12
DAYS_A_WEEK = 7
YEAR = 365
"""Days from which a run is called a year."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """An XmR chart; n points.

    Parameters
    ----------
    values : NDArray[np.float64]
    mean, low, high : float
        The mean and the process limits.
    signals : NDArray[np.int8]
        1 where a point is part of special-cause variation above or rising, -1 below or falling, 0 elsewhere.
    """

    values: Floats
    mean: float
    low: float
    high: float
    signals: NDArray[np.int8]


def xmr(values: Floats) -> Chart:
    """Return the chart of some values in their order."""
    mean = float(values.mean())
    reach = LIMIT * float(np.abs(np.diff(values)).mean())
    chart = Chart(values, mean, mean - reach, mean + reach, np.zeros(len(values), np.int8))
    for sign in (1, -1):
        off = sign * (values - mean)
        rising = np.concatenate([[False], sign * np.diff(values) > 0])
        beyond = off > NEAR * reach
        chart.signals[off > reach] = sign
        _mark(chart.signals, off > 0, RUN, sign)
        _mark(chart.signals, rising, RUN - 1, sign, before=1)
        for i in range(len(values) - 2):
            if beyond[i : i + 3].sum() >= 2 and (off[i : i + 3] > 0).all():
                chart.signals[i : i + 3][beyond[i : i + 3]] = sign
    return chart


def _mark(signals: NDArray[np.int8], true: NDArray[np.bool_], least: int, sign: int, before: int = 0) -> None:
    """Mark every row of at least so many, with those that stand before it."""
    begun = 0
    for i in range(len(true) + 1):
        if i == len(true) or not true[i]:
            if i - begun >= least:
                signals[max(begun - before, 0) : i] = sign
            begun = i + 1


def weeks(results: Results) -> tuple[list[dt.date], Floats]:
    """Return the Mondays of the whole weeks of a run, and the figures of its replications [%].

    The figures have shape (n_replications, n_weeks).
    """
    first, last = results.about.start, results.about.last
    days, values = [], []
    for metric, group in zip(results.metric, results.group, strict=True):
        if metric == METRIC and group.startswith("week="):
            year, _, week = group.removeprefix("week=").partition("-W")
            monday = dt.date.fromisocalendar(int(year), int(week), 1)
            if first <= monday and monday + dt.timedelta(days=DAYS_A_WEEK - 1) <= last:
                days.append(monday)
                values.append(100 * results.by_replication(metric, group))
    return days, np.array(values).T


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has enough weeks, each with a figure."""
    days, values = weeks(results)
    return len(days) >= FEWEST_WEEKS and not np.isnan(values).any()


def in_words(chart: Chart, standard: float) -> str:
    """Return what the chart says of variation, and of the standard."""
    high, low = int((chart.signals > 0).sum()), int((chart.signals < 0).sum())
    variation = (
        f"Special-cause variation: {high} weeks of improvement, {low} of concern."
        if high or low
        else "Common-cause variation: no week stands out."
    )
    if standard > chart.high:
        return f"{variation} The standard is above the upper limit: as it is, hardly a week will meet it."
    if standard < chart.low:
        return f"{variation} The standard is below the lower limit: hardly a week will miss it."
    return (
        f"{variation} The standard is within the limits: it will be met in some weeks and missed in "
        "others, by chance."
    )


def spc_figure(results: Results) -> Figure:
    """Return the chart of one replication's type 1 performance by week, before the band of all."""
    days, values = weeks(results)
    charts = [xmr(year) for year in values]
    chart = charts[0]
    standard = 100 * four_hour_standard(days[-1])
    number, several = results.numbers[0], len(charts) > 1
    of = f" of {len(charts)}" if several else ", the only one"
    band = "; grey: the lowest to the highest of all" if several else ""
    what = simulated(results)
    about = f"{wording.plain(results.about.title)}: one {what}, replication {number}{of}, by week{band}"
    remark = (
        f"{in_words(chart, standard)}{others(charts, what)}\nLimits: mean ± 2.66 times the mean moving range "
        "(XmR): what a single week may bring. Blue up: improvement; orange down: concern: beyond a limit, "
        "seven on one side of the mean, seven rising or falling, or two of three near a limit. After NHS "
        "England, Making Data Count. Source: flowsim, this run. The axis does not begin at 0."
    )
    title = f"{METRICS[METRIC].label}: what varies by chance in one {what}"
    with framed(title, about, remark, width=10.0, height=3.1) as frame:
        [ax] = frame.panels(1, left=0.07, right=0.2)
        at = np.arange(len(days))
        if several:
            low, high = values.min(axis=0), values.max(axis=0)
            ax.fill_between(at, low, high, color=SPREAD, linewidth=0)
        _points(ax, chart)
        _lines(ax, chart, standard)
        firsts = [i for i, day in enumerate(days) if i == 0 or day.month != days[i - 1].month]
        ax.set_xticks(
            firsts,
            [
                f"{days[i]:%b}\n{days[i]:%Y}" if days[i].month == 1 or i == 0 else f"{days[i]:%b}\n"
                for i in firsts
            ],
        )
        ax.set_xlim(-0.6, len(at) - 0.5)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
        plain_axes(ax, grid="y")
    return frame.figure


def simulated(results: Results) -> str:
    """Return what one replication is called: a year, if it is as long as one."""
    return "simulated year" if results.about.days >= YEAR else "simulated run"


def others(charts: Sequence[Chart], what: str) -> str:
    """Return how far the means and limits of all simulated years or runs lie apart."""
    if len(charts) == 1:
        return f" This is one {what}: another may look otherwise."
    spans = [
        f"{min(ends):.1f} to {max(ends):.1f}%"
        for ends in ([one.low for one in charts], [one.mean for one in charts], [one.high for one in charts])
    ]
    return (
        f" Over all {wording.how_many(len(charts), what)} the lower limit is {spans[0]}, the mean "
        f"{spans[1]}, the upper limit {spans[2]}."
    )


def _points(ax: Axes, chart: Chart) -> None:
    at = np.arange(len(chart.values))
    ax.plot(at, chart.values, color=GREY, linewidth=1)
    for sign, colour, marker in ((0, GREY, "o"), (1, MODEL, "^"), (-1, RECORD, "v")):
        chosen = chart.signals == sign
        ax.plot(at[chosen], chart.values[chosen], marker, color=colour, markersize=6, markeredgecolor="white")


def _lines(ax: Axes, chart: Chart, standard: float) -> None:
    lines = [
        (chart.mean, "-", INK, f"mean, {chart.mean:.1f}%"),
        (chart.high, (0, (2, 2)), GREY, f"upper limit, {chart.high:.1f}%"),
        (chart.low, (0, (2, 2)), GREY, f"lower limit, {chart.low:.1f}%"),
        (standard, (0, (6, 3)), RECORD, f"standard, {standard:.0f}%"),
    ]
    for y, dashes, colour, text in lines:
        ax.axhline(y, color=colour, linewidth=1.1, linestyle=dashes)
        place = (len(chart.values) - 0.3, y)
        ax.annotate(text, place, annotation_clip=False, va="center", color=colour, size=8.5)
