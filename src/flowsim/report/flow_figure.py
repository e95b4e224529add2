"""The flow of patients through the hospital as a Sankey diagram: who comes how, and where they go, a day.

    ambulance ─┐                        ┌─ home, or left before being seen
    on foot ───┴─ emergency department ─┴─ spells ─┬─ home
    referred straight in, planned ─────────┘       ├─ pathways 1 to 3
                                                   └─ died

Widths are means over replications; each is written with its interval. Spells are those that count as
admissions, same-day emergency care among them if the scenario counts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from flowsim import words
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats, interval
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import INK, INTERVAL, MODEL, SPREAD
from flowsim.scenario.sections.section import PATHWAYS

AMBULANCE, ON_FOOT, DEPARTMENT = "By ambulance", "On foot", "Emergency department, type 1"
DIRECT, ELECTIVE, SPELLS = "Emergencies not via the department", "Planned", "Spells in hospital"
AWAY, UNSEEN = "Home from the department", "Left before being seen"
HOME, DIED = "Home without a service", "Died"
NODE, GAP = 0.012, 0.055
"""Width of a node, and the least space between two, as shares of the picture."""
COLUMNS = (0.13, 0.36, 0.61, 0.83)
LEAVING_A_SPELL = (HOME, *PATHWAYS, DIED)
NEEDED = (
    ("arrivals_by_ambulance_per_day", ALL),
    ("arrivals_on_foot_per_day", ALL),
    ("attendances_type1", ALL),
    ("left_without_being_seen", ALL),
    ("emergency_admissions", ALL),
    ("direct_emergency_admissions", ALL),
    ("elective_admissions", ALL),
    ("spells_ended", ALL),
    ("death_share", ALL),
    *(("complex_discharges_per_day", f"pathway={key}") for key in PATHWAYS),
)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Patients a day from one place to another, of each replication."""

    begin: str
    end: str
    each: Floats


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has every count that the diagram needs."""
    return all(key in results and not np.isnan(results.by_replication(*key)).any() for key in NEEDED)


def flows(results: Results) -> list[Flow]:
    """Return the flows; what leaves a place without a count of its own is what the others leave of it."""
    days = results.about.days

    def a_day(metric: str) -> Floats:
        return results.by_replication(metric) / days

    attended, admitted = a_day("attendances_type1"), a_day("emergency_admissions")
    unseen = results.by_replication("left_without_being_seen") * attended
    ended = a_day("spells_ended")
    died = results.by_replication("death_share") * ended
    complex_ = {
        key: results.by_replication("complex_discharges_per_day", f"pathway={key}") for key in PATHWAYS
    }
    return [
        Flow(AMBULANCE, DEPARTMENT, results.by_replication("arrivals_by_ambulance_per_day")),
        Flow(ON_FOOT, DEPARTMENT, results.by_replication("arrivals_on_foot_per_day")),
        Flow(DEPARTMENT, AWAY, attended - unseen - admitted),
        Flow(DEPARTMENT, UNSEEN, unseen),
        Flow(DEPARTMENT, SPELLS, admitted),
        Flow(DIRECT, SPELLS, a_day("direct_emergency_admissions")),
        Flow(ELECTIVE, SPELLS, a_day("elective_admissions")),
        Flow(SPELLS, HOME, ended - died - sum(complex_.values())),
        *(Flow(SPELLS, key, each) for key, each in complex_.items()),
        Flow(SPELLS, DIED, died),
    ]


def written(each: Floats) -> str:
    """Return a number of patients a day with its interval."""
    return wording.with_interval(*interval(each), "patients a day")


def in_words(results: Results) -> str:
    """Return the diagram as a sentence, for those who do not see it."""
    return "; ".join(
        f"{_called(one.begin)} to {_called(one.end)} {written(one.each)}" for one in flows(results)
    )


def flow_figure(results: Results) -> Figure:
    """Return the diagram of one scenario."""
    found = flows(results)
    about = f"{wording.plain(results.about.title)}: {wording.about(results)}"
    remark = (
        "Patients a day: mean over replications, in brackets its 95% interval (Student t). Widths are to "
        "scale. Spells: those that count as admissions, as the scenario counts same-day care. Pathway 1: "
        "home with support. 2: a rehabilitation bed. 3: a nursing or care home. What comes and what goes "
        "differ by who is there at either end of the period. Source: flowsim, this run."
    )
    title = "Patients through the hospital, a day"
    with framed(title, about, remark, width=10.0, height=4.6, axis=0.2) as frame:
        [ax] = frame.panels(1, left=0.01, right=0.01)
        ax.set_axis_off()
        ax.set_xlim(0, 1)
        ax.set_ylim(1, 0)
        _draw(ax, found)
    return frame.figure


def _draw(ax: Axes, found: Sequence[Flow]) -> None:
    columns = ((AMBULANCE, ON_FOOT), (DEPARTMENT, DIRECT, ELECTIVE), (AWAY, UNSEEN, SPELLS), LEAVING_A_SPELL)
    sizes = {name: _size(found, name) for column in columns for name in column}
    tallest = max(sum(sizes[name] for name in column) for column in columns)
    scale = (1 - GAP * 3.4) / tallest
    top: dict[str, float] = {}
    for column in columns:
        filled = scale * sum(sizes[name] for name in column)
        gap = GAP * (1.7 if len(column) > 2 else 1)
        # Spells and where they end stand as low as what the spells come from.
        at = 1 - filled - gap * (len(column) - 1) if column in columns[2:] else 0.0
        for name in column:
            top[name] = at
            at += scale * sizes[name] + gap
    left = {name: x for x, column in zip(COLUMNS, columns, strict=True) for name in column}
    gone, come = dict(top), dict(top)
    for one in found:
        width = scale * float(one.each.mean())
        ends = (left[one.begin] + NODE, gone[one.begin]), (left[one.end], come[one.end])
        into = one.end in (AWAY, UNSEEN)
        ax.add_patch(_ribbon(*ends[0], *ends[1], width, SPREAD if into else INTERVAL))
        gone[one.begin] += width
        come[one.end] += width
    for name, y in top.items():
        ax.add_patch(Rectangle((left[name], y), NODE, scale * sizes[name], color=MODEL, linewidth=0))
        _label(ax, name, left[name], y + scale * sizes[name] / 2, _through(found, name))


def _ribbon(x0: float, y0: float, x1: float, y1: float, width: float, colour: str) -> PathPatch:
    half = (x0 + x1) / 2
    points = [
        (x0, y0),
        (half, y0),
        (half, y1),
        (x1, y1),
        (x1, y1 + width),
        (half, y1 + width),
        (half, y0 + width),
        (x0, y0 + width),
        (x0, y0),
    ]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    return PathPatch(Path(points, codes), facecolor=colour, edgecolor="white", linewidth=0.6)


def _label(ax: Axes, name: str, x: float, y: float, each: Floats) -> None:
    first = name in (AMBULANCE, ON_FOOT)
    ax.annotate(
        f"{_called(name)}\n{written(each)}",
        (x - 0.008 if first else x + NODE + 0.006, y),
        ha="right" if first else "left",
        va="center",
        size=8,
        color=INK,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )


def _through(found: Sequence[Flow], name: str) -> Floats:
    """Return who comes to a place, or who goes from one that nobody comes to, of each replication."""
    come = [one.each for one in found if one.end == name] or [one.each for one in found if one.begin == name]
    return np.asarray(np.sum(come, axis=0))


def _size(found: Sequence[Flow], name: str) -> float:
    """Return the height of a place: the larger of who comes and who goes."""
    sides: Mapping[str, list[float]] = {
        "come": [float(one.each.mean()) for one in found if one.end == name],
        "gone": [float(one.each.mean()) for one in found if one.begin == name],
    }
    return max(map(sum, sides.values()))


def _called(name: str) -> str:
    return wording.sentence(words.called("pathway", name)) if name in PATHWAYS else name
