"""The table of hospitals in one run, apart and sharing."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim import words
from flowsim.experiments.runs.together import Together
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.comparison_table import ROWS
from flowsim.report.terminal import assumptions, figures, nationally, warnings
from flowsim.scenario.caveats import said


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
    parts += assumptions(said([apart.about.caveats for apart in found.apart.values()], shown))
    parts += nationally(METRICS[metric].label for metric in shown)
    parts += warnings(found.warnings)
    parts += [Text(), Text("The interval is of the mean paired difference over replications (Student t).")]
    if found.shared:
        parts += [Text(), Text("Of what is shared each hospital's figures have the places that it brought.")]
    return Group(*parts)


def _table(found: Together, name: str) -> Table:
    apart, paired = found.apart[name], found.differences(name)
    between = paired.interval
    table = figures(("Apart", 10), ("Sharing", 10), ("Change", 11), ("95% interval", 19))
    for section, metrics in ROWS.items():
        table.add_row(Text(section, style="bold"))
        for metric in metrics:
            unit, i = METRICS[metric].unit, apart.position(metric)
            mean, low, high = (float(x[i]) for x in (between.mean, between.low, between.high))
            table.add_row(
                Padding(Text(METRICS[metric].label), (0, 0, 0, 1)),
                wording.with_unit(float(paired.baseline[i]), unit),
                wording.with_unit(float(paired.arm[i]), unit),
                wording.signed_with_unit(mean, unit),
                wording.signed_span(low, high, unit, mean),
            )
    return table
