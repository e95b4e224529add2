"""The picture of curves of slots: delay, what one more slot costs and saves, and the net cost of a year."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from flowsim.finance.appraised import Range
from flowsim.finance.slot_curve import Curve
from flowsim.finance.slots import SlotCurves
from flowsim.report import wording
from flowsim.report.finance_words import BACKFILL
from flowsim.report.house_style import GREY, INK, INTERVAL, MODEL, RECORD, SPREAD, STYLE, plain_axes

ROW, HEAD, FOOT = 2.6, 0.95, 0.85
"""Height of a service, and of what stands above and below [inches]."""


def slots_figure(found: SlotCurves) -> Figure:
    """Return a row of three panels for each service."""
    rows = len(found.curves)
    height = HEAD + ROW * rows + FOOT
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(10, height), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, 3, squeeze=False)
        for (left, middle, right), one in zip(axes, found.curves, strict=True):
            _delay(left, one)
            _one_more(middle, one)
            _net(right, one)
            for ax in (left, middle, right):
                _finish(ax, one)
        for ax in axes[-1]:
            ax.set_xlabel("slots", color=GREY, size=8.5)
        figure.subplots_adjust(
            left=0.06, right=0.985, top=1 - HEAD / height, bottom=FOOT / height, wspace=0.2, hspace=0.38
        )
        figure.text(
            0.014, 1 - 0.32 / height, "Where one more slot costs what it saves", size=13, weight="bold"
        )
        title = wording.plain(found.baseline.about.title)
        figure.text(0.014, 1 - 0.54 / height, f"{title}; freed beds {BACKFILL[found.backfill]}", color=GREY)
        figure.text(
            0.014,
            0.12 / height,
            "Dot: mean, at the price book's values. Bar: 95% of the joint draws of chance and prices. "
            "Grey: now. Orange: the optimum,\nwith 95% of the draws as far as they lie "
            "in what was tried. Every number of slots has the same patients."
            + wording.caveats(found.caveats()),
            size=7.5,
            color=GREY,
        )
    return figure


def _delay(ax: Axes, one: Curve) -> None:
    _points(ax, [(level.slots, level.delay) for level in one.levels], 1.0)
    ax.set_ylim(bottom=0)
    ax.set_title(f"{one.service.name}: mean delay [days]", loc="left", size=10, weight="bold")


def _one_more(ax: Axes, one: Curve) -> None:
    halves = [(step.first + step.last) / 2 for step in one.steps]
    costs = [step.cost.value / 1e3 for step in one.steps]
    ax.plot(halves, costs, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    ax.annotate("costs", (halves[0], costs[0]), (8, 3), textcoords="offset points", size=8)
    _points(ax, [(x, step.saved) for x, step in zip(halves, one.steps, strict=True)], 1e3)
    ends = (halves[0], one.steps[0].saved.value / 1e3)
    ax.annotate("saves", ends, (8, 3), textcoords="offset points", size=8, color=MODEL)
    ax.set_title("One more slot, a year [£ thousand]", loc="left", size=10, weight="bold")


def _net(ax: Axes, one: Curve) -> None:
    ax.axhline(0, color=INK, linewidth=0.8)
    _points(ax, [(level.slots, level.net) for level in one.levels], 1e6)
    ax.set_title("Net cost a year [£ million]", loc="left", size=10, weight="bold")


def _points(ax: Axes, points: list[tuple[float, Range]], unit: float) -> None:
    for x, each in points:
        ends = [each.low / unit, each.high / unit]
        ax.plot([x, x], ends, color=INTERVAL, linewidth=5, solid_capstyle="butt")
    middle = [each.value / unit for _, each in points]
    ax.plot(
        [x for x, _ in points], middle, "o-", color=MODEL, linewidth=1, markersize=5, markeredgecolor="white"
    )


def _finish(ax: Axes, one: Curve) -> None:
    least, most = one.levels[0].slots, one.levels[-1].slots
    margin = 0.06 * (most - least)
    ax.set_xlim(least - margin, most + margin)
    ax.axvline(one.now, color=SPREAD, linewidth=2, zorder=0)
    best = one.optimum.slots
    low, high = np.clip([best.low, best.high], least - margin, most + margin)
    ax.axvspan(low, high, color=RECORD, alpha=0.12, linewidth=0, zorder=0)
    if least <= best.value <= most:
        ax.axvline(best.value, color=RECORD, linewidth=1, linestyle=(0, (4, 3)))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    plain_axes(ax, grid="y")
