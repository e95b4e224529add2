"""The evidence: figures, and tables of every arm beside the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flowsim.experiments.comparisons.fates import AWAITED, COUNTED
from flowsim.experiments.comparisons.results import Comparison, net
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import interval
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph, Picture
from flowsim.report.gallery import Drawn
from flowsim.report.house_style import png
from flowsim.report.pack.sentences import change

ARMS_A_TABLE = 4
"""Arms beside one another on a page of A4."""

LEAST = 0.5
"""Patients avoided or caused, below which a wait is not told."""

Row = tuple[str, str, str]
"""A label, a metric, a group."""


def pictures(gallery: dict[str, Drawn]) -> Iterator[Block]:
    """Yield each picture under its title."""
    for name, drawn in gallery.items():
        yield Picture(f"{name}.png", png(drawn.figure), drawn.shows)


def all_metrics(
    results: Results, comparison: Comparison | None, section: str, metrics: Sequence[str]
) -> Iterator[Block]:
    """Yield the tables of a part of the hospital."""
    rows = [(METRICS[name].label, name, ALL) for name in metrics if (name, ALL) in results]
    yield from beside(results, comparison, rows, f"{section}, in figures")


def beside(
    results: Results, comparison: Comparison | None, rows: Sequence[Row], caption: str
) -> Iterator[Block]:
    """Yield the tables of some figures: the baseline, and how arms differ, a few arms at a time."""
    if not rows:
        return
    titles = wording.titles(comparison.arms) if comparison else {}
    names = list(titles)
    for first in range(0, max(len(names), 1), ARMS_A_TABLE):
        shown = names[first : first + ARMS_A_TABLE]
        lines = []
        for label, metric, group in rows:
            unit = METRICS[metric].unit
            cells = [level(results, metric, group)]
            for name in shown:
                assert comparison is not None, "only a comparison has arms"
                there = (metric, group) in comparison.arm(name).results
                one = comparison.difference(name, metric, group) if there else None
                cells.append(
                    change(one, unit) + ("\N{NO-BREAK SPACE}*" if one.clear else "")
                    if one
                    else wording.NO_FIGURE
                )
            lines.append((label, *cells))
        head = ("Figure", "Baseline", *(titles[name] for name in shown))
        yield Grid(head, lines, range(1, len(shown) + 2), caption)


def level(results: Results, metric: str, group: str = ALL) -> str:
    """Return a figure with its interval."""
    one, unit = results.figure(metric, group), METRICS[metric].unit
    return wording.with_unit(one.mean, unit) + wording.in_brackets(one.low, one.high, unit, one.mean)


def record(results: Results) -> list[tuple[str, str, str, str]]:
    """Return what was published of the months of a run, over as many as there are: model and record."""
    rows = []
    published = results.about.published
    for metric in dict.fromkeys(one.metric for one in published):
        found = [one for one in published if one.metric == metric and (metric, one.group) in results]
        longest = [one for one in found if one.group.startswith("months=")][-1:] or found[-1:]
        for one in longest:
            months = wording.months(one.group.partition("=")[2].split(" to "))
            said = wording.with_unit(one.value, METRICS[metric].unit)
            rows.append((METRICS[metric].label, months, level(results, metric, one.group), said))
    return rows


def who_changed(comparison: Comparison) -> Iterator[Block]:
    """Yield whose breaches, admissions and bed days each arm avoided and caused."""
    if not comparison.words:
        return
    yield Heading("Who changed", 3)
    yield Paragraph(
        f"Means of a replication over {wording.how_many(comparison.baseline.about.days, 'day')}, of the same "
        "patients. Net has those who come in one arm only as well."
    )
    head = ("What", "Avoided", "Caused", "Net (95% interval)")
    for arm, title in wording.titles(comparison.arms).items():
        rows = []
        for counted, label in COUNTED.items():
            if counted == "patients" or (counted, ALL) not in comparison.words:
                continue
            rows.append((label, *_changed(comparison, arm, counted, ALL)))
            for awaited in AWAITED if counted == "breaches" else ():
                group = f"awaited={awaited}"
                if (counted, group) in comparison.words and _worth_a_line(comparison, arm, group):
                    what = awaited if awaited == AWAITED[-1] else f"wait for {awaited}"
                    rows.append((f"– {what}", *_changed(comparison, arm, counted, group)))
        yield Grid(head, rows, (1, 2, 3), f"Avoided and caused: {title}")


def _worth_a_line(comparison: Comparison, arm: str, group: str) -> bool:
    return bool(comparison.changed(arm, "breaches", group)[:, :2].mean(axis=0).max() >= LEAST)


def _changed(comparison: Comparison, arm: str, counted: str, group: str) -> tuple[str, ...]:
    values = comparison.changed(arm, counted, group)
    cells = []
    for column in (values[:, 0], values[:, 1]):
        mean, low, high = interval(column)
        cells.append(f"{mean:,.0f} ({wording.span(low, high, '', wording.FEW)})")
    mean, low, high = interval(net(values))
    span = wording.signed_span(low, high, "", wording.FEW)
    return (*cells, f"{wording.signed(round(mean), '', wording.FEW)} ({span})")
