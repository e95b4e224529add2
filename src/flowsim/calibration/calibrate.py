"""Calibration: waves of history matching on a scenario, then an ensemble of plausible parameter sets, run.

Everything follows from the scenario, the observed figures, the seed and the number of runs; finished
replications are kept, so a calibration that was stopped goes on where it was.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.extra import needed
from flowsim.calibration.hospital_runs import HospitalRuns
from flowsim.calibration.observations import Observation, asked_of, read_observations, taken_of
from flowsim.calibration.parameters import Parameters, read_parameters
from flowsim.calibration.results import Calibration
from flowsim.calibration.waves import Wave, match
from flowsim.errors import InputError, Problem
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.resolved import resolved_tree, scenario_key
from flowsim.experiments.runs.record import days_in, months_of_group, whole_months
from flowsim.experiments.runs.run import Changes, load_scenario, plan
from flowsim.experiments.runs.store import Store, store_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.levers import Change, get, read_changes
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_data
from flowsim.wording import quoted

RUNS = 800
"""Replications of all waves, unless another number is asked for."""

MEMBERS = 40
"""Parameter sets in the ensemble."""

SAMPLE = 2000
"""Points drawn from what is plausible, of which the ensemble takes some."""

CHECKED_WITH = 2
"""Replications of each member."""

CENTRAL_WITH = 20
"""Replications with the values in the middle."""

FEWEST_A_PARAMETER = 20
"""Replications for each parameter below which emulators know too little of their shape: ten points a
parameter is the usual advice (Loeppky, Sacks and Welch 2009)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """A calibration that was checked whole and can start.

    Parameters
    ----------
    written : Loaded
    loaded : Loaded
        The same, run only for the days that are compared.
    source : str
    changes : tuple of Change
        Levers moved before any parameter, the number of days among them.
    parameters : Parameters
    figures : tuple of Observation
    runs : int
    seed : int
    """

    written: Loaded[Scenario]
    loaded: Loaded[Scenario]
    source: str
    changes: tuple[Change, ...]
    parameters: Parameters
    figures: tuple[Observation, ...]
    runs: int
    seed: int

    @property
    def key(self) -> str:
        """What identifies the calibration: equal keys have equal results."""
        parts = {
            "scenario": scenario_key(self.loaded),
            "parameters": self.parameters.names,
            "figures": [[one.name, one.low, one.high, one.discrepancy] for one in self.figures],
            "runs": self.runs,
            "seed": self.seed,
        }
        return digest(parts)

    @property
    def replications(self) -> int:
        """How many will be run or read, at most."""
        return self.runs + MEMBERS * CHECKED_WITH + CENTRAL_WITH


def plan_calibration(
    source: str | Path,
    observed: str | Path,
    *,
    parameters: Sequence[str] = (),
    changes: Changes = (),
    runs: int = RUNS,
    seed: int | None = None,
) -> CalibrationPlan:
    """Return a calibration that can start; the parameters are those of `calibrate`.

    Raises
    ------
    InputError
        With every problem of the scenario, its ranges and the observed figures.
    """
    needed()
    figures = read_observations(find_data(observed))
    own = read_changes(changes)
    written = load_scenario(source, own)
    run = written.value.run
    _refuse_unknown_months(figures, written.value, observed)
    chosen = read_parameters(written, parameters)
    fewest = FEWEST_A_PARAMETER * len(chosen)
    if runs < fewest:
        raise InputError(
            f"--runs must be at least {fewest}, {FEWEST_A_PARAMETER} for each parameter; found {runs}"
        )
    own.append(Change("run.days", "set", _days(figures, run.start, run.days)))
    loaded = load_scenario(source, own)
    plan(loaded, replications=1)
    return CalibrationPlan(
        written=written,
        loaded=loaded,
        source=str(source),
        changes=tuple(own),
        parameters=chosen,
        figures=figures,
        runs=runs,
        seed=run.seed if seed is None else seed,
    )


def carry_out_calibration(
    planned: CalibrationPlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    told: Callable[[int], None] | None = None,
    wave: Callable[[Wave], None] | None = None,
) -> Calibration:
    """Run what the store has not, and return what was found.

    Parameters
    ----------
    planned : CalibrationPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    told : callable, optional
        Called after each replication with how many there are.
    wave : callable, optional
        Called after each wave.
    """
    parameters, figures = planned.parameters, planned.figures
    hospital = HospitalRuns(
        source=planned.source,
        parameters=parameters,
        figures=asked_of(figures),
        changes=planned.changes,
        seed=planned.seed,
        jobs=jobs,
        store=store,
        told=told,
    )

    def model(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
        return taken_of(figures, hospital(points, numbers))

    matched = match(
        model,
        figures,
        as_written(parameters, planned.loaded),
        snapped=parameters.snapped,
        runs=planned.runs,
        sample=SAMPLE,
        seed=planned.seed,
        told=wave,
    )
    members = matched.sample[:: SAMPLE // MEMBERS]
    # Replications that no wave had, so that the ensemble is judged by years it was not chosen by.
    first = planned.runs
    numbers = first + np.arange(len(members) * CHECKED_WITH).reshape(len(members), -1)
    checked = model(members, numbers.tolist())
    central = matched.central[None]
    beyond = first + numbers.size
    of_central = model(central, [list(range(beyond, beyond + CENTRAL_WITH))])[0]
    return Calibration(
        name=planned.loaded.value.name,
        title=planned.loaded.value.title,
        key=planned.key,
        start=planned.loaded.value.run.start,
        days=planned.loaded.value.run.days,
        seed=planned.seed,
        runs=planned.runs,
        parameters=parameters,
        figures=figures,
        matched=matched,
        ensemble=Ensemble.of(planned.written, parameters, members),
        checked=checked,
        central=parameters.values(central[0]),
        of_central=of_central,
    )


def calibrate(
    scenario: str | Path,
    observed: str | Path,
    *,
    parameters: Sequence[str] = (),
    changes: Changes = (),
    runs: int = RUNS,
    seed: int | None = None,
    jobs: int = 1,
    store: str | Path | None = None,
) -> Calibration:
    """Fit what a scenario declares uncertain to observed figures.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped scenario; its `uncertain` section says what may move, and how far.
    observed : str or Path
        A CSV file of observed figures, or the name of a shipped one; see `calibration.observations`.
    parameters : sequence of str
        Which of the uncertain parameters; all if not given.
    changes : mapping or sequence
        Levers moved before any parameter.
    runs : int
        Replications of all waves.
    seed : int, optional
        As the scenario says if not given.
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept. If not given, nothing is kept.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        If the calibration cannot be run; nothing was.
    """
    planned = plan_calibration(
        scenario, observed, parameters=parameters, changes=changes, runs=runs, seed=seed
    )
    return carry_out_calibration(planned, store_in(store), jobs=jobs)


def as_written(parameters: Parameters, loaded: Loaded[Scenario]) -> Floats:
    """Return the point at which the scenario is as it is written, or the nearest within the ranges."""
    neutral: dict[str, Any] = {"add": 0, "times": 1}
    tree, _ = resolved_tree(loaded)
    values = {
        axis.name: get(tree, axis.paths[0]) if axis.verb == "set" else neutral[axis.verb]
        for axis in parameters.axes
    }
    return np.clip(parameters.point(values), 0, 1)


def _refuse_unknown_months(figures: Sequence[Observation], scenario: Scenario, file: str | Path) -> None:
    """Refuse figures of months that the scenario does not run."""
    there = set(whole_months(scenario.run.start, scenario.run.days))
    problems = [
        Problem(str(file), one.name, f"must be of months that the scenario runs whole; found {quoted(month)}")
        for one in figures
        for month in _months(one)
        if month not in there
    ]
    if problems:
        raise InputError(problems)


def _months(one: Observation) -> tuple[str, ...]:
    of_one = re.fullmatch(r"month=(\d{4}-\d{2})", one.group)
    return (of_one[1],) if of_one else months_of_group(one.group)


def _days(figures: Sequence[Observation], start: dt.date, days: int) -> int:
    """Return the days to run: to the end of the last month compared, or all if something is of all days."""
    if not all(_months(one) for one in figures):
        return days
    last = max(month for one in figures for month in _months(one))
    return (dt.date.fromisoformat(f"{last}-01") - start).days + days_in([last])
