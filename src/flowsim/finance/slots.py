"""The economically sensible delay: what one more slot of discharge to assess costs, and what it saves.

Slots wait for patients, or patients for slots. With few slots, one more releases many bed days; with many it
stands empty. In between it costs what it saves: the mean delay there is the sensible one, and neither shorter
nor longer waits are worth their price. Every number of slots has the same patients, and draws of chance and
of prices are the same at every number, so that what differs is what slots do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.engine.engines import DEFAULT
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, store_in
from flowsim.finance.effects import scaled_to_a_year
from flowsim.finance.finance import DRAWS, book_of, refuse_draws
from flowsim.finance.ledger import Backfill
from flowsim.finance.prices import PriceBook
from flowsim.finance.slot_curve import DELAY, Curve, curve
from flowsim.finance.slot_plan import SlotPlan, plan_slots
from flowsim.scenario.caveats import said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlotCurves:
    """Every service that was asked for.

    Parameters
    ----------
    baseline : Results
    book : PriceBook
    curves : tuple of Curve
    backfill : str
        What freed beds are taken to be used for.
    draws : int
    """

    baseline: Results
    book: PriceBook
    curves: tuple[Curve, ...]
    backfill: Backfill
    draws: int

    @property
    def warnings(self) -> list[str]:
        """What to beware of in the baseline, and in reckoning a year from it."""
        return [*self.baseline.warnings, *scaled_to_a_year(self.baseline.about)]

    def caveats(self) -> list[str]:
        """Return the assumptions of the scenario that must be said beside the figures."""
        return said([self.baseline.about.caveats], (DELAY,), ("community",))


def carry_out_slots(
    planned: SlotPlan,
    book: PriceBook,
    store: Store | None = None,
    *,
    backfill: Backfill = "fill",
    draws: int = DRAWS,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
) -> SlotCurves:
    """Return the curves; replications that the store has are not run."""
    refuse_draws(draws)
    arms = planned.arms
    about = planned.baseline.planned.about
    done = Replications(store, jobs=jobs, executor=executor, told=told).of(
        [planned.baseline, *arms], planned.baseline.planned.numbers
    )
    baseline, *results = (
        Results.of(replace(about, name=arm.name, title=arm.title), several)
        for arm, several in zip((planned.baseline, *arms), done, strict=True)
    )
    of_arms = iter(results)
    curves = tuple(
        curve(
            one.service,
            one.now,
            {number: next(of_arms) for number in one.slots},
            baseline,
            book,
            backfill=backfill,
            draws=draws,
        )
        for one in planned.services
    )
    return SlotCurves(baseline=baseline, book=book, curves=curves, backfill=backfill, draws=draws)


def slots(
    scenario: str | Path,
    *services: str,
    more: Sequence[int] = (),
    prices: str | Path | None = None,
    price_changes: Mapping[str, float] | None = None,
    backfill: Backfill = "fill",
    draws: int = DRAWS,
    changes: Changes = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> SlotCurves:
    """Return what one more slot of discharge to assess costs and saves, and at which delay both are equal.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped scenario.
    *services : str
        Pathways such as `P1`, or pathways of a council such as `P1.Hampshire`; all three pathways if none.
    more : sequence of int
        How many slots more than now are tried, fewer if below 0; if none are given, a fifth fewer to two
        fifths more.
    prices : str or Path, optional
        A price book; the shipped one if not given.
    price_changes : Mapping[str, float], optional
        Other values of prices or assumptions; their ranges go along.
    backfill : str
        Whether beds that fall free `fill` with others, do `electives`, or `close`.
    draws : int
        Joint draws of chance and prices.
    changes : mapping or sequence
        Levers moved in the scenario, and so everywhere.
    replications, seed : int, optional
        As the scenario says if not given.
    engine : str
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept, so that none is run again.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    SlotCurves
        By service the cost and the saving of one more slot [GBP a year] at each number of slots, and the mean
        delay [days] at which they are equal, with 95 % intervals.

    Raises
    ------
    InputError
        With every problem; nothing was run.
    """
    book = book_of(prices, price_changes)
    planned = plan_slots(
        scenario,
        services,
        more=more,
        changes=changes,
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return carry_out_slots(planned, book, store_in(store), backfill=backfill, draws=draws, jobs=jobs)
