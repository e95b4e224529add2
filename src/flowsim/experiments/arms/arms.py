"""Arms: the scenarios of a comparison or a sweep, each a baseline with something changed, or one of its own.

All arms have the baseline's seed, so that replication k has the same patients in each.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

from flowsim.engine.engines import DEFAULT
from flowsim.errors import BuildError, InputError, Problem
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.hospitals import Checked, checked
from flowsim.experiments.runs.replication import Replication, Setup
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import Changes, Plan, load_scenario, plan
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.experiments.work.workers import perform
from flowsim.scenario.interventions import (
    JOINS,
    Intervention,
    read_intervention,
    read_package,
    refuse_if_one_undoes_another,
    stands_alone,
)
from flowsim.scenario.levers import read_changes
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.schema import Run, Scenario
from flowsim.scenario.shipped import shipped_interventions, shipped_scenarios
from flowsim.scenario.yaml_file import IN_PYTHON, read_yaml
from flowsim.units import format_duration
from flowsim.wording import instead_of_a_file, quoted, unknown

Asked = str | Path | Intervention | Sequence[Intervention]
"""An arm as a user asks for it: a package such as `a+b`, a scenario of its own, or interventions."""

Wanted = str | Path | tuple[Intervention, ...]
"""The same once it was understood: a scenario of its own, or the interventions of a package."""

ToldOfStep = Callable[[str, int, int], None]
"""Called with what was done, `scenarios read` or `hospitals built`, how often, and how often it will be."""

WORTH_PROCESSES = 50
"""Arms whose hospitals take longer to build in one process than others take to start."""

LONGEST_NAME = 200
"""Characters of an arm's name; a file system takes 255."""

SHARED = ("start", "days", "warm_up", "superset", "sdec_counts_as_admission")
"""Settings of a run that the arms of one comparison have in common, or they would not be comparable."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Arm:
    """One scenario of a comparison or a sweep.

    Parameters
    ----------
    name : str
        Of the scenario, of the intervention, or of a package `a+b`.
    title : str
    loaded : Loaded
    replications : int or None
        As the scenario says if None.
    seed : int
        That of all arms.
    engine : str
    most_patients : int
        A replication that would draw more is refused.
    parts : tuple of Intervention
        What a package combines; empty for the baseline, a single intervention or a scenario of its own.
    known : Checked or None
        What is known of its scenario if its hospital was built.
    """

    name: str
    title: str
    loaded: Loaded[Scenario]
    replications: int | None
    seed: int
    engine: str
    most_patients: int = MOST_PATIENTS
    parts: tuple[Intervention, ...] = ()
    known: Checked | None = None

    def described(self) -> dict[str, Any]:
        """Return what a manifest says of it."""
        return {
            "name": self.name,
            "title": self.title,
            "key": self.key,
            "parts": [part.name for part in self.parts],
            "part_titles": [part.title for part in self.parts],
        }

    @cached_property
    def planned(self) -> Plan:
        """The plan of its run; its hospital is built, a tenth of a second's work, if it was not before."""
        return plan(
            self.loaded,
            replications=self.replications,
            seed=self.seed,
            engine=self.engine,
            most_patients=self.most_patients,
            known=self.known,
        )

    @property
    def setup(self) -> Setup:
        """What its replications have in common."""
        return self.planned.setup

    @cached_property
    def key(self) -> str:
        """What identifies its scenario: equal keys have equal figures for an equal seed and replication."""
        return scenario_key(self.loaded)

    def results(self, replications: Sequence[Replication]) -> Results:
        """Return results of some of its replications, under its own name and title."""
        return Results.of(replace(self.planned.about, name=self.name, title=self.title), replications)


def read_arms(
    baseline: str | Path,
    asked: Sequence[Asked],
    *,
    changes: Changes = (),
    names: Sequence[str] = (),
    parts: bool = False,
    firm: bool = False,
    build: bool = True,
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    most_patients: int = MOST_PATIENTS,
    jobs: int = 1,
    told: ToldOfStep | None = None,
) -> tuple[Arm, ...]:
    """Return the arms of a comparison, the baseline first; each was checked whole and can be run.

    Parameters
    ----------
    baseline : str or Path
        A scenario's file, or the name of a shipped one.
    asked : sequence of Asked
        What to compare with it.
    changes : mapping or sequence
        Levers moved in every scenario, before any intervention.
    names : sequence of str, optional
        What the arms asked for are to be called; if not given, as their interventions or scenarios are.
    parts : bool
        Whether the interventions of each package also get an arm alone, if they have none.
    firm : bool
        Whether no intervention may set what `changes` moved, so that it is moved in every arm.
    build : bool
        Whether to build each hospital now, rather than when its plan is asked for.
    replications, seed : int, optional
        As the baseline says if not given.
    engine : str
    most_patients : int
        A replication that would draw more is refused.
    jobs : int
        Processes that build the hospitals, if there are many.
    told : callable, optional
        Called after each scenario that was read and each hospital that was built.

    Raises
    ------
    InputError
        With every problem of every arm.
    """
    first = load_scenario(baseline, changes)
    base = Arm(
        name=first.value.name,
        title=first.value.title,
        loaded=first,
        replications=first.value.run.replications if replications is None else replications,
        seed=first.value.run.seed if seed is None else seed,
        engine=engine,
        most_patients=most_patients,
    )
    problems: list[Problem] = []
    arms = [base]
    wanted: list[Wanted] = []
    called: list[str | None] = []
    for one, name in zip_longest(asked, names):
        try:
            wanted.append(understood(one))
            called.append(name)
        except InputError as error:
            problems += error.problems
    every = [*wanted, *(_alone(wanted) if parts else ())]
    for number, (each, name) in enumerate(zip_longest(every, called), 1):
        try:
            if firm and not isinstance(each, (str, Path)):
                refuse_if_one_undoes_another([_in_every_arm(changes), *each])
            arm = _arm(base, each, baseline, changes)
            arms.append(replace(arm, name=name) if name else arm)
        except InputError as error:
            problems += error.problems
        if told:
            told("scenarios read", number, len(every))
    problems += _twice(arms)
    if build:
        arms = _built(arms, jobs, told, problems)
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return tuple(arms)


def package_of(interventions: Sequence[Intervention]) -> str:
    """Return the name of interventions together, such as `fit-12x7+p1-slots-15`."""
    return JOINS.join(one.name for one in interventions)


def understood(asked: Asked) -> Wanted:
    """Return a scenario of its own, or the interventions of a package."""
    if isinstance(asked, Intervention):
        return (asked,)
    if not isinstance(asked, (str, Path)):
        refuse_if_one_undoes_another(asked)
        return tuple(asked)
    written = str(asked)
    if os.path.isfile(written):
        alone = stands_alone(read_yaml(Path(written)).tree, Scenario)
        return written if alone else (read_intervention(written),)
    name = written.removesuffix(".yaml")
    if JOINS in written or name.removeprefix("interventions/") in shipped_interventions():
        return read_package(written)
    if name in shipped_scenarios():
        return written
    known = [*shipped_interventions(), *shipped_scenarios()]
    told = unknown("intervention or scenario", written, known)
    raise InputError(f"{told}\nthere is {instead_of_a_file(written)} of that name")


def _alone(wanted: Sequence[Wanted]) -> list[tuple[Intervention, ...]]:
    """Return the interventions that stand only in packages, each once, in order."""
    packages = [one for one in wanted if not isinstance(one, (str, Path))]
    there = {package_of(one) for one in packages}
    parts = {part.name: (part,) for one in packages for part in _parts(one)}
    return [part for name, part in parts.items() if name not in there]


def _parts(interventions: tuple[Intervention, ...]) -> tuple[Intervention, ...]:
    """Return what a package combines, `combines` being opened up; nothing for a single intervention."""
    opened = tuple(step for one in interventions for step in one.steps())
    return opened if len(opened) > 1 else ()


def _arm(base: Arm, wanted: Wanted, baseline: str | Path, changes: Changes) -> Arm:
    parts: tuple[Intervention, ...] = ()
    if isinstance(wanted, (str, Path)):
        loaded = load_scenario(wanted, changes)
        name, title = loaded.value.name, loaded.value.title
    else:
        _refuse_a_long_name(package_of(wanted))
        loaded = load(baseline, Scenario, changes, interventions=wanted)
        name, title = package_of(wanted), " and ".join(one.title for one in wanted)
        parts = _parts(wanted)
        # Its resolved copy must not pass for the baseline.
        loaded = replace(loaded, value=replace(loaded.value, title=f"{base.title}; {title}"))
    _refuse_another_period(base, loaded.value, name)
    return replace(base, name=name, title=title, loaded=loaded, parts=parts)


def _in_every_arm(changes: Changes) -> Intervention:
    """Return the levers that are moved in every arm as an intervention before all others."""
    levers = tuple((change, IN_PYTHON) for change in read_changes(changes))
    return Intervention(name="--change", title="moved in every arm", levers=levers)


def _refuse_a_long_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise InputError(
            f"a package must have a name of at most {LONGEST_NAME} characters, as its folder has; found "
            f"{len(name)} in {quoted(name)}. Give it a file of its own, with combines"
        )


def _refuse_another_period(base: Arm, scenario: Scenario, name: str) -> None:
    """Refuse an arm whose patients or reported days could not be the baseline's."""
    run, other = base.loaded.value.run, scenario.run
    differ = [
        Problem(
            "",
            f"run.{field}",
            f"must be {_shown(field, run)} in {quoted(name)}, as in the baseline; "
            f"found {_shown(field, other)}",
        )
        for field in SHARED
        if getattr(run, field) != getattr(other, field)
    ]
    if differ:
        raise InputError(differ)


def _shown(field: str, run: Run) -> str:
    value = getattr(run, field)
    return format_duration(value) if field == "warm_up" else str(value).lower()


@dataclass(frozen=True, slots=True)
class _Building:
    """The hospital of an arm to build."""

    position: int
    name: str
    scenario: Scenario
    most_patients: int

    def __str__(self) -> str:
        return f"the hospital of {self.name}"


def _built(arms: Sequence[Arm], jobs: int, told: ToldOfStep | None, problems: list[Problem]) -> list[Arm]:
    """Return the arms that can be run, hospitals built and runs planned; add why the others cannot be."""
    tasks = [_Building(i, arm.name, arm.loaded.value, arm.most_patients) for i, arm in enumerate(arms)]
    known: dict[int, Checked | list[Problem]] = {}
    with closing(perform(_build, tasks, jobs=jobs if len(tasks) >= WORTH_PROCESSES else 1)) as coming:
        for task, found in coming:
            known[task.position] = found
            if told:
                told("hospitals built", len(known), len(tasks))
    built = []
    for i, arm in enumerate(arms):
        found = known[i]
        if not isinstance(found, Checked):
            problems += found
            continue
        arm = replace(arm, known=found)
        try:
            _ = arm.planned
        except InputError as error:
            problems += error.problems
        built.append(arm)
    return built


def _build(task: _Building) -> Checked | list[Problem]:
    """Return what is known of a hospital, or why it cannot be run."""
    try:
        return checked(task.scenario, task.most_patients)
    except InputError as error:
        return list(error.problems)
    except BuildError as error:
        return [Problem("", task.name, str(error))]


def _twice(arms: Sequence[Arm]) -> list[Problem]:
    counted = Counter(arm.name for arm in arms)
    return [
        Problem("", "", f"arms must have different names; found {quoted(name)} {count} times")
        for name, count in counted.items()
        if count > 1
    ]
