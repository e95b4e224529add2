"""The tables of an appraisal: bed days, what they are worth, to whom, and what that rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.finance.appraised import Appraised
from flowsim.finance.bed_days import Bases
from flowsim.finance.finance import Finance
from flowsim.finance.ledger import BACKFILLS, CCG, CONTRACTS, KINDS, PARTIES
from flowsim.finance.qipp import beside_plans, plans
from flowsim.report import wording
from flowsim.report.finance_words import (
    BACKFILL,
    CONTRACT,
    KIND,
    LEAST,
    costs_of,
    effect_needed,
    harm_of,
    less,
    percent,
    pounds,
    probability,
    span,
    whole,
    with_range,
)
from flowsim.report.terminal import figures, note

RELEASED = {
    "core_days": "Core bed days released",
    "escalation_days": "Escalation bed days released",
    "mffd_bed_days": "Medically fit bed days, fewer",
    "delayed_transfer_days": "Delayed transfer days, fewer",
    "excess_days": "Excess bed days, fewer",
    "d2a_slot_days_used": "Community slot days used, more",
    "electives": "Electives done more [patients]",
}
MOST_SWINGS = 5


def finance_table(found: Finance) -> RenderableType:
    """Return all that the terminal shows of an appraisal, 80 columns wide."""
    about = found.baseline.about
    parts: list[RenderableType] = [
        Text(wording.plain(about.title), style="bold"),
        Text(f"{wording.about(found.baseline)}, seed {about.seed}"),
        Text(f"The same patients in every arm; money in {found.book.prices_of} prices"),
        Text(),
        bases(found),
    ]
    for arm in found.arms:
        parts += [Text(), Text.assemble((arm.name, "bold"), f": {wording.plain(arm.title)}")]
        parts += [_bed_days(arm), Text(), _kinds(found, arm), Text(), _parties(found, arm)]
        parts += [Text(), _worths(found, arm), Text(), *_notes(found, arm)]
    parts += [Text(), *_remarks(found)]
    return Group(*parts)


def bases(found: Finance) -> Table:
    """Return the baseline's bed days on each basis, and what turns one into another."""
    of = Bases.of(found.baseline)
    table = figures(
        ("Bed days", 11), ("Beds", 8), ("Of midnights", 13), first="Occupied, by basis of counting"
    )
    for label, days in of.by_basis.items():
        table.add_row(f" {label}", f"{days:,.0f}", f"{days / of.days:,.1f}", f"{days / of.midnights:.3f}")
    for one in of.returns:
        ratio = f"{one.published / one.model:.3f}"
        table.add_row(f" KH03, {wording.months(one.months)}", "", f"{one.published:,.1f}", ratio)
    return table


def _bed_days(arm: Appraised) -> Table:
    table = figures(("A year", 12), ("95% interval", 22), first="Bed days at midnight")
    for name, label in RELEASED.items():
        one = arm.released[name]
        table.add_row(
            f" {label}",
            whole(one.value),
            "–" if math.isnan(one.low) else f"{whole(one.low)} to {whole(one.high)}",
        )
    return table


def _kinds(found: Finance, arm: Appraised) -> Table:
    head = f"A year, if freed beds {BACKFILL[found.backfill]}"
    table = figures(("To the system", 13), ("95% interval", 22), first=head)
    for kind in KINDS:
        one = arm.kinds[found.backfill][kind]
        if kind in KIND:
            table.add_row(f" {KIND[kind]}", pounds(one.value), span(one))
    if arm.invested:
        table.add_row(" Invested once", pounds(-arm.invested), "")
    return table


def _parties(found: Finance, arm: Appraised) -> Table:
    table = figures(*zip(CONTRACT.values(), (18, 16), strict=True), first="Cash a year, by party")
    ways = arm.parties[found.backfill]
    for party in PARTIES:
        amounts = [ways[contract][party].value for contract in CONTRACTS]
        if any(abs(one) >= LEAST for one in amounts):
            table.add_row(f" {party[0].upper()}{party[1:]}", *map(pounds, amounts))
    paid = [sum(ways[contract][ccg].value for ccg in CCG.values()) for contract in CONTRACTS]
    table.add_row(" Commissioners: the tariff view", *map(pounds, paid), style="bold")
    totals = [sum(one.value for one in ways[contract].values()) for contract in CONTRACTS]
    table.add_row(" The system: the cost view", *map(pounds, totals), style="bold")
    return table


def _worths(found: Finance, arm: Appraised) -> Table:
    years = round(found.book.rules.horizon.value)
    heads = (("Worth", 9), ("95% interval", 20), ("Pays", 5), ("In cash", 9), ("Pays", 5))
    table = figures(*heads, first=f"{years} years, freed beds …")
    for way in BACKFILLS:
        one = arm.worths[way]
        table.add_row(
            f" {BACKFILL[way]}",
            pounds(one.value.value),
            span(one.value),
            probability(one.pays),
            pounds(one.cash.value),
            probability(one.pays_cash),
        )
    return table


def _notes(found: Finance, arm: Appraised) -> Iterator[RenderableType]:
    rules, one = found.book.rules, arm.worths[found.backfill]
    weeks = f"{rules.closable_weeks.value:.0f} weeks in a row"
    yield note(
        f"Chance that beds stay free for {weeks}: {percent(arm.bay_closes)} for a bay of "
        f"{rules.bay.value:.0f}, {percent(arm.ward_closes)} for a ward of {rules.ward.value:.0f}."
    )
    back = (
        f"what it costs is back {_back(one.payback)} in worth, {_back(one.payback_cash)} in cash; "
        if not one.is_nothing
        else ""
    )
    yield note(f"If they {BACKFILL[found.backfill]}: {back}{effect_needed(one)}.")
    ways = arm.parties[found.backfill][found.book.contract]
    moved = {party: one.value for party, one in ways.items() if abs(one.value) >= LEAST}
    yield note(
        f"Whose cash, {CONTRACT[found.book.contract].lower()}, a year: "
        + ("; ".join(f"{party} {pounds(value)}" for party, value in moved.items()) or "nobody's")
        + "."
    )
    costs = {"a bed day released": arm.per_bed_day, "a point of four-hour performance": arm.per_point}
    for of, each in costs.items():
        if each:
            yield note(f"Cost of {of}: {with_range(each)}.")
        else:
            yield note(f"Cost of {of}: not given, since it costs nothing or there may be none.")
    parts = ", ".join(f"{source} alone {span(each)}" for source, each in arm.uncertain.items())
    yield note(f"Where the interval of its worth comes from: {parts}.")
    widest = list(arm.swings.items())[:MOST_SWINGS]
    if widest:
        text = "; ".join(f"{name} {pounds(low)} to {pounds(high)}" for name, (low, high) in widest)
        yield note(f"Prices and assumptions that carry it, from their low to their high: {text}.")
    for text in costs_of(arm):
        yield note(text)
    if found.harm:
        for text in harm_of(found, arm):
            yield note(text)


def _remarks(found: Finance) -> Iterator[RenderableType]:
    book = found.book
    for line, several in beside_plans(found).items():
        planned = "; ".join(
            f"{' and '.join(plan.commissioners)} {plan.year} {pounds(plan.gbp)} ({plan.note})"
            for plan in plans()
            if plan.line == line
        )
        model = "; ".join(
            f"{one.arm} {less(one.tariffs)} in emergency tariffs, {pounds(one.costs)} for the change"
            for one in several
        )
        yield note(
            f"{line} in the commissioners' documents: {planned}. In the model, a year, to commissioners by "
            f"results: {model}. Reported, not tuned."
        )
    for text in found.caveats():
        yield note(text, "Assumption: ")
    for text in found.warnings:
        yield note(text, "Warning: ")
    yield note(
        "Bed days are those of the midnight census, net of readmissions and of patients who wait less. "
        "A core bed day is closed or reused, never both; luck alone closes nothing on the mean."
    )
    every = book.every_price().values()
    assumed = sum(one.source.startswith("assumption") for one in every)
    yield note(
        f"{assumed} of {len(every)} prices are assumptions, the others published averages with an assumed "
        "range; what lies between bed days and money is assumed: prices.yaml has each with its source. The "
        + (
            f"model's parameters are drawn from {found.members} plausible sets."
            if found.members
            else "model's parameters are taken as they stand."
        )
    )
    yield note(
        "Electives are worth their tariff, in kind, less what one more costs, in cash; by payment by results "
        "commissioners pay the tariff. A reused bed day is worth its cost, in kind."
    )
    yield note(
        "The system's worth is the same under both contracts. Worth counts treatments and reused beds, cash "
        f"does not. {100 * book.rules.discount_rate.value:g}% a year, real; {found.draws:,} joint draws."
    )
    yield note("Costs of attendances and admissions avoided are saved by commissioners only, as tariff.")


def _back(years: float) -> str:
    if math.isinf(years):
        return "not within the horizon"
    return f"after {years:.1f} years" if years else "from the start"
