"""The table of a calibration: what is plausible of each parameter, and the model beside the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.calibration.plausible import SETTLED
from flowsim.calibration.results import NARROWED, Calibration
from flowsim.calibration.waves import LOOKED_AT
from flowsim.experiments.runs.record import months_of_group
from flowsim.experiments.statistics.months import PATTERNS
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.terminal import figures
from flowsim.timeline import HOUR
from flowsim.units import parse_duration


def calibration_table(found: Calibration) -> RenderableType:
    """Return all that the terminal shows of a calibration, 80 columns wide."""
    return Group(
        Text(wording.plain(found.title), style="bold"),
        Text(
            f"{found.runs:,} runs of {found.days} days from {wording.date(found.start)} in "
            f"{len(found.matched.waves)} waves, seed {found.seed}"
        ),
        Text(),
        *(Text(sentence, style="bold" if i == 0 else "") for i, sentence in enumerate(verdict(found))),
        Text(),
        _of_parameters(found),
        Text(),
        Text(
            "× and + are of what the scenario says. Plausible: nine in ten of what agrees with the figures, "
            "every value of a range being as likely before. Left: spread after over spread before."
        ),
        Text(),
        _of_figures(found),
        Text(),
        Text(
            f"Model: mean over {len(found.ensemble)} plausible sets, in replications that they were not "
            "chosen by. A year: nine in ten single years of any set. ! the figure lies outside."
        ),
    )


def verdict(found: Calibration) -> list[str]:
    """Return what was found in sentences, the first of them whether anything agrees."""
    left = found.matched.waves[-1].left
    if found.matched.agreeing == 0:
        first = "No set of values within the ranges agrees with all figures; the least bad are below."
    elif left == 0:
        first = f"Less than 1 in {LOOKED_AT:,} of what the ranges allow is not ruled out by the figures."
    else:
        first = f"{_percent(left)} of what the ranges allow is not ruled out by the figures."
    return [first, *_identified(found), *_tied(found), *_doubt(found)]


def _identified(found: Calibration) -> Iterator[str]:
    open_ = [name for name, left in zip(found.parameters.names, found.spread, strict=True) if left > NARROWED]
    if open_:
        yield f"The figures say nothing of {_listed(open_)}: any value of their ranges will do."
    outside = [one for one in rows_of(found.of_figures()) if not one["inside"]]
    if outside:
        yield f"{len(outside)} of {len(found.figures)} figures lie outside nine in ten of the model's years."


def _tied(found: Calibration) -> Iterator[str]:
    for first, second, correlation in found.tied:
        how = "as large together" if correlation > 0 else "one for the other"
        yield f"{first} and {second} are known only together, {how} (correlation {correlation:.2f})."


def _doubt(found: Calibration) -> Iterator[str]:
    within = found.matched.waves[-1].within
    if not isnan(within):
        yield (
            f"Of the last wave's figures {_percent(within)} lay within two standard deviations of what the "
            "emulators had foretold; 95% would if they knew how sure they are."
        )
    drift = found.matched.drift
    if abs(drift) > SETTLED:
        yield (
            f"The sample of what is plausible has not settled: moved on, it still becomes "
            f"{'more' if drift > 0 else 'less'} likely, by {abs(drift):.0f} standard errors. Do not rely on "
            "its ranges, nor on the ensemble; calibrate fewer parameters."
        )


def _of_parameters(found: Calibration) -> Table:
    table = figures(("Range", 15), ("Plausible", 15), ("Left", 4), first="Parameter")
    table.add_column("", width=14)
    for row in rows_of(found.of_parameters()):
        verb = row["verb"]
        table.add_row(
            row["parameter"].replace("_", " "),
            _span(verb, row["from"], row["to"]),
            _span(verb, row["plausible_5"], row["plausible_95"]),
            f"{row['spread_left']:.2f}",
            row["verdict"],
            style="dim" if row["verdict"] == "not identified" else "",
        )
    return table


def _of_figures(found: Calibration) -> Table:
    table = figures(("Observed", 11), ("Model", 7), ("A year", 13), first="Figure")
    table.add_column("", width=1)
    for row in rows_of(found.of_figures()):
        unit = METRICS[row["metric"]].unit
        low, high = row["observed_low"], row["observed_high"]
        table.add_row(
            figure_label(row),
            wording.number(low, unit) if low == high else wording.span(low, high, unit, high),
            wording.number(row["mean"], unit),
            wording.span(row["year_5"], row["year_95"], unit, row["mean"]),
            "" if row["inside"] else "!",
        )
    return table


def figure_label(row: dict[str, Any], short: Mapping[str, str] | None = None) -> str:
    """Return what an observed figure is called, for people; shorter where there is a short name."""
    metric = (short or {}).get(row["metric"], METRICS[row["metric"]].label)
    words = f": {PATTERNS[row['statistic']].words}" if row["statistic"] in PATTERNS else ""
    return f"{metric}{words}{_of_group(row['group'])}"


def _of_group(group: str) -> str:
    """Return what follows a metric's label: nothing for all, or its months."""
    if group == "all":
        return ""
    of_months = months_of_group(group) or (group.removeprefix("month="),)
    return f", {wording.months(of_months)}" if group.startswith("month") else f", {group}"


def shown(verb: str, value: object) -> str:
    """Return the value of a parameter in three digits, its verb being a sign: ×1.12, −4, 9.5 h."""
    if isinstance(value, str):
        return f"{parse_duration(value) / HOUR:.3g} h"
    assert isinstance(value, (int, float))
    size = f"{abs(value):.3g}"
    return {"times": f"×{size}", "set": size, "add": f"{'−' if value < 0 else '+'}{size}"}[verb]


def _span(verb: str, low: object, high: object) -> str:
    ends = shown(verb, low), shown(verb, high)
    return " to ".join(ends) if verb == "add" else f"{ends[0]}–{ends[1].removeprefix('×')}"


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%" if share < 0.1 else f"{100 * share:.0f}%"


def _listed(names: list[str]) -> str:
    words = [name.replace("_", " ") for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def rows_of(table: Any) -> list[dict[str, Any]]:
    """Return the rows of a table by their columns' names."""
    rows: list[dict[str, Any]] = table.to_dict("records")
    return rows
