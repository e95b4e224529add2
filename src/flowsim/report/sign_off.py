"""The sign-off sheet: on one page what is claimed, who must agree, and which assumptions carry it."""

from __future__ import annotations

from flowsim.finance.appraised import Appraised, Range
from flowsim.finance.finance import Finance
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, PARTIES
from flowsim.finance.price_forms import Assumption, Price
from flowsim.report import wording
from flowsim.report.document import Document, Grid, Heading, Listing, Paragraph
from flowsim.report.finance_words import (
    BACKFILL,
    CONTRACT,
    KIND,
    LEAST,
    costs_of,
    effect_needed,
    harm_of,
    percent,
    pounds,
    probability,
    whole,
    with_range,
)

MOST_SWINGS = 6


def sign_off(found: Finance, arm: Appraised) -> Document:
    """Return the sheet of an arm, for Markdown and for paper."""
    book = found.book
    count = wording.how_many(len(found.baseline.numbers), "replication")
    who = f"Who gains, who pays: cash a year at full effect, if freed beds {BACKFILL[found.backfill]}"
    return Document(
        f"Sign-off: {wording.plain(arm.name)}",
        [
            Paragraph(
                f"{wording.plain(arm.title)}. Against: {wording.plain(found.baseline.about.title)}. Money in "
                f"{book.prices_of} prices; {count}, {found.draws:,} joint draws; in brackets 95 % of them."
            ),
            Heading("What is claimed"),
            Listing([("", text) for text in _claims(found, arm)]),
            Heading(who),
            _parties(found, arm),
            Heading("What carries it"),
            Listing([("", text) for text in _carried(found, arm)]),
            Heading("Agreed"),
            _signatures(found, arm),
        ],
    )


def _claims(found: Finance, arm: Appraised) -> list[str]:
    core, escalation = (arm.released[name] for name in ("core_days", "escalation_days"))
    points, years = arm.released["four_hour_points"], round(found.book.rules.horizon.value)
    lines = [
        f"Bed days released a year, by midnights: core {_days(core)}, escalation {_days(escalation)}.",
        f"Four-hour performance: {_points(points.value)} points "
        f"({_points(points.low)} to {_points(points.high)}).",
    ]
    kinds = arm.kinds[found.backfill]
    lines += [f"{label}: {with_range(kinds[kind])} a year." for kind, label in KIND.items()]
    for way in BACKFILLS:
        one = arm.worths[way]
        lines.append(
            f"If freed beds {BACKFILL[way]}: worth {with_range(one.value)} over {years} years, pays with "
            f"probability {probability(one.pays)}; in cash {with_range(one.cash)}, "
            f"{probability(one.pays_cash)}."
        )
    return lines + (list(harm_of(found, arm)) if found.harm else [])


def _parties(found: Finance, arm: Appraised) -> Grid:
    ways = arm.parties[found.backfill]
    return Grid(
        columns=("party", *(CONTRACT[one] + _headline(found, one) for one in CONTRACTS)),
        rows=[(party, *(with_range(ways[contract][party]) for contract in CONTRACTS)) for party in PARTIES],
        numbers=(1, 2),
    )


def _headline(found: Finance, contract: str) -> str:
    return " (taken to hold)" if contract == found.book.contract else ""


def _carried(found: Finance, arm: Appraised) -> list[str]:
    rules, one = found.book.rules, arm.worths[found.backfill]
    years = round(rules.horizon.value)
    lines = [
        f"If freed beds {BACKFILL[found.backfill]}, {effect_needed(one)}.",
        f"Beds close only after {rules.closable_weeks.value:.0f} weeks free in a row: a bay of "
        f"{rules.bay.value:.0f} in {percent(arm.bay_closes)} of the replications, a ward of "
        f"{rules.ward.value:.0f} in {percent(arm.ward_closes)}.",
    ]
    entries: dict[str, Price | Assumption] = {
        **found.book.every_price(),
        **found.book.every_assumption(),
    }
    for name, (low, high) in list(arm.swings.items())[:MOST_SWINGS]:
        entry = entries[name]
        lines.append(
            f"{name}: {entry.value:,g} ({entry.low:,g} to {entry.high:,g}) {wording.plain(entry.unit)}, by "
            f"{wording.plain(entry.source)}. Worth over {years} years {pounds(low)} to {pounds(high)}."
        )
    lines += costs_of(arm)
    lines += [f"Assumption: {text}" for text in found.caveats()]
    lines += [f"Warning: {text}" for text in found.warnings]
    known = (
        f"drawn from {found.members} plausible sets" if found.members else "taken as they stand: assumption"
    )
    return [*lines, f"Parameters of the model are {known}."]


def _signatures(found: Finance, arm: Appraised) -> Grid:
    """Return a line for each party whose cash moves under any contract."""
    ways = arm.parties[found.backfill]
    moved = [
        party for party in PARTIES if any(abs(ways[contract][party].value) >= LEAST for contract in CONTRACTS)
    ]
    return Grid(columns=("party", "name", "date"), rows=[(party, "", "") for party in moved])


def _points(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _days(one: Range) -> str:
    return f"{whole(one.value)} ({whole(one.low)} to {whole(one.high)})"
