"""The plan of a validation: a scenario, or several parameter sets of it, and what they are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flowsim.calibration.folder import OBSERVED
from flowsim.calibration.observations import read_observations
from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.record import months_group, months_of_group, whole_months
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.names import file_sha256
from flowsim.scenario.shipped import find_data, shipped_folder
from flowsim.validation.parameter_sets import EACH, parameter_sets
from flowsim.validation.targets import Target, marked_as_fitted, read_targets
from flowsim.wording import quoted, unknown

SHIPPED_TARGETS = {"rhu_baseline_monthly.csv": "rhu_targets_2016_17.csv"}
"""The shipped targets of the place whose record of attendances is this shipped file."""

PREDICTED = (
    "four_hour_performance_type1",
    "four_hour_performance",
    "dta_waits_over_12h",
    "bed_occupancy",
    "mffd_patients",
    "emergency_admissions",
)
"""What is predicted of the months without a record."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ValidationPlan:
    """A validation that was checked whole and can start.

    Parameters
    ----------
    sets : Mapping[str, Arm]
        Parameter sets by name: one, or an ensemble of plausible ones.
    numbers : tuple of int
        Replications of each.
    targets : tuple of Target
    targets_file : Path
    pooled : tuple of (str, str)
        Metrics that are wanted for several months together.
    """

    sets: Mapping[str, Arm]
    numbers: tuple[int, ...]
    targets: tuple[Target, ...]
    targets_file: Path
    pooled: tuple[tuple[str, str], ...]

    @property
    def first(self) -> Arm:
        """The first parameter set: what all have in common is read from it."""
        return next(iter(self.sets.values()))

    @property
    def months(self) -> list[str]:
        """Every whole month that is run."""
        run = self.first.loaded.value.run
        return whole_months(run.start, run.days)

    @property
    def recorded(self) -> tuple[str, ...]:
        """The months with a record."""
        return recorded_months(self.first)

    @property
    def predicted(self) -> tuple[str, ...]:
        """The months after the record."""
        return months_after(self.months, self.recorded)

    @property
    def key(self) -> str:
        """What identifies it: equal keys have equal results."""
        parts = {
            "sets": [[name, arm.key] for name, arm in self.sets.items()],
            "seed": self.first.seed,
            "replications": list(self.numbers),
            "targets": file_sha256(self.targets_file),
            "fitted": [one.fitted for one in self.targets],
        }
        return digest(parts)


def plan_validation(
    scenario: str | Path,
    *,
    targets: str | Path | None = None,
    sets: Mapping[str, Changes] | None = None,
    ensemble: str | Path | None = None,
    fitted_to: str | Path | None = None,
    changes: Changes = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    most_patients: int = MOST_PATIENTS,
) -> ValidationPlan:
    """Return a validation that can start; the parameters are those of `validate`.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    asked = parameter_sets(changes, sets, ensemble)
    if ensemble is not None and replications is None:
        replications = EACH
    arms = {
        name: read_arms(
            scenario,
            (),
            changes=one,
            replications=replications,
            seed=seed,
            engine=engine,
            most_patients=most_patients,
        )[0]
        for name, one in asked.items()
    }
    first = next(iter(arms.values()))
    file = Path(targets) if targets is not None else shipped_targets(first)
    read = read_targets(file)
    observed = Path(ensemble) / OBSERVED if ensemble is not None else fitted_to
    if observed is not None:
        figures = read_observations(find_data(observed))
        read = marked_as_fitted(read, [(one.metric, one.group, one.statistic) for one in figures])
    run = first.loaded.value.run
    months = whole_months(run.start, run.days)
    _refuse_what_is_not_run(read, months)
    recorded = recorded_months(first)
    wanted = [*first.setup.pooled]
    wanted += [(one.metric, one.group) for one in read if one.group.startswith("months=")]
    for some in (recorded, months_after(months, recorded)):
        if len(some) > 1:
            wanted += [(metric, months_group(some)) for metric in PREDICTED]
    return ValidationPlan(
        sets=arms,
        numbers=first.planned.numbers,
        targets=read,
        targets_file=file,
        pooled=tuple(dict.fromkeys(wanted)),
    )


def recorded_months(arm: Arm) -> tuple[str, ...]:
    """Return the months of a scenario that have a record of attendances, in order."""
    published = arm.planned.about.published
    of_months = {one.group.removeprefix("month=") for one in published if one.group.startswith("month=")}
    return tuple(sorted(of_months))


def months_after(months: Sequence[str], recorded: Sequence[str]) -> tuple[str, ...]:
    """Return the months that come after the last recorded one; none if nothing is recorded."""
    return tuple(month for month in months if recorded and month > recorded[-1])


def shipped_targets(arm: Arm) -> Path:
    """Return the shipped targets of the place whose record a scenario has.

    Raises
    ------
    InputError
        If none are shipped of it.
    """
    data = shipped_folder() / "data"
    record = arm.loaded.value.run.record
    for name, targets in SHIPPED_TARGETS.items():
        if record is not None and file_sha256(record) == file_sha256(data / name):
            return data / targets
    raise InputError(
        f"targets must be given for {arm.name}, since none are shipped for its record: --targets FILE; "
        f"{', '.join(SHIPPED_TARGETS.values())} in data/ shows how they are written"
    )


def _refuse_what_is_not_run(targets: Sequence[Target], months: Sequence[str]) -> None:
    """Refuse targets of months that the scenario does not run, or of groups that no metric has."""
    problems = []
    for one in targets:
        if one.not_comparable:
            continue
        key, _, label = one.group.partition("=")
        metric = METRICS[one.metric]
        wanted = months_of_group(one.group) if key == "months" else (label,) if key == "month" else ()
        missing = [month for month in wanted if month not in months]
        if one.group != ALL and key != "months" and key not in metric.groups:
            message = unknown(f"group of {one.metric}", key, ("all", "months", *metric.groups))
        elif key == "months" and (metric.pool.quantile is not None or "month" not in metric.groups):
            message = f"must be all or one month: {one.metric} of several months does not follow from them"
        elif missing:
            run = f"{months[0]} to {months[-1]}" if months else "none whole"
            message = f"must be of months that are run, {run}; found {quoted(missing[0])}"
        else:
            continue
        problems.append(Problem(one.where, "group", message))
    if problems:
        raise InputError(problems)
