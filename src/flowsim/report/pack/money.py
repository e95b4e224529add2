"""What interventions cost and are worth, read from the folder of an appraisal; nothing is priced here."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.finance.appraised import Range, Worth
from flowsim.finance.ledger import BACKFILLS, KINDS, Backfill
from flowsim.finance.prices import PriceBook, read_prices
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.report.finance_table import BACKFILL, KIND, pounds, probability

MOST_SWINGS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Money:
    """An appraisal.

    Parameters
    ----------
    book : PriceBook
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
    """

    book: PriceBook
    backfill: Backfill
    draws: int
    members: int
    worths: Mapping[tuple[str, str], Worth]
    kinds: Mapping[tuple[str, str, str], Range]
    swings: Mapping[str, Mapping[str, tuple[float, float]]]

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
        book=read_prices(folder / "prices.yaml"),
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
    )


def in_words(money: Money, arm: str, parts: tuple[str, ...]) -> str:
    """Return what an arm costs and is worth, each with its interval."""
    one, cost = money.worth(arm), money.kinds[arm, money.backfill, "cost"]
    beds = f"if the beds it frees {BACKFILL[money.backfill]}"
    costs = (
        f"It costs {_span(Range(-cost.value, -cost.high, -cost.low))} a year."
        if cost.value < 0
        else "The price book has no running cost of it."
    )
    missing = [part for part in parts or (arm,) if part not in money.book.interventions]
    beyond = f" What {' and '.join(missing)} costs beyond beds and slots is not priced." if missing else ""
    return (
        f"{costs}{beyond} Over {money.years} years it is worth {_span(one.value)} to the system, {beds}; the "
        f"probability that it pays is {probability(one.pays)}. In cash alone {_span(one.cash)}, "
        f"{probability(one.pays_cash)}."
    )


def turning_points(money: Money, arm: str) -> list[str]:
    """Return what would turn the sign of an arm's worth."""
    one = money.worth(arm)
    found = []
    if one.value.low <= 0 <= one.value.high:
        found.append(f"its worth over {money.years} years may be above or below nothing: {_span(one.value)}")
    if 0 < one.break_even < 1:
        found.append(f"it would no longer pay with less than {100 * one.break_even:.0f}% of the effect found")
    elif 1 <= one.break_even < math.inf:
        found.append(f"it would begin to pay with {one.break_even:.1f} times the effect found")
    elif math.isinf(one.break_even):
        found.append("not even ten times the effect found would make it pay")
    turning = [
        f"{name} ({pounds(low)} to {pounds(high)})"
        for name, (low, high) in money.swings.get(arm, {}).items()
        if low * high < 0
    ]
    if turning:
        found.append(f"within its range each of these alone turns the sign: {', '.join(turning)}")
    return found


def tables(money: Money, arms: Mapping[str, str]) -> Iterator[Block]:
    """Yield the tables of money; arms by name with their titles."""
    yield Heading("Costs and worth")
    yield Paragraph(
        f"In {money.book.prices_of} prices, over {money.years} years, discounted. In brackets 95% of "
        f"{money.draws:,} joint draws of chance and prices"
        + (f" and of {money.members} sets of parameters." if money.members else ".")
        + " Worth counts treatments and reused beds in kind; cash does not."
    )
    rows = []
    for arm in arms:
        for way in BACKFILLS:
            one = money.worths[arm, way]
            rows.append(
                (
                    arm,
                    BACKFILL[way],
                    _span(one.value),
                    probability(one.pays),
                    _span(one.cash),
                    probability(one.pays_cash),
                )
            )
    columns = ("Arm", "Freed beds", "Worth to the system", "Pays", "In cash", "Pays in cash")
    yield Grid(
        columns, rows, (2, 3, 4, 5), f"Worth over {money.years} years, by what freed beds are used for"
    )
    kinds = [kind for kind in KINDS if kind in KIND]
    yield Grid(
        ("Kind", *arms),
        [(KIND[kind], *(_span(money.kinds[arm, money.backfill, kind]) for arm in arms)) for kind in kinds],
        range(1, len(arms) + 1),
        f"A year at full effect, if freed beds {BACKFILL[money.backfill]}",
    )
    carried = [
        (arm, name, pounds(low), pounds(high))
        for arm in arms
        for name, (low, high) in list(money.swings.get(arm, {}).items())[:MOST_SWINGS]
    ]
    if carried:
        head = ("Arm", "Price or assumption", "Worth at its low", "Worth at its high")
        yield Grid(head, carried, (2, 3), "Prices and assumptions that carry the worth most")


def _span(one: Range) -> str:
    return f"{pounds(one.value)} ({pounds(one.low)} to {pounds(one.high)})"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _range(row: Mapping[str, str], value: str, low: str, high: str) -> Range:
    return Range(float(row[value]), float(row[low]), float(row[high]))


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
        break_even=float(row["break_even_effect"]),
        break_even_cash=float(row["break_even_effect_cash"]),
    )
