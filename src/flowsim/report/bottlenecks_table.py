"""The table of bottlenecks: what one more is worth, the best first, and what binds when."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim import words
from flowsim.experiments.capacity.worths import MEASURES, Bottlenecks, More
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.colour import coloured
from flowsim.report.terminal import CLEAR, add_figures, assumptions, figures, grid, nationally, note, warnings
from flowsim.scenario.calendars import DAYS

TOP = 15
"""Levers shown unless all are asked for."""
BUSIEST = 5
"""Resources whose hours are told."""

HEADS = {
    "four_hour_performance": "4 h",
    "four_hour_performance_type1": "Type 1",
    "dta_waits_over_12h": "12 h",
    "occupied_bed_days": "Bed days",
    "mffd_bed_days": "MFFD days",
}
"""Of the measures' columns."""
BESIDE = ("four_hour_performance", "four_hour_performance_type1", "dta_waits_over_12h", "occupied_bed_days")
"""Measures shown beside the one that ranks; the others are in the results folder."""


def bottlenecks_table(found: Bottlenecks, *, every: bool = False) -> RenderableType:
    """Return all that the terminal shows of bottlenecks, 80 columns wide.

    Parameters
    ----------
    found : Bottlenecks
    every : bool
        Whether every lever is shown, or the first `TOP`.
    """
    base = found.baseline
    metric = METRICS[found.rank_by]
    level = wording.with_unit(base.figure(metric.name).mean, metric.unit)
    shown = found.ranking() if every else found.ranking()[:TOP]
    parts: list[RenderableType] = [
        Text(wording.plain(base.about.title), style="bold"),
        Text(f"{wording.about(base)}, seed {base.about.seed}"),
        Text(),
        Text("What one unit more is worth", style="bold"),
        Text(f"in the baseline {level}: {metric.label}"),
        _worths(found, shown),
        *_remarks(found, len(shown)),
        Text(),
        Text("What is waited for most, and when", style="bold"),
        _waited_for(found),
        Text(),
        note(
            "Share of the time in which anybody waits for it, all places being in use, made ready or shut; "
            "how many wait on average; use of the places there are; the hours of the week worst for it."
        ),
        *_caveats(found, shown),
    ]
    return Group(*parts)


def _caveats(found: Bottlenecks, shown: tuple[More, ...]) -> Iterator[RenderableType]:
    """Yield the assumptions behind what is shown, and its words as they are nationally today."""
    resources = [found.binding.resources[i] for i in busiest(found)]
    yield from assumptions(found.caveats([*MEASURES, *resources], shown))
    yield from nationally([METRICS[found.rank_by].label, *map(words.resource, resources)])


def busiest(found: Bottlenecks, count: int = BUSIEST) -> list[int]:
    """Return the positions of the resources that are waited for most."""
    order = np.argsort(-np.nan_to_num(found.binding.share_in_all), kind="stable")
    return [int(i) for i in order[:count]]


def _worths(found: Bottlenecks, shown: tuple[More, ...]) -> Table:
    beside = [name for name in BESIDE if name in found.metrics and name != found.rank_by]
    table = grid()
    table.add_column("", justify="right", width=2)
    table.add_column("One more of", ratio=1, overflow="fold")
    heads = ("Run", HEADS[found.rank_by], "±", *(HEADS[name] for name in beside[:3]))
    add_figures(table, *zip(heads, (4, 8, 6, 8, 8, 9), strict=False))
    unit = METRICS[found.rank_by].unit
    for rank, more in enumerate(shown, 1):
        name = more.lever.name
        worth = found.worth(name, found.rank_by)
        table.add_row(
            str(rank),
            lever_words(name),
            f"+{more.step}",
            _shown(found, name, found.rank_by),
            points((worth.high - worth.low) / 2, unit).lstrip("+"),
            *(_shown(found, name, metric) for metric in beside[:3]),
        )
    return table


def lever_words(name: str) -> str:
    """Return what a lever is called in a table: its path without the section, such as `P1 places FG`."""
    return name.partition(".")[2].replace(".", " ").replace("_", " ")


def points(value: float, unit: str) -> str:
    """Return a worth with its sign, a share's in points with two decimals: one unit is worth little."""
    if unit != "share":
        return wording.signed(value, unit)
    return wording.signed(100 * value, "ratio")


def _shown(found: Bottlenecks, lever: str, metric: str) -> Text:
    worth = found.worth(lever, metric)
    text = points(worth.mean, METRICS[metric].unit) + (CLEAR if worth.clear else " ")
    return coloured(text, metric, worth.low, worth.high)


def _remarks(found: Bottlenecks, shown: int) -> Iterator[RenderableType]:
    yield Text()
    if shown < len(found.levers):
        yield note(f"The first {shown} of {len(found.levers)} levers; --all shows the others.")
    if len(found.baseline.numbers) == 1:
        yield note("One replication gives no interval; ask for more with --replications.")
        return
    measures = sum(metric in found.metrics for metric in MEASURES)
    yield note(
        "Run: by how many units the lever was moved. The figures are of one unit, over the days reported; "
        "percentage points of four-hour performance, counts of the rest. ± is half the paired 95% interval, "
        f"for itself (Student t); {CLEAR} clear among all {len(found.levers) * measures} worths looked at "
        "together (Holm, 5%)."
    )
    for lever in found.without:
        yield note(f"{lever.name}: not run, {lever.why_not}.")
    yield from warnings(found.baseline.warnings)
    for name, attained in found.precision:
        if not attained.reached:
            yield note(
                f"{name}: the precision {attained.target} of one unit's worth was not reached in "
                f"{len(found.baseline.numbers)} replications.",
                "Warning: ",
            )


def _waited_for(found: Bottlenecks) -> Table:
    bound = found.binding
    table = figures(("Waited for", 10), ("Waiting", 8), ("In use", 7))
    table.add_column("Worst hours", width=28)
    for i in busiest(found):
        table.add_row(
            words.resource(bound.resources[i]),
            f"{100 * bound.share_in_all[i]:.0f}%",
            f"{bound.queue_in_all[i]:,.1f}",
            wording.number(float(bound.utilisation_in_all[i]), "share") + "%",
            worst_hours(bound.share[i]),
        )
    return table


def worst_hours(share: np.ndarray) -> str:
    """Return the longest stretch of the week at the worst level, such as `Mon 11:00 to 22:00, 97%`.

    Parameters
    ----------
    share : NDArray[np.float64]
        By hour of the week, shape (168,).
    """
    known = np.nan_to_num(share)
    at_worst = known >= known.max() - 0.02
    if at_worst.all():
        return f"all week, {100 * known.max():.0f}%"
    best, length = 0, 0
    for start in range(len(known)):
        run = int(np.argmin(np.append(np.roll(at_worst, -start), False)))
        if run > length:
            best, length = start, run
    end = (best + length) % len(known)
    same_day = end // 24 == best // 24 or (end % 24 == 0 and length <= 24)
    until = f"{end % 24 or 24 * same_day:02}:00"
    first = f"{DAYS[best // 24]} {best % 24:02}:00"
    return f"{first} to {'' if same_day else DAYS[end // 24] + ' '}{until}, {100 * known.max():.0f}%"
