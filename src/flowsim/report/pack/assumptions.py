"""The assumptions log: what the author wrote behind each value, and what is uncertain and how far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.report.pack.levers import moved, remarks_on_baseline, shown, told, value
from flowsim.report.pack.source import Source

VERBS = ("set", "add", "times")


def assumptions(source: Source) -> Iterator[Block]:
    """Yield the log."""
    yield Heading("Assumptions log")
    if source.comparison is not None:
        yield from _moved(source)
    yield from _uncertain(source)
    baseline, *_ = source.trees.values()
    remarks = remarks_on_baseline(source)
    if not remarks:
        yield Paragraph(
            "The scenario's own file is not at hand as it was run, or has no remarks; its values are in "
            "scenario.resolved.yaml in the folder of results."
        )
        return
    rows = [
        (".".join(map(str, keys)), value(baseline, keys), remark)
        for keys, remark in remarks.items()
        if keys[0] not in ("name", "title", "uncertain")
    ]
    head = ("Value", "In this run", "As its author remarks: source, grade, range")
    yield Grid(head, rows, (), f"{wording.how_many(len(rows), 'value')} of the baseline with a remark")


def _moved(source: Source) -> Iterator[Block]:
    rows = [
        (source.titles[arm.name], one.path, one.before, one.after)
        for arm in source.single
        for one in moved(source, arm.name)
    ]
    yield Grid(("Intervention", "Lever", "Baseline", "With it"), rows, (), "What the interventions move")
    said = list(dict.fromkeys(row for arm in source.single for row in told(source, arm.name)))
    if said:
        yield Grid(("Intervention", "What", "As its file says"), said, (), "What the interventions are")


def _uncertain(source: Source) -> Iterator[Block]:
    baseline, *_ = source.trees.values()
    axes: Mapping[str, Any] = baseline.get("uncertain") or {}
    if not axes:
        return
    rows = []
    for name, axis in axes.items():
        levers = axis.get("lever", name)
        paths = [levers] if isinstance(levers, str) else levers
        verb = next(verb for verb in VERBS if verb in axis)
        ends = axis[verb]
        span = f"{shown(ends['from'])} to {shown(ends['to'])}" if isinstance(ends, dict) else shown(ends)
        rows.append((name, ", ".join(paths), {"set": "", "add": "plus ", "times": "times "}[verb] + span))
    yield Paragraph(
        "Each of these stood at the value below in this run. What the ranges would do to the results is "
        "asked with `flowsim sensitivity`, or `--ensemble` with the folder of a calibration."
    )
    yield Grid(("Uncertain", "Value or values", "Range"), rows, (), "What is uncertain, and how far")
