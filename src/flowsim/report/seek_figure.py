"""The picture of a goal seek: what the target is about, and how likely it is met, by the lever's value."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.seeking import Point
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.house_style import GREY, INK, INTERVAL, MODEL, RECORD, STYLE, plain_axes
from flowsim.timeline import HOUR

SIGNS = {">=": "≥", "<=": "≤"}
HALO = [withStroke(linewidth=3, foreground="white")]


def curve_figure(found: Seek) -> Figure:
    """Return the curve of one lever, or of a mix its first lever with a point for each mix that was tried."""
    planned = found.planned
    clause, metric = planned.clause, METRICS[planned.clause.metric]
    scale = 100.0 if metric.unit == "share" else 1.0
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(10, 4.6), dpi=150)
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2)
        along = [_along(found, point) for point in found.points]
        for x, point in zip(along, found.points, strict=True):
            each = scale * point.figures
            left.plot(np.full(len(each), x), each, "_", color=GREY, alpha=0.3, markersize=7)
            one = point.figure
            left.plot(
                [x, x],
                [scale * one.low, scale * one.high],
                color=INTERVAL,
                linewidth=5,
                solid_capstyle="butt",
            )
            left.plot(x, scale * one.mean, "o", color=MODEL, markersize=5, markeredgecolor="white")
            chance = point.chance
            right.plot(
                [x, x],
                [100 * chance.low, 100 * chance.high],
                color=INTERVAL,
                linewidth=5,
                solid_capstyle="butt",
            )
            right.plot(x, 100 * chance.share, "o", color=MODEL, markersize=5, markeredgecolor="white")
        if len(planned.levers) == 1:
            left.plot(along, [scale * p.figure.mean for p in found.points], color=MODEL, linewidth=1)
            right.plot(along, [100 * p.chance.share for p in found.points], color=MODEL, linewidth=1)
        percent = "%" if metric.unit == "share" else ""
        difference = "Change of " if clause.difference else ""
        label = f"{difference}{metric.label}"
        _finish(
            left,
            scale * clause.limit,
            f"target {SIGNS.get(clause.operator, clause.operator)} {scale * clause.limit:g}{percent}",
            label,
        )
        _finish(
            right,
            100 * planned.rule.probability,
            f"asked for, {100 * planned.rule.probability:g}%",
            "P: share of years that meet the target",
        )
        right.set_ylim(-4, 104)
        right.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
        if metric.unit == "share":
            left.yaxis.set_major_formatter(lambda value, _: f"{value:g}%")
        for ax in (left, right):
            ax.set_xlabel(_axis(found), color=GREY, size=8.5)
            whole = all(float(x).is_integer() for x in along)
            ax.xaxis.set_major_locator(MaxNLocator(integer=whole))
            if found.answer is not None:
                ax.axvline(_along(found, found.answer), color=RECORD, linewidth=1, linestyle=(0, (4, 3)))
        figure.subplots_adjust(left=0.07, right=0.985, top=0.76, bottom=0.22, wspace=0.16)
        title = "No value in range does it" if found.answer is None else planned.text(found.answer.index)
        figure.text(0.014, 0.93, title, size=13, weight="bold")
        figure.text(
            0.014,
            0.87,
            f"{wording.plain(found.about.title)}: {clause.text}, P at least "
            f"{100 * planned.rule.probability:g}%",
            color=GREY,
        )
        figure.text(
            0.014,
            0.025,
            "Dot: mean, share. Bar: its 95% interval. Ticks: single replications. Every value has the same "
            "patients. Orange: the answer." + wording.caveats(found.caveats()),
            size=7.5,
            color=GREY,
        )
    return figure


def _along(found: Seek, point: Point) -> float:
    """Return where a point stands: the lever's value, a duration in hours, or what a mix costs."""
    planned = found.planned
    if len(planned.levers) > 1:
        return planned.cost(point.index)
    (value,) = planned.values(point.index)
    return value / HOUR if planned.levers[0].kind == "duration" else value


def _axis(found: Seek) -> str:
    planned = found.planned
    if len(planned.levers) > 1:
        return f"cost of the mix of {', '.join(lever.name for lever in planned.levers)}"
    lever = planned.levers[0]
    what = {
        "count": f"{lever.unit}s",
        "more": f"{lever.unit}s more than now",
        "factor": "times what it is now",
        "duration": "hours",
        "number": "",
    }[lever.kind]
    return f"{lever.name}{f', {what}' if what else ''}"


def _finish(ax: Axes, limit: float, words: str, title: str) -> None:
    ax.axhline(limit, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    ax.annotate(
        words,
        (0.0, limit),
        (4, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        size=8,
        path_effects=HALO,
    )
    ax.set_title(title, loc="left", size=10, weight="bold")
    plain_axes(ax, grid="y")
    ax.margins(x=0.06)
