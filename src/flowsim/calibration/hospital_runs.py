"""A scenario as a function of its uncertain parameters; what was run once is not run again."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowsim.calibration.parameters import Parameters
from flowsim.engine.engines import DEFAULT
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.replication import Setup
from flowsim.experiments.runs.replications import Task, carry_out_task
from flowsim.experiments.runs.store import Store, figures_key
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.work.workers import perform
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.schema import Scenario

Told = Callable[[int], None]
"""Called with how many replications there are."""


@dataclass(slots=True, kw_only=True)
class HospitalRuns:
    """What a scenario gives where its parameters have any values.

    Parameters
    ----------
    source : str
        The scenario's file, or the name of a shipped one.
    parameters : Parameters
    figures : sequence of (str, str)
        What is wanted of each replication: metrics with their groups.
    changes : sequence of Change
        Levers moved before any parameter.
    interventions : sequence of Intervention
        Applied after the parameters.
    seed : int
    engine : str
    jobs : int
        Processes.
    store : Store, optional
        If not given, nothing is kept when this is gone.
    told : callable, optional
        Called after each replication.
    """

    source: str
    parameters: Parameters
    figures: Sequence[tuple[str, str]]
    changes: Sequence[Change] = ()
    interventions: Sequence[Intervention] = ()
    seed: int
    engine: str = DEFAULT
    jobs: int = 1
    store: Store | None = None
    told: Told | None = None
    done: int = field(init=False, default=0)
    """Replications so far."""
    run: int = field(init=False, default=0)
    """Of them those that were run, not being in the store."""

    def at(self, values: Mapping[str, Any]) -> Loaded[Scenario]:
        """Return the scenario where parameters have some values, the others being as written."""
        changes = [*self.changes, *self.parameters.changes(values)]
        return load(self.source, Scenario, changes, interventions=self.interventions)

    def __call__(self, points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
        """Return the figures of some replications at each point, shape (n, r, m).

        Parameters
        ----------
        points : NDArray[np.float64]
            Shape (n, d).
        numbers : sequence of sequence of int
            The replications at each point, r of them.
        """
        return self.of([self.parameters.values(point) for point in points], numbers)

    def of(self, settings: Sequence[Mapping[str, Any]], numbers: Sequence[Sequence[int]]) -> Floats:
        """Return the figures of some replications with each setting, shape (n, r, m).

        Parameters
        ----------
        settings : sequence of Mapping
            The values of some parameters, n of them; the others are as written.
        numbers : sequence of sequence of int
            The replications with each setting, r of them.
        """
        found = np.full((len(settings), len(numbers[0]), len(self.figures)), np.nan)
        places: dict[tuple[bytes, int], list[tuple[int, int]]] = {}
        keys: dict[bytes, str] = {}
        only = tuple(self.figures)
        for i, (values, wanted) in enumerate(zip(settings, numbers, strict=True)):
            loaded = self.at(values)
            setup = pickle.dumps(Setup(scenario=loaded.value, engine=self.engine, seed=self.seed, only=only))
            keys[setup] = figures_key(scenario_key(loaded), self.seed, self.engine, only)
            for r, number in enumerate(wanted):
                kept = self.store.get(keys[setup], number) if self.store else None
                if kept is None:
                    places.setdefault((setup, number), []).append((i, r))
                else:
                    found[i, r] = kept.values
                    self._tell()
        tasks = [Task(setup, number) for setup, number in places]
        with closing(perform(carry_out_task, tasks, jobs=self.jobs)) as coming:
            for task, replication in coming:
                if self.store:
                    self.store.put(keys[task.setup], replication)
                self.run += 1
                for i, r in places[task.setup, task.number]:
                    found[i, r] = replication.values
                    self._tell()
        return found

    def _tell(self) -> None:
        self.done += 1
        if self.told:
            self.told(self.done)
