"""The pictures of bottlenecks: what one more is worth, and what is waited for in which hour of the week."""

from __future__ import annotations

import textwrap

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from flowsim import words
from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.bottlenecks_table import lever_words, points
from flowsim.report.difference_figure import CLEAR, INCHES_A_REMARK, axis_words, colour_of, draw_difference
from flowsim.report.house_style import GREY, INK, MODEL, STYLE, plain_axes
from flowsim.scenario.calendars import DAYS

PANELS = ("four_hour_performance", "dta_waits_over_12h", "occupied_bed_days")
"""What is drawn beside the measure that ranks, or with it."""
MOST_LEVERS = 20
LEAST_WAITED = 0.02
"""Resources that are waited for less are left out of the picture of hours."""
SHADES = LinearSegmentedColormap.from_list("waited", ["#ffffff", "#b9d5f0", MODEL, "#00204d"])
"""From white to dark, so that grey print says the same."""


def worths_figure(found: Bottlenecks) -> Figure:
    """Return the picture of what one unit more is worth, the best levers first."""
    levers = found.ranking()[:MOST_LEVERS]
    panels = list(dict.fromkeys((found.rank_by, *PANELS)))[: len(PANELS)]
    panels = [metric for metric in panels if metric in found.metrics]
    caveats = wording.caveats(found.caveats(panels, levers))
    below = 0.75 + INCHES_A_REMARK * caveats.count("\n")
    width, height = 11.0, 1.2 + below + 0.3 * len(levers)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for ax, metric in zip(axes, panels, strict=True):
            _panel(ax, found, metric, [more.lever.name for more in levers])
        names = [f"{lever_words(more.lever.name)}  (+{more.step})" for more in levers]
        axes[0].set_yticks(range(len(levers)), names)
        axes[0].set_ylim(len(levers) - 0.4, -0.7)
        figure.subplots_adjust(
            left=0.25, right=0.985, top=1 - 1.1 / height, bottom=below / height, wspace=0.12
        )
        _titles(figure, found, "What one more is worth")
        remark = (
            "Dot: change for one unit more, with its 95% interval (paired). (+n): units the run had more.\n"
        )
        remark += CLEAR.format(looked_at="levers and measures")
        if len(levers) < len(found.levers):
            remark += f" The first {len(levers)} of {len(found.levers)} levers."
        figure.text(0.014, 0.1 / height, remark + caveats, size=7.5, color=GREY, linespacing=1.4)
    return figure


def binding_figure(found: Bottlenecks) -> Figure:
    """Return the picture of what is waited for in each hour of the week, the most waited for first."""
    bound = found.binding
    in_all = np.nan_to_num(bound.share_in_all)
    order = [i for i in np.argsort(-in_all, kind="stable") if in_all[i] >= LEAST_WAITED] or [0]
    caveats = wording.caveats(found.caveats([bound.resources[i] for i in order], ()))
    below = 0.75 + INCHES_A_REMARK * caveats.count("\n")
    width, height = 11.0, 1.1 + below + 0.26 * len(order)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=150)
        FigureCanvasAgg(figure)
        ax = figure.subplots()
        image = ax.imshow(
            100 * bound.share[order], aspect="auto", cmap=SHADES, vmin=0, vmax=100, interpolation="nearest"
        )
        names = [f"{words.resource(bound.resources[i])}  {100 * in_all[i]:.0f}%" for i in order]
        ax.set_yticks(range(len(order)), names)
        ax.set_xticks(np.arange(0, 168, 24) - 0.5, [])
        ax.set_xticks(np.arange(12, 168, 24) - 0.5, DAYS, minor=True)
        ax.tick_params(length=0, which="both")
        for day in range(1, 7):
            ax.axvline(24 * day - 0.5, color="white", linewidth=1.6)
        ax.set_yticks(np.arange(1, len(order)) - 0.5, minor=True)
        ax.grid(axis="y", which="minor", color="white", linewidth=1.6)
        ax.spines[:].set_visible(False)
        figure.subplots_adjust(left=0.24, right=0.9, top=1 - 0.85 / height, bottom=below / height)
        bar = figure.colorbar(
            image, cax=figure.add_axes((0.92, below / height, 0.014, 1 - (0.85 + below) / height))
        )
        bar.set_ticks([0, 50, 100], labels=["0%", "50%", "100%"])
        bar.outline.set_visible(False)
        bar.ax.tick_params(length=0)
        _titles(figure, found, "When somebody waits for it")
        figure.text(
            0.014,
            0.1 / height,
            "Share of each hour of the week, from midnight to midnight, in which anybody waits for it: every "
            "place is then in use, being made ready, or shut.\nAfter each name the share of the whole time; "
            f"less than {100 * LEAST_WAITED:.0f}% is not shown. The baseline, mean over replications."
            + caveats,
            size=7.5,
            color=GREY,
            linespacing=1.4,
        )
    return figure


def _titles(figure: Figure, found: Bottlenecks, title: str) -> None:
    height = figure.get_figheight()
    about = found.baseline.about
    figure.text(0.014, 1 - 0.33 / height, title, size=14, weight="bold")
    figure.text(
        0.014,
        1 - 0.6 / height,
        f"{wording.plain(about.title)}: {wording.about(found.baseline)}",
        color=GREY,
    )


def _panel(ax: Axes, found: Bottlenecks, metric: str, names: list[str]) -> None:
    unit = METRICS[metric].unit
    scale = 100.0 if unit == "share" else 1.0
    ax.axvline(0, color=INK, linewidth=0.8)
    for y, name in enumerate(names):
        one = found.worth(name, metric)
        colour = colour_of(metric, one.mean, clear=one.clear)
        drawn = scale * one.mean, scale * one.low, scale * one.high
        draw_difference(ax, y, *drawn, colour=colour, clear=one.clear)
        if one.clear:
            ax.annotate(
                f"{points(one.mean, unit)}*",
                (scale * one.mean, y),
                (0, 5),
                textcoords="offset points",
                ha="center",
                color=colour,
                size=7.5,
                path_effects=[withStroke(linewidth=2.5, foreground="white")],
            )
    ax.margins(x=0.1)
    ax.set_title(textwrap.fill(METRICS[metric].label, 30), loc="left", size=9.5, weight="bold")
    ax.set_xlabel(axis_words(metric), size=8, color=GREY, labelpad=2)
    ax.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+,g}".replace("-", "−").replace("+0", "0"))
    plain_axes(ax)
    ax.tick_params(axis="x", labelsize=8)
