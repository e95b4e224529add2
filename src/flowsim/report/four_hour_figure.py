"""The picture of a run: four-hour performance by month, the model with its spread beside the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.trajectory import Milestone
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS
from flowsim.outcomes.standards import four_hour_standard
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import (
    GREY,
    INK,
    INTERVAL,
    MODEL,
    RECORD,
    SPREAD,
    leader,
    month_ticks,
    plain_axes,
)

PANELS = ("four_hour_performance", "four_hour_performance_type1")
FEWEST_MONTHS = 3
ENOUGH_FOR_CENTILES = 20
"""Replications from which a band stands for them; fewer are drawn one by one."""

LABEL_SPACING = 0.11
"""Least distance of labels, as a share of the axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """One metric by month; n months.

    Parameters
    ----------
    months : tuple of str
    mean, low, high : NDArray[np.float64]
        Mean over replications and its 95 % interval [%].
    each : NDArray[np.float64]
        Shape (n_replications, n) [%].
    published : NDArray[np.float64]
        NaN where nothing is published [%].
    """

    months: tuple[str, ...]
    mean: Floats
    low: Floats
    high: Floats
    each: Floats
    published: Floats

    @property
    def spread(self) -> Floats:
        """The 5th and the 95th centile of single replications, shape (2, n) [%]."""
        return np.nanpercentile(self.each, [5, 95], axis=0)


def monthly(results: Results, metric: str) -> Monthly:
    """Return a share by month, in percent."""
    groups = [
        g
        for m, g in zip(results.metric, results.group, strict=True)
        if m == metric and g.startswith("month=")
    ]
    figures = [results.figure(metric, group) for group in groups]
    published = {one.group: one.value for one in results.about.published if one.metric == metric}
    columns = (
        [figure.mean for figure in figures],
        [figure.low for figure in figures],
        [figure.high for figure in figures],
        np.stack([results.by_replication(metric, group) for group in groups], axis=1),
        [published.get(group, np.nan) for group in groups],
    )
    return Monthly(
        tuple(group.removeprefix("month=") for group in groups),
        *(100 * np.array(column) for column in columns),
    )


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has enough months, each with a figure, for a picture by month."""
    known = [
        ~np.isnan(results.by_replication(m, g)).all()
        for m, g in zip(results.metric, results.group, strict=True)
        if m in PANELS and g.startswith("month=")
    ]
    return len(known) >= FEWEST_MONTHS * len(PANELS) and all(known)


def four_hour_figure(results: Results) -> Figure:
    """Return the picture of four-hour performance by month, all types beside type 1."""
    shares = [monthly(results, metric) for metric in PANELS]
    title = "Patients who left within four hours of arrival, by month"
    about = f"{wording.plain(results.about.title)}: {wording.about(results)}"
    with framed(title, about, _sources(results, shares[0].months), width=10.0, height=3.0) as frame:
        axes = frame.panels(len(PANELS), left=0.065, right=0.135, wspace=0.07)
        lowest = min(float(np.nanmin(np.vstack([m.low, m.each, m.published]))) for m in shares)
        for ax, metric, share in zip(axes, PANELS, shares, strict=True):
            _panel(ax, share, METRICS[metric].label)
            ax.set_ylim(max(0.0, 10 * np.floor((lowest - 1) / 10)), 100)
        if results.about.trajectory:
            _trajectory(axes[0], shares[0].months, results.about.trajectory)
        _label(axes[1], shares[1])
    return frame.figure


def _panel(ax: Axes, share: Monthly, title: str) -> None:
    at = np.arange(len(share.months))
    if len(share.each) >= ENOUGH_FOR_CENTILES:
        ax.fill_between(at, *share.spread, color=SPREAD, linewidth=0)
    ax.fill_between(at, share.low, share.high, color=INTERVAL, linewidth=0)
    if 1 < len(share.each) < ENOUGH_FOR_CENTILES:
        ax.plot(at, share.each.T, color=GREY, linewidth=0.6)
    ax.plot(at, share.mean, color=MODEL, linewidth=2)
    ax.plot(
        at,
        share.published,
        linestyle="none",
        marker="D",
        markersize=6.5,
        color=RECORD,
        markeredgecolor="white",
    )
    standard = [100 * four_hour_standard(dt.date.fromisoformat(f"{month}-01")) for month in share.months]
    ax.step(at, standard, where="mid", color=INK, linewidth=1, linestyle=(0, (4, 3)))
    ax.set_title(title, loc="left", size=10.5, weight="bold")
    ax.set_xticks(at, month_ticks(share.months))
    ax.set_xlim(-0.4, len(at) - 0.6)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    plain_axes(ax, grid="y")


def _label(ax: Axes, share: Monthly) -> None:
    """Write beside each thing in a panel what it is: at the right end, and at the last published month."""
    last = len(share.months) - 1
    standard = 100 * four_hour_standard(dt.date.fromisoformat(f"{share.months[last]}-01"))
    labels = [(standard, f"standard, {standard:.0f}%", INK)]
    if len(share.each) >= ENOUGH_FOR_CENTILES:
        labels.append((float(share.spread[1, last]), "nine in ten\nsingle runs", GREY))
    elif len(share.each) > 1:
        labels.append((float(np.nanmax(share.each[:, last])), "single runs", GREY))
    interval = " and\nits 95% interval" if len(share.each) > 1 else ""
    labels.append((float(share.mean[last]), f"model, mean{interval}", MODEL))
    bottom, top = ax.get_ylim()
    highest = top
    for y, words, colour in labels:
        at = min(y, highest)
        highest = at - LABEL_SPACING * (top - bottom)
        ax.annotate(
            words,
            (last, y),
            (1.03, at),
            textcoords=("axes fraction", "data"),
            va="center",
            color=colour,
            annotation_clip=False,
            arrowprops=leader(colour),
        )
    known = np.flatnonzero(~np.isnan(share.published))
    if len(known):
        at, y = int(known[-1]), float(share.published[known[-1]])
        halo = [withStroke(linewidth=3, foreground="white")]
        below = y - LABEL_SPACING / 2 * (top - bottom)
        ax.text(at, below, "published", color=RECORD, ha="center", va="center", path_effects=halo)


def _trajectory(ax: Axes, months: Sequence[str], milestones: Sequence[Milestone]) -> None:
    """Draw what was agreed or expected of all types, each month with its word; joined for the eye."""
    shown = [
        (months.index(one.month), 100 * one.share, one.what) for one in milestones if one.month in months
    ]
    ax.plot(
        [at for at, *_ in shown],
        [share for _, share, _ in shown],
        linestyle=(0, (1, 2)),
        linewidth=1.2,
        color=INK,
        marker="s",
        markersize=5.5,
        markerfacecolor="white",
    )
    for at, share, what in shown:
        ax.annotate(
            f"{what}, {share:.0f}%",
            (at, share),
            (0, 7),
            textcoords="offset points",
            ha="right" if at == len(months) - 1 else "center",
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _sources(results: Results, months: Sequence[str]) -> str:
    lines = ["Model: flowsim. Closed attendances by month of departure. The axis does not begin at 0."]
    sources = dict.fromkeys(one.source for one in results.about.published if one.metric in PANELS)
    if sources:
        lines.append(f"Published: {'; '.join(sources)}.")
    planned = results.about.trajectory
    drawn = any(one.month in months for one in planned)
    later = "; ".join(
        f"{one.what} for {wording.months([one.month])}: {100 * one.share:.0f}%"
        for one in planned
        if one.month > months[-1]
    )
    if drawn or later:
        said = "Squares: trajectory, all types; " if drawn else "Trajectory, all types, after the period: "
        sources = dict.fromkeys(one.source for one in planned)
        lines.append(f"{(said + later).rstrip('; ')}. Source: {'; '.join(sources)}.")
    return "\n".join(lines)
