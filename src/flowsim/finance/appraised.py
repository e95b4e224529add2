"""What an appraisal found: every figure with its interval, the price book's values in the middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import TAILS, Floats, interval
from flowsim.finance.case import (
    Case,
    World,
    central,
    drawn,
    invested,
    least_effect,
    lines_of,
    payback,
    swings,
    worth,
)
from flowsim.finance.closing import chance_of_closing
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, KINDS, PARTIES, Backfill, Line
from flowsim.finance.uncertainty import triangular

RELEASED = (
    "core_days",
    "escalation_days",
    "mffd_bed_days",
    "delayed_transfer_days",
    "excess_days",
    "acute_days",
    "d2a_slot_days_used",
    "four_hour_points",
)
"""What is told of an arm's effect, by the names of `Effects`, and electives beside them."""
SOURCES = ("chance", "prices", "parameters")


@dataclass(frozen=True, slots=True)
class Range:
    """A figure at the values of the price book, and the bounds that 95 % of the draws lie between."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, draws: Floats) -> Range:
        """Return the range of some draws."""
        low, high = np.quantile(draws, TAILS)
        return cls(float(value), float(low), float(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What an arm is worth over the horizon if the beds it frees are used in one way.

    Parameters
    ----------
    backfill : str
    value, cash : Range
        Net present value to the system [GBP]: all of it, and what of it is cash.
    pays, pays_cash : float
        Share of the draws in which it is above 0.
    payback, payback_cash : float
        Years; infinity if not within the horizon.
    break_even, break_even_cash : float or None
        The multiple of the effect from which it pays; infinity if ten times does not, None if the effect
        costs money.
    """

    backfill: Backfill
    value: Range
    cash: Range
    pays: float
    pays_cash: float
    payback: float
    payback_cash: float
    break_even: float | None
    break_even_cash: float | None

    @property
    def is_nothing(self) -> bool:
        """Whether it costs and yields nothing in any draw."""
        return not any(bound for one in (self.value, self.cash) for bound in (one.value, one.low, one.high))


@dataclass(frozen=True, kw_only=True, eq=False)
class Appraised:
    """One arm.

    Parameters
    ----------
    name, title : str
    case : Case
        What was appraised.
    results : Results
    unpriced : tuple of str
        Interventions of which the price book does not say what they cost.
    notes : tuple of (str, str)
        Interventions and what the price book says is not priced of them.
    released : Mapping[str, Range]
        A year, by the names of `RELEASED` and `electives`; with the Student interval of the replications, or
        with several sets of parameters that of the draws.
    bay_closes, ward_closes : float
        Share of replications in which so many beds stay free for long enough in a row.
    worths : Mapping[str, Worth]
        By backfill.
    kinds : Mapping[str, Mapping[str, Range]]
        By backfill and kind: GBP a year to the system at full effect.
    parties : Mapping[str, Mapping[str, Mapping[str, Range]]]
        By backfill, contract and party: cash, GBP a year at full effect.
    invested : float
        GBP at the start.
    per_bed_day, per_point : Range or None
        Cost of the change, GBP a bed day released and a percentage point of four-hour performance; None if
        there may be none, or it costs nothing.
    harm : Range
        Deaths within 30 days that go with late admissions, fewer a year; priced in nothing.
    uncertain : Mapping[str, Range]
        Net present value, chance, prices or parameters alone being drawn.
    swings : Mapping[str, tuple[float, float]]
        Net present value with each price at its low and at its high, the widest apart first.
    """

    name: str
    title: str
    case: Case
    results: Results
    unpriced: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    released: Mapping[str, Range]
    bay_closes: float
    ward_closes: float
    worths: Mapping[Backfill, Worth]
    kinds: Mapping[Backfill, Mapping[str, Range]]
    parties: Mapping[Backfill, Mapping[str, Mapping[str, Range]]]
    invested: float
    per_bed_day: Range | None
    per_point: Range | None
    harm: Range
    uncertain: Mapping[str, Range]
    swings: Mapping[str, tuple[float, float]]


def appraised(
    case: Case,
    arm: Results,
    *,
    backfill: Backfill,
    name: str,
    title: str,
) -> Appraised:
    """Return everything about one arm.

    Parameters
    ----------
    case : Case
    arm : Results
    backfill : str
        What the intervals by source and the swings are of.
    name, title : str
    """
    costs = {part: case.book.interventions.get(part) for part in dict.fromkeys(case.parts)}
    middle, many = central(case), drawn(case)
    rules, free = case.book.rules, np.concatenate([one.free for one in case.sets])
    weeks = round(rules.closable_weeks.value)
    lines = {
        (way, contract): (lines_of(case, middle, contract, way), lines_of(case, many, contract, way))
        for way in BACKFILLS
        for contract in CONTRACTS
    }
    one_source = {
        source: drawn(
            case, **{other: other == source for other in SOURCES}
        )  # one is drawn, the others are not
        for source in SOURCES
        if source != "parameters" or len(case.sets) > 1
    }
    here = float(worth(case, middle, backfill)[0])
    return Appraised(
        name=name,
        title=title,
        case=case,
        results=arm,
        unpriced=tuple(part for part, cost in costs.items() if cost is None),
        notes=tuple((part, cost.note) for part, cost in costs.items() if cost and cost.note),
        released=released(case, middle, many),
        bay_closes=chance_of_closing(free, round(rules.bay.value), weeks),
        ward_closes=chance_of_closing(free, round(rules.ward.value), weeks),
        worths={way: _worth(case, middle, many, way) for way in BACKFILLS},
        kinds={way: {kind: _sum(lines[way, "block"], kind=kind) for kind in KINDS} for way in BACKFILLS},
        parties={
            way: {
                contract: {party: _sum(lines[way, contract], party=party) for party in PARTIES}
                for contract in CONTRACTS
            }
            for way in BACKFILLS
        },
        invested=float(invested(case, middle)[0]),
        per_bed_day=_cost_of(case, middle, many, ("core_days", "escalation_days")),
        per_point=_cost_of(case, middle, many, ("four_hour_points",)),
        harm=_harm(case, middle, many),
        uncertain={
            source: Range.of(here, worth(case, world, backfill)) for source, world in one_source.items()
        },
        swings=swings(case, backfill),
    )


def released(case: Case, middle: World, many: World) -> dict[str, Range]:
    """Return what is released and gained in a year: over replications, or over draws with several sets."""
    electives = [f"electives.{where}" for where in case.shares]
    found: dict[str, Range] = {}
    for name, parts in {**{name: [name] for name in RELEASED}, "electives": electives}.items():
        value = sum(float(middle.amounts[part][0, 0]) for part in parts)
        if len(case.sets) > 1:
            draws = sum((many.amounts[part].mean(axis=1) for part in parts), start=np.zeros(1))
            found[name] = Range.of(value, draws)
        else:
            each = sum((case.sets[0].amounts[part] for part in parts), start=np.zeros(1))
            found[name] = Range(value, *interval(each)[1:])
    return found


def _worth(case: Case, middle: World, many: World, backfill: Backfill) -> Worth:
    value, cash = (worth(case, many, backfill, cash=only) for only in (False, True))
    return Worth(
        backfill=backfill,
        value=Range.of(float(worth(case, middle, backfill)[0]), value),
        cash=Range.of(float(worth(case, middle, backfill, cash=True)[0]), cash),
        pays=float((value > 0).mean()),
        pays_cash=float((cash > 0).mean()),
        payback=payback(case, backfill),
        payback_cash=payback(case, backfill, cash=True),
        break_even=least_effect(case, backfill),
        break_even_cash=least_effect(case, backfill, cash=True),
    )


def _sum(both: tuple[list[Line], list[Line]], *, kind: str | None = None, party: str | None = None) -> Range:
    """Return what the entries of a kind, or the cash of a party, come to in a year at full effect."""
    chosen = [
        [one for one in lines if one.kind == kind or (one.party == party and one.cash)] for lines in both
    ]
    middle, draws = (sum((one.amount.mean(axis=1) for one in some), start=np.zeros(1)) for some in chosen)
    return Range.of(float(middle[0]), draws)


def _harm(case: Case, middle: World, many: World) -> Range:
    """Return deaths within 30 days, fewer a year, by the rate at which they go with late admissions."""
    rate = case.book.harm.deaths_per_late_admission
    rates = triangular(case.seed, case.draws, "deaths_per_late_admission", rate.low, rate.value, rate.high)
    fewer = [world.amounts["late_admissions"].mean(axis=1) for world in (middle, many)]
    return Range.of(float(fewer[0][0]) * rate.value, fewer[1] * rates)


def _cost_of(case: Case, middle: World, many: World, names: tuple[str, ...]) -> Range | None:
    """Return what a unit of some amounts costs; None if there may be none of it, or nothing is paid."""

    def both(world: World) -> tuple[Floats, Floats]:
        lines = [one for one in lines_of(case, world, "block", "fill") if one.kind == "cost"]
        yearly = -sum((one.amount.mean(axis=1) for one in lines), start=np.zeros(1))
        of = sum((world.amounts[name].mean(axis=1) for name in names), start=np.zeros(1))
        return yearly + invested(case, world) / case.years, of

    (cost, of), (costs, ofs) = both(middle), both(many)
    if np.quantile(ofs, TAILS[0]) <= 0 or cost[0] <= 0:
        return None
    return Range.of(float(cost[0] / of[0]), costs / ofs)
