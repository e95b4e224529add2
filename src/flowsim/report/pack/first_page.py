"""The first page, in plain English: what was tested, what changes, how sure, the cost, what carries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Listing, Paragraph
from flowsim.report.pack import money, sentences
from flowsim.report.pack.evidence import record
from flowsim.report.pack.levers import moved, remarks_on_baseline, told
from flowsim.report.pack.source import Source
from flowsim.scenario.caveats import said
from flowsim.scenario.remarks import remark_on

MOST_REMARKS = 6
MOST_PRICES = 3
FEW = 10
"""Replications below which an interval is itself rough."""


def first_page(source: Source) -> Iterator[Block]:
    """Yield what a Board reads if it reads one page."""
    comparison = source.comparison
    yield Heading("In brief")
    yield Heading("What was tested", 3)
    yield Paragraph(what_was_run(source.baseline))
    if comparison is None:
        yield Paragraph(
            "No intervention was compared: this is the hospital as it is described, and nothing else."
        )
        yield Heading("What it says", 3)
        yield _figures(source.baseline)
    else:
        yield Listing([(f"{source.titles[arm.name]}.", _what(source, arm)) for arm in comparison.arms])
        yield Heading("What changes, and by how much", 3)
        yield from _changes(comparison, source.titles)
    yield Heading("How sure is that", 3)
    yield Listing([("", text) for text in how_sure(source)])
    yield Heading("What it costs", 3)
    yield from _costs(source)
    yield Heading("What would change our mind", 3)
    yield Listing(list(change_our_mind(source)))
    yield Heading("Which assumptions carry it", 3)
    yield Listing(list(_assumptions(source)))


def what_was_run(results: Results) -> str:
    """Return where, when and how often was simulated."""
    about = results.about
    return (
        f"A simulation of {wording.plain(about.title)}: every patient from {wording.date(about.start)} to "
        f"{wording.date(about.last)}, {wording.how_many(about.days, 'day')}, in "
        f"{wording.how_many(len(results.numbers), 'replication')} with different luck."
    )


def _what(source: Source, arm: Compared) -> str:
    if arm not in source.single:
        return "All of these together."
    several = moved(source, arm.name)
    if not several:
        return "Nothing that is written in the scenario differs."
    descriptions = [text for _, key, text in told(source, arm.name) if key == "description"]
    if descriptions:
        if len(descriptions) < len(arm.parts):
            descriptions.append("What else is moved is in the assumptions log.")
        return " ".join(descriptions)
    first, *others = several
    rest = f" and {wording.how_many(len(others), 'value')} more" if others else ""
    return f"{first.path} from {first.before} to {first.after}{rest}."


def _figures(results: Results) -> Grid:
    rows = []
    for metric in HEADLINES:
        if (metric, ALL) in results:
            one, unit = results.figure(metric), METRICS[metric].unit
            span = wording.span(one.low, one.high, unit, one.mean)
            rows.append((METRICS[metric].label, wording.with_unit(one.mean, unit), span))
    return Grid(("Figure", "Mean", "95% interval"), rows, (1, 2), "Headline figures of the period")


def _changes(comparison: Comparison, titles: Mapping[str, str]) -> Iterator[Block]:
    items = []
    for arm in comparison.arms:
        parts = [said(comparison, arm) for said in (sentences.first, sentences.patients, sentences.counts)]
        items.append((f"{titles[arm.name]}.", " ".join(filter(None, parts))))
    yield Listing(items)
    yield headline_table(comparison)


def headline_table(comparison: Comparison) -> Grid:
    """Return the headlines, a line each: the baseline, and how every arm differs from it."""
    known = sentences.headlines(comparison)
    rows = []
    for metric in known:
        unit, before = METRICS[metric].unit, comparison.baseline.figure(metric)
        cells = []
        for arm in comparison.arms:
            one = comparison.difference(arm.name, metric)
            cells.append(f"{sentences.change(one, unit)}, {sentences.verdict(metric, one)}")
        level = wording.with_unit(before.mean, unit)
        span = wording.span(before.low, before.high, unit, before.mean)
        rows.append((METRICS[metric].label, f"{level} ({span})", *cells))
    head = ("Headline", "Baseline", *wording.titles(comparison.arms).values())
    return Grid(
        head,
        rows,
        range(2, len(head)),
        "The headlines, and what each intervention changes: means, with 95% intervals in brackets",
    )


def how_sure(source: Source) -> Iterator[str]:
    """Yield what the intervals are of, and what they leave out."""
    results, comparison = source.baseline, source.comparison
    count = len(results.numbers)
    if count == 1:
        yield "Not at all: one replication gives no interval. Ask for more with --replications."
    elif comparison is not None:
        yield (
            f"Each change is the mean of {count} replications with the same patients with and without the "
            "intervention. A 95% interval covers the chance in who comes and what happens to them, and "
            "nothing else."
        )
        if len(sentences.headlines(comparison)):
            yield (
                "“Better” and “worse” are said only of what is clear with all headlines of all arms looked "
                "at together (Holm, 5%); “perhaps” of what is not; “nothing clear” where the interval "
                "includes no change."
            )
    else:
        yield (
            f"Each figure is the mean of {count} replications. A 95% interval covers chance, and "
            "nothing else."
        )
    if 1 < count < FEW:
        yield (
            f"{count} replications are few: the intervals themselves are rough. More are asked for "
            "with --replications."
        )
    uncertain = _uncertain(source)
    if uncertain:
        yield (
            f"What is uncertain in the description of the hospital, {wording.how_many(uncertain, 'range')} "
            "in its file, was not varied here: each stood at one value."
        )
    yield from _beside_the_record(source)
    for text in comparison.warnings if comparison else results.warnings:
        yield f"Warning: {text}"
    every = [results, *(arm.results for arm in comparison.arms)] if comparison else [results]
    for one in every:
        for text in wording.overload(one):
            who = source.titles.get(one.about.name, "the baseline")
            yield f"Warning, {who}: {text}"


def _uncertain(source: Source) -> int:
    baseline, *_ = source.trees.values()
    return len(baseline.get("uncertain") or ())


def _beside_the_record(source: Source) -> Iterator[str]:
    """Yield how far the model is from the record of the same months, in what the first sentence is about."""
    found = [row for row in record(source.baseline) if row[0] == METRICS[sentences.LEADS[0]].label]
    for label, months, model, published in found[-1:]:
        yield f"{label}, {months}: the model has {model}, the published record {published}."


def _costs(source: Source) -> Iterator[Block]:
    if source.money is None or source.comparison is None:
        yield Paragraph(
            "Not priced. “flowsim finance” prices a comparison in pounds; its folder is given to this "
            "report as well."
            if source.comparison
            else "Nothing was changed, so nothing is priced."
        )
        return
    yield Listing(
        [
            (f"{source.titles[arm.name]}.", money.in_words(source.money, arm.name, _parts(source, arm)))
            for arm in source.comparison.arms
        ]
    )
    yield from money.warnings(source.baseline)


def _parts(source: Source, arm: Compared) -> dict[str, str]:
    """Return what an arm is made of by name, each with its title; the part alone may be no arm."""
    return {part: source.called.get(part, part) for part in arm.parts or (arm.name,)}


def change_our_mind(source: Source) -> Iterator[tuple[str, str]]:
    """Yield what would make another conclusion right, arm by arm."""
    comparison = source.comparison
    if comparison is None:
        yield "", "A record that the model does not meet, or an assumption below that proves wrong."
        return
    lead = sentences.lead(comparison)
    for arm in comparison.arms:
        texts = [_of_the_lead(comparison, lead, arm.name)] if lead else []
        texts += money.turning_points(source.money, arm.name, source.called) if source.money else []
        yield f"{source.titles[arm.name]}.", f"{wording.sentence('; '.join(texts))}."
    yield "", "Another description of the hospital, as near to the record, under which the changes differ."


def _of_the_lead(comparison: Comparison, metric: str, arm: str) -> str:
    """Return what would make another conclusion right of the figure that the first sentence is about."""
    if not comparison.differs(arm):
        return "a period in which it acts"
    entry, one = METRICS[metric], comparison.difference(arm, metric)
    if sentences.verdict(metric, one) not in ("better", "worse", "changed"):
        return f"more replications, if they made clear what is not clear now ({entry.label})"
    near = wording.signed_with_unit(min(one.low, one.high, key=abs), entry.unit)
    return (
        f"a change in {entry.label} as small as its interval allows, {near}, if that called for another "
        "decision"
    )


def _assumptions(source: Source) -> Iterator[tuple[str, str]]:
    comparison = source.comparison
    standing = [source.baseline.about.caveats]
    if comparison is not None:
        standing += [arm.results.about.caveats for arm in comparison.arms]
        remarks = remarks_on_baseline(source)
        seen: dict[str, str] = {}
        for arm in source.single:
            for one in moved(source, arm.name):
                remark = remark_on(remarks, one.keys)
                if remark and remark not in seen.values():
                    seen[one.path] = remark
        for path, remark in list(seen.items())[:MOST_REMARKS]:
            yield f"{path} in the baseline:", remark
        if len(seen) > MOST_REMARKS:
            yield "", f"{len(seen) - MOST_REMARKS} more values that are moved; see the assumptions log."
    for text in said(standing, HEADLINES):
        yield "", text
    if source.money is not None and comparison is not None:
        for arm in comparison.arms:
            labels = [
                source.money.book.called(name, source.called)
                for name in source.money.swings.get(arm.name, ())
            ]
            if labels:
                yield (
                    f"What “{source.titles[arm.name]}” is worth:",
                    f"most hangs on these prices and assumptions: {'; '.join(labels[:MOST_PRICES])}.",
                )
    yield (
        "",
        "The hospital is described by published figures where there are any, and by assumptions where there "
        "are none; each is in the assumptions log at the end.",
    )
