"""What an appraisal found: every figure with its interval, the price book's values in the middle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats, intervals
from flowsim.finance.assess import (
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
from flowsim.finance.effects import YEAR
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, KINDS, PARTIES, Backfill, Line
from flowsim.outcomes.measurement import ALL

BED_DAYS = {
    "occupied_bed_days": -1,
    "bed_days_by_the_hour": -1,
    "bed_days_started": -1,
    "mffd_bed_days": -1,
    "delayed_transfer_days": -1,
    "escalation_bed_days": -1,
    "d2a_slot_days_used": 1,
}
"""Metrics of the table of bed days; -1: fewer are released, 1: more are used."""
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
        tail = (1 - CONFIDENCE) / 2
        low, high = np.quantile(draws, [tail, 1 - tail])
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
    break_even, break_even_cash : float
        The multiple of the effect from which it pays; infinity if ten times does not.
    """

    backfill: Backfill
    value: Range
    cash: Range
    pays: float
    pays_cash: float
    payback: float
    payback_cash: float
    break_even: float
    break_even_cash: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Appraised:
    """One arm.

    Parameters
    ----------
    name, title : str
    results : Results
    unpriced : tuple of str
        Interventions of which the price book does not say what they cost.
    released : Mapping[str, Range]
        A year, by metric of `BED_DAYS`, and `core_days`, `escalation_days`, `excess_days`, `acute_days`; with
        the Student interval of the replications.
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
    uncertain : Mapping[str, Range]
        Net present value, chance, prices or parameters alone being drawn.
    swings : Mapping[str, tuple[float, float]]
        Net present value with each price at its low and at its high, the widest apart first.
    """

    name: str
    title: str
    results: Results
    unpriced: tuple[str, ...]
    released: Mapping[str, Range]
    bay_closes: float
    ward_closes: float
    worths: Mapping[Backfill, Worth]
    kinds: Mapping[Backfill, Mapping[str, Range]]
    parties: Mapping[Backfill, Mapping[str, Mapping[str, Range]]]
    invested: float
    per_bed_day: Range | None
    per_point: Range | None
    uncertain: Mapping[str, Range]
    swings: Mapping[str, tuple[float, float]]


def appraised(
    case: Case,
    baseline: Results,
    arm: Results,
    *,
    backfill: Backfill,
    name: str,
    title: str,
    unpriced: tuple[str, ...],
) -> Appraised:
    """Return everything about one arm.

    Parameters
    ----------
    case : Case
    baseline, arm : Results
    backfill : str
        What the intervals by source and the swings are of.
    name, title : str
    unpriced : tuple of str
    """
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
        results=arm,
        unpriced=unpriced,
        released=released(case, baseline, arm),
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
        uncertain={
            source: Range.of(here, worth(case, world, backfill)) for source, world in one_source.items()
        },
        swings=swings(case, backfill),
    )


def released(case: Case, baseline: Results, arm: Results) -> dict[str, Range]:
    """Return bed days released a year, and slot days used more, over replications."""
    yearly = YEAR / baseline.about.days
    found: dict[str, Floats] = {
        metric: sign * yearly * (arm.by_replication(metric, ALL) - baseline.by_replication(metric, ALL))
        for metric, sign in BED_DAYS.items()
    }
    for name in ("core_days", "escalation_days", "excess_days", "acute_days", "four_hour_points"):
        found[name] = np.concatenate([one.amounts[name] for one in case.sets])
    found["electives"] = sum(
        (np.concatenate([one.amounts[f"electives.{where}"] for one in case.sets]) for where in case.shares),
        start=np.zeros(1),
    )
    known = {name: intervals(values[:, None]) for name, values in found.items()}
    return {name: Range(float(i.mean[0]), float(i.low[0]), float(i.high[0])) for name, i in known.items()}


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


def _cost_of(case: Case, middle: World, many: World, names: tuple[str, ...]) -> Range | None:
    """Return what a unit of some amounts costs; None if there may be none of it, or nothing is paid."""

    def both(world: World) -> tuple[Floats, Floats]:
        lines = [one for one in lines_of(case, world, "block", "fill") if one.kind == "cost"]
        yearly = -sum((one.amount.mean(axis=1) for one in lines), start=np.zeros(1))
        of = sum((world.amounts[name].mean(axis=1) for name in names), start=np.zeros(1))
        return yearly + invested(case, world) / case.years, of

    (cost, of), (costs, ofs) = both(middle), both(many)
    if np.quantile(ofs, (1 - CONFIDENCE) / 2) <= 0 or cost[0] <= 0:
        return None
    return Range.of(float(cost[0] / of[0]), costs / ofs)
