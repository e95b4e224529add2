"""The table of a sensitivity analysis: what to measure next, the parameter that matters most first."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.experiments.statistics.differences import ALPHA
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.terminal import CLEAR, add_figures, assumptions, figures, grid, nationally, note
from flowsim.scenario.axes import Axis
from flowsim.sensitivity.results import Sensitivity

TOP = 15
"""Parameters shown unless all are asked for."""

BESIDE = 2
"""Metrics shown beside the one that ranks; the others are in the results folder."""

MOSTLY = 0.5
"""Mean effect over mean size from which an effect is said to have a sign."""

REMARKED = 5
"""Parameters whose remarks are shown."""

HEADS = {
    "four_hour_performance": "4 h",
    "four_hour_performance_type1": "Type 1",
    "dta_waits_over_12h": "12 h",
    "bed_occupancy": "Occupancy",
    "mffd_patients": "MFFD",
    "emergency_admissions": "Admitted",
    "occupied_bed_days": "Bed days",
}
"""Of columns; a metric that is not here has its label."""


def sensitivity_table(found: Sensitivity, *, every: bool = False) -> RenderableType:
    """Return all that the terminal shows of a sensitivity analysis, 80 columns wide.

    Parameters
    ----------
    found : Sensitivity
    every : bool
        Whether every parameter is shown, or the first `TOP`.
    """
    metric = METRICS[found.metrics[0]]
    level = wording.with_unit(float(found.written[:, 0].mean()), metric.unit)
    shown = found.ranking() if every else found.ranking()[:TOP]
    parts: list[RenderableType] = [
        Text(wording.plain(found.title), style="bold"),
        Text(about(found)),
        Text(),
        Text("What to measure next", style="bold"),
        Text(f"{metric.label}, as written {level}: what a parameter changes over its range"),
        _effects(found, shown),
        *_remarks(found, len(shown)),
        *_shares(found, shown),
        *_sources(found, shown[:REMARKED]),
        *_caveats(found),
    ]
    return Group(*parts)


def about(found: Sensitivity) -> str:
    """Return in one line what was run."""
    count = wording.how_many(len(found.parameters), "uncertain parameter")
    return f"{wording.date(found.start)} to {wording.date(found.last)}, {count}, seed {found.seed}"


def range_words(axis: Axis) -> str:
    """Return a range as a table has it, such as `×0.57–2.6`, `−16 to 0` or `8 h to 11 h`."""
    low, high = axis.values
    if axis.verb == "times":
        return f"×{low}–{high}"
    if axis.verb == "add":
        return " to ".join(_signed(end) for end in (low, high))
    return f"{low}–{high}" if not isinstance(low, str) else f"{low} to {high}"


def name_words(axis: Axis) -> str:
    """Return what a parameter is called in a table."""
    return axis.name.replace("_", " ")


def _signed(value: object) -> str:
    text = str(value).replace("-", "−")
    return text if text.startswith("−") or text == "0" else f"+{text}"


def _effects(found: Sensitivity, shown: list[int]) -> Table:
    beside = range(1, min(len(found.metrics), 1 + BESIDE))
    absolute, spread = found.effects.absolute, found.effects.spread
    unit = METRICS[found.metrics[0]].unit
    table = grid()
    table.add_column("", justify="right", width=2)
    table.add_column("Parameter", ratio=1, overflow="fold")
    table.add_column("Range", width=13, overflow="fold")
    add_figures(table, ("Effect", 7), ("95% interval", 12), ("Varies", 6))
    for j in beside:
        table.add_column(
            HEADS.get(found.metrics[j], METRICS[found.metrics[j]].label),
            justify="right",
            width=9,
            overflow="fold",
        )
    for rank, i in enumerate(shown, 1):
        axis = found.parameters.axes[i]
        value = float(absolute.value[i, 0])
        low, high = float(absolute.low[i, 0]), float(absolute.high[i, 0])
        table.add_row(
            str(rank),
            name_words(axis),
            range_words(axis),
            _effect(found, i, 0),
            f"{wording.number(low, unit, value)}–{wording.number(high, unit, value)}",
            wording.number(float(spread.value[i, 0]), unit, value),
            *(_effect(found, i, j) for j in beside),
        )
    return table


def _effect(found: Sensitivity, i: int, j: int) -> str:
    """Return the mean size of an effect with the sign it mostly has, marked where it is beyond chance."""
    value, mean = float(found.effects.absolute.value[i, j]), float(found.effects.mean[i, j])
    text = wording.number(value, METRICS[found.metrics[j]].unit)
    if not any(digit in text for digit in "123456789"):
        return f"{text} "
    sign = "±" if abs(mean) < MOSTLY * value else "−" if mean < 0 else "+"
    return f"{sign}{text}{CLEAR if found.effects.beyond_chance[i, j] else ' '}"


def _remarks(found: Sensitivity, shown: int) -> Iterator[RenderableType]:
    count, total = len(found.effects.each), len(found.parameters)
    chance = float(found.effects.by_chance[:, 0].mean())
    unit = METRICS[found.metrics[0]].unit
    yield Text()
    if shown < total:
        yield note(f"The first {shown} of {total} parameters; --all shows the others.")
    yield note(
        f"Effect: mean size of what the whole range changes (Morris, {count} trajectories), percentage "
        "points of a share; + or − if it mostly raises or lowers the figure, ± if neither. The interval is "
        "over trajectories (Student t). Varies: standard deviation of the effect, by where the other "
        "parameters stand and by chance. A parameter without any effect would show "
        f"{wording.number(chance, unit)} on average, by chance. {CLEAR} more than that, clear also in view "
        f"of the number of parameters (F test, Holm, {100 * ALPHA:.0f}% in each column)."
    )


def _shares(found: Sensitivity, shown: list[int]) -> Iterator[RenderableType]:
    """Yield the Sobol indices of the metric that ranks, with what chance and the emulator leave open."""
    if found.indices is None:
        return
    table = figures(*((head, 13) for head in ("Alone", "95% interval", "With others", "95% interval")))
    first, total, split = found.indices.first, found.indices.total, found.indices.split
    for i in shown:
        cells = []
        for one in (first, total):
            low, high = (wording.number(float(bound[i, 0]), "share") for bound in (one.low, one.high))
            cells += [wording.with_unit(float(one.value[i, 0]), "share"), f"{low}–{high}"]
        table.add_row(name_words(found.parameters.axes[i]), *cells)
    yield Text()
    yield Text("Share of the variance that each makes (Sobol, on an emulator)", style="bold")
    yield table
    yield Text()
    made = wording.with_unit(float(split.share[0]), "share")
    between = wording.span(float(split.share_low[0]), float(split.share_high[0]), "share", 0.5)
    foretold = wording.with_unit(max(float(found.indices.foretold[0]), 0.0), "share")
    yield note(
        "Alone: what would go if the parameter were known. With others: what would stay if all others were. "
        f"Of the variance of a single year over the ranges parameters make {made} ({between}), chance the "
        f"rest. The emulator was fitted to {found.indices.runs} runs; of the variance of the trajectories, "
        f"which it had not seen, it foretold {foretold}."
    )


def _sources(found: Sensitivity, shown: list[int]) -> Iterator[RenderableType]:
    """Yield what the scenario's file says of the first parameters: their grades and sources."""
    names = [found.parameters.axes[i] for i in shown]
    said = [f"{name_words(axis)}: {found.remarks[axis.name]}" for axis in names if found.remarks[axis.name]]
    if said:
        yield Text()
        yield Text("What the scenario says of them", style="bold")
        yield from map(Text, said)


def _caveats(found: Sensitivity) -> Iterator[RenderableType]:
    yield from assumptions(found.caveats)
    yield from nationally(METRICS[name].label for name in found.metrics[: 1 + BESIDE])
