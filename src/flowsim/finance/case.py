"""The case for an arm: what it is worth in a year and over the horizon, to whom, and how sure that is.

No simulation is run here: only figures of finished replications are priced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.statistics.intervals import Floats
from flowsim.finance.closing import closed_beds
from flowsim.finance.discounting import break_even, net_present_value, payback_years, phased_in
from flowsim.finance.effects import COSTS, YEAR, Effects
from flowsim.finance.indexing import factor_of
from flowsim.finance.ledger import Amounts, Backfill, Contract, Line, Priced, Shares, ledger
from flowsim.finance.prices import PriceBook
from flowsim.finance.uncertainty import chance_weights, parameter_sets, triangular

FEWEST = 2
"""Replications without which nothing can be said of chance."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """What is appraised.

    Parameters
    ----------
    sets : sequence of Effects
        One for each set of parameters that may be the true one; with one set parameters are taken as known.
    book : PriceBook
    parts : sequence of str
        The interventions whose costs in the price book it has.
    seed, draws : int
    """

    sets: Sequence[Effects]
    book: PriceBook
    parts: Sequence[str]
    seed: int
    draws: int

    def __post_init__(self) -> None:
        if min(len(one.free) for one in self.sets) < FEWEST:
            raise InputError(f"an appraisal must have at least {FEWEST} replications; found 1")

    @property
    def years(self) -> int:
        """Years looked at."""
        return round(self.book.rules.horizon.value)

    @property
    def shares(self) -> Shares:
        """Of each locality in bed days, the mean over sets."""
        return {w: float(np.mean([one.shares[w] for one in self.sets])) for w in self.sets[0].shares}

    def costs(self, kind: str) -> list[str]:
        """Return the names in the price book of its running costs or investments."""
        priced = self.book.every_price()
        return [f"{part}.{kind}" for part in dict.fromkeys(self.parts) if f"{part}.{kind}" in priced]

    @property
    def payers(self) -> dict[str, Mapping[str, float]]:
        """Who pays each price, by share."""
        return {name: price.payer for name, price in self.book.every_price().items()}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One or many ways in which all could be: yearly amounts, shape (draws, years), and prices (draws, 1)."""

    amounts: Amounts
    priced: Priced


def replicated(effects: Effects, book: PriceBook, times: float = 1.0) -> dict[str, Floats]:
    """Return the yearly amounts of each replication, those that close beds among them, shape (n,).

    Luck alone closes nothing on the mean: beds wanting for as long count against those that are free.

    Parameters
    ----------
    effects : Effects
    book : PriceBook
    times : float
        Multiple of what the arm brings about; what it adds and must pay for stays, and beds that it opens are
        free but for those its effect fills.
    """
    rules, opened = book.rules, effects.amounts["core_beds_opened"]
    sizes = {"bay": round(rules.bay.value), "ward": round(rules.ward.value)}
    weeks = round(rules.closable_weeks.value)
    free = times * effects.free + (1 - times) * opened[:, None]
    closed, wanting = (closed_beds(sign * free, weeks=weeks, **sizes) for sign in (1, -1))
    amounts = {name: (1.0 if name in COSTS else times) * one for name, one in effects.amounts.items()}
    return amounts | {
        "core_days": amounts["core_days"] + (1 - times) * YEAR * opened,
        "closed_ward_beds": closed.wards - wanting.wards,
        "closed_bay_beds": closed.bays - wanting.bays,
    }


def central(case: Case, times: float = 1.0) -> World:
    """Return the world of mean amounts and of prices as they stand in the book."""
    sets = [replicated(one, case.book, times) for one in case.sets]
    return World(
        {name: np.full((1, 1), np.mean([one[name].mean() for one in sets])) for name in sets[0]},
        {name: np.full((1, 1), value) for name, (_, value, _) in bounds(case.book).items()},
    )


def drawn(case: Case, *, chance: bool = True, prices: bool = True, parameters: bool = True) -> World:
    """Return worlds drawn together; what is not drawn is as in the central one."""
    middle = central(case)
    sets = [replicated(one, case.book) for one in case.sets]
    chosen = parameter_sets(case.seed, case.draws, len(sets)) if parameters else None
    amounts = {name: np.empty((case.draws, case.years)) for name in sets[0]}
    for i, one in enumerate(sets):
        n = len(one["core_days"])
        weights = (
            chance_weights(case.seed, case.draws, case.years, n)
            if chance
            else np.full((case.draws, case.years, n), 1 / n)
        )
        rows = np.flatnonzero(chosen == i) if chosen is not None else np.arange(case.draws)
        for name, values in one.items():
            if chosen is None:
                amounts[name][:] = (amounts[name] if i else 0.0) + weights @ values / len(sets)
            else:
                amounts[name][rows] = weights[rows] @ values
    priced = dict(middle.priced)
    if prices:
        for name, (low, value, high) in bounds(case.book).items():
            priced[name] = triangular(case.seed, case.draws, name, low, value, high)[:, None]
    return World(amounts, priced)


def bounds(book: PriceBook) -> dict[str, tuple[float, float, float]]:
    """Return low, value and high of each price, in the prices of the book's year, and of each assumption."""
    found = {}
    for name, price in book.every_price().items():
        factor = factor_of(price, book)
        found[name] = (price.low * factor, price.value * factor, price.high * factor)
    return found | {name: (one.low, one.value, one.high) for name, one in book.every_assumption().items()}


def lines_of(case: Case, world: World, contract: Contract, backfill: Backfill) -> list[Line]:
    """Return every entry of a year at full effect."""
    return ledger(
        world.amounts,
        world.priced,
        contract=contract,
        backfill=backfill,
        shares=case.shares,
        payers=case.payers,
        running=case.costs("running"),
    )


def flows(case: Case, world: World, lines: Sequence[Line]) -> Floats:
    """Return what some entries come to in each year, as they come in; shape (draws, years)."""
    ramp, notice = world.priced["ramp_up"][:, 0], world.priced["notice"][:, 0]
    phases = {
        "at_once": np.ones((len(ramp), case.years)),
        "ramp": phased_in(case.years, ramp),
        "notice": phased_in(case.years, ramp, notice),
    }
    shape = np.broadcast_shapes((len(ramp), case.years), *(line.amount.shape for line in lines))
    return sum((line.amount * phases[line.phase] for line in lines), start=np.zeros(shape))


def invested(case: Case, world: World) -> Floats:
    """Return what is invested at the start, shape (draws,)."""
    names = case.costs("investment")
    return sum((world.priced[name][:, 0] for name in names), start=np.zeros(1))


def worth(case: Case, world: World, backfill: Backfill, *, cash: bool = False) -> Floats:
    """Return the net present value to the system, in cash alone or with what is in kind; shape (draws,).

    It is the same under every contract.
    """
    lines = [one for one in lines_of(case, world, "block", backfill) if one.cash or not cash]
    rate = case.book.rules.discount_rate.value
    return net_present_value(flows(case, world, lines), rate, invested(case, world))


def payback(case: Case, backfill: Backfill, *, cash: bool = False) -> float:
    """Return after how many years what was spent has come back; infinity if not within the horizon."""
    world = central(case)
    lines = [one for one in lines_of(case, world, "block", backfill) if one.cash or not cash]
    return payback_years(flows(case, world, lines)[0], float(invested(case, world)[0]))


def least_effect(case: Case, backfill: Backfill, *, cash: bool = False) -> float | None:
    """Return the multiple of the effect from which it pays, as `break_even`; what it costs stays."""
    return break_even(lambda times: float(worth(case, central(case, times), backfill, cash=cash)[0]))


def swings(case: Case, backfill: Backfill) -> dict[str, tuple[float, float]]:
    """Return the net present value with each price at its low and at its high, the widest apart first."""
    world = central(case)
    found = {}
    for name, (low, _, high) in bounds(case.book).items():
        ends = (
            replace(world, priced={**world.priced, name: np.full((1, 1), value)}) for value in (low, high)
        )
        at_low, at_high = (float(worth(case, one, backfill)[0]) for one in ends)
        if at_low != at_high:
            found[name] = (at_low, at_high)
    return dict(sorted(found.items(), key=lambda item: -abs(item[1][1] - item[1][0])))
