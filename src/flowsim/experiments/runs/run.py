"""A run: a scenario, some replications, their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.engine.engines import DEFAULT, ENGINES
from flowsim.errors import InputError
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.hospitals import Checked, checked
from flowsim.experiments.runs.quarters import groups_of
from flowsim.experiments.runs.record import read_record, whole_months
from flowsim.experiments.runs.replication import Replication, Setup
from flowsim.experiments.runs.replications import replicate
from flowsim.experiments.runs.results import About, Results, sharing_words
from flowsim.experiments.runs.size import MOST_PATIENTS, refuse_if_memory_is_short
from flowsim.experiments.runs.store import Store, figures_key, store_in
from flowsim.experiments.runs.trajectory import read_trajectory
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Precision, batches, read_asked
from flowsim.scenario.caveats import standing
from flowsim.scenario.levers import Change
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY
from flowsim.wording import quoted, unknown

Changes = Sequence[Change | Mapping[str, Any]] | Mapping[str, Any]
Told = Callable[[Sequence[Replication]], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A run that was checked whole and can start.

    Parameters
    ----------
    loaded : Loaded
    setup : Setup
    numbers : tuple of int
        Replications to run; with a precision in `about`, at most.
    about : About
    patients : float
        Expected to be drawn for one replication.
    """

    loaded: Loaded[Scenario]
    setup: Setup
    numbers: tuple[int, ...]
    about: About
    patients: float


def load_scenario(source: str | Path, changes: Changes = ()) -> Loaded[Scenario]:
    """Return a scenario, checked whole.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a shipped scenario such as `portsmouth-2016`.
    changes : mapping or sequence
        Levers moved after everything else, such as `{"acute_medicine.amu_beds": {"set": 64}}`.

    Returns
    -------
    Loaded
        `value` is the frozen scenario.

    Raises
    ------
    InputError
        With every problem found, each with file, line and dotted path.
    """
    return load(source, Scenario, changes)


def plan(
    loaded: Loaded[Scenario],
    *,
    replications: int | None = None,
    precision: str | Iterable[str] | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    most_patients: int = MOST_PATIENTS,
    known: Checked | None = None,
) -> Plan:
    """Return a run that can start: the hospital was built and compiled, its record read, its size judged.

    The parameters are those of `run`, and what is `known` of the scenario if its hospital was built before.

    Raises
    ------
    InputError, BuildError
        If it cannot be run.
    """
    scenario = loaded.value
    asked = read_asked(replications, precision, max_replications)
    count = asked.most if asked else scenario.run.replications if replications is None else replications
    seed = scenario.run.seed if seed is None else seed
    if count < 1:
        raise InputError(f"replications must be a whole number >= 1; found {quoted(count)}")
    if seed < 0:
        raise InputError(f"seed must be a whole number >= 0; found {quoted(seed)}")
    if engine not in ENGINES:
        raise InputError(unknown("engine", engine, ENGINES))
    published = read_record(scenario)
    known = known or checked(scenario, most_patients)
    of_record = [(one.metric, one.group) for one in published if one.group.startswith("months=")]
    together = dict.fromkeys([*of_record, *groups_of(whole_months(scenario.run.start, scenario.run.days))])
    return Plan(
        loaded=loaded,
        setup=Setup(scenario=scenario, engine=engine, seed=seed, pooled=tuple(together)),
        numbers=tuple(range(count)),
        about=About(
            name=scenario.name,
            title=scenario.title,
            start=scenario.run.start,
            days=scenario.run.days,
            engine=engine,
            seed=seed,
            published=published,
            trajectory=read_trajectory(scenario.run.trajectory),
            warnings=known.warnings,
            warm_up_days=None if scenario.initial_state else scenario.run.warm_up / DAY,
            precision=asked,
            caveats=standing(scenario),
        ),
        patients=known.patients,
    )


def carry_out(
    planned: Plan, store: Store | None = None, *, jobs: int = 1, told: Told | None = None
) -> Results:
    """Run a plan's replications, all or until they are precise enough, and return their results.

    Parameters
    ----------
    planned : Plan
    store : Store, optional
        Where what is finished is kept, and what is there is not run again. If not given, nothing is kept.
    jobs : int
        Processes.
    told : callable, optional
        Called with all so far, in the order in which they came: with a store first with those that were
        there, then after each.
    """
    if jobs < 1:
        raise InputError(f"jobs must be a whole number >= 1; found {quoted(jobs)}")
    asked = planned.about.precision
    setup = planned.setup
    key = figures_key(scenario_key(planned.loaded), setup.seed, setup.engine) if store else ""
    done: list[Replication] = []

    def found() -> tuple[Precision, list[Floats]]:
        assert asked is not None
        results = Results.of(planned.about, done)
        return asked, [results.by_replication(target.metric) for target in asked.targets]

    def add(one: Replication) -> None:
        done.append(sharing_words(done[0], one) if done else one)

    for numbers in batches(asked, planned.numbers, found):
        there = {number: store.get(key, number) for number in numbers} if store else {}
        for one in filter(None, there.values()):
            add(one)
        if told and store:
            told(done)
        missing = [number for number in numbers if there.get(number) is None]
        if missing:
            refuse_if_memory_is_short(planned.patients, min(jobs, len(missing)))
        # Closed whatever happens in `told`, so that no process outlives an interruption.
        with closing(replicate(setup, missing, jobs=jobs)) as coming:
            for one in coming:
                if store:
                    store.put(key, one)
                add(one)
                if told:
                    told(done)
    return Results.of(planned.about, done)


def run(
    scenario: str | Path | Loaded[Scenario],
    *,
    changes: Changes = (),
    replications: int | None = None,
    precision: str | Iterable[str] | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Results:
    """Run a scenario and return its results.

    Parameters
    ----------
    scenario : str, Path or Loaded
        A file, the name of a shipped scenario, or what `load_scenario` returned.
    changes : mapping or sequence
        Levers moved, such as `{"acute_medicine.amu_beds": {"set": 64}}`; not with a loaded scenario.
    replications, seed : int, optional
        As the scenario says if not given.
    precision : str or iterable of str, optional
        In place of `replications`: run until the 95 % intervals have these half-widths, such as `"0.5pp"` of
        four-hour performance or `["four_hour_performance=0.5pp", "mffd_patients=2%"]`.
    max_replications : int, optional
        At most with a precision; 200 if not given. `Results.precision` says what was reached.
    engine : str
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept, so that what was stopped goes on from there.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Results

    Raises
    ------
    InputError, BuildError
        If the scenario cannot be run; nothing was.
    SimulationError
        If a run could not go on.
    """
    if isinstance(scenario, Loaded):
        if changes:
            raise InputError("changes must be given to load_scenario when the scenario is loaded already")
        loaded = scenario
    else:
        loaded = load_scenario(scenario, changes)
    planned = plan(
        loaded,
        replications=replications,
        precision=precision,
        max_replications=max_replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return carry_out(planned, store_in(store), jobs=jobs)
