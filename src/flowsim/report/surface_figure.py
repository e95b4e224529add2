"""The response surface of a sweep over two levers: what each tested combination changes, with its interval.

Only what was run is shown; nothing is drawn between the points. A colour claims a direction only where the
interval leaves out no change; every other cell is hatched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from flowsim.experiments.runs.results import Figure as Interval
from flowsim.experiments.statistics.differences import ALPHA
from flowsim.experiments.sweeps.results import Sweep, SweptArm
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.difference_figure import BETTER, WORSE
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK

METRICS_BESIDES = ("mffd_patients", "bed_occupancy")
"""Drawn besides the metric that arms are ranked by."""
MOST_VALUES = 10
"""Values of a lever from which cells have no room for their figures."""
INCHES_A_COLUMN, INCHES_A_ROW = 1.32, 0.6
HATCH = "#b8c2c9"
PALEST, DARKEST = 0.12, 0.6
"""Shares of the full colour; dark letters are read on all of them."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Two axes of a sweep, their values in order, and the arm of each combination that was run."""

    x: str
    y: str
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    arms: dict[tuple[float, float], SweptArm]


def surface_of(swept: Sweep) -> Surface | None:
    """Return the combinations of a sweep's two axes of numbers.

    None if it has not just two, or more values of one than there is room for.
    """
    both = [arm for arm in swept.arms if len(arm.varied) == 2 and all(map(_is_number, arm.varied.values()))]
    axes = {tuple(arm.varied) for arm in both}
    if len(axes) != 1:
        return None
    [(x, y)] = axes
    arms = {(arm.varied[x], arm.varied[y]): arm for arm in both}
    columns, rows = (tuple(sorted({key[i] for key in arms})) for i in (0, 1))
    if not all(2 <= len(values) <= MOST_VALUES for values in (columns, rows)):
        return None
    return Surface(x, y, columns, rows, arms)


def figures(swept: Sweep) -> dict[str, Figure]:
    """Return a picture for each metric, by the names of their files; none if the sweep has no surface."""
    surface = surface_of(swept)
    if surface is None:
        return {}
    known = [m for m in dict.fromkeys((swept.rank_by, *METRICS_BESIDES)) if _has(surface, swept, m)]
    return {f"surface-{metric}": surface_figure(swept, surface, metric) for metric in known}


def surface_figure(swept: Sweep, surface: Surface, metric: str) -> Figure:
    """Return the picture of one metric."""
    entry, base = METRICS[metric], swept.baseline.results
    found = {key: swept.difference(arm.name, metric) for key, arm in surface.arms.items()}
    clear = {row.arm.name for row in swept.ranking(metric) if row.p < ALPHA}
    level = base.figure(metric)
    interval = wording.in_brackets(level.low, level.high, entry.unit, level.mean)
    about = (
        f"{wording.plain(swept.title)}: {wording.about(base)}; baseline "
        f"{wording.with_unit(level.mean, entry.unit)}{interval}"
    )
    unit = "percentage points" if entry.unit == "share" else entry.unit
    direction = "" if entry.direction == "neutral" else " Blue: better. Orange: worse."
    remark = (
        f"Each cell was run: the change from the baseline, {unit}, with its 95% interval (paired, Student t) "
        f"in brackets.{direction} Hatched: the interval includes no change, or there is none. * clear with "
        f"all arms of the sweep looked at together (Holm, {100 * ALPHA:.0f}%). Nothing between the cells was "
        "run. Source: flowsim, this sweep."
    ) + wording.caveats(swept.caveats([metric]))
    width = max(8.0, 2.4 + INCHES_A_COLUMN * len(surface.columns))
    height = INCHES_A_ROW * len(surface.rows)
    title = f"{entry.label}: two levers together"
    with framed(title, about, remark, width=width, height=height) as frame:
        [ax] = frame.panels(1, left=1.2 / width, right=0.2 / width)
        _cells(ax, surface, found, metric, clear)
        ax.set_xlabel(surface.x.replace("_", " "), size=9)
        ax.set_ylabel(surface.y.replace("_", " "), size=9)
        ax.set_xticks(range(len(surface.columns)), [f"{value:g}" for value in surface.columns])
        ax.set_yticks(range(len(surface.rows)), [f"{value:g}" for value in surface.rows])
        ax.set_xlim(-0.5, len(surface.columns) - 0.5)
        ax.set_ylim(-0.5, len(surface.rows) - 0.5)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return frame.figure


def shade(metric: str, one: Interval, largest: float) -> tuple[str, float] | None:
    """Return the colour of a difference and the share of it; None where no direction may be claimed."""
    if math.isnan(one.low) or one.low <= 0 <= one.high:
        return None
    direction = METRICS[metric].direction
    share = PALEST + (DARKEST - PALEST) * abs(one.mean) / largest
    if direction == "neutral":
        return GREY, share
    return (BETTER if (one.mean > 0) == (direction == "higher") else WORSE), share


def _cells(
    ax: Axes,
    surface: Surface,
    found: dict[tuple[float, float], Interval],
    metric: str,
    clear: set[str],
) -> None:
    unit = METRICS[metric].unit
    largest = max((abs(one.mean) for one in found.values()), default=0.0) or 1.0
    for key, one in found.items():
        x, y = surface.columns.index(key[0]), surface.rows.index(key[1])
        shaded = shade(metric, one, largest)
        place = (x - 0.5, y - 0.5)
        if shaded is None:
            hatched: Any = {"facecolor": "white", "edgecolor": HATCH, "hatch": "///", "linewidth": 0}
            ax.add_patch(Rectangle(place, 1, 1, **hatched))
        else:
            blend = LinearSegmentedColormap.from_list("", ["white", shaded[0]])
            ax.add_patch(Rectangle(place, 1, 1, facecolor=blend(shaded[1]), edgecolor="white", linewidth=1.5))
        star = "*" if surface.arms[key].name in clear else ""
        span = (
            "no interval" if math.isnan(one.low) else wording.signed_span(one.low, one.high, unit, one.mean)
        )
        same = one.mean == one.low == one.high == 0
        ax.annotate(
            "no change" if same else f"{wording.signed(one.mean, unit)}{star}\n({span})",
            (x, y),
            ha="center",
            va="center",
            size=8,
            color=INK,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _has(surface: Surface, swept: Sweep, metric: str) -> bool:
    """Return whether the baseline and all combinations have a figure."""
    every: Sequence[SweptArm] = [swept.baseline, *surface.arms.values()]
    return all(
        (metric, ALL) in arm.results and not np.isnan(arm.results.figure(metric).mean) for arm in every
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
