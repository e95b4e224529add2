"""The sign-off sheet: on one page what is claimed, who must agree, and which assumptions carry it."""

from __future__ import annotations

import math
import re

from flowsim.finance.appraised import Appraised, Range
from flowsim.finance.finance import Finance
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, PARTIES
from flowsim.finance.price_forms import Assumption, Price
from flowsim.report import wording
from flowsim.report.finance_table import BACKFILL, CONTRACT, KIND, percent, pounds, probability

MOST_SWINGS = 6


def sign_off(found: Finance, arm: Appraised) -> str:
    """Return the sheet of an arm as Markdown."""
    book, years = found.book, round(found.book.rules.horizon.value)
    count = wording.how_many(len(found.baseline.numbers), "replication")
    parts = [
        f"# Sign-off: {_text(arm.name)}",
        f"{_text(arm.title)}. Against: {_text(found.baseline.about.title)}. Money in {book.prices_of} "
        f"prices; {count}, {found.draws:,} joint draws; in brackets 95 % of them.",
        "## What is claimed",
        _claims(found, arm, years),
        f"## Who gains, who pays: cash a year at full effect, if freed beds {BACKFILL[found.backfill]}",
        _parties(found, arm),
        "## What carries it",
        _carried(found, arm, years),
        "## Agreed",
        _signatures(found, arm),
    ]
    return "\n\n".join(parts) + "\n"


def _claims(found: Finance, arm: Appraised, years: int) -> str:
    core, escalation = (arm.released[name] for name in ("core_days", "escalation_days"))
    points = arm.released["four_hour_points"]
    lines = [
        f"- Bed days released a year, by midnights: core {_days(core)}, escalation {_days(escalation)}.",
        f"- Four-hour performance: {points.value:+.2f} points ({points.low:+.2f} to {points.high:+.2f}).",
    ]
    kinds = arm.kinds[found.backfill]
    lines += [f"- {label}: {_money(kinds[kind])} a year." for kind, label in KIND.items()]
    for way in BACKFILLS:
        one = arm.worths[way]
        lines.append(
            f"- If freed beds {BACKFILL[way]}: worth {_money(one.value)} over {years} years, pays with "
            f"probability {probability(one.pays)}; in cash {_money(one.cash)}, {probability(one.pays_cash)}."
        )
    return "\n".join(lines)


def _parties(found: Finance, arm: Appraised) -> str:
    rows = ["| party | " + " | ".join(CONTRACT.values()) + " |", "| --- | --- | --- |"]
    ways = arm.parties[found.backfill]
    for party in PARTIES:
        amounts = [ways[contract][party] for contract in CONTRACTS]
        rows.append(f"| {party} | " + " | ".join(map(_money, amounts)) + " |")
    return "\n".join(rows)


def _carried(found: Finance, arm: Appraised, years: int) -> str:
    rules, one = found.book.rules, arm.worths[found.backfill]
    need = (
        "not even ten times the effect would pay"
        if math.isinf(one.break_even)
        else f"it pays from {100 * one.break_even:.0f} % of the effect on"
    )
    lines = [
        f"- If freed beds {BACKFILL[found.backfill]}, {need}.",
        f"- Beds close only after {rules.closable_weeks.value:.0f} weeks free in a row: a bay of "
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
            f"- {name}: {entry.value:,g} ({entry.low:,g} to {entry.high:,g}) {_text(entry.unit)}, by "
            f"{_text(entry.source)}. Worth over {years} years {pounds(low)} to {pounds(high)}."
        )
    lines += [f"- Not priced: what {_text(name)} costs beyond beds and slots." for name in arm.unpriced]
    lines += [f"- Assumption: {text}" for text in found.caveats()]
    known = (
        f"drawn from {found.members} plausible sets" if found.members else "taken as they stand: assumption"
    )
    lines.append(f"- Parameters of the model are {known}.")
    return "\n".join(lines)


def _signatures(found: Finance, arm: Appraised) -> str:
    """Return a line for each party whose cash moves under any contract."""
    ways = arm.parties[found.backfill]
    rows = ["| party | name | date |", "| --- | --- | --- |"]
    for party in PARTIES:
        if any(abs(ways[contract][party].value) >= 0.5 for contract in CONTRACTS):
            rows.append(f"| {party} | | |")
    return "\n".join(rows)


def _money(one: Range) -> str:
    return f"{pounds(one.value)} ({pounds(one.low)} to {pounds(one.high)})"


def _days(one: Range) -> str:
    return f"{one.value:,.0f} ({one.low:,.0f} to {one.high:,.0f})"


def _text(text: str) -> str:
    """Return a text from a file as plain text in Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", wording.plain(text))
