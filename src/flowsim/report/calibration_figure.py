"""The picture of a calibration: how far the figures narrow each parameter, the model beside the figures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from flowsim.calibration.results import NARROWED, Calibration
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.calibration_table import figure_label, rows_of, shown
from flowsim.report.house_style import GREY, INTERVAL, MODEL, RECORD, SPREAD, STYLE
from flowsim.report.levels_figure import ROWS_A_LINE

INCHES_A_LINE = 0.3
LONGEST_LINE = 44
ABOVE, BETWEEN, BELOW = 1.0, 0.75, 0.75


def calibration_figure(found: Calibration) -> Figure:
    """Return the picture."""
    figures = [
        textwrap.fill(figure_label(row, wording.SHORT), LONGEST_LINE) for row in rows_of(found.of_figures())
    ]
    lines = len(found.parameters), _rows(figures)[1]
    height = ABOVE + BETWEEN + BELOW + INCHES_A_LINE * sum(lines)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.27, height), dpi=150)
        FigureCanvasAgg(figure)
        upper, lower = figure.subplots(2, 1, height_ratios=lines)
        _parameters(upper, found)
        _figures(lower, found, figures)
        figure.subplots_adjust(
            left=0.37,
            right=0.86,
            top=1 - ABOVE / height,
            bottom=BELOW / height,
            hspace=2 * BETWEEN / (INCHES_A_LINE * sum(lines)),
        )
        figure.text(0.02, 1 - 0.33 / height, "What the record says of the model", size=14, weight="bold")
        figure.text(
            0.02,
            1 - 0.58 / height,
            f"{wording.plain(found.title)}: {found.runs:,} runs of {found.days} days",
            color=GREY,
        )
        figure.text(
            0.02,
            0.12 / height,
            "Plausible: agrees with the observed figures, given chance, the tolerance of each figure and the "
            "emulators' doubt; every value of a range was as likely\nbefore. Model years: of sets drawn from "
            "what is plausible, in replications that they were not chosen by.",
            size=7.5,
            color=GREY,
            linespacing=1.4,
        )
    return figure


def _parameters(ax: Axes, found: Calibration) -> None:
    rows = rows_of(found.of_parameters())
    low, middle, high = np.quantile(found.matched.sample, [0.05, 0.5, 0.95], axis=0)
    for i, row in enumerate(rows):
        known = found.spread[i] <= NARROWED
        _bar(ax, 0, 1, i, SPREAD)
        _bar(ax, low[i], high[i], i, INTERVAL if known else GREY)
        ax.plot(middle[i], i, "o", color=MODEL if known else "white", markersize=5, markeredgecolor=MODEL)
        least, most = (shown(row["verb"], row[end]) for end in ("from", "to"))
        _note(ax, least, 0, i, -4)
        _note(ax, most if known else f"{most}   {row['verdict']}", 1, i, 4)
    names = [row["parameter"].replace("_", " ") for row in rows]
    _axes(ax, names, "What is plausible of each parameter", pad=42)


def _figures(ax: Axes, found: Calibration, names: list[str]) -> None:
    rows = rows_of(found.of_figures())
    for row, at in zip(rows, _rows(names)[0], strict=True):
        metric = METRICS[row["metric"]]
        ends = ("year_5", "year_95", "mean", "observed_low", "observed_high")
        year_low, year_high, mean, low, high = _on_own_scale(*(row[end] for end in ends))
        _bar(ax, year_low, year_high, at, INTERVAL)
        ax.plot(mean, at, "o", color=MODEL, markersize=5)
        if low < high:
            ax.plot([low, high], [at + 0.3] * 2, color=RECORD, linewidth=2)
        else:
            ax.plot(low, at, "|", color=RECORD, markersize=13, markeredgewidth=2.5)
        _note(ax, wording.with_unit(row["mean"], metric.unit), 1, at, 4)
    title = "Nine in ten model years (bar), their mean (dot and figure), what was observed (orange)"
    _axes(ax, names, title)
    ax.set_xlim(0, 1)


def _rows(names: Sequence[str]) -> tuple[list[float], float]:
    """Return where rows stand, as far apart as their names are high, and how many lines they take."""
    more = np.array([ROWS_A_LINE * name.count("\n") for name in names])
    places = np.arange(len(names)) + np.cumsum(more) - more / 2
    return places.tolist(), len(names) + float(more.sum())


def _on_own_scale(year_low: float, year_high: float, *others: float) -> list[float]:
    """Return figures on an axis from 0 to 1 about the middle of the model's years, that holds them all."""
    middle = (year_low + year_high) / 2
    half = max([year_high - year_low, *(1.1 * abs(one - middle) for one in others)]) or 1.0
    return [0.5 + (one - middle) / (2 * half) for one in (year_low, year_high, *others)]


def _bar(ax: Axes, low: float, high: float, line: float, colour: str) -> None:
    ax.plot([low, high], [line, line], color=colour, linewidth=7, solid_capstyle="butt")


def _note(ax: Axes, text: str, at: float, line: float, away: float) -> None:
    ax.annotate(
        text,
        (at, line),
        (away, 0),
        textcoords="offset points",
        ha="left" if away > 0 else "right",
        va="center",
        size=7.5,
        color=GREY,
        annotation_clip=False,
    )


def _axes(ax: Axes, names: list[str], title: str, pad: float = 4) -> None:
    ax.set_title(title, loc="left", size=10.5, weight="bold", x=-0.7)
    places, lines = _rows(names)
    ax.set_yticks(places, names, size=8)
    ax.set_xticks([])
    ax.tick_params(length=0, pad=pad)
    ax.set_ylim(lines - 0.4, -0.6)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
