"""The picture of a sensitivity analysis: a tornado, what either end of each range changes."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.difference_figure import INCHES_A_REMARK
from flowsim.report.house_style import GREY, INK, MODEL, RECORD, STYLE, plain_axes
from flowsim.report.sensitivity_table import about, name_words, range_words
from flowsim.sensitivity.results import Sensitivity

LOW, HIGH = RECORD, MODEL
"""Blue and orange are told apart by all kinds of colour vision; the legend names them."""

INCHES_A_BAR = 0.32


def tornado_figure(found: Sensitivity, metric: str) -> Figure:
    """Return the picture of what either end of each range changes of a metric, the widest first."""
    low, high = found.swings(metric)
    widest = np.nanmax(np.abs([low.mean, high.mean]), axis=0)
    order = [int(i) for i in np.argsort(-widest, kind="stable")]
    caveats = wording.caveats(found.caveats)
    below = 0.85 + INCHES_A_REMARK * caveats.count("\n")
    width, height = 9.0, 1.2 + below + INCHES_A_BAR * len(order)
    entry = METRICS[metric]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        ax = figure.subplots()
        _bars(ax, found, metric, order)
        axes = [found.parameters.axes[i] for i in order]
        ax.set_yticks(range(len(order)), [f"{name_words(axis)}  {range_words(axis)}" for axis in axes])
        ax.set_ylim(len(order) - 0.4, -0.8)
        figure.subplots_adjust(left=0.33, right=0.97, top=1 - 1.1 / height, bottom=below / height)
        figure.text(0.014, 1 - 0.33 / height, entry.label, size=14, weight="bold")
        level = wording.with_unit(float(found.written[:, found.metrics.index(metric)].mean()), entry.unit)
        figure.text(0.014, 1 - 0.6 / height, wording.plain(found.title), color=GREY)
        figure.text(0.014, 1 - 0.8 / height, f"{about(found)}; as written {level}", color=GREY)
        remark = (
            "Each parameter alone at the low and at the high end of its range, against the scenario as "
            f"written: mean of {len(found.written)} paired replications.\n"
            + ("Line: 95% interval. " if len(found.written) > 1 else "One replication: no intervals. ")
            + "The ranges are what may be before any data, not what is likely."
        )
        figure.text(0.014, 0.1 / height, remark + caveats, size=7.5, color=GREY, linespacing=1.4)
    return figure


def _bars(ax: Axes, found: Sensitivity, metric: str, order: list[int]) -> None:
    unit = METRICS[metric].unit
    scale = 100.0 if unit == "share" else 1.0
    ends = zip(found.swings(metric), (LOW, HIGH), ("low end", "high end"), (-0.19, 0.19), strict=True)
    for end, colour, label, shift in ends:
        at = np.arange(len(order)) + shift
        ax.barh(at, scale * end.mean[order], height=0.36, color=colour, label=label)
        ax.hlines(at, scale * end.low[order], scale * end.high[order], color=INK, linewidth=0.9)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_xlabel(f"change, {'percentage points' if unit == 'share' else unit}", color=GREY, size=8)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+,g}".replace("-", "−").replace("+0", "0"))
    plain_axes(ax)
    ax.legend(frameon=False, loc="lower right", fontsize=8)
