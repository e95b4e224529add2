"""Pictures of levels: the baseline and every arm beside one another, a block of lines for each group.

Where breaches' time went, the cascade of waits, and the way out of hospital by pathway.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from flowsim import words
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats, interval
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK, MODEL, plain_axes
from flowsim.scenario.sections.section import PATHWAYS

MOST_ARMS = 4
"""Arms that are drawn beside the baseline."""
INCHES_A_LINE = 0.24
ROWS_A_LINE = 0.55
"""What another line of a name takes, in lines of the picture."""
LONGEST_NAME = 44
LEAST_IN_TENFOLDS = 1.0
"""Where a scale of tenfold steps, which has no 0, begins; what is less stands there."""
LEAVING = ("mffd_patients", "d2a_wait_mean_days", "d2a_occupancy")
BREACHES = {
    "A bed": "breaches_awaiting_bed_share",
    "A first clinician, or a specialty": "breaches_awaiting_first_assessment_share",
    "Investigations": "breaches_awaiting_investigations_share",
    "Handover or triage": "breaches_awaiting_handover_or_triage_share",
    "Mental-health care": "breaches_awaiting_mental_health_share",
}
INTERVAL = "Dot: mean over replications. Bar: its 95% interval (Student t). Source: flowsim, this run."
PAIRED = "The patients are the same in every line: bars may overlap where the paired difference is clear."

Value = Callable[[Results], Floats]
"""A figure of each replication, in the unit that is drawn."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its title, its unit, and its figure of each block."""

    title: str
    unit: str
    values: Mapping[str, Value]
    logarithmic: bool = False
    short: bool = False
    """Whether it is one of several side by side."""


def leaving_figure(named: Mapping[str, Results]) -> Figure:
    """Return medically fit patients, the wait for a service and its occupancy, by pathway."""
    panels = [
        Panel(
            METRICS[metric].label,
            METRICS[metric].unit,
            {
                words.called("pathway", key).capitalize(): _figure(metric, f"pathway={key}")
                for key in PATHWAYS
            },
            short=True,
        )
        for metric in LEAVING
    ]
    remark = "Pathway 1: home with support. 2: a rehabilitation bed. 3: a nursing or care home."
    return levels_figure(named, panels, "The way out of hospital, by pathway", remark)


def breaches_figure(named: Mapping[str, Results]) -> Figure:
    """Return what the longest single wait of type 1 breaches was for."""
    values = {block: _figure(metric) for block, metric in BREACHES.items()}
    panel = Panel("Share of type 1 breaches whose longest single wait was for it", "share", values)
    remark = "The rest were in treatment, or waited longest for something else."
    return levels_figure(named, [panel], "Where the time of those who breached went", remark)


def cascade_figure(named: Mapping[str, Results]) -> Figure:
    """Return how many type 1 patients waited how long."""
    attended = _figure("attendances_type1")
    long, admitted = "dta_waits_over_12h", "dta_waits_4_to_12h"
    values: dict[str, Value] = {
        METRICS["attendances_type1"].label: attended,
        "Over 4 h from arrival": lambda of: (
            attended(of) * (1 - of.by_replication("four_hour_performance_type1"))
        ),
        "Over 4 h from decision to admit": lambda of: of.by_replication(admitted) + of.by_replication(long),
        "Over 12 h from arrival": lambda of: attended(of) * of.by_replication("waits_over_12h_from_arrival"),
        "Over 12 h from decision to admit": _figure(long),
    }
    panel = Panel("Patients in the period, on a scale of tenfold steps", "patients", values, logarithmic=True)
    return levels_figure(named, [panel], "From attendance to the longest waits", "")


def can_be_drawn(results: Results, figure: Callable[[Mapping[str, Results]], Figure]) -> bool:
    """Return whether a run has what one of these pictures shows."""
    needed: dict[Callable[[Mapping[str, Results]], Figure], list[tuple[str, str]]] = {
        leaving_figure: [(metric, f"pathway={key}") for metric in LEAVING for key in PATHWAYS],
        breaches_figure: [(metric, ALL) for metric in BREACHES.values()],
        cascade_figure: [
            (metric, ALL)
            for metric in (
                "attendances_type1",
                "four_hour_performance_type1",
                "waits_over_12h_from_arrival",
                "dta_waits_4_to_12h",
                "dta_waits_over_12h",
            )
        ],
    }
    return all(key in results and not np.isnan(results.by_replication(*key)).all() for key in needed[figure])


def levels_figure(named: Mapping[str, Results], panels: Sequence[Panel], title: str, remark: str) -> Figure:
    """Return a picture of levels.

    Parameters
    ----------
    named : Mapping[str, Results]
        The baseline first; no more than `MOST_ARMS` others are drawn.
    panels : sequence of Panel
        All with the same blocks.
    title, remark : str
    """
    shown = dict(list(named.items())[: MOST_ARMS + 1])
    names = [_wrapped(name) for name in ["baseline", *list(shown)[1:]]]
    lines = _lines(list(panels[0].values), names)
    first = next(iter(shown.values()))
    left_out = f" The first {MOST_ARMS} of {len(named) - 1} arms." if len(shown) < len(named) else ""
    about = f"{wording.plain(first.about.title)}: {wording.about(first)}"
    paired = " " + PAIRED if len(shown) > 1 else ""
    said = f"{remark}\n{INTERVAL}{paired}{left_out}".strip()
    last = lines[-1].at if lines else 0.0
    with framed(title, about, said, width=10.0, height=INCHES_A_LINE * (last + 1.6)) as frame:
        axes = frame.panels(len(panels), left=0.3, right=0.03)
        for ax, panel in zip(axes, panels, strict=True):
            _panel(ax, panel, lines, list(shown.values()))
        labels = [
            line.block if line.scenario is None or len(shown) == 1 else names[line.scenario] for line in lines
        ]
        axes[0].set_yticks([line.at for line in lines], labels)
        axes[0].tick_params(axis="y", pad=7)  # a dot at the beginning is as wide
        for line, label in zip(lines, axes[0].get_yticklabels(), strict=True):
            label.set_fontweight("bold" if line.scenario is None else "normal")
            label.set_fontsize(9 if line.scenario is None or len(shown) == 1 else 8)
        axes[0].set_ylim(last + 0.8, -0.8)
    return frame.figure


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the picture: where it stands, its block, and which scenario; none in the head of a block."""

    at: float
    block: str
    scenario: int | None


def _lines(blocks: Sequence[str], names: Sequence[str]) -> list[_Line]:
    """Return the lines from above, as far apart as their names are high.

    A block has a head if there are several scenarios.
    """
    lines: list[_Line] = []
    at = 0.0
    for block in blocks:
        if len(names) > 1:
            lines.append(_Line(at, block, None))
            at += 1.0
        for scenario, name in enumerate(names):
            more = ROWS_A_LINE * name.count("\n") / 2
            lines.append(_Line(at + more, block, scenario))
            at += 1.0 + 2 * more
        at += 0.3
    return lines


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, LONGEST_NAME, break_on_hyphens=False))


def _panel(ax: Axes, panel: Panel, lines: Sequence[_Line], scenarios: Sequence[Results]) -> None:
    scale = 100.0 if panel.unit == "share" else 1.0
    least = LEAST_IN_TENFOLDS if panel.logarithmic else 0.0
    ends = []
    for line in lines:
        if line.scenario is None:
            continue
        mean, low, high = interval(panel.values[line.block](scenarios[line.scenario]))
        if np.isnan(mean):
            continue
        shown = [scale * max(mean if np.isnan(bound) else bound, least) for bound in (low, mean, high)]
        if panel.unit == "share":
            shown = [min(bound, 100.0) for bound in shown]
        colour, marker = (MODEL, "D") if line.scenario == 0 else (INK, "o")
        ends.append((line.at, shown, colour, wording.with_interval(mean, low, high, panel.unit)))
        ax.plot(shown[::2], [line.at] * 2, color=colour, linewidth=2.4)
        ax.plot(shown[1], line.at, marker, color=colour, markersize=5, markeredgecolor="white", clip_on=False)
    for y, shown, colour, written in ends:
        ax.annotate(
            written,
            (shown[2], y),
            (6, 0),
            textcoords="offset points",
            va="center",
            size=7.5,
            color=colour,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
    _axis(ax, panel, [end for _, shown, *_ in ends for end in shown])
    ax.set_title(textwrap.fill(panel.title, 27 if panel.short else 90), loc="left", size=9.5, weight="bold")
    if panel.unit != "share":
        ax.set_xlabel(panel.unit, size=8, color=GREY, labelpad=2)
    plain_axes(ax)


def _axis(ax: Axes, panel: Panel, ends: Sequence[float]) -> None:
    """Set an axis that leaves room for what is written behind each bar, with ticks where there are bars."""
    highest = max(ends, default=1.0) or 1.0
    if panel.logarithmic:
        lowest = 10.0 ** np.floor(np.log10(min(ends)))
        ax.set_xscale("log")
        ax.set_xlim(lowest, 20 * highest)
        ax.xaxis.set_major_locator(
            FixedLocator([lowest * 10**k for k in range(9) if lowest * 10**k <= highest])
        )
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        ax.set_xlim(0, (1.7 if panel.short else 1.3) * highest)
        ticks = MaxNLocator(3, steps=[1, 2, 5, 10]).tick_values(0, highest)
        ax.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if tick <= 1.05 * highest]))
    after = {LEAST_IN_TENFOLDS: " or less"} if panel.logarithmic and LEAST_IN_TENFOLDS in ends else {}
    unit = "%" if panel.unit == "share" else ""
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}{after.get(value, unit)}")


def _figure(metric: str, group: str = ALL) -> Value:
    return lambda results: results.by_replication(metric, group)
