"""Finance: a baseline and interventions with the same patients, priced by a price book.

Finished replications come from the store or from a folder of results; a changed price runs nothing again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.calibration.ensemble import read_ensemble
from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Asked, read_arms
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.results import Results, warnings_of
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import store_in
from flowsim.finance.appraised import Appraised, appraised
from flowsim.finance.case import FEWEST, Case
from flowsim.finance.effects import effects_of, scaled_to_a_year
from flowsim.finance.figures import Figures, Priceable, of_comparison, read_members, run_arms
from flowsim.finance.ledger import BACKFILLS, CONTRACTS, Backfill, Contract
from flowsim.finance.prices import PriceBook, read_prices
from flowsim.wording import known, quoted, unknown

DRAWS = 2000
MOST_DRAWS = 100_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Finance:
    """What interventions are worth.

    Parameters
    ----------
    book : PriceBook
    baseline : Results
    arms : tuple of Appraised
    backfill : str
        What headlines take the freed beds to be used for.
    harm : bool
        Whether outputs tell of deaths beside the money.
    draws : int
    members : int
        Sets of parameters that were drawn from; 0 if they were taken as they stand.
    """

    book: PriceBook
    baseline: Results
    arms: tuple[Appraised, ...]
    backfill: Backfill
    draws: int
    members: int = 0
    harm: bool = False

    def arm(self, name: str) -> Appraised:
        """Return an arm by its name.

        Raises
        ------
        InputError
            If there is none, with those there are.
        """
        return known("arm", name, {arm.name: arm for arm in self.arms})

    @property
    def warnings(self) -> list[str]:
        """What to beware of in the baseline or an arm, and in reckoning a year from them."""
        every = [self.baseline, *(arm.results for arm in self.arms)]
        return [*warnings_of(every), *scaled_to_a_year(self.baseline.about)]

    def caveats(self) -> list[str]:
        """Return the assumptions of the scenarios that must be said beside the figures."""
        from flowsim.scenario.caveats import said

        every = [self.baseline, *(arm.results for arm in self.arms)]
        return said([one.about.caveats for one in every], ("four_hour_performance",))


def price(
    baseline: Results,
    arms: Sequence[Priceable],
    book: PriceBook,
    *,
    members: Sequence[Figures] = (),
    backfill: Backfill = "close",
    harm: bool = False,
    draws: int = DRAWS,
) -> Finance:
    """Return what arms are worth; nothing is run.

    Parameters
    ----------
    baseline : Results
    arms : sequence of Priceable
        The same replications of the same days.
    book : PriceBook
    members : sequence of (Results, sequence of Priceable)
        The same baseline and arms with other sets of parameters, each as likely as another; what is told is
        then of them, not of `arms`.
    backfill : str
        Whether beds that fall free `close`, do `electives`, or `fill` with others.
    harm : bool
        Whether outputs tell of deaths beside the money.
    draws : int
        Ways in which all could be that intervals are taken from.

    Raises
    ------
    InputError
        If it cannot be priced, such as with a single replication.
    """
    if backfill not in BACKFILLS:
        raise InputError(unknown("backfill", backfill, BACKFILLS))
    refuse_draws(draws)
    if len(baseline.numbers) < FEWEST:
        raise InputError(f"an appraisal must have at least {FEWEST} replications; found 1")
    trim_point = round(book.rules.trim_point.value)
    found = []
    for i, arm in enumerate(arms):
        parts = arm.parts or (arm.name,)
        case = Case(
            sets=[
                effects_of(before, several[i].results, trim_point)
                for before, several in members or [(baseline, arms)]
            ],
            book=book,
            parts=parts,
            seed=baseline.about.seed,
            draws=draws,
        )
        found.append(
            appraised(
                case,
                arm.results,
                backfill=backfill,
                name=arm.name,
                title=arm.title,
            )
        )
    return Finance(
        book=book,
        baseline=baseline,
        arms=tuple(found),
        backfill=backfill,
        draws=draws,
        members=len(members),
        harm=harm,
    )


def refuse_draws(draws: int) -> None:
    """Refuse a number of draws that is too small for an interval, or too large to keep."""
    if not 100 <= draws <= MOST_DRAWS:
        raise InputError(f"draws must be a whole number from 100 to {MOST_DRAWS:,}; found {quoted(draws)}")


def book_of(
    prices: str | Path | None = None,
    changed: Mapping[str, float] | None = None,
    contract: Contract | None = None,
) -> PriceBook:
    """Return a price book, some values changed, their ranges in proportion, or the contract."""
    book = read_prices(prices)
    if contract is not None:
        if contract not in CONTRACTS:
            raise InputError(unknown("contract", contract, CONTRACTS))
        book = replace(book, contract=contract)
    for name, value in (changed or {}).items():
        book = book.with_value(name, value)
    return book


def finance(
    baseline: str | Path | Comparison,
    *interventions: Asked,
    prices: str | Path | None = None,
    price_changes: Mapping[str, float] | None = None,
    backfill: Backfill = "close",
    contract: Contract | None = None,
    harm: bool = False,
    draws: int = DRAWS,
    ensemble: str | Path | None = None,
    changes: Changes = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Finance:
    """Return what interventions are worth, to whom, and how sure that is.

    Parameters
    ----------
    baseline : str, Path or Comparison
        A scenario's file, or the name of a shipped one; or a finished comparison, which is only priced.
    *interventions : Asked
        As for `compare`; none with a comparison.
    prices : str or Path, optional
        A price book; the shipped one if not given.
    price_changes : Mapping[str, float], optional
        Other values of prices or assumptions, such as `{"p1_slot_day": 140}`; their ranges go along.
    backfill : str
        Whether beds that fall free `close`, do `electives`, or `fill` with others; all three are given, the
        headlines are of this one.
    contract : str, optional
        Whose cash the headlines follow, `payment_by_results` or `block`; as the price book says if not given.
    harm : bool
        Whether outputs tell of deaths that go with late admissions, beside the money.
    draws : int
    ensemble : str or Path, optional
        The folder of a calibration: its plausible sets of parameters are run, too, and drawn from.
    changes : mapping or sequence
        Levers moved in the baseline, and so in every arm.
    replications, seed : int, optional
        As the baseline says if not given.
    engine : str
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept, so that none is run again.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Finance
        By arm what is spent and saved, and by whom [GBP], with 95 % intervals over chance and prices.

    Raises
    ------
    InputError
        With every problem; nothing was run.
    """
    book = book_of(prices, price_changes, contract)
    if isinstance(baseline, Comparison):
        if interventions:
            raise InputError("interventions must not be given with a comparison, which has its own")
        return price(*of_comparison(baseline), book, backfill=backfill, harm=harm, draws=draws)
    arms = read_arms(
        baseline,
        interventions,
        changes=changes,
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    calibrated = read_ensemble(Path(ensemble)) if ensemble is not None else None
    members = read_members(calibrated, baseline, interventions, arms, changes) if calibrated else ()
    figures, others = run_arms(arms, members, store_in(store), jobs=jobs)
    return price(*figures, book, members=others, backfill=backfill, harm=harm, draws=draws)
