"""What interventions cost and are worth, read from the folder of an appraisal; nothing is priced here."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.experiments.runs.results import Results
from flowsim.finance.appraised import Range, Worth
from flowsim.finance.effects import scaled_to_a_year
from flowsim.finance.folder import HARM, PRICES
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, KINDS, PARTIES, Backfill
from flowsim.finance.prices import PriceBook, read_prices
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.report.finance_words import (
    BACKFILL,
    CONTRACT,
    EFFECT_COSTS,
    KIND,
    LEAST,
    NOTHING,
    deaths,
    of_harm,
    pounds,
    probability,
    with_range,
)
from flowsim.scenario.names import file_sha256

MOST_SWINGS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Money:
    """An appraisal.

    Parameters
    ----------
    book : PriceBook
    prices_sha256 : str
        Of its file.
    backfill : str
        What headlines take the freed beds to be used for.
    draws, members : int
        Joint draws, and sets of parameters that were drawn from; 0 if they were taken as they stand.
    worths : Mapping[(str, str), Worth]
        By arm and backfill.
    kinds : Mapping[(str, str, str), Range]
        By arm, backfill and kind: GBP a year.
    swings : Mapping[str, Mapping[str, tuple[float, float]]]
        By arm and price: worth at its low and at its high, the widest apart first.
    parties : Mapping[(str, str, str), Range]
        By arm, contract and party, with the beds used as in the headlines: cash, GBP a year.
    harm : Mapping[str, Range]
        By arm: fewer deaths that go with late admissions, a year; empty if the appraisal did not ask.
    """

    book: PriceBook
    prices_sha256: str
    backfill: Backfill
    draws: int
    members: int
    worths: Mapping[tuple[str, str], Worth]
    kinds: Mapping[tuple[str, str, str], Range]
    swings: Mapping[str, Mapping[str, tuple[float, float]]]
    parties: Mapping[tuple[str, str, str], Range]
    harm: Mapping[str, Range]

    @property
    def years(self) -> int:
        """Years looked at."""
        return round(self.book.rules.horizon.value)

    def worth(self, arm: str) -> Worth:
        """Return what an arm is worth if the freed beds are used as in the headlines."""
        return self.worths[arm, self.backfill]


def read_money(folder: Path, manifest: Mapping[str, Any]) -> Money:
    """Return the appraisal in a folder that was checked."""
    swings: dict[str, dict[str, tuple[float, float]]] = {}
    for row in _rows(folder / "swings.csv"):
        ends = float(row["npv_at_low_gbp"]), float(row["npv_at_high_gbp"])
        swings.setdefault(row["arm"], {})[row["price"]] = ends
    return Money(
        book=read_prices(folder / PRICES),
        prices_sha256=file_sha256(folder / PRICES),
        backfill=manifest["backfill"],
        draws=manifest["draws"],
        members=manifest["members"],
        worths={(row["arm"], row["backfill"]): _worth(row) for row in _rows(folder / "worth.csv")},
        kinds={
            (row["arm"], row["backfill"], row["name"]): _range(row, "gbp_a_year", "low", "high")
            for row in _rows(folder / "money.csv")
            if row["of"] == "kind"
        },
        swings=swings,
        parties={
            (row["arm"], row["contract"], row["name"]): _range(row, "gbp_a_year", "low", "high")
            for row in _rows(folder / "money.csv")
            if row["of"] == "party" and row["backfill"] == manifest["backfill"]
        },
        harm={
            row["arm"]: _range(row, "deaths_fewer_a_year", "low", "high")
            for row in (_rows(folder / HARM) if (folder / HARM).is_file() else ())
        },
    )


def in_words(money: Money, arm: str, parts: Mapping[str, str]) -> str:
    """Return what an arm, made of parts by name with their titles, costs and is worth, with intervals."""
    one, cost = money.worth(arm), money.kinds[arm, money.backfill, "cost"]
    beds = f"if the beds it frees {BACKFILL[money.backfill]}"
    missing = [f"“{title}”" for part, title in parts.items() if part not in money.book.interventions]
    beyond = f" What {' and '.join(missing)} costs beyond beds and slots is not priced." if missing else ""
    if one.is_nothing:
        return f"{wording.sentence(NOTHING)}.{beyond}"
    costs = (
        f"It costs {with_range(Range(-cost.value, -cost.high, -cost.low))} a year."
        if cost.value < 0
        else "The price book has no running cost of it."
    )
    return (
        f"{costs}{beyond} Over {money.years} years it is worth {with_range(one.value)} to the system, "
        f"{beds}; the probability that it pays is {probability(one.pays)}. In cash alone "
        f"{with_range(one.cash)}, {probability(one.pays_cash)}."
    )


def turning_points(money: Money, arm: str, titles: Mapping[str, str]) -> list[str]:
    """Return what would turn the sign of an arm's worth."""
    one = money.worth(arm)
    found = []
    if one.value.low < 0 < one.value.high:
        found.append(
            f"its worth over {money.years} years may be above or below nothing: {with_range(one.value)}"
        )
    if one.break_even is None:
        found.append(EFFECT_COSTS)
    elif 0 < one.break_even < 1:
        found.append(f"it would no longer pay with less than {100 * one.break_even:.0f}% of the effect found")
    elif 1 <= one.break_even < math.inf:
        found.append(f"it would begin to pay with {one.break_even:.1f} times the effect found")
    elif math.isinf(one.break_even):
        found.append("not even ten times the effect found would make it pay")
    turning = [
        f"{money.book.called(name, titles)} ({pounds(low)} to {pounds(high)})"
        for name, (low, high) in money.swings.get(arm, {}).items()
        if low * high < 0
    ]
    if turning:
        found.append(f"within its range each of these alone turns the sign: {', '.join(turning)}")
    return found


def warnings(baseline: Results) -> Iterator[Block]:
    """Yield what to beware of in money reckoned from so many days."""
    for text in scaled_to_a_year(baseline.about):
        yield Paragraph(f"Warning: {text}")


def tables(
    money: Money, baseline: Results, arms: Mapping[str, str], called: Mapping[str, str]
) -> Iterator[Block]:
    """Yield the tables of money; arms by name with their titles, and those of their parts."""
    yield Heading("Costs and worth")
    yield Paragraph(
        f"In {money.book.prices_of} prices, over {money.years} years, discounted. In brackets 95% of "
        f"{money.draws:,} joint draws of chance and prices"
        + (f" and of {money.members} sets of parameters." if money.members else ".")
        + " Worth counts treatments and reused beds in kind; cash does not."
    )
    yield from warnings(baseline)
    columns = ("Intervention", "Worth to the system", "Pays", "In cash", "Pays in cash")
    for way in BACKFILLS:
        worths = {title: money.worths[arm, way] for arm, title in arms.items()}
        rows = [
            (
                title,
                with_range(one.value),
                probability(one.pays),
                with_range(one.cash),
                probability(one.pays_cash),
            )
            for title, one in worths.items()
        ]
        yield Grid(
            columns, rows, (1, 2, 3, 4), f"Worth over {money.years} years if freed beds {BACKFILL[way]}"
        )
    kinds = [kind for kind in KINDS if kind in KIND]
    yield Grid(
        ("Kind", *arms.values()),
        [
            (KIND[kind], *(with_range(money.kinds[arm, money.backfill, kind]) for arm in arms))
            for kind in kinds
        ],
        range(1, len(arms) + 1),
        f"A year at full effect, if freed beds {BACKFILL[money.backfill]}",
    )
    yield from _by_party(money, arms)
    yield from _late_admissions(money, arms)
    for arm, title in arms.items():
        carried = [
            (wording.sentence(money.book.called(name, called)), pounds(low), pounds(high))
            for name, (low, high) in list(money.swings.get(arm, {}).items())[:MOST_SWINGS]
        ]
        if carried:
            head = ("Price or assumption", "Worth at its low", "Worth at its high")
            yield Grid(head, carried, (1, 2), f"What carries the worth most: {title}")


def _by_party(money: Money, arms: Mapping[str, str]) -> Iterator[Block]:
    """Yield whose cash it is, under the contract that is taken to hold and under the other."""
    for contract in sorted(CONTRACTS, key=lambda one: one != money.book.contract):
        of = {party: [money.parties[arm, contract, party] for arm in arms] for party in PARTIES}
        moved = {party: several for party, several in of.items() if any(map(_moves, several))}
        holds = ", taken to hold" if contract == money.book.contract else ", if that held"
        caption = f"Whose cash, a year at full effect: {CONTRACT[contract].lower()}{holds}"
        yield Grid(
            ("Party", *arms.values()),
            [(wording.sentence(party), *map(with_range, several)) for party, several in moved.items()],
            range(1, len(arms) + 1),
            caption,
        )


def _moves(one: Range) -> bool:
    return max(abs(one.value), abs(one.low), abs(one.high)) >= LEAST


def _late_admissions(money: Money, arms: Mapping[str, str]) -> Iterator[Block]:
    """Yield the deaths that go with late admissions, and what must be said of them."""
    if not money.harm:
        return
    found = {title: money.harm[arm] for arm, title in arms.items()}
    rows = [(title, deaths(one)) for title, one in found.items()]
    head = ("Intervention", "Fewer deaths a year")
    yield Grid(head, rows, (1,), "Deaths within 30 days that go with more than 6 hours from arrival to a bed")
    yield Paragraph(of_harm(money.book.harm.deaths_per_late_admission), small=True)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _range(row: Mapping[str, str], value: str, low: str, high: str) -> Range:
    return Range(float(row[value]), float(row[low]), float(row[high]))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _worth(row: Mapping[str, str]) -> Worth:
    backfill = next(way for way in BACKFILLS if way == row["backfill"])
    return Worth(
        backfill=backfill,
        value=_range(row, "npv_gbp", "npv_low_gbp", "npv_high_gbp"),
        cash=_range(row, "cash_npv_gbp", "cash_npv_low_gbp", "cash_npv_high_gbp"),
        pays=float(row["pays"]),
        pays_cash=float(row["pays_in_cash"]),
        payback=float(row["payback_years"]),
        payback_cash=float(row["payback_cash_years"]),
        break_even=_number(row["break_even_effect"]),
        break_even_cash=_number(row["break_even_effect_cash"]),
    )
