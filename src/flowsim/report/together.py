"""Hospitals in one run, apart and sharing: the table and the JSON."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim import words
from flowsim.experiments.runs.together import Together
from flowsim.experiments.statistics.intervals import Floats, Intervals
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.comparison_table import ROWS, WIDTH
from flowsim.scenario.caveats import said


class SharingJson(BaseModel):
    """What sharing does to one figure of one hospital; the interval is null with one replication."""

    model_config = ConfigDict(extra="forbid")

    apart: float | None
    sharing: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    unit: str


class TogetherJson(BaseModel):
    """What `flowsim together --json` prints."""

    model_config = ConfigDict(extra="forbid")

    shared: list[str]
    seed: int
    replications: int
    hospitals: dict[str, dict[str, SharingJson]]
    """By hospital, then by metric."""
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""


def together_json(found: Together) -> TogetherJson:
    """Return what is printed for machines."""
    first = next(iter(found.apart.values()))
    return TogetherJson(
        shared=list(found.shared),
        seed=first.about.seed,
        replications=len(first.numbers),
        hospitals={name: _of_hospital(found, name) for name in found.apart},
        caveats=said([one.about.caveats for one in found.apart.values()], first.metric),
    )


def _of_hospital(found: Together, name: str) -> dict[str, SharingJson]:
    apart, sharing = found.apart[name], found.sharing[name]
    paired = found.differences(name).interval
    figures = {}
    for i, (metric, group) in enumerate(zip(apart.metric, apart.group, strict=True)):
        if group == ALL:
            values = (apart.values[:, i].mean(), sharing.values[:, i].mean(), *(x[i] for x in _of(paired)))
            figures[metric] = SharingJson(
                **dict(
                    zip(
                        ("apart", "sharing", "difference", "ci_low", "ci_high"),
                        map(_known, values),
                        strict=True,
                    )
                ),
                unit=METRICS[metric].unit,
            )
    return figures


def together_table(found: Together) -> RenderableType:
    """Return all that the terminal shows, 80 columns wide."""
    first = next(iter(found.apart.values()))
    shared = ", ".join(map(words.resource, found.shared)) or "nothing"
    parts: list[RenderableType] = [
        Text(f"{wording.about(first)}, seed {first.about.seed}"),
        Text(f"Sharing {shared}; the same patients apart and sharing"),
    ]
    for name, apart in found.apart.items():
        parts += [
            Text(),
            Text(f"{name}: {wording.plain(apart.about.title)}", style="bold"),
            _table(found, name),
        ]
    shown = [metric for metrics in ROWS.values() for metric in metrics]
    for text in said([apart.about.caveats for apart in found.apart.values()], shown):
        parts += [Text(), Text.assemble(("Assumption: ", "bold"), text)]
    other = words.nationally(METRICS[metric].label for metric in shown)
    if other:
        parts += [Text(), Text.assemble(("Nationally today: ", "bold"), other)]
    parts += [Text(), Text("The interval is of the mean paired difference over replications (Student t).")]
    return Group(*parts)


def _table(found: Together, name: str) -> Table:
    apart, sharing = found.apart[name], found.sharing[name]
    paired = found.differences(name).interval
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", width=WIDTH)
    table.add_column("", ratio=1, overflow="fold")
    for column, width in (("Apart", 10), ("Sharing", 10), ("Change", 11), ("95% interval", 19)):
        table.add_column(column, justify="right", width=width, no_wrap=True)
    for section, metrics in ROWS.items():
        table.add_row(Text(section, style="bold"))
        for metric in metrics:
            unit, i = METRICS[metric].unit, apart.position(metric)
            mean, low, high = (float(x[i]) for x in _of(paired))
            table.add_row(
                Padding(Text(METRICS[metric].label), (0, 0, 0, 1)),
                wording.with_unit(apart.figure(metric).mean, unit),
                wording.with_unit(sharing.figure(metric).mean, unit),
                wording.signed_with_unit(mean, unit),
                wording.signed_span(low, high, unit, mean),
            )
    return table


def _of(interval: Intervals) -> tuple[Floats, Floats, Floats]:
    return interval.mean, interval.low, interval.high


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
