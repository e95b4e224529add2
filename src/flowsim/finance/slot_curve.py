"""The curve of a service: what each number of slots costs and saves, and where one more does both alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import TAILS, Floats
from flowsim.finance.appraised import Range
from flowsim.finance.case import Case, World, central, drawn, lines_of
from flowsim.finance.effects import effects_of
from flowsim.finance.ledger import Backfill
from flowsim.finance.marginal import along, best, slopes
from flowsim.finance.prices import PriceBook
from flowsim.finance.slot_plan import Service

DELAY = "discharge_delay_mean_days"
"""The metric of delay: from medically fit to discharge, of those discharged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One number of slots.

    Parameters
    ----------
    slots : int
    delay : Range
        Of the service's patients, from medically fit to discharge, the mean [days]; NaN if nobody was
        discharged.
    released, cost, saved, net : Range
        A year, against what there is now: core and escalation bed days released; GBP for slots; GBP saved by
        all else; GBP of cost less what is saved.
    """

    slots: int
    delay: Range
    released: Range
    cost: Range
    saved: Range
    net: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one more slot does on the way from one number to the next, a year.

    Parameters
    ----------
    first, last : int
    cost, saved : Range
        GBP.
    released : Range
        Bed days.
    """

    first: int
    last: int
    cost: Range
    saved: Range
    released: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Where one more slot costs what it saves.

    Parameters
    ----------
    slots : Range
        Minus infinity below all that was tried, infinity above.
    delay : Range
        The mean there [days]; infinity is longer than with the fewest slots tried, minus infinity shorter
        than with the most.
    below, above : float
        Share of the draws in which it lies outside what was tried.
    """

    slots: Range
    delay: Range
    below: float
    above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One service.

    Parameters
    ----------
    service : Service
    now : int
        Slots there are.
    levels : tuple of Level
    steps : tuple of Step
    optimum : Optimum
    payers : Mapping[str, float]
        Who pays a slot, by share, under payment by results.
    """

    service: Service
    now: int
    levels: tuple[Level, ...]
    steps: tuple[Step, ...]
    optimum: Optimum
    payers: Mapping[str, float]

    @property
    def present(self) -> Level:
        """What there is now."""
        return next(level for level in self.levels if level.slots == self.now)


def curve(
    service: Service,
    now: int,
    by_slots: Mapping[int, Results],
    baseline: Results,
    book: PriceBook,
    *,
    backfill: Backfill,
    draws: int,
) -> Curve:
    """Return the curve of a service; nothing is run.

    Parameters
    ----------
    service : Service
    now : int
    by_slots : Mapping[int, Results]
        Rising; the same replications of the same days.
    baseline : Results
    book : PriceBook
    backfill : str
    draws : int
    """
    cases = [_case(service, one, baseline, book, draws) for one in by_slots.values()]
    at = np.array(list(by_slots), dtype=np.float64)
    middle, many = (
        _Yearly.of([_yearly(service, case, world(case), backfill) for case in cases])
        for world in (central, drawn)
    )
    return Curve(
        service=service,
        now=now,
        levels=tuple(
            Level(
                slots=number,
                **{
                    name: _range(getattr(middle, name)[:, i], getattr(many, name)[:, i])
                    for name in ("delay", "released", "cost", "saved", "net")
                },
            )
            for i, number in enumerate(by_slots)
        ),
        steps=tuple(_steps(at, middle, many)),
        optimum=_optimum(at, middle, many),
        payers=book.price(f"{service.pathway.lower()}_slot_day").payer,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Yearly:
    """What a year is like at each number of slots, shape (draws, n)."""

    delay: Floats
    released: Floats
    cost: Floats
    saved: Floats

    @property
    def net(self) -> Floats:
        return self.cost - self.saved

    @classmethod
    def of(cls, levels: Sequence[tuple[Floats, ...]]) -> _Yearly:
        return cls(*(np.stack(several, axis=1) for several in zip(*levels, strict=True)))


def _case(service: Service, arm: Results, baseline: Results, book: PriceBook, draws: int) -> Case:
    effects = effects_of(baseline, arm, round(book.rules.trim_point.value))
    amounts = {**effects.amounts, DELAY: arm.by_replication(DELAY, service.group)}
    return Case(
        sets=[replace(effects, amounts=amounts)],
        book=book,
        parts=(),
        seed=baseline.about.seed,
        draws=draws,
    )


def _yearly(service: Service, case: Case, world: World, backfill: Backfill) -> tuple[Floats, ...]:
    lines = lines_of(case, world, "block", backfill)
    slots = f"slots of {service.pathway}"
    none = np.zeros(len(world.amounts[DELAY]))
    cost = -sum((one.amount.mean(axis=1) for one in lines if one.item == slots), start=none)
    saved = sum((one.amount.mean(axis=1) for one in lines if one.item != slots), start=none)
    delay, core, escalation = (
        world.amounts[name].mean(axis=1) for name in (DELAY, "core_days", "escalation_days")
    )
    return delay, core + escalation, cost, saved


def _steps(at: Floats, middle: _Yearly, many: _Yearly) -> list[Step]:
    names = ("cost", "saved", "released")
    each = {name: [slopes(at, getattr(one, name)) for one in (middle, many)] for name in names}
    return [
        Step(
            first=int(at[i]),
            last=int(at[i + 1]),
            **{name: _range(one[:, i], draws[:, i]) for name, (one, draws) in each.items()},
        )
        for i in range(len(at) - 1)
    ]


def _optimum(at: Floats, middle: _Yearly, many: _Yearly) -> Optimum:
    slots, delays = [], []
    for one in (middle, many):
        where = best(at, -one.net)
        # Outside what was tried nothing is known but the side.
        delay = np.where(np.isinf(where), -where, along(at, one.delay, where))
        slots.append(where)
        delays.append(delay)
    return Optimum(
        slots=_range(*slots),
        delay=_range(*delays),
        below=float((slots[1] == -np.inf).mean()),
        above=float((slots[1] == np.inf).mean()),
    )


def _range(middle: Floats, draws: Floats) -> Range:
    """Return a figure with the bounds of its draws, which may be infinite."""
    low = np.quantile(draws, TAILS[0], method="lower")
    high = np.quantile(draws, TAILS[1], method="higher")
    return Range(float(middle[0]), float(low), float(high))
