"""The table of a run: its main figures, the published record of the same months, what to beware of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim.experiments.runs.record import Published, months_of_group, whole_months
from flowsim.experiments.runs.results import Results
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.terminal import assumptions, figures, nationally, note, notes, warnings
from flowsim.scenario.caveats import said
from flowsim.scenario.levers import Change

SECTIONS = {
    "Emergency department": (
        "attendances",
        "four_hour_performance",
        "four_hour_performance_type1",
        "four_hour_performance_admitted",
        "four_hour_performance_non_admitted",
        "waits_over_12h_from_arrival",
        "dta_waits_over_12h",
        "time_to_initial_assessment_median",
        "time_in_department_p95",
        "left_without_being_seen",
    ),
    "Why type 1 patients breached": (
        "breaches_awaiting_bed_share",
        "breaches_awaiting_first_assessment_share",
    ),
    "Ambulances": (
        "ambulance_handover_over_15min",
        "ambulance_handover_over_60min",
        "ambulance_hours_lost_per_day",
    ),
    "Admissions": (
        "emergency_admissions",
        "conversion_rate",
        "fit_admissions_avoided_per_day",
        "short_stay_share",
        "amu_stays_over_24h",
        "elective_cancellations",
    ),
    "Beds": (
        "bed_occupancy",
        "occupied_bed_days",
        "escalation_bed_days",
        "stranded_patients",
        "super_stranded_patients",
    ),
    "Leaving hospital": ("mffd_patients", "mffd_bed_days", "delayed_transfer_days", "d2a_wait_mean_days"),
}
"""The rows, by metric; labels and units are in the registry."""

MONTHLY = ("four_hour_performance", "bed_occupancy")
"""What is shown of each month; all else by month is in the results folder."""

SIGNS = {"set": "=", "add": "+=", "times": "*="}
"""Between a path and its value, by the verb of the change."""


def run_table(results: Results, changes: Sequence[Change] = ()) -> RenderableType:
    """Return all that the terminal shows of a run, 80 columns wide; its title knows of no changes."""
    parts: list[RenderableType] = [
        Text(wording.plain(results.about.title), style="bold"),
        Text(f"{wording.about(results)}, seed {results.about.seed}"),
        *(Text(f"Changed: {_written(one)}") for one in changes),
        Text(),
        main_figures(results),
    ]
    parts += by_month(results)
    parts += beside_the_record(results)
    parts += _remarks(results)
    return Group(*parts)


def _written(change: Change) -> str:
    """Return a change as `--change` takes it."""
    value = change.operand
    return f"{change.path}{SIGNS[change.verb]}" + (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    )


def main_figures(results: Results) -> Table:
    """Return the main figures with their intervals."""
    table = figures(("Mean", 10), ("95% interval", 15), ("Single runs", 15))
    for section, metrics in SECTIONS.items():
        rows = [name for name in metrics if (name, "all") in results]
        if rows:
            table.add_row(Text(section, style="bold"))
        for name in rows:
            unit, figure = METRICS[name].unit, results.figure(name)
            each = results.by_replication(name)
            several = len(each) > 1 and not np.isnan(each).all()
            table.add_row(
                wording.row(name),
                wording.with_unit(figure.mean, unit),
                wording.span(figure.low, figure.high, unit, figure.mean),
                wording.span(np.nanmin(each), np.nanmax(each), unit, figure.mean) if several else "–",
            )
    return table


def by_month(results: Results) -> list[RenderableType]:
    """Return some figures of each whole month with their intervals; nothing of fewer than two months."""
    months = whole_months(results.about.start, results.about.days)
    metrics = [name for name in MONTHLY if months and (name, f"month={months[0]}") in results]
    if len(months) < 2 or not metrics:
        return []
    table = figures()
    for name in metrics:
        table.add_column(METRICS[name].label, justify="right", width=16)
        table.add_column("95% interval", justify="right", vertical="bottom", width=12, no_wrap=True)
    for month in months:
        cells = []
        for name in metrics:
            unit, figure = METRICS[name].unit, results.figure(name, f"month={month}")
            cells += [
                wording.with_unit(figure.mean, unit),
                wording.span(figure.low, figure.high, unit, figure.mean),
            ]
        table.add_row(Padding(Text(wording.months([month])), (0, 0, 0, 1)), *cells)
    return [Text(), Text("By month", style="bold"), table]


def beside_the_record(results: Results) -> list[RenderableType]:
    """Return the published figures beside the model's of the same months, or nothing if there are none."""
    chosen = _longest(results)
    if not chosen:
        return []
    parts: list[RenderableType] = []
    for group in dict.fromkeys(one.group for one in chosen):
        rows = [one for one in chosen if one.group == group]
        table = figures(("Model", 10), ("95% interval", 15), ("Published", 15))
        for one in rows:
            unit, figure = METRICS[one.metric].unit, results.figure(one.metric, group)
            table.add_row(
                wording.row(one.metric),
                wording.with_unit(figure.mean, unit),
                wording.span(figure.low, figure.high, unit, figure.mean),
                wording.with_unit(one.value, unit),
            )
        sources = dict.fromkeys(one.source for one in rows)
        head = Text(f"Beside the published record, {_months(group)}", style="bold")
        parts += [Text(), head, table, note(f"Published: {'; '.join(sources)}.")]
    return parts


def _longest(results: Results) -> list[Published]:
    """Return for each metric the published figure of the most months that the model has, too."""
    longest: dict[str, Published] = {}
    for one in results.about.published:
        before = longest.get(one.metric)
        if (one.metric, one.group) in results and (not before or _count(one.group) >= _count(before.group)):
            longest[one.metric] = one
    return list(longest.values())


def _count(group: str) -> int:
    return len(months_of_group(group)) or 1


def _months(group: str) -> str:
    return wording.months(months_of_group(group) or [group.removeprefix("month=")])


def _remarks(results: Results) -> Iterator[RenderableType]:
    if len(results.numbers) == 1:
        remark = "One replication gives no interval; ask for more with --replications."
    else:
        remark = (
            "The interval is of the mean over replications (Student t). Single runs: the lowest and the "
            "highest replication."
        )
    yield Text()
    yield note(remark)
    yield from notes(wording.precision(results), "Precision: ")
    yield from notes(wording.overload(results), "Overload: ")
    shown = [name for names in SECTIONS.values() for name in names if (name, "all") in results]
    yield from assumptions(said([results.about.caveats], shown))
    yield from nationally(METRICS[name].label for name in shown)
    yield from warnings(results.warnings)
