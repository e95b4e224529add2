"""The picture of a fitted duration: of each group the share still there, observed and by the laws."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from flowsim.fitting.duration_fit import DurationFit
from flowsim.fitting.fit import Fit
from flowsim.fitting.small_numbers import FEWEST, shown
from flowsim.fitting.timed import Timed
from flowsim.fitting.values import as_duration
from flowsim.report.house_style import GREY, INTERVAL, MODEL, RECORD, STYLE, png
from flowsim.timeline import DAY, HOUR

COLUMNS = 3
POINTS = 300
WIDTH, HEIGHT = 3.3, 2.5
"""Of a panel [inches]."""


def fit_pictures(fit: Fit) -> dict[str, bytes]:
    """Return a picture of each fitted duration as PNG, by the name of its file."""
    names = dict.fromkeys(one.name for one in fit.timed if one.fit is not None)
    return {f"{name}.png": png(duration_figure(fit, name)) for name in names}


def duration_figure(fit: Fit, name: str) -> Figure:
    """Return the picture of a duration, a panel a group."""
    shown_groups = [one for one in fit.timed if one.name == name and one.fit is not None]
    columns = min(COLUMNS, len(shown_groups))
    rows = -(-len(shown_groups) // columns)
    width, height = max(WIDTH * columns + 0.9, 7.6), HEIGHT * rows + 1.85
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, columns, squeeze=False)
        for ax, one in zip(axes.flat, shown_groups, strict=False):
            assert one.fit is not None
            _panel(ax, one, one.fit)
        for ax in axes.flat[len(shown_groups) :]:
            ax.set_visible(False)
        figure.subplots_adjust(
            left=0.6 / width,
            right=1 - 0.25 / width,
            top=1 - 1.15 / height,
            bottom=0.95 / height,
            hspace=0.55,
            wspace=0.2,
        )
        words = shown_groups[0].words
        figure.text(0.2 / width, 1 - 0.4 / height, f"{words[0].upper()}{words[1:]}", size=14, weight="bold")
        figure.text(0.2 / width, 1 - 0.65 / height, f"{fit.name}: share still there", color=GREY)
        figure.text(0.2 / width, 0.15 / height, _foot(shown_groups), size=7.5, color=GREY, linespacing=1.4)
    return figure


def _panel(ax: Axes, one: Timed, fit: DurationFit) -> None:
    unit, size = _unit(one, fit)
    last = float(fit.times[-1]) if len(fit.times) else fit.best.mean
    t = np.linspace(one.durations.above, last * 1.05, POINTS)
    at = t + one.durations.step if one.durations.by_dates else t
    for other in fit.families[:0:-1]:
        ax.plot(t / size, 100 * other.survival(at, one.durations), color=INTERVAL, linewidth=0.7)
    times = np.concatenate([[one.durations.above], fit.times])
    observed = np.concatenate([[1.0], fit.observed])
    ax.plot(times / size, 100 * observed, ".-", color=RECORD, linewidth=1, markersize=3, label="observed")
    best = fit.best
    ax.plot(t / size, 100 * best.survival(at, one.durations), color=MODEL, linewidth=1.4, label=best.family)
    ax.set_title(
        f"{one.group.replace('_', ' ')}, n {shown(one.durations.patients)}\n"
        f"{best.family}, mean {as_duration(best.mean)}, {fit.how_near} ({100 * fit.distance:.1f} points)",
        size=8,
        loc="left",
    )
    ax.set_xlabel(unit, size=8, color=GREY)
    ax.set_ylim(0, 100)
    ax.set_xlim(left=0)
    ax.yaxis.set_major_formatter("{x:.0f}%")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=7, loc="upper right")


def _unit(one: Timed, fit: DurationFit) -> tuple[str, float]:
    last = float(fit.times[-1]) if len(fit.times) else fit.best.mean
    if one.durations.by_dates:
        return "nights", DAY
    return ("days", DAY) if last > 4 * DAY else ("hours", HOUR) if last > 4 * HOUR else ("minutes", 1.0)


def _foot(shown_groups: Sequence[Timed]) -> str:
    lines = [
        f"Observed: Kaplan and Meier, {FEWEST} patients or more between two points, to where fewer are left."
    ]
    least = max(one.durations.above for one in shown_groups)
    if least:
        lines.append(f"Of those who stay longer than {as_duration(least)}. Pale: the other families.")
    else:
        lines.append("Pale: the other families.")
    return "\n".join(lines)
