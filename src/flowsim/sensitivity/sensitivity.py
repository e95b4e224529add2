"""Sensitivity: which uncertain parameters of a scenario matter to its figures, and how much.

Everything follows from the scenario, the metrics, the seed and the numbers of runs; finished replications are
kept, so an analysis that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowsim.calibration.extra import needed
from flowsim.calibration.hospital_runs import HospitalRuns
from flowsim.calibration.parameters import Parameters, cube, read_parameters
from flowsim.errors import InputError, Problem
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.run import Changes, load_scenario, plan
from flowsim.experiments.runs.store import Store, store_in
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.caveats import said, standing
from flowsim.scenario.levers import Change, read_changes
from flowsim.scenario.loading import Loaded
from flowsim.scenario.remarks import remark_on_axis, remarks_of
from flowsim.scenario.schema import Scenario
from flowsim.sensitivity.morris import REPLICATIONS, effects_of, trajectories
from flowsim.sensitivity.results import Sensitivity
from flowsim.sensitivity.sobol import indices_of
from flowsim.wording import quoted, unknown

METRICS_ASKED = ("four_hour_performance_type1", "dta_waits_over_12h", "bed_occupancy", "mffd_patients")
"""Metrics unless others are asked for; the first ranks."""

TRAJECTORIES = 10
"""As is usual (Campolongo, Cariboni and Saltelli 2007)."""

FEWEST_TRAJECTORIES = 2

POINTS_A_PARAMETER = 10
"""Points that fill the cube, for each parameter, to which emulators are fitted: the usual advice (Loeppky,
Sacks and Welch 2009)."""

FEWEST_POINTS = 20
"""Below which an emulator cannot be tried by leaving tenths of it out."""

AT_ENDS = 10
"""Replications of the scenario as written and of each end of each range, unless otherwise said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityPlan:
    """An analysis that was checked whole and can start.

    Parameters
    ----------
    loaded : Loaded
    source : str
    changes : tuple of Change
        Levers moved before any parameter.
    parameters : Parameters
    metrics : tuple of str
    trajectories : int
    at_ends : int
        Replications of each end of each range.
    points : int
        To which emulators are fitted, two replications each; 0 for no Sobol indices.
    seed : int
    """

    loaded: Loaded[Scenario]
    source: str
    changes: tuple[Change, ...]
    parameters: Parameters
    metrics: tuple[str, ...]
    trajectories: int
    at_ends: int
    points: int
    seed: int

    @property
    def key(self) -> str:
        """What identifies the analysis: equal keys have equal results."""
        parts = {
            "scenario": scenario_key(self.loaded),
            "parameters": [[axis.name, axis.to_yaml()] for axis in self.parameters.axes],
            "metrics": self.metrics,
            "trajectories": self.trajectories,
            "at_ends": self.at_ends,
            "points": self.points,
            "seed": self.seed,
        }
        return digest(parts)

    @property
    def replications(self) -> int:
        """How many will be run or read."""
        sides = len(self.parameters)
        of_effects = self.trajectories * (sides + 1) * REPLICATIONS
        return of_effects + (2 * sides + 1) * self.at_ends + self.points * REPLICATIONS


def plan_sensitivity(
    source: str | Path,
    *,
    metrics: Sequence[str] = (),
    parameters: Sequence[str] = (),
    changes: Changes = (),
    trajectories: int = TRAJECTORIES,
    replications: int = AT_ENDS,
    points: int | None = None,
    seed: int | None = None,
) -> SensitivityPlan:
    """Return an analysis that can start; the parameters are those of `rank_parameters`.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    needed()
    wanted = tuple(dict.fromkeys(metrics)) or METRICS_ASKED
    problems = [Problem("", "", unknown("metric", name, METRICS)) for name in wanted if name not in METRICS]
    if trajectories < FEWEST_TRAJECTORIES:
        problems.append(
            Problem(
                "", "", f"trajectories must be at least {FEWEST_TRAJECTORIES}; found {quoted(trajectories)}"
            )
        )
    if replications < 1:
        problems.append(Problem("", "", f"replications must be at least 1; found {quoted(replications)}"))
    if points and points < FEWEST_POINTS:
        problems.append(Problem("", "", f"points must be 0 or at least {FEWEST_POINTS}; found {points}"))
    if problems:
        raise InputError(problems)
    own = read_changes(changes)
    loaded = load_scenario(source, own)
    chosen = read_parameters(loaded, parameters)
    planned = plan(loaded, replications=1, seed=seed)
    return SensitivityPlan(
        loaded=loaded,
        source=str(source),
        changes=tuple(own),
        parameters=chosen,
        metrics=wanted,
        trajectories=trajectories,
        at_ends=replications,
        points=max(FEWEST_POINTS, POINTS_A_PARAMETER * len(chosen)) if points is None else points,
        seed=planned.about.seed,
    )


def carry_out_sensitivity(
    planned: SensitivityPlan,
    store: Store | None = None,
    *,
    jobs: int = 1,
    told: Callable[[int, int], None] | None = None,
) -> Sensitivity:
    """Run what the store has not, and return what was found.

    Parameters
    ----------
    planned : SensitivityPlan
    store : Store, optional
        If not given, nothing is kept.
    jobs : int
        Processes.
    told : callable, optional
        Called after each replication with those done and those to do.
    """
    parameters, scenario = planned.parameters, planned.loaded.value
    remarks = remarks_of(planned.loaded)
    model = HospitalRuns(
        source=planned.source,
        parameters=parameters,
        figures=[(metric, ALL) for metric in planned.metrics],
        changes=planned.changes,
        seed=planned.seed,
        jobs=jobs,
        store=store,
        told=(lambda done: told(done, planned.replications)) if told else None,
    )
    points = trajectories(len(parameters), planned.trajectories, planned.seed)
    count, length, sides = points.shape
    numbers = np.arange(count * REPLICATIONS).reshape(count, REPLICATIONS).repeat(length, axis=0)
    flat = points.reshape(-1, sides)
    figures = model(flat, numbers.tolist()).reshape(count, length, REPLICATIONS, -1)
    shares = parameters.shares(flat).reshape(points.shape)
    ends = [{axis.name: value} for axis in parameters.axes for value in axis.values]
    same = list(range(planned.at_ends))
    written, *moved = model.of([{}, *ends], [same] * (1 + len(ends)))
    indices = None
    if planned.points:
        # Replications that no trajectory had, and no two points the same: chance is then known apart.
        filling = parameters.snapped(cube(planned.points, sides, planned.seed))
        fresh = count * REPLICATIONS + np.arange(planned.points * REPLICATIONS).reshape(-1, REPLICATIONS)
        given = model(filling, fresh.tolist())
        foretell = figures.mean(axis=2).reshape(len(flat), -1)
        indices = indices_of(filling, given, parameters.snapped(flat), foretell, planned.seed)
    return Sensitivity(
        name=scenario.name,
        title=scenario.title,
        key=planned.key,
        start=scenario.run.start,
        days=scenario.run.days,
        seed=planned.seed,
        parameters=parameters,
        remarks={axis.name: remark_on_axis(remarks, axis) for axis in parameters.axes},
        metrics=planned.metrics,
        caveats=tuple(said([standing(scenario)], planned.metrics)),
        effects=effects_of(shares, figures),
        indices=indices,
        written=written,
        ends=np.stack(moved).reshape(sides, 2, planned.at_ends, -1),
    )


def rank_parameters(
    scenario: str | Path,
    *,
    metrics: Sequence[str] = (),
    parameters: Sequence[str] = (),
    changes: Changes = (),
    trajectories: int = TRAJECTORIES,
    replications: int = AT_ENDS,
    points: int | None = None,
    seed: int | None = None,
    jobs: int = 1,
    store: str | Path | None = None,
) -> Sensitivity:
    """Say which uncertain parameters of a scenario matter to its figures, and how much.

    Parameters
    ----------
    scenario : str or Path
        A file, or the name of a shipped scenario; its `uncertain` section says what may move, and how far.
    metrics : sequence of str
        The first ranks; those of `METRICS_ASKED` if not given.
    parameters : sequence of str
        Which of the uncertain parameters; all if not given.
    changes : mapping or sequence
        Levers moved before any parameter.
    trajectories : int
        Of elementary effects, each one run more than there are parameters, twice.
    replications : int
        Of the scenario as written and with each parameter alone at either end of its range.
    points : int, optional
        Of the runs that fill the ranges, two at each, on which Sobol indices rest; ten for each parameter if
        not given, no indices if 0.
    seed : int, optional
        As the scenario says if not given.
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept. If not given, nothing is kept.

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        If it cannot be run; nothing was.
    """
    planned = plan_sensitivity(
        scenario,
        metrics=metrics,
        parameters=parameters,
        changes=changes,
        trajectories=trajectories,
        replications=replications,
        points=points,
        seed=seed,
    )
    return carry_out_sensitivity(planned, store_in(store), jobs=jobs)
