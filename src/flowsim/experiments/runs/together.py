"""Several hospitals in one run: each apart, then sharing capacity, the same patients in both.

What sharing does to each of them is the paired difference; with nothing shared it is none.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from flowsim.engine.engines import DEFAULT, simulator
from flowsim.errors import InputError
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.replication import Replication, Replicator, Setup, Simulated, Timing
from flowsim.experiments.runs.results import Results, warnings_of
from flowsim.experiments.runs.run import Plan, load_scenario, plan
from flowsim.experiments.runs.size import refuse_if_memory_is_short
from flowsim.experiments.runs.store import Store, figures_key
from flowsim.experiments.statistics.differences import Differences, differences
from flowsim.experiments.work.workers import perform
from flowsim.pathways.together import apart, together
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS
from flowsim.wording import unknown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """What sharing capacity does to each of several hospitals.

    Parameters
    ----------
    shared : tuple of str
        Resources that they share.
    apart, sharing : dict of str to Results
        Of each hospital by its name, each with its own capacity, and with what is shared in common. A
        hospital's figures are of its own patients and, of what is shared, of the places that it brought.
    """

    shared: tuple[str, ...]
    apart: dict[str, Results]
    sharing: dict[str, Results]

    def differences(self, name: str) -> Differences:
        """Return sharing less apart of every figure of a hospital, paired."""
        return differences(self.apart[name].values, self.sharing[name].values)

    @property
    def warnings(self) -> list[str]:
        """What to beware of in any hospital."""
        return warnings_of([*self.apart.values(), *self.sharing.values()])

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: hospital, metric, group, apart, sharing, difference, ci_low, ci_high."""
        import pandas as pd

        frames = []
        for name, results in self.apart.items():
            paired = self.differences(name)
            found = paired.interval
            frames.append(
                pd.DataFrame(
                    {
                        "hospital": name,
                        "metric": results.metric,
                        "group": results.group,
                        "apart": paired.baseline,
                        "sharing": paired.arm,
                        "difference": found.mean,
                        "ci_low": found.low,
                        "ci_high": found.high,
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)


def run_together(
    scenarios: Sequence[str],
    share: Sequence[str] = (),
    *,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: Store | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Together:
    """Run several hospitals in one run, apart and sharing.

    Parameters
    ----------
    scenarios : sequence of str
        Files or names of shipped scenarios, two or more, which cover the same days.
    share : sequence of str
        Pathways (`P1` to `P3`, in every locality) or single resources, such as `p2_FG`, that are one for all
        of them, with the places of all.
    replications, seed : int, optional
        As the first scenario says if not given.
    engine : str
    jobs : int
        Processes.
    store : Store, optional
        Where what is finished is kept, and what is there is not run again. If not given, nothing is kept.
    told : callable, optional
        Called with the replications done and to do.

    Returns
    -------
    Together
        The figures of each hospital apart and sharing, over the same replications.

    Raises
    ------
    InputError
        If they cannot be run together; nothing was.
    """
    if len(scenarios) < 2:
        raise InputError("two scenarios or more must be given to be run together")
    plans = [
        plan(load_scenario(one), replications=replications, seed=seed, engine=engine) for one in scenarios
    ]
    named = _named(plans)
    shared = _resources(share)
    first = plans[0]
    setups = {
        name: Setup(
            scenario=one.setup.scenario, engine=engine, seed=first.setup.seed, pooled=one.setup.pooled
        )
        for name, one in named.items()
    }
    _refuse_other_days(named)
    arms = {"apart": _Arm(pickle.dumps(setups), ()), "sharing": _Arm(pickle.dumps(setups), shared)}
    _joint_of(arms["sharing"])
    refuse_if_memory_is_short(sum(one.patients for one in named.values()), jobs)
    tasks = [_Task(label, arm, number) for number in first.numbers for label, arm in arms.items()]
    every = digest([[name, scenario_key(one.loaded)] for name, one in named.items()])
    keys = {
        (label, name): figures_key(digest([every, arm.shared, name]), first.setup.seed, engine)
        for label, arm in arms.items()
        for name in named
    }
    done: dict[str, dict[str, list[Replication]]] = {label: {name: [] for name in named} for label in arms}

    def add(task: _Task, parts: dict[str, Replication]) -> None:
        for name, one in parts.items():
            done[task.label][name].append(one)
        if told:
            told(sum(len(found[next(iter(named))]) for found in done.values()), len(tasks))

    missing = []
    for task in tasks:
        there = {name: store.get(keys[task.label, name], task.number) for name in named} if store else {}
        parts = {name: one for name, one in there.items() if one is not None}
        if len(parts) == len(named):
            add(task, parts)
        else:
            missing.append(task)
    with closing(perform(_carry_out, missing, jobs=jobs)) as coming:
        for task, parts in coming:
            for name, one in parts.items():
                if store:
                    store.put(keys[task.label, name], one)
            add(task, parts)
    results = {
        label: {name: Results.of(named[name].about, found) for name, found in of.items()}
        for label, of in done.items()
    }
    return Together(shared=shared, apart=results["apart"], sharing=results["sharing"])


def _named(plans: Sequence[Plan]) -> dict[str, Plan]:
    """Return the plans by the names of their scenarios; one that is there twice gets a number."""
    named: dict[str, Plan] = {}
    for one in plans:
        name, count = one.about.name, 2
        while name in named:
            name, count = f"{one.about.name}-{count}", count + 1
        named[name] = one
    return named


def _resources(share: Sequence[str]) -> tuple[str, ...]:
    """Return the resources that words mean: a pathway is its slots in every locality."""
    names = []
    for word in share:
        if word in PATHWAYS:
            names += [f"{word.lower()}_{locality}" for locality in LOCALITIES]
        elif word.upper() in PATHWAYS:
            raise InputError(unknown("pathway to share", word, PATHWAYS))
        else:
            names.append(word)
    return tuple(dict.fromkeys(names))


def _refuse_other_days(plans: dict[str, Plan]) -> None:
    covered = {name: (one.about.start, one.about.days, one.about.warm_up_days) for name, one in plans.items()}
    if len(set(covered.values())) > 1:
        found = "; ".join(
            f"{name} {days} days from {start}, warm-up {warm_up}"
            for name, (start, days, warm_up) in covered.items()
        )
        raise InputError(f"hospitals in one run must cover the same days; found {found}")


@dataclass(frozen=True, slots=True)
class _Arm:
    setups: bytes
    """A pickled dict of name to Setup, so that a process knows it again."""
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    label: str
    arm: _Arm
    number: int

    def __str__(self) -> str:
        return f"replication {self.number}, {self.label}"


class _Joint:
    """Hospitals in one run, built once, and a way to run any of their replications."""

    def __init__(self, setups: dict[str, Setup], shared: tuple[str, ...]) -> None:
        self.shared = shared
        self.parts = {name: Replicator(setup) for name, setup in setups.items()}
        self.hospital = together({name: one.hospital for name, one in self.parts.items()}, shared)
        self.setup = next(iter(setups.values()))
        self.program = self.hospital.compiled.program

    def replicate(self, number: int) -> dict[str, Replication]:
        began = perf_counter()
        cohort = self.hospital.sample(seed=self.setup.seed, replication=number)
        sampled = perf_counter()
        log = simulator(self.setup.engine)(self.program, cohort, self.hospital.end)
        simulated = perf_counter()
        share = 1 / len(self.parts)
        timing = Timing(sample_s=share * (sampled - began), simulate_s=share * (simulated - sampled))
        found = {}
        for name, part in self.parts.items():
            brought = {one: part.hospital.resources[one].places for one in self.shared}
            seen, child = apart(log, np.asarray(cohort.child), name, brought)
            found[name] = part.measured(Simulated(number=number, log=seen, child=child, timing=timing))
        return found


@lru_cache(maxsize=2)
def _joint_of(arm: _Arm) -> _Joint:
    return _Joint(pickle.loads(arm.setups), arm.shared)


def _carry_out(task: _Task) -> dict[str, Replication]:
    return _joint_of(task.arm).replicate(task.number)
