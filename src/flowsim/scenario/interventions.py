"""Interventions: what would be changed, apart from any baseline; packages of them are written `a+b`.

    name: fit-12x7
    title: Frailty team 12 h a day, 7 days a week
    changes:
      frailty.fit_hours: {set: {Mon-Sun: "08:00-20:00"}}

A file has only these keys, `description`, `source`, `cost`, and what it must and must not move; a package has
`combines`, the names of others, in place of `changes`. A file with `extends` or sections of its own is a
scenario and stands alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem
from flowsim.scenario.complaints import complaints
from flowsim.scenario.levers import VERBS, Change, each_lever, read_changes, read_lever
from flowsim.scenario.names import Identifier
from flowsim.scenario.sections.section import section
from flowsim.scenario.shipped import find_intervention, shipped_interventions
from flowsim.scenario.written import Problems, Written
from flowsim.scenario.yaml_file import IN_PYTHON, Keys, Place, read_yaml, shown
from flowsim.wording import nearest, quoted, unknown

JOINS = "+"
"""Stands between the interventions of a package; no name may hold it."""

LEVER = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "propertyNames": {"enum": list(VERBS)},
}
"""JSON Schema of one lever moved."""

LEVERS: dict[str, Any] = {"type": "object", "additionalProperties": LEVER}


@dataclass(frozen=True, slots=True)
class Levers(Written):
    """Levers moved, in order."""

    changes: tuple[Change, ...]

    DESCRIPTION: ClassVar[str] = "levers moved: a dotted path, then set, add or times"
    FORMS: ClassVar[list[dict[str, Any]]] = [LEVERS, {"type": "array", "items": LEVERS}]

    @classmethod
    def parse(cls, written: object) -> Levers:
        """Return the levers of `{a.b: {set: 47}}`, or of a list of such mappings."""
        problems = Problems()
        changes: list[Change | None] = []
        for keys, one in each_lever(written):
            changes.append(problems.attempt(read_lever, one, *keys))
        problems.settle(cls.__name__)
        return cls(tuple(one for one in changes if one))

    def to_yaml(self) -> list[dict[str, Any]]:
        """Return the list of mappings, since the same path may be moved twice."""
        return [{change.path: {change.verb: change.operand}} for change in self.changes]


@section
class _Form:
    """What an intervention file holds."""

    name: Identifier
    """Short name, used for files and on the command line."""
    title: Annotated[str, Field(min_length=1)]
    """One line for people."""
    description: str = ""
    """What is done, for whom, where."""
    source: str = ""
    """Where the numbers come from."""
    combines: tuple[Identifier, ...] = ()
    """Interventions that a package has in place of changes: files beside this one, or shipped ones."""
    changes: Levers = Levers(())
    """Levers moved: a dotted path, then set, add or times."""
    cost: str = ""
    """What it costs, and on what basis."""
    must_move: dict[str, Literal["up", "down"]] = Field(default_factory=dict)
    """Figures such as `mffd_patients[pathway=P1]` that it must move, and which way."""
    must_not_move: tuple[str, ...] = ()
    """Figures that it must leave as they are."""


KEYS = tuple(one.name for one in fields(_Form))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """Something that changes a baseline.

    Parameters
    ----------
    name, title, description, source : str
    levers : tuple of (Change, Place)
        Levers moved, and where each was written; none in a package.
    parts : tuple of Intervention
        What a package combines, in order.
    cost : str
        What it costs, and on what basis.
    must_move : Mapping[str, str]
        Figures that it must move `up` or `down`.
    must_not_move : tuple of str
        Figures that it must leave as they are.
    file : Path or None
        None if it was written in Python.
    sha256 : str
        Of the file.
    """

    name: str
    title: str
    levers: tuple[tuple[Change, Place], ...]
    description: str = ""
    source: str = ""
    parts: tuple[Intervention, ...] = ()
    cost: str = ""
    must_move: Mapping[str, Literal["up", "down"]] = field(default_factory=dict)
    must_not_move: tuple[str, ...] = ()
    file: Path | None = None
    sha256: str = ""

    @classmethod
    def of(cls, name: str, title: str, changes: object) -> Intervention:
        """Return an intervention written in Python, its changes as `load_scenario` takes them.

        Raises
        ------
        InputError
            With every problem found.
        """
        levers = [{one.path: {one.verb: one.operand}} for one in read_changes(changes)]
        written = {"name": name, "title": title, "changes": levers}
        return _understood(written, {}, None, "")

    def steps(self) -> Iterator[Intervention]:
        """Yield the interventions that move levers, in order: those of a package, or itself."""
        if self.levers:
            yield self
        for part in self.parts:
            yield from part.steps()


def stands_alone(tree: Mapping[str, Any], schema: type[Any]) -> bool:
    """Return whether a file is a scenario: it extends one, even misspelt, or has sections of its own."""
    sections = {one.name for one in fields(schema)} - set(KEYS)
    return bool({"extends", *sections} & tree.keys()) or misspelt_extends(tree, schema) is not None


def misspelt_extends(tree: Mapping[str, Any], schema: type[Any]) -> str | None:
    """Return the key that was meant for `extends`, if there is one."""
    known = {"extends", *KEYS, *(one.name for one in fields(schema))}
    if "extends" in tree:
        return None
    return next((key for key in tree if key not in known and nearest(key, known) == "extends"), None)


def read_intervention(name_or_path: str | Path) -> Intervention:
    """Return an intervention: a file, or a shipped one by name.

    Raises
    ------
    InputError
        With every problem of the file, each with its line.
    """
    return _read(find_intervention(str(name_or_path)), ())


def read_package(written: str) -> tuple[Intervention, ...]:
    """Return the interventions of a package such as `fit-12x7+p1-slots-15`, in order.

    Raises
    ------
    InputError
        With every problem of every file, or if one intervention undoes what an earlier one did.
    """
    names = [written] if os.path.isfile(written) else [name.strip() for name in written.split(JOINS)]
    if not all(names):
        raise InputError(f"a package must have an intervention on either side of +; found {quoted(written)}")
    problems: list[Problem] = []
    found: list[Intervention] = []
    for name in names:
        try:
            found.append(read_intervention(name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    refuse_if_one_undoes_another(found)
    return tuple(found)


def refuse_if_one_undoes_another(interventions: Sequence[Intervention]) -> None:
    """Refuse a package in which a value is set that an earlier intervention changed otherwise.

    So is one that has an intervention twice.

    Raises
    ------
    InputError
        With every such lever and intervention.
    """
    counted = Counter(step.name for one in interventions for step in one.steps())
    problems = [
        Problem("", "", f"a package must have each intervention once; found {quoted(name)} {count} times")
        for name, count in counted.items()
        if count > 1
    ]
    for earlier, later, path, place in undone(interventions):
        message = f"must not be set to another value after {quoted(earlier.name)} has changed it"
        problems.append(Problem(str(place), path, f"{message}; found {quoted(later.name)}"))
    if problems:
        raise InputError(problems)


def undone(
    interventions: Sequence[Intervention],
) -> Iterator[tuple[Intervention, Intervention, str, Place]]:
    """Yield each value that is set otherwise than changed before: by what first, by what then, where."""
    moved: dict[str, tuple[Intervention, Change]] = {}
    for step in (step for one in interventions for step in one.steps()):
        for change, place in step.levers:
            earlier, before = moved.get(change.path, (step, change))
            if earlier.name != step.name and change.verb == "set" and change != before:
                yield earlier, step, change.path, place
        moved |= {change.path: (step, change) for change, _ in step.levers}


def intervention_schema() -> dict[str, Any]:
    """Return the JSON Schema of intervention files, for editors."""
    tree = dict(_adapter().json_schema())
    tree["title"] = "Intervention"
    tree["oneOf"] = [{"required": ["changes"]}, {"required": ["combines"]}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree}


@cache
def _adapter() -> TypeAdapter[_Form]:
    return TypeAdapter(_Form)


def _read(file: Path, within: tuple[Path, ...]) -> Intervention:
    document = read_yaml(file)
    return _understood(document.tree, document.places, file, document.sha256, within)


def _understood(
    tree: dict[str, Any],
    places: Mapping[Keys, Place],
    file: Path | None,
    sha256: str,
    within: tuple[Path, ...] = (),
) -> Intervention:
    """Return the intervention that a tree describes, and those it combines."""
    where = shown(file) if file else ""
    if "extends" in tree:
        raise InputError(
            [Problem(where, "extends", "must be an intervention, which extends nothing; found a scenario")]
        )
    try:
        form = _adapter().validate_json(json.dumps(tree))
    except ValidationError as error:
        schema = _adapter().json_schema()
        raise InputError(complaints(error, tree, places, schema, file or Path())) from None
    if bool(form.changes.changes) == bool(form.combines):
        found = "both" if form.combines else "neither"
        raise InputError([Problem(where, "", f'must have either "changes" or "combines"; found {found}')])
    at = [places.get(("changes", *keys), IN_PYTHON) for keys, _ in each_lever(tree.get("changes", ()))]
    return Intervention(
        name=form.name,
        title=form.title,
        description=form.description,
        source=form.source,
        levers=tuple(zip(form.changes.changes, at, strict=True)),
        parts=_combined(form, places, file, within),
        cost=form.cost,
        must_move=form.must_move,
        must_not_move=form.must_not_move,
        file=file.resolve() if file else None,
        sha256=sha256,
    )


def _combined(
    form: _Form, places: Mapping[Keys, Place], file: Path | None, within: tuple[Path, ...]
) -> tuple[Intervention, ...]:
    """Return the interventions that a file combines."""
    chain = (*within, file.resolve()) if file else within
    beside = file.parent if file else Path()
    problems: list[Problem] = []
    parts: list[Intervention] = []
    for i, name in enumerate(form.combines):
        place, path = str(places.get(("combines", i), IN_PYTHON)), f"combines.{i}"
        neighbour = beside / f"{name}.yaml"
        if not neighbour.is_file() and name not in shipped_interventions():
            problems.append(Problem(place, path, unknown("intervention", name, shipped_interventions())))
            continue
        part = neighbour if neighbour.is_file() else find_intervention(name)
        if part.resolve() in chain:
            problems.append(Problem(place, path, f"must not lead back to itself; found {quoted(name)}"))
            continue
        try:
            parts.append(_read(part, chain))
        except InputError as error:
            problems += error.problems
    if not problems:
        try:
            refuse_if_one_undoes_another(parts)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    return tuple(parts)
