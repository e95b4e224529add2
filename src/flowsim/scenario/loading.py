"""Loading a scenario: its parents by `extends`, its `changes`, interventions, its check against a schema.

A child's mappings merge into its parent's. What only makes sense as a whole replaces: lists, another
distribution, the week of a calendar, bands of clock times or shares. Every value remembers the file and line
that wrote it; all problems are told at once. The result is a frozen value: nothing downstream meets YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem
from flowsim.scenario.calendars import is_week
from flowsim.scenario.complaints import along, by_line, complaints, without_mistakes
from flowsim.scenario.interventions import LEVERS, Intervention, misspelt_extends, stands_alone
from flowsim.scenario.levers import Change, apply, find, is_distribution, placed_changes
from flowsim.scenario.names import UNRESOLVED, NoSuchFile, file_sha256, inside
from flowsim.scenario.names import DataFile as DataFile
from flowsim.scenario.names import Identifier as Identifier
from flowsim.scenario.shipped import find_scenario, needs_a_baseline, shipped_scenarios
from flowsim.scenario.yaml_file import Keys, Place, copied, read_yaml, shown, write_yaml
from flowsim.wording import nearest, quoted, unknown

T = TypeVar("T")

LONGEST_CHAIN = 20
"""Files that may extend one another."""

_CLOCK_OR_SHARE = re.compile(r"[0-9]{2}:[0-9]{2}(-[0-9]{2}:[0-9]{2})?|[01]?\.?[0-9]*")
"""Keys of a roster's day, of clock bands, of quantiles: one changed alone changes what the others mean."""

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}
_SCHEMAS: dict[type[Any], dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read."""

    file: Path
    """Absolute."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """A scenario as it was found, and as it was understood."""

    value: T
    """The frozen value."""
    tree: dict[str, Any]
    """What was written, merged and changed: plain mappings, lists and scalars."""
    files: tuple[SourceFile, ...]
    """Every file read: the scenario, its parents from the nearest, interventions, data files."""
    schema: type[T]
    beside: Path
    """Folder of the scenario's own file, to which its references are relative."""


@dataclass(frozen=True, slots=True)
class _Merged:
    """A tree with the place of every value."""

    tree: dict[str, Any]
    places: dict[Keys, Place]
    files: tuple[SourceFile, ...]
    parent: Mapping[str, Any] = field(default_factory=dict)
    """The tree of what the file extends, which stands for what is wrong in its own."""


def load(
    source: str | Path,
    schema: type[T],
    changes: Sequence[Change | Mapping[str, Any]] | Mapping[str, Any] = (),
    *,
    interventions: Sequence[Intervention] = (),
    beside: Path | None = None,
) -> Loaded[T]:
    """Return a scenario, checked whole.

    Parameters
    ----------
    source : str or Path
        A file, or the name of a shipped scenario.
    schema : type
        A frozen pydantic dataclass.
    changes : sequence or mapping
        Levers moved after what the file says, such as `{"wards.amu.beds": {"set": 47}}`.
    interventions : sequence of Intervention
        Applied in order after that.
    beside : Path, optional
        Folder that the file's references are relative to, if not its own: for a resolved copy elsewhere.

    Raises
    ------
    InputError
        With every problem found, each with file, line and dotted path.
    """
    file = find_scenario(str(source))
    stands_for = beside / file.name if beside else file
    problems: list[Problem] = []
    merged = _with_parents(file, schema, (), stands_for, problems)
    merged = _moved(merged, schema, placed_changes(changes, {}, problems), problems)
    merged = _with_interventions(merged, schema, interventions, problems)
    value, data_files = _check(merged, schema, {file.resolve(): stands_for}, problems)
    return Loaded(value, merged.tree, merged.files + data_files, schema, stands_for.resolve().parent)


def resolved_yaml(loaded: Loaded[Any]) -> str:
    """Return the scenario with every default written out, as YAML that loads to an equal value.

    Data files stay relative to the scenario's own folder: pass it as `beside` to load a copy kept elsewhere.
    """
    return write_yaml(written_out(loaded))


def written_out(loaded: Loaded[Any]) -> dict[str, Any]:
    """Return what `resolved_yaml` writes, before it is text: plain mappings, lists and scalars."""
    tree: dict[str, Any] = _adapter(loaded.schema).dump_python(
        loaded.value, mode="json", context={"beside": loaded.beside}
    )
    return tree


def json_schema(schema: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of scenario files, with `extends` and `changes`, for editors."""
    tree = copied(_own_schema(schema))
    if "$ref" in tree:
        tree.update(tree["$defs"][tree.pop("$ref").removeprefix("#/$defs/")])
    tree["properties"] = {
        "extends": {
            "type": "string",
            "description": "a scenario to start from: a file beside this one, or a shipped scenario's name",
        },
        "changes": {
            "description": "levers moved after merging: a dotted path, then set, add or times",
            "anyOf": [LEVERS, {"type": "array", "items": LEVERS}],
        },
        **tree["properties"],
    }
    # A child need not repeat what its parent gives.
    tree["anyOf"] = [{"required": ["extends"]}, {"required": tree.pop("required", [])}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree}


def _adapter(schema: type[T]) -> TypeAdapter[T]:
    if schema not in _ADAPTERS:
        _ADAPTERS[schema] = TypeAdapter(schema)
    return _ADAPTERS[schema]


def _own_schema(schema: type[Any]) -> dict[str, Any]:
    if schema not in _SCHEMAS:
        _SCHEMAS[schema] = _adapter(schema).json_schema()
    return _SCHEMAS[schema]


def _with_parents(
    file: Path, schema: type[Any], children: tuple[Path, ...], stands_for: Path, problems: list[Problem]
) -> _Merged:
    """Return a file merged over its parents, its changes made; those that cannot be are told."""
    document = read_yaml(file)
    own, places = document.tree, document.places
    if key := misspelt_extends(own, schema):
        message = unknown("key", key, json_schema(schema)["properties"])
        raise InputError([Problem(str(places[(key,)]), key, message)])  # all else that is missing follows
    if {"changes", "combines"} & own.keys() and not stands_alone(own, schema):
        raise InputError([Problem(shown(file), "", needs_a_baseline(shown(file)))])
    merged = _Merged({}, {}, ())
    if "extends" in own:
        place = places[("extends",)]
        chain = (*children, file.resolve())
        parent = _parent(own.pop("extends"), stands_for, chain, place)
        merged = _with_parents(parent, schema, chain, parent, problems)
    changes = own.pop("changes", ())
    parent = copied(merged.tree)
    _merge(merged.tree, own, (), merged.places, places)
    files = (SourceFile(file.resolve(), document.sha256), *merged.files)
    merged = _Merged(merged.tree, merged.places, files, parent)
    return _moved(merged, schema, placed_changes(changes, places, problems), problems)


def _parent(reference: object, file: Path, chain: tuple[Path, ...], place: Place) -> Path:
    """Return the file that `extends` means: one inside the library, or a shipped scenario."""
    try:
        if not isinstance(reference, str):
            raise ValueError(f"must be a file or the name of a shipped scenario; found {quoted(reference)}")
        if reference.removesuffix(".yaml") in shipped_scenarios() and not (file.parent / reference).is_file():
            parent = find_scenario(reference)
        else:
            parent = inside(reference, file)
        if parent.resolve() in chain:
            loop = " -> ".join(shown(one) for one in (*chain, parent))
            raise ValueError(f"must not lead back to itself; found {loop}")
        if len(chain) >= LONGEST_CHAIN:
            raise ValueError(f"must lead through at most {LONGEST_CHAIN} files; found more")
    except NoSuchFile:
        message = _no_parent(str(reference), file)
        raise InputError([Problem(str(place), "extends", message)]) from None
    except ValueError as error:
        raise InputError([Problem(str(place), "extends", str(error))]) from None
    return parent


def _no_parent(reference: str, file: Path) -> str:
    """Return that nothing is called what a file extends, with the nearest file beside it or shipped one."""
    shipped = shipped_scenarios()
    folder = Path(reference).parent
    beside = [(folder / one.name).as_posix() for one in (file.parent / folder).glob("*.yaml")]
    close = nearest(reference, {*shipped, *beside} - {file.name})
    hint = f'; did you mean "{close}"?' if close else "."
    return (
        f"must be a file that exists, or a shipped scenario; found {quoted(reference)}{hint} "
        f"Shipped: {', '.join(shipped)}"
    )


def _merge(base: Any, over: Any, keys: Keys, places: dict[Keys, Place], own: Mapping[Keys, Place]) -> None:
    """Merge a mapping into another in place, and the places with it."""
    for key, value in over.items():
        here = (*keys, key)
        before = base.get(key)
        if isinstance(before, dict) and isinstance(value, dict) and not _stands_whole(before, value):
            places[here] = own[here]
            _merge(before, value, here, places, own)
        else:
            for below in _paths(before, here):
                places.pop(below, None)
            base[key] = value
            for below in _paths(value, here):
                places[below] = own[below]


def _stands_whole(before: dict[str, Any], value: dict[str, Any]) -> bool:
    """Return whether a mapping replaces its parent's: another distribution, a week, times or shares."""
    if is_distribution(before) and is_distribution(value) and before.keys() != value.keys():
        return True
    return is_week(value) or (bool(value) and all(_CLOCK_OR_SHARE.fullmatch(key) for key in value))


def _paths(tree: Any, keys: Keys) -> Iterator[Keys]:
    """Yield the keys of a value and of everything in it."""
    yield keys
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield from _paths(value, (*keys, key))


def _with_interventions(
    merged: _Merged, schema: type[Any], interventions: Sequence[Intervention], problems: list[Problem]
) -> _Merged:
    """Return the tree after interventions, their files among those read."""
    steps = [step for one in interventions for step in one.steps()]
    read = tuple(SourceFile(step.file, step.sha256) for step in steps if step.file)
    merged = _moved(merged, schema, [lever for step in steps for lever in step.levers], problems)
    return replace(merged, files=tuple(dict.fromkeys(merged.files + read)))


def _moved(
    merged: _Merged,
    schema: type[Any],
    levers: Sequence[tuple[Change, Place]],
    problems: list[Problem],
) -> _Merged:
    """Return the tree with levers moved, each value's place being that of the last lever that moved it.

    A lever that cannot be moved is told, and its value stays.
    """
    if not levers:
        return merged
    tree, places = copied(merged.tree), dict(merged.places)
    explicit = _Explicit(schema, merged)
    waiting = list(levers)
    while waiting:
        undecided = []
        for change, place in waiting:
            try:
                _write_out(tree, places, change.path, explicit, place)
                keys = find(tree, change.path)
                before = list(_paths(_at(tree, keys), keys))
                apply(tree, change)
            except ValidationError:
                undecided.append((change, place))
                continue
            except ValueError as error:
                problems.append(Problem(str(place), change.path, str(error)))
                continue
            for below in before:
                places.pop(below, None)
            places.update(dict.fromkeys(_paths(_at(tree, keys), keys), place))
        if len(undecided) == len(waiting):
            break  # the tree is wrong just there, which is told when it is checked
        waiting = undecided
    return replace(merged, tree=tree, places=places)


@dataclass(slots=True)
class _Explicit:
    """A tree with every default written out, worked out when first asked for."""

    schema: type[Any]
    merged: _Merged
    known: Any = None
    wrong: tuple[Keys, ...] = ()
    """What had to be left out of it."""

    def of(self, changed: dict[str, Any], path: str) -> Any:
        """Return it; if the tree was wrong to begin with above a path, that of the tree as changed so far.

        Raises
        ------
        ValidationError
            If that is wrong, too.
        """
        adapter = _adapter(self.schema)
        if self.known is None:
            value, self.wrong = without_mistakes(self.merged.tree, adapter, self.merged.parent)
            self.known = adapter.dump_python(value, mode="json")
        if any(f"{path}.".startswith(".".join(map(str, keys)) + ".") for keys in self.wrong):
            return adapter.dump_python(adapter.validate_json(json.dumps(changed)), mode="json")
        return self.known


def _write_out(tree: Any, places: dict[Keys, Place], path: str, explicit: _Explicit, place: Place) -> None:
    """Write the default at a path into the tree, if the path leads to one that nobody has written yet.

    Raises
    ------
    ValueError
        If there is no such path.
    ValidationError
        If that cannot be told, for the tree is wrong there.
    """
    try:
        find(tree, path)
    except ValueError:
        written_out = explicit.of(tree, path)
        keys = find(written_out, path)
        for i, key in enumerate(keys):
            if isinstance(tree, dict) and key not in tree:
                tree[str(key)] = copied(_at(written_out, keys[: i + 1]))
                places.update(dict.fromkeys(_paths(tree[str(key)], keys[: i + 1]), place))
                return
            tree = tree[key]


def _at(tree: Any, keys: Keys) -> Any:
    for key in keys:
        tree = tree[key]
    return tree


def _check(
    merged: _Merged, schema: type[T], stand_ins: Mapping[Path, Path], problems: list[Problem]
) -> tuple[T, tuple[SourceFile, ...]]:
    """Return the value of a tree, and the data files it names; refuse it if there are problems already.

    Only the schema knows which texts name files, so a first pass asks it where they are; then each is
    resolved beside the file that wrote it.
    """
    adapter = _adapter(schema)
    tree = copied(merged.tree)
    data_files = []
    for keys in _data_files(adapter, tree):
        place = merged.places.get(keys)
        wrote = place.file.resolve() if place and place.file else merged.files[0].file
        beside = stand_ins.get(wrote, wrote)
        try:
            file = inside(_at(tree, keys), beside)
        except ValueError as error:
            problems.append(Problem(str(place or ""), ".".join(map(str, keys)), str(error)))
            continue
        _at(tree, keys[:-1])[keys[-1]] = str(file)
        data_files.append(SourceFile(file, file_sha256(file)))
    try:
        value = adapter.validate_json(json.dumps(tree))
    except ValidationError as error:
        problems += complaints(error, tree, merged.places, json_schema(schema), merged.files[0].file)
    if problems:
        raise InputError(sorted(dict.fromkeys(problems), key=by_line))
    return value, tuple(dict.fromkeys(data_files))


def _data_files(adapter: TypeAdapter[Any], tree: Any) -> list[Keys]:
    """Return the keys of every text that names a data file."""
    try:
        adapter.validate_json(json.dumps(tree), context={"unresolved": True})
    except ValidationError as error:
        return [along(found["loc"], tree) for found in error.errors() if found["type"] == UNRESOLVED]
    return []
