"""The picture of a comparison: what each arm changes, with paired intervals, a panel for each headline."""

from __future__ import annotations

import math
import textwrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from flowsim.experiments.comparisons.results import Comparison
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.house_style import GREY, INK, MODEL, RECORD, STYLE, plain_axes

PANELS = ("four_hour_performance_type1", "dta_waits_over_12h", "mffd_patients", "bed_occupancy")
BETTER, WORSE, UNCLEAR = MODEL, RECORD, GREY
"""Blue and orange are told apart by all kinds of colour vision; the arrow at the axis says the same."""
CLEAR = (
    "Filled, with *: clear with all {looked_at} looked at together (Holm, 5%); blue is better, orange worse. "
    "Hollow, grey: may be luck."
)
"""How to read a dot or a bar, and what was looked at together."""

INCHES_A_LINE = 0.42
INCHES_BELOW, INCHES_A_REMARK = 0.42, 0.15
"""Below the panels: the axis, and each line of remarks."""
LONGEST_NAME = 34


def difference_figure(comparison: Comparison) -> Figure:
    """Return the picture of how every arm differs from the baseline in the headlines it has."""
    panels = [m for m in PANELS if all((m, ALL) in arm.results for arm in comparison.arms)]
    names = [arm.name for arm in comparison.arms]
    names.sort(key=lambda name: comparison.difference(name, panels[0]).mean)
    remarks = _remarks(comparison) + wording.caveats(comparison.caveats(panels))
    below = INCHES_BELOW + INCHES_A_REMARK * (remarks.count("\n") + 1)
    lines = max(_wrapped(title).count("\n") + 1 for title in wording.titles(comparison.arms).values())
    width, height = 11.0, 1.13 + below + max(INCHES_A_LINE, INCHES_A_REMARK * lines) * len(names)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, metric in zip(axes, panels, strict=True):
            _panel(ax, comparison, metric, names)
        titles = wording.titles(comparison.arms)
        axes[0].set_yticks(range(len(names)), [_wrapped(titles[name]) for name in names], size=8)
        figure.subplots_adjust(
            left=0.205, right=0.985, top=1 - 1.08 / height, bottom=below / height, wspace=0.12
        )
        about = comparison.baseline.about
        figure.text(0.014, 1 - 0.33 / height, "What each intervention changes", size=14, weight="bold")
        figure.text(
            0.014,
            1 - 0.6 / height,
            f"{wording.plain(about.title)}: {wording.about(comparison.baseline)}, the same patients in each "
            "arm",
            color=GREY,
        )
        figure.text(0.014, 0.1 / height, remarks, size=7.5, color=GREY, linespacing=1.4)
    return figure


def colour_of(metric: str, mean: float, *, clear: bool) -> str:
    """Return the colour of a difference: better, worse, or grey where it may be luck or neither is better."""
    direction = METRICS[metric].direction
    if not clear or direction == "neutral":
        return UNCLEAR
    return BETTER if (mean > 0) == (direction == "higher") else WORSE


def draw_difference(
    ax: Axes, y: float, mean: float, low: float, high: float, *, colour: str, clear: bool
) -> None:
    """Draw a dot with its interval: filled where it is clear, hollow and paler where it may be luck."""
    if not math.isnan(low):
        ax.plot([low, high], [y, y], color=colour, linewidth=2.4, alpha=1.0 if clear else 0.45)
    face, edge = (colour, "white") if clear else ("white", colour)
    ax.plot(mean, y, "o", color=face, markersize=5.5, markeredgecolor=edge)


def axis_words(metric: str) -> str:
    """Return the unit of differences in a metric, with an arrow to where they are better."""
    unit = METRICS[metric].unit
    unit = "percentage points" if unit == "share" else unit
    said = {"higher": f"{unit}, better →", "lower": f"← better, {unit}"}
    return said.get(METRICS[metric].direction, unit)


def _panel(ax: Axes, comparison: Comparison, metric: str, names: list[str]) -> None:
    unit = METRICS[metric].unit
    scale = 100.0 if unit == "share" else 1.0
    ax.axvline(0, color=INK, linewidth=0.8)
    for y, name in enumerate(names):
        one = comparison.difference(name, metric)
        colour = colour_of(metric, one.mean, clear=one.clear)
        each = scale * comparison.by_replication(name, metric)
        ax.plot(each, np.full(len(each), y), "|", color=colour, alpha=0.35, markersize=7, markeredgewidth=0.8)
        drawn = scale * one.mean, scale * one.low, scale * one.high
        draw_difference(ax, y, *drawn, colour=colour, clear=one.clear)
        ax.annotate(
            wording.signed(one.mean, unit) + ("*" if one.clear else ""),
            (scale * one.mean, y),
            (0, 7),
            textcoords="offset points",
            ha="center",
            color=colour,
            size=8,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
    ax.set_ylim(-0.6, len(names) - 0.35)
    ax.margins(x=0.12)
    ax.set_title(textwrap.fill(METRICS[metric].label, 26), loc="left", size=9.5, weight="bold")
    ax.set_xlabel(axis_words(metric), size=8, color=GREY, labelpad=2)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+g}".replace("-", "−").replace("+0", "0"))
    plain_axes(ax)
    ax.tick_params(axis="x", labelsize=8)


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, LONGEST_NAME, break_on_hyphens=False))


def _remarks(comparison: Comparison) -> str:
    if len(comparison.numbers) == 1:
        return "One replication: no intervals."
    return (
        "Dot: mean difference from the baseline. Bar: its 95% interval (paired). "
        "Ticks: single replications.\n" + CLEAR.format(looked_at="headline differences")
    )
