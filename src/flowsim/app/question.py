"""What is asked: a scenario, interventions, levers moved, and a period; an address holds all of it.

    /answer?scenario=portsmouth-2016&with=fit-12x7&more.acute_medicine.amu_beds=6&days=91

A question is read from an address with every mistake told at its field, and gives the one address that says
the same; so it can be kept, sent and asked again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from flowsim.app.catalogue import Catalogue, Offered
from flowsim.app.levers import KINDS, Lever, levers_of, number
from flowsim.errors import FlowsimError
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.scenario.interventions import Intervention, undone
from flowsim.scenario.levers import Change
from flowsim.scenario.yaml_file import write_yaml

SCENARIO, WITH, DAYS = "scenario", "with", "days"
QUICK_DAYS = 91
"""Days of the short period that is offered for a first look: a quarter of a year."""
MOST_WITH = 12
"""Interventions in one question; more is a mistake, or a machine."""

Query = Sequence[tuple[str, str]]
T = TypeVar("T")


class Refused(Exception):
    """An address that asks nothing that can be answered: what is wrong, by the name of its field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one answer answers.

    Parameters
    ----------
    scenario : str
    interventions : tuple of str
        In the order of the catalogue.
    levers : tuple of (str, float)
        Fields that are moved, with their values.
    days : int
        Reported, from the scenario's first day.
    """

    scenario: str
    interventions: tuple[str, ...]
    levers: tuple[tuple[str, float], ...]
    days: int

    @property
    def query(self) -> str:
        """The part of an address that asks it."""
        pairs = [(SCENARIO, self.scenario), *((WITH, name) for name in self.interventions)]
        moved = [(name, number(value)) for name, value in self.levers]
        return urlencode([*pairs, *moved, (DAYS, str(self.days))])

    @property
    def key(self) -> str:
        """Short and its own, for names of folders and files."""
        return hashlib.blake2b(self.query.encode(), digest_size=5).hexdigest()

    def over(self, days: int) -> Question:
        """Return the same question of another period."""
        return replace(self, days=days)


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """A question with what it is about.

    Parameters
    ----------
    question : Question
    offered : Offered
    title : str
        Of the scenario.
    whole : int
        Days of the scenario's whole period.
    interventions : tuple of Intervention
        The last one holds the levers, if any are moved.
    moved : tuple of str
        What each lever changes, in words.
    """

    question: Question
    offered: Offered
    title: str
    whole: int
    interventions: tuple[Intervention, ...]
    moved: tuple[str, ...]

    @property
    def is_quick(self) -> bool:
        """Whether only the beginning of the period is looked at."""
        return self.question.days < self.whole

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is changed in every arm: the period, if it is not whole."""
        return (Change("run.days", "set", self.question.days),) if self.is_quick else ()

    def arms(self, replications: int) -> tuple[Arm, ...]:
        """Return the baseline and what is asked, each checked whole and built.

        Raises
        ------
        InputError
            With every problem.
        """
        return read_arms(
            self.offered.source, [self.interventions], changes=self.changes, replications=replications
        )

    @property
    def file(self) -> str:
        """The name of the file that says what is asked."""
        return f"{self.question.scenario}-{self.question.key}.yaml"[-80:].lstrip("-._")

    def scenario_yaml(self, replications: int) -> str:
        """Return the scenario that is asked about, as a file that `flowsim` reads."""
        steps = [step for one in self.interventions for step in one.steps()]
        tree: dict[str, object] = {
            "name": self.file.removesuffix(".yaml"),
            "title": f"{self.title}; {' and '.join(one.title for one in self.interventions)}",
            "extends": self._baseline,
        }
        if self.is_quick:
            tree["run"] = {"days": self.question.days}
        tree["changes"] = [{c.path: {c.verb: c.operand}} for step in steps for c, _ in step.levers]
        return f"{self._remark(replications)}{write_yaml(tree)}"

    def command(self, replications: int) -> str:
        """Return the command that makes the same comparison from the downloaded scenario."""
        period = f" --change run.days={self.question.days}" if self.is_quick else ""
        return f"flowsim compare {self._baseline} {self.file} --replications {replications}{period}"

    @property
    def _baseline(self) -> str:
        """What a file beside the baseline, and a command given there, call it."""
        return self.offered.source if self.offered.shipped else Path(self.offered.source).name

    def _remark(self, replications: int) -> str:
        lines = ["What was asked in the app of flowsim. The same comparison again, with the same figures:"]
        lines.append(f"  {self.command(replications)}")
        if not self.offered.shipped:
            lines.append(f"Put this file beside {self._baseline} first.")
        for one in self.interventions:
            said = " ".join(" ".join(filter(None, (one.description, one.source))).split())
            lines.append(f"{one.name}: {one.title}{f'. {said}' if said else ''}")
        return "".join(f"# {line}\n" for line in lines)


def read_question(query: Query, catalogue: Catalogue) -> Asked:
    """Return what an address asks.

    Raises
    ------
    Refused
        With every field that is wrong; `with` if nothing is asked, or one thing undoes another.
    """
    given = [(name, value.strip()) for name, value in query if value.strip()]
    problems: dict[str, str] = {}
    named = [value for name, value in given if name == SCENARIO]
    offered = _tried(problems, SCENARIO, partial(catalogue.scenario, named[0] if named else ""))
    loaded = _tried(problems, SCENARIO, offered.load) if offered else None
    if offered is None or loaded is None:
        raise Refused(problems)
    whole = loaded.value.run.days
    days = _days([value for name, value in given if name == DAYS], whole, problems)
    chosen = dict.fromkeys(value for name, value in given if name == WITH)
    interventions = [_tried(problems, WITH, partial(catalogue.intervention, name)) for name in chosen]
    if len(chosen) > MOST_WITH:
        problems[WITH] = f"must be at most {MOST_WITH} interventions; found {len(chosen)}"
    moved = list(_moved(given, {one.name: one for one in levers_of(loaded)}, problems))
    if not chosen and not moved and not problems:
        problems[WITH] = "Choose at least one intervention, or move a lever: now there is nothing to compare."
    if problems:
        raise Refused(problems)
    found = [one for one in interventions if one is not None]
    found.sort(key=lambda one: list(catalogue.interventions).index(one.name))
    question = Question(
        scenario=offered.name,
        interventions=tuple(one.name for one in found),
        levers=tuple((lever.name, value) for lever, value in moved),
        days=days,
    )
    said = tuple(lever.says(value) for lever, value in moved)
    if moved:
        changes = [change for lever, value in moved for change in lever.change(value)]
        found.append(Intervention.of(f"levers-{question.key}", "; ".join(said), changes))
    undoing = [
        f"“{later.title}” would undo what “{earlier.title}” changes ({path}): choose one of the two."
        for earlier, later, path, _ in undone(found)
    ]
    if undoing:
        raise Refused({WITH: " ".join(undoing)})
    return Asked(
        question=question,
        offered=offered,
        title=loaded.value.title,
        whole=whole,
        interventions=tuple(found),
        moved=said,
    )


def _days(given: Sequence[str], whole: int, problems: dict[str, str]) -> int:
    allowed = sorted({min(QUICK_DAYS, whole), whole})
    if not given:
        return allowed[0]
    if given[0] not in map(str, allowed):
        problems[DAYS] = f"must be {' or '.join(map(str, allowed))} days; found “{given[0][:20]}”"
        return whole
    return int(given[0])


def _moved(given: Query, levers: Mapping[str, Lever], problems: dict[str, str]) -> list[tuple[Lever, float]]:
    """Return the levers that an address moves, in the order of the form."""
    found: dict[str, float] = {}
    for name, written in given:
        if not name.startswith(tuple(f"{prefix}." for prefix in KINDS.values())):
            continue
        lever = levers.get(name)
        if lever is None:
            problems[name] = f"“{name[:80]}” is no lever of this scenario."
            continue
        value = _tried(problems, name, partial(lever.read, written))
        if value is not None and value != float(number(lever.now)):
            found[name] = value
    return [(lever, found[name]) for name, lever in levers.items() if name in found]


def _tried(problems: dict[str, str], field: str, make: Callable[[], T]) -> T | None:
    try:
        return make()
    except FlowsimError as error:
        problems[field] = str(error)
        return None
