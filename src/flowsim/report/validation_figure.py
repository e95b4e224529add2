"""The picture of a validation: four-hour performance by month, recorded and predicted."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.house_style import GREY, INTERVAL, MODEL, RECORD, SPREAD, STYLE, month_ticks, plain_axes
from flowsim.validation.by_month import Month
from flowsim.validation.estimates import SINGLE
from flowsim.validation.validation import Validation

PANELS = ("four_hour_performance_type1", "four_hour_performance")
PREDICTED = "#f0f4f5"


def validation_figure(found: Validation) -> Figure:
    """Return the picture: a panel for type 1 and one for all types."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(10, 4.9), dpi=130)
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, 2)
        for ax, metric in zip(axes, PANELS, strict=True):
            _panel(ax, [one for one in found.months if one.metric == metric], METRICS[metric].label)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="lower right", ncols=len(labels), frameon=False, fontsize=8.5)
        figure.subplots_adjust(left=0.06, right=0.985, top=0.8, bottom=0.19, wspace=0.13)
        figure.text(
            0.02, 0.94, "Four-hour performance beside the record, and predicted", size=14, weight="bold"
        )
        results = next(iter(found.sets.values()))
        figure.text(0.02, 0.885, f"{wording.plain(found.about.title)}: {wording.about(results)}", color=GREY)
        note = "Axes do not begin at 0. Of the months predicted\nthe model knows attendances only."
        figure.text(0.02, 0.03, note, size=7.5, color=GREY, linespacing=1.4)
    return figure


def _panel(ax: Axes, months: list[Month], title: str) -> None:
    at = np.arange(len(months))
    record = 100 * np.array([one.record for one in months])
    mean, low, high, single_low, single_high = (
        100 * np.array([getattr(one.model, name) for one in months])
        for name in ("mean", "low", "high", "single_low", "single_high")
    )
    if not np.isnan(single_low).all():
        share = round(100 * (SINGLE[1] - SINGLE[0]))
        ax.fill_between(
            at, single_low, single_high, color=SPREAD, linewidth=0, label=f"single years, {share} %"
        )
    if not np.isnan(low).all():
        ax.fill_between(at, low, high, color=INTERVAL, linewidth=0, label="mean, 95 %")
    ax.plot(at, mean, color=MODEL, linewidth=2, label="model, mean")
    ax.plot(
        at,
        record,
        linestyle="none",
        marker="D",
        markersize=6,
        color=RECORD,
        markeredgecolor="white",
        label="record",
    )
    unseen = [i for i in at if np.isnan(record[i])]
    if unseen and len(unseen) < len(at):
        ax.axvspan(unseen[0] - 0.5, unseen[-1] + 0.5, color=PREDICTED, zorder=-1)
        middle = (unseen[0] + unseen[-1]) / 2
        ax.text(middle, 0.02, "predicted", transform=ax.get_xaxis_transform(), ha="center", color=GREY)
    ax.set_title(title, loc="left", size=10.5, weight="bold")
    ax.set_xticks(at, month_ticks([one.month for one in months]))
    ax.set_xlim(-0.5, len(at) - 0.5)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    plain_axes(ax, grid="y")
