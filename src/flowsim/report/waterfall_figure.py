"""The picture of a package: the baseline, each intervention alone, their interaction, the whole."""

from __future__ import annotations

import math
import textwrap

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.comparisons.waterfall import Step, waterfall
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.difference_figure import CLEAR, colour_of
from flowsim.report.house_style import GREY, INK, STYLE, plain_axes

LEVEL = "#bcc6cc"
"""Colour of the baseline and of the whole, which are levels and no changes."""
INCHES_A_BAR = 1.5
LETTERS_A_BAR = 20
INCHES_A_LINE = 0.15
"""Of what is written below."""
FOOT = (
    "Each intervention is run alone with the same patients; the interaction is what all together differ by "
    "from the sum, and is not tested. Whiskers: 95% intervals of the change (paired). "
    f"{CLEAR.format(looked_at='headline differences')} The axis does not begin at 0."
)


def waterfall_figure(comparison: Comparison, package: str, metric: str) -> Figure:
    """Return the picture of a package.

    Raises
    ------
    InputError
        If there is no such package or metric.
    """
    steps = [step for step in waterfall(comparison, package, metric) if step.kind != "sum"]
    unit = METRICS[metric].unit
    lines = max(_wrapped(wording.plain(step.title)).count("\n") + 1 for step in steps[:-1])
    width = max(7.5, 1.6 + INCHES_A_BAR * (len(steps) + 1))
    foot = textwrap.fill(" ".join([FOOT, *comparison.caveats([metric], [package])]), int(17 * width))
    below = 0.33 + INCHES_A_LINE * (lines + foot.count("\n") + 1)
    height = 3.87 + below
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        ax = figure.subplots()
        _bars(ax, comparison, steps, metric)
        if unit != "share":
            ax.set_ylabel(unit, color=GREY, size=8)
        figure.subplots_adjust(
            left=0.75 / width, right=1 - 0.2 / width, top=1 - 0.93 / height, bottom=below / height
        )
        about = comparison.baseline.about
        figure.text(
            0.15 / width,
            1 - 0.34 / height,
            f"{METRICS[metric].label}: how the package works",
            size=14,
            weight="bold",
        )
        figure.text(
            0.15 / width,
            1 - 0.61 / height,
            f"{wording.plain(about.title)}: {wording.about(comparison.baseline)}",
            color=GREY,
        )
        figure.text(0.15 / width, 0.12 / height, foot, size=7.5, color=GREY, linespacing=1.4)
    return figure


def _bars(ax: Axes, comparison: Comparison, steps: list[Step], metric: str) -> None:
    """Draw the baseline, a floating bar for each change, and the whole."""
    baseline = comparison.baseline.figure(metric).mean
    unit = METRICS[metric].unit
    scale = 100.0 if unit == "share" else 1.0
    together = steps[-1]
    levels = [baseline]
    for step in steps[:-1]:
        levels.append(levels[-1] + step.mean)
    bounds = [
        scale * (begin + (0.0 if math.isnan(end) else end))
        for begin, step in zip([*levels[:-1], baseline], steps, strict=True)
        for end in (step.low, step.high)
    ]
    low, high = (pick([scale * level for level in levels] + bounds) for pick in (min, max))
    floor, top = low - 0.25 * (high - low), high + 0.18 * (high - low)
    ax.set_ylim(floor, top)
    _level(ax, 0, scale * baseline, floor, wording.with_unit(baseline, unit))
    for x, (step, begin) in enumerate(zip(steps[:-1], levels, strict=False), 1):
        clear = _clear(comparison, step, metric)
        colour = colour_of(metric, step.mean, clear=clear)
        face = colour if clear else "white"
        ax.bar(x, scale * step.mean, 0.62, scale * begin, facecolor=face, edgecolor=colour, linewidth=1.2)
        _whisker(ax, x, scale * begin, scale, step)
        ends = [scale * (begin + end) for end in (0.0, step.mean, step.low, step.high) if not math.isnan(end)]
        _label(ax, x, max(ends), _said(step, unit, clear=clear), colour)
    last = len(steps)
    level = scale * (baseline + together.mean)
    _level(ax, last, level, floor, "")
    _whisker(ax, last, scale * baseline, scale, together)
    above = level if math.isnan(together.high) else scale * (baseline + together.high)
    change = _said(together, unit, clear=_clear(comparison, together, metric))
    _label(ax, last, above, f"{wording.with_unit(baseline + together.mean, unit)}\n({change})", INK)
    for x, at in enumerate(levels):
        ax.plot([x + 0.31, x + 0.69], [scale * at] * 2, color=GREY, linewidth=0.8)
    names = [
        "Baseline",
        *("Interaction" if s.kind == "interaction" else wording.plain(s.title) for s in steps[:-1]),
        "All together",
    ]
    ax.set_xticks(range(len(names)), [_wrapped(name) for name in names])
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}%" if unit == "share" else f"{value:,g}")
    plain_axes(ax, grid="y")


def _clear(comparison: Comparison, step: Step, metric: str) -> bool:
    """Return whether a change is clear with all headline differences; an interaction is none of them."""
    return step.kind != "interaction" and comparison.difference(step.name, metric).clear


def _said(step: Step, unit: str, *, clear: bool) -> str:
    return wording.signed_with_unit(step.mean, unit) + ("*" if clear else "")


def _level(ax: Axes, x: int, level: float, floor: float, said: str) -> None:
    ax.bar(x, level - floor, 0.62, floor, color=LEVEL)
    if said:
        _label(ax, x, level, said, INK)


def _whisker(ax: Axes, x: int, begin: float, scale: float, step: Step) -> None:
    if not math.isnan(step.low):
        ends = [begin + scale * step.low, begin + scale * step.high]
        ax.plot([x, x], ends, color=INK, linewidth=1.2, marker="_", markersize=7)


def _label(ax: Axes, x: int, y: float, said: str, colour: str) -> None:
    ax.annotate(
        said,
        (x, y),
        (0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=colour,
        weight="bold",
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, LETTERS_A_BAR, break_on_hyphens=True))
