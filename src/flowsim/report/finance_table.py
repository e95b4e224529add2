"""The tables of an appraisal: bed days, what they are worth, to whom, and what that rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim.finance.appraised import Appraised, Range
from flowsim.finance.bed_days import Bases
from flowsim.finance.finance import Finance
from flowsim.finance.ledger import BACKFILLS, CCG, CONTRACTS, KINDS, PARTIES
from flowsim.finance.price_forms import Assumption
from flowsim.finance.qipp import beside_plans, plans
from flowsim.report import wording

WIDTH = 80
RELEASED = {
    "core_days": "Core bed days released",
    "escalation_days": "Escalation bed days released",
    "mffd_bed_days": "Medically fit bed days, fewer",
    "delayed_transfer_days": "Delayed transfer days, fewer",
    "excess_days": "Excess bed days, fewer",
    "d2a_slot_days_used": "Community slot days used, more",
    "electives": "Electives done more [patients]",
}
KIND = {
    "cash_releasing": "Cash-releasing: wards and bays closed",
    "cost_avoided": "Cost avoided: escalation beds",
    "opportunity": "Opportunity value, mostly in kind",
    "cost": "Cost of the change",
}
BACKFILL = {"close": "close", "electives": "do electives", "fill": "fill with others"}
CONTRACT = {"payment_by_results": "Payment by results", "block": "Block contract"}
FEWEST = 0.005
"""Share of the draws below which there is none worth a figure."""
MOST_SWINGS = 5
LEAST = 0.5
"""GBP a year of cash from which it is said to move."""


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
    table = _table(
        "Bed days", "Beds", "Of midnights", first="Occupied, by basis of counting", widths=(11, 8, 13)
    )
    for label, days in of.by_basis.items():
        table.add_row(f" {label}", f"{days:,.0f}", f"{days / of.days:,.1f}", f"{days / of.midnights:.3f}")
    for one in of.returns:
        ratio = f"{one.published / one.model:.3f}"
        table.add_row(f" KH03, {wording.months(one.months)}", "", f"{one.published:,.1f}", ratio)
    return table


def pounds(value: float) -> str:
    """Return money in thousands or millions, with its sign."""
    size = abs(value)
    sign = "−" if value < 0 else ""
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.2f}m"
    return f"{sign}£{size / 1e3:,.0f}k" if size >= 500 else f"{sign}£{size:,.0f}"


def whole(value: float) -> str:
    """Return a count without decimals, with its sign as `pounds` writes it."""
    return f"{value:,.0f}".replace("-", "−")


def _bed_days(arm: Appraised) -> Table:
    table = _table("A year", "95% interval", first="Bed days at midnight", widths=(12, 22))
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
    table = _table("To the system", "95% interval", first=head, widths=(13, 22))
    for kind in KINDS:
        one = arm.kinds[found.backfill][kind]
        if kind in KIND:
            table.add_row(f" {KIND[kind]}", pounds(one.value), _span(one))
    if arm.invested:
        table.add_row(" Invested once", pounds(-arm.invested), "")
    return table


def _parties(found: Finance, arm: Appraised) -> Table:
    table = _table(*CONTRACT.values(), first="Cash a year, by party", widths=(18, 16))
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
    table = _table(
        "Worth",
        "95% interval",
        "Pays",
        "In cash",
        "Pays",
        first=f"{years} years, freed beds …",
        widths=(9, 20, 5, 9, 5),
    )
    for way in BACKFILLS:
        one = arm.worths[way]
        table.add_row(
            f" {BACKFILL[way]}",
            pounds(one.value.value),
            _span(one.value),
            probability(one.pays),
            pounds(one.cash.value),
            probability(one.pays_cash),
        )
    return table


def _notes(found: Finance, arm: Appraised) -> Iterator[RenderableType]:
    rules, one = found.book.rules, arm.worths[found.backfill]
    weeks = f"{rules.closable_weeks.value:.0f} weeks in a row"
    yield _note(
        f"Chance that beds stay free for {weeks}: {percent(arm.bay_closes)} for a bay of "
        f"{rules.bay.value:.0f}, {percent(arm.ward_closes)} for a ward of {rules.ward.value:.0f}."
    )
    yield _note(
        f"If they {BACKFILL[found.backfill]}: what it costs is back {_back(one.payback)} in worth, "
        f"{_back(one.payback_cash)} in cash; {_effect(one.break_even)}."
    )
    ways = arm.parties[found.backfill][found.book.contract]
    moved = {party: one.value for party, one in ways.items() if abs(one.value) >= LEAST}
    yield _note(
        f"Whose cash, {CONTRACT[found.book.contract].lower()}, a year: "
        + ("; ".join(f"{party} {pounds(value)}" for party, value in moved.items()) or "nobody's")
        + "."
    )
    costs = {"a bed day released": arm.per_bed_day, "a point of four-hour performance": arm.per_point}
    for of, each in costs.items():
        if each:
            yield _note(f"Cost of {of}: {pounds(each.value)} ({_span(each)}).")
        else:
            yield _note(f"Cost of {of}: not given, since it costs nothing or there may be none.")
    parts = ", ".join(f"{source} alone {_span(each)}" for source, each in arm.uncertain.items())
    yield _note(f"Where the interval of its worth comes from: {parts}.")
    widest = list(arm.swings.items())[:MOST_SWINGS]
    if widest:
        text = "; ".join(f"{name} {pounds(low)} to {pounds(high)}" for name, (low, high) in widest)
        yield _note(f"Prices and assumptions that carry it, from their low to their high: {text}.")
    for text in costs_of(arm):
        yield _note(text)
    if found.harm:
        for text in harm_of(found, arm):
            yield _note(text)


def costs_of(arm: Appraised) -> Iterator[str]:
    """Yield what the cost of the change has and has not, so that nothing unpriced looks free."""
    prices = arm.case.book.every_price()
    kinds = {"running": "a year to run", "investment": "once"}
    for kind, words in kinds.items():
        for name in arm.case.costs(kind):
            one = prices[name]
            yield (
                f"Priced: {name.rpartition('.')[0]}, {pounds(one.value)} ({pounds(one.low)} to "
                f"{pounds(one.high)}) {words}, by {wording.plain(one.source)}."
            )
    for name, text in arm.notes:
        yield f"{name}: {wording.plain(text)}."
    for name in arm.unpriced:
        yield (
            f"Warning: the price book does not say what {wording.plain(name)} costs; only beds and slots "
            "are priced, so it may look free."
        )


def harm_of(found: Finance, arm: Appraised) -> Iterator[str]:
    """Yield deaths that go with late admissions, and what must be said of them."""
    one = arm.harm
    yield (
        "Deaths within 30 days that go with more than 6 hours from arrival to a bed, fewer a year: "
        f"{one.value:.1f} ({one.low:.1f} to {one.high:.1f})."
    )
    yield of_harm(found.book.harm.deaths_per_late_admission)


def of_harm(rate: Assumption) -> str:
    """Return what the deaths that go with late admissions rest on, and what they do not say."""
    return (
        f"That is {rate.value:g} ({rate.low:g} to {rate.high:g}) for each patient fewer, by "
        f"{wording.plain(rate.source)}. It is an association, not a proof that waiting is the cause; in the "
        "model nobody dies of it, and it is in no pound."
    )


def _remarks(found: Finance) -> Iterator[RenderableType]:
    book = found.book
    for line, several in beside_plans(found).items():
        planned = "; ".join(
            f"{' and '.join(plan.commissioners)} {plan.year} {pounds(plan.gbp)} ({plan.note})"
            for plan in plans()
            if plan.line == line
        )
        model = "; ".join(
            f"{one.arm} {pounds(one.tariffs)} less in emergency tariffs, {pounds(one.costs)} for the change"
            for one in several
        )
        yield _note(
            f"{line} in the commissioners' documents: {planned}. In the model, a year, to commissioners by "
            f"results: {model}. Reported, not tuned."
        )
    for text in found.caveats():
        yield _note(text, "Assumption: ")
    yield _note(
        "Bed days are those of the midnight census, net of readmissions and of patients who wait less. "
        "A core bed day is closed or reused, never both; luck alone closes nothing on the mean."
    )
    every = book.every_price().values()
    assumed = sum(one.source.startswith("assumption") for one in every)
    yield _note(
        f"{assumed} of {len(every)} prices are assumptions, the others published averages with an assumed "
        "range; what lies between bed days and money is assumed: prices.yaml has each with its source. The "
        + (
            f"model's parameters are drawn from {found.members} plausible sets."
            if found.members
            else "model's parameters are taken as they stand."
        )
    )
    yield _note(
        "Electives are worth their tariff, in kind, less what one more costs, in cash; by payment by results "
        "commissioners pay the tariff. A reused bed day is worth its cost, in kind."
    )
    yield _note(
        "The system's worth is the same under both contracts. Worth counts treatments and reused beds, cash "
        f"does not. {100 * book.rules.discount_rate.value:g}% a year, real; {found.draws:,} joint draws."
    )
    yield _note("Costs of attendances and admissions avoided are saved by commissioners only, as tariff.")


def _back(years: float) -> str:
    if math.isinf(years):
        return "not within the horizon"
    return f"after {years:.1f} years" if years else "from the start"


def _effect(times: float) -> str:
    if times == 0:
        return "it would pay without any effect"
    if math.isinf(times):
        return "not even ten times the effect would pay"
    return f"it pays from {100 * times:.0f}% of the effect on"


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.0f}%"


def probability(share: float) -> str:
    """Return a share of draws in percent; draws can show neither that nothing nor that everything pays."""
    return "<1%" if share < FEWEST else ">99%" if share > 1 - FEWEST else percent(share)


def _span(one: Range) -> str:
    return f"{pounds(one.low)} to {pounds(one.high)}"


def _table(*columns: str, first: str, widths: tuple[int, ...]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", width=WIDTH)
    table.add_column(first, ratio=1, overflow="fold")
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column, justify="right", width=width, no_wrap=True)
    return table


def _note(text: str, head: str = "") -> RenderableType:
    return Padding(Text.assemble((head, "bold"), text), (0, 0), expand=False)
