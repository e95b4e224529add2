"""How a sweep is told: a ranked table for the terminal, Markdown for a pull request, JUnit XML for a CI."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.etree import ElementTree

from rich.console import Group, RenderableType
from rich.text import Text

from flowsim import words
from flowsim.experiments.runs.expectations import Verdict
from flowsim.experiments.runs.results import Figure
from flowsim.experiments.statistics.differences import ALPHA, HEADLINES
from flowsim.experiments.sweeps.results import AFTER, Sweep, SweptArm, changed
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.colour import coloured
from flowsim.report.terminal import CLEAR, add_figures, assumptions, grid, nationally, note, warnings


def sweep_table(swept: Sweep) -> RenderableType:
    """Return all that the terminal shows of a sweep, 80 columns wide."""
    metric = METRICS[swept.rank_by]
    base = swept.baseline
    parts: list[RenderableType] = [
        Text(wording.plain(swept.title), style="bold"),
        Text(f"{wording.about(base.results)}, seed {base.results.about.seed}"),
        Text(),
        Text(
            f"{metric.label}: {_with_interval(base.results.figure(metric.name), metric.unit)}", style="bold"
        ),
        Text(f"in the baseline, {base.name}; below the change in each arm, the best first"),
        Text(),
    ]
    table = grid()
    table.add_column("", justify="right", width=4)
    table.add_column("Arm", ratio=1, overflow="fold")
    add_figures(table, ("Mean", 8), ("Change", 9), ("95% interval", 17))
    clear = False
    for rank, row in enumerate(swept.ranking(), 1):
        mark = CLEAR if row.p < ALPHA else ""
        clear = clear or bool(mark)
        table.add_row(
            str(rank),
            Text(wording.plain(row.arm.name)),
            wording.with_unit(row.figure.mean, metric.unit),
            coloured(
                wording.signed(row.difference.mean, metric.unit) + (mark or " "),
                metric.name,
                row.difference.low,
                row.difference.high,
            ),
            _span(row.difference, metric.unit),
        )
    parts.append(table)
    parts += _remarks(swept, clear)
    return Group(*parts)


def _remarks(swept: Sweep, clear: bool) -> Iterator[RenderableType]:
    unit = METRICS[swept.rank_by].unit
    points = "Changes are in percentage points. " if unit == "share" else ""
    remark = (
        f"{points}The interval is of the mean paired difference from the baseline (Student t): every arm has "
        "the same patients."
    )
    if len(swept.numbers) == 1:
        remark = f"{points}One replication gives no interval; ask for more with `replications:`."
    elif clear:
        remark += f" {CLEAR} clear also in view of the number of arms (Holm, {100 * ALPHA:.0f}% in all)."
    if any(arm.results.numbers != swept.numbers for arm in swept.arms):
        remark += (
            " An arm that was given up has the mean of the replications it had; its change is from the same "
            "ones of the baseline."
        )
    yield Text()
    yield note(remark)
    yield from assumptions(swept.caveats([swept.rank_by, *_expected_of(swept)]))
    yield from nationally([METRICS[swept.rank_by].label])
    if swept.choice is not None:
        yield Text()
        yield Text(chosen(swept), style="bold")
    growing = [arm.name for arm in swept.arms if arm.results.growing]
    if growing:
        yield Text()
        yield note(
            f"in {', '.join(growing)} a queue was still growing at the end in some replication: read their "
            "waits as getting worse, not as a level.",
            "Overload: ",
        )
    yield from warnings(swept.warnings)
    if swept.verdicts:
        yield Text()
        yield Text(expected(swept), style="bold")
        yield from (note(sentence(one), " ") for one in swept.verdicts if not one.met)


def chosen(swept: Sweep) -> str:
    """Return which arm was chosen as the best, how surely, and what it took."""
    choice = swept.choice
    assert choice is not None
    metric = METRICS[swept.rank_by]
    zone = wording.signed(choice.indifference, metric.unit).lstrip("+")
    zone += " points" if metric.unit == "share" else f" {metric.unit}"
    given = [len(arm.results.numbers) for arm in swept.arms]
    effort = f"{sum(given)} replications; {len(given) * max(given)} would give every arm as many as the best"
    sure = f"{100 * choice.confidence:g}% confidence"
    if choice.arm is None:
        after = wording.how_many(max(given), "replication")
        return f"Undecided after {after}: no arm is the best by {zone} with {sure} ({effort})."
    return f"Chosen: {choice.arm}, the best with {sure} if it is so by at least {zone} ({effort})."


def expected(swept: Sweep) -> str:
    """Return how many expectations were met; those that were not are to follow."""
    met = sum(verdict.met for verdict in swept.verdicts)
    all_met = met == len(swept.verdicts)
    return f"{met} of {wording.how_many(len(swept.verdicts), 'expectation')} met" + ("." if all_met else ":")


def _expected_of(swept: Sweep) -> list[str]:
    """Return what the expectations that were not met are of."""
    return [verdict.expectation.that.figure for verdict in swept.verdicts if not verdict.met]


def sentence(verdict: Verdict) -> str:
    """Return in words what became of an expectation."""
    clause, figure = verdict.expectation.that, verdict.figure
    unit = METRICS[clause.metric].unit
    shown = _change(figure, unit) if clause.difference else _with_interval(figure, unit)
    judged = " on the mean" if verdict.expectation.on == "mean" else ""
    group = words.of_group(clause.group)
    text = f"{clause.text} ({group})" if group else clause.text
    return f"{'met' if verdict.met else 'not met'}{judged}: {text} in {verdict.arm}: {shown}"


def sweep_markdown(swept: Sweep, before: Sweep | None = None) -> str:
    """Return a sweep as Markdown for a pull request.

    Parameters
    ----------
    swept : Sweep
    before : Sweep, optional
        The same sweep before the change that is asked about; what the change moved then comes first.
    """
    base = swept.baseline.results
    best = swept.ranking()[0].arm
    count = wording.how_many(len(swept.arms) - 1, "arm")
    lines = [f"### {_cell(swept.title)}", ""]
    lines += _what_moved(before, swept) if before else []
    lines += [
        f"{count} beside the baseline, ranked by {_named(swept.rank_by)}; first is {_cell(best.name)} with "
        f"{_by(swept, best, swept.rank_by)}.",
        "",
    ]
    if swept.choice is not None:
        lines += [f"**{_cell(chosen(swept))}**", ""]
    if swept.verdicts:
        lines += [f"**{expected(swept)}**", ""]
        unmet = [f"- ❌ {_cell(sentence(one))}" for one in swept.verdicts if not one.met]
        lines += [*unmet, ""] if unmet else []
    metrics = _headlines(swept)
    figures = [wording.with_unit(base.figure(name).mean, METRICS[name].unit) for name in metrics]
    rows = [(swept.baseline.name, figures)]
    for arm in (row.arm.name for row in swept.ranking()):
        rows.append((arm, [_change(swept.difference(arm, name), METRICS[name].unit) for name in metrics]))
    lines += _markdown_table(metrics, rows)
    other = words.nationally(METRICS[name].label for name in metrics)
    lines += [
        "",
        f"Baseline: means; arms: paired differences from it and their 95 % intervals. {wording.about(base)}, "
        f"seed {base.about.seed}. It compares what would be different; it does not forecast.",
        "",
        *(line for text in swept.caveats([*metrics, *_expected_of(swept)]) for line in (_cell(text), "")),
        *([f"Nationally today: {other}", ""] if other else ()),
    ]
    return "\n".join(lines)


def _what_moved(before: Sweep, after: Sweep) -> list[str]:
    """Return what a change moved in the arms that there are before and after it."""
    pairs = changed(before, after)
    if not pairs:
        return ["There is no arm of the same name before this change.", ""]
    if all(pair.same for pair in pairs):
        return ["This change moves nothing: every figure of every arm is the same, bit for bit.", ""]
    first = pairs[0]
    now = first.arms[1]
    metrics = _headlines(first)
    if not metrics:
        return ["No headline was kept both before and after this change.", ""]
    rows = [
        (pair.name, [_change(pair.difference(AFTER, name), METRICS[name].unit) for name in metrics])
        for pair in pairs
    ]
    return [
        f"This change moves {_named(metrics[0])} by {_by(first, now, metrics[0])}, in {_cell(first.name)}.",
        "",
        *_markdown_table(metrics, rows),
        "",
    ]


def _headlines(swept: Sweep) -> list[str]:
    wanted = dict.fromkeys((swept.rank_by, *HEADLINES))
    return [name for name in wanted if all((name, ALL) in arm.results for arm in swept.arms)]


def _markdown_table(metrics: list[str], rows: list[tuple[str, list[str]]]) -> list[str]:
    return [
        "| Arm | " + " | ".join(METRICS[name].label for name in metrics) + " |",
        "| --- |" + " ---: |" * len(metrics),
        *(f"| {_cell(name)} | " + " | ".join(cells) + " |" for name, cells in rows),
    ]


def sweep_junit(swept: Sweep) -> bytes:
    """Return the expectations as test cases in JUnit's XML."""
    unmet = sum(not verdict.met for verdict in swept.verdicts)
    suite = ElementTree.Element(
        "testsuite", name=f"flowsim.{swept.name}", tests=str(len(swept.verdicts)), failures=str(unmet)
    )
    for verdict in swept.verdicts:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"{swept.name}.{verdict.arm}", name=verdict.expectation.that.text
        )
        if not verdict.met:
            ElementTree.SubElement(case, "failure", message=sentence(verdict))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _by(swept: Sweep, arm: SweptArm, metric: str) -> str:
    """Return such words as `−0.4 points, 95 % interval −0.9 to +0.1`."""
    unit, figure = METRICS[metric].unit, swept.difference(arm.name, metric)
    by = wording.signed_with_unit(figure.mean, unit).replace(" pts", " points")
    if math.isnan(figure.low):
        return f"{by} (one replication gives no interval)"
    return f"{by}, 95 % interval {_span(figure, unit)}"


def _span(figure: Figure, unit: str) -> str:
    return wording.signed_span(figure.low, figure.high, unit, figure.mean)


def _named(metric: str) -> str:
    return "four-hour performance" if metric == "four_hour_performance" else METRICS[metric].label.lower()


def _change(figure: Figure, unit: str) -> str:
    by = wording.signed(figure.mean, unit)
    return by if math.isnan(figure.low) else f"{by} ({_span(figure, unit)})"


def _with_interval(figure: Figure, unit: str) -> str:
    return wording.with_unit(figure.mean, unit) + wording.in_brackets(
        figure.low, figure.high, unit, figure.mean
    )


def _cell(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    plain = wording.plain(text)
    for sign in "\\`*_{}[]<>|#~":
        plain = plain.replace(sign, "\\" + sign)
    return plain
