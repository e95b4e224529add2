"""The picture of the bed clock: how many beds are in use at each hour of the day."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from flowsim.experiments.runs.results import Results
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK, INTERVAL, MODEL, RECORD, leader, plain_axes

METRIC = "beds_occupied_on_the_hour"
HOURS = [f"hour={hour:02}" for hour in range(24)]
LINES = ((MODEL, "-"), (INK, "-"), (RECORD, "--"), (GREY, "-."), (INK, ":"))
"""Of the baseline and of up to four arms: told apart by their dashes in grey print."""
LEAST_APART = 0.06
"""Of lines of labels at the right end, as a share of the axis."""
LETTERS_A_LABEL = 38


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has beds in use by hour."""
    return all((METRIC, hour) in results for hour in HOURS)


def bed_clock_figure(named: Mapping[str, Results]) -> Figure:
    """Return the beds in use by hour of the day; the baseline first, with its interval as a band."""
    shown = list(named.items())[: len(LINES)]
    first = shown[0][1]
    about = f"{wording.plain(first.about.title)}: {wording.about(first)}"
    left_out = f" The first {len(shown) - 1} of {len(named) - 1} arms." if len(shown) < len(named) else ""
    remark = (
        f"{METRICS[METRIC].definition} Line: mean over replications. Band: 95% interval of the baseline's; "
        f"bars at the right end: those of each at 23:00.{left_out} The axis does not begin at 0. Source: "
        "flowsim, this run."
    )
    with framed("Beds in use by hour of the day", about, remark, width=10.0, height=3.4) as frame:
        [ax] = frame.panels(1, left=0.07, right=0.31)
        at = np.arange(24)
        labels = []
        for i, ((name, results), (colour, dashes)) in enumerate(zip(shown, LINES, strict=False)):
            found = [results.figure(METRIC, hour) for hour in HOURS]
            mean, low, high = (
                np.array([getattr(one, end) for one in found]) for end in ("mean", "low", "high")
            )
            if i == 0:
                ax.fill_between(at, low, high, color=INTERVAL, alpha=0.5, linewidth=0)
            ax.plot(at, mean, color=colour, linestyle=dashes, linewidth=2)
            interval = wording.in_brackets(low[-1], high[-1], "beds", mean[-1])
            ax.plot([23.3 + 0.25 * i] * 2, [low[-1], high[-1]], color=colour, linestyle=dashes, linewidth=1.6)
            said = f"{name if i else 'baseline'}: {mean[-1]:,.0f}{interval}"
            said = textwrap.fill(said, LETTERS_A_LABEL, break_on_hyphens=False)
            labels.append((float(mean[-1]), said, colour, dashes))
        bottom, top = ax.get_ylim()
        line = LEAST_APART * (top - bottom)
        highest, lowest = np.inf, bottom + line * sum(text.count("\n") + 1 for _, text, *_ in labels)
        for y, text, colour, dashes in sorted(labels, reverse=True):
            half = line * (text.count("\n") + 1) / 2
            place = max(min(y, highest - half), lowest - half)
            highest, lowest = place - half, lowest - 2 * half
            ax.annotate(
                text,
                (23, y),
                (25.2, place),
                va="center",
                size=8,
                color=colour,
                annotation_clip=False,
                arrowprops=leader(colour) | {"linestyle": dashes},
            )
        ax.set_ylim(bottom, top)
        ax.set_xlim(-0.4, 24.6)
        ax.set_xticks(range(0, 24, 3), [f"{hour:02}:00" for hour in range(0, 24, 3)])
        ax.set_ylabel("beds", size=8, color=GREY)
        plain_axes(ax, grid="y")
    return frame.figure
