"""A validation: the model beside every target, by month, what it predicts, simple models beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowsim.engine.engines import DEFAULT
from flowsim.experiments.arms.stored import Replications, Told
from flowsim.experiments.runs.results import About, Results
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.runs.store import Store, store_in
from flowsim.validation.bed_models import BedsBesideSimple, beds_beside_simple
from flowsim.validation.beside_simple import BesideSimple, beside_simple, can_be_compared
from flowsim.validation.by_month import Month, by_month
from flowsim.validation.judging import MISSED, Judged, judge
from flowsim.validation.plan import ValidationPlan, plan_validation
from flowsim.validation.predictions import Prediction, predict

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Validation:
    """Everything a validation found.

    Parameters
    ----------
    planned : ValidationPlan
    sets : Mapping[str, Results]
        The results of each parameter set.
    judged : tuple of Judged
        In the order of the targets.
    months : tuple of Month
    predictions : tuple of Prediction
        Nothing if every month that is run has a record.
    simple : BesideSimple or None
        None if the record is too short for it.
    beds : BedsBesideSimple or None
    """

    planned: ValidationPlan
    sets: Mapping[str, Results]
    judged: tuple[Judged, ...]
    months: tuple[Month, ...]
    predictions: tuple[Prediction, ...]
    simple: BesideSimple | None
    beds: BedsBesideSimple | None

    @property
    def about(self) -> About:
        """What was run."""
        return next(iter(self.sets.values())).about

    @property
    def missed(self) -> tuple[Judged, ...]:
        """The targets that the model is not within tolerance of."""
        return tuple(one for one in self.judged if one.verdict == MISSED)

    def targets_frame(self) -> pd.DataFrame:
        """Return a row for each target, the columns those of targets.csv."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "name": one.target.name,
                    "metric": one.target.metric,
                    "group": one.target.group,
                    "statistic": one.target.statistic,
                    "unit": one.target.unit if one.target.metric else "",
                    "record_low": one.target.low,
                    "record_high": one.target.high,
                    "tolerance": one.target.tolerance,
                    "use": one.target.use,
                    "fitted": one.target.fitted,
                    **_columns(one.model),
                    "verdict": one.verdict,
                    "clear": one.clear,
                    "grade": one.target.grade,
                    "source": one.target.source,
                    "note": one.target.note,
                    "not_comparable": one.target.not_comparable,
                }
                for one in self.judged
            ]
        )

    def months_frame(self) -> pd.DataFrame:
        """Return a row for each metric and month, the columns those of months.csv."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "metric": one.metric,
                    "month": one.month,
                    "record": one.record,
                    **_columns(one.model),
                    "inside": {None: "", True: "yes", False: "no"}[one.inside],
                }
                for one in self.months
            ]
        )

    def predictions_frame(self) -> pd.DataFrame:
        """Return a row for each prediction, those of the simple models among them."""
        import pandas as pd

        rows = [
            {
                "model": "flowsim",
                "metric": one.metric,
                "group": one.group,
                "kind": "effect" if one.effect else "figure",
                **_columns(one.model),
            }
            for one in self.predictions
        ]
        for said in self.simple.ahead if self.simple else ():
            rows.append(
                {
                    "model": said.model,
                    "metric": "four_hour_performance_type1",
                    "group": f"month={said.month}",
                    "kind": "figure",
                    "mean": said.point,
                    "ci_low": float("nan"),
                    "ci_high": float("nan"),
                    "single_low": said.low,
                    "single_high": said.high,
                }
            )
        return pd.DataFrame(rows)


def _columns(model: object) -> dict[str, float]:
    names = {"mean": "mean", "ci_low": "low", "ci_high": "high"}
    names |= {"single_low": "single_low", "single_high": "single_high"}
    return {column: getattr(model, name, float("nan")) for column, name in names.items()}


def validate(
    scenario: str | Path = "portsmouth-2016",
    *,
    targets: str | Path | None = None,
    sets: Mapping[str, Changes] | None = None,
    ensemble: str | Path | None = None,
    fitted_to: str | Path | None = None,
    changes: Changes = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Validation:
    """Judge a scenario by what is known of the place, and say what it predicts.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped one.
    targets : str or Path, optional
        A CSV of targets; those shipped for the scenario's record if not given.
    sets : Mapping[str, Changes], optional
        Plausible parameter sets by name, each the levers that it moves; the scenario as it stands if not
        given.
    ensemble : str or Path, optional
        The folder of a calibration, whose parameter sets are judged together; what it was fitted to is
        marked so.
    fitted_to : str or Path, optional
        The observed figures of a calibration whose values the scenario has: they are marked as fitted.
    changes : mapping or sequence
        Levers moved, in every set after its own.
    replications, seed : int, optional
        Of each set; as the scenario says if not given, of an ensemble five each.
    engine : str
    jobs : int
        Processes.
    store : str or Path, optional
        Folder where finished replications are kept.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Validation
        Each target beside the model's figures and whether it was met, the months of the record, predictions,
        and simple models beside it.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    planned = plan_validation(
        scenario,
        targets=targets,
        sets=sets,
        ensemble=ensemble,
        fitted_to=fitted_to,
        changes=changes,
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return run_validation(planned, store_in(store), jobs=jobs)


def run_validation(
    planned: ValidationPlan, store: Store | None = None, *, jobs: int = 1, told: Told | None = None
) -> Validation:
    """Run what the store has not, and say what follows.

    Parameters
    ----------
    planned : ValidationPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    told : callable, optional
        Called after each replication with those done and those to do.
    """
    source = Replications(store, jobs=jobs, told=told, pooled=planned.pooled)
    done = source.of(list(planned.sets.values()), planned.numbers)
    each = zip(planned.sets.items(), done, strict=True)
    return conclude(planned, {name: arm.results(replications) for (name, arm), replications in each})


def conclude(planned: ValidationPlan, sets: Mapping[str, Results]) -> Validation:
    """Return what follows from the results of each parameter set."""
    compared = can_be_compared(planned)
    return Validation(
        planned=planned,
        sets=sets,
        judged=judge(planned.targets, sets),
        months=by_month(planned, sets),
        predictions=predict(planned, sets),
        simple=beside_simple(planned, sets) if compared else None,
        beds=beds_beside_simple(planned, sets) if compared else None,
    )
