"""What validation finds wrong, in a user's words: where it stands, what is allowed, what was found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from flowsim.errors import Problem
from flowsim.scenario.yaml_file import Keys, Place, copied, shown
from flowsim.wording import nearest, quoted, unknown

T = TypeVar("T")

MISSING = {"missing", "missing_argument", "missing_keyword_only_argument"}
SUPERFLUOUS = {"unexpected_keyword_argument", "extra_forbidden"}
KEY = "[key]"
"""Ends the location of what is wrong with a key itself."""
KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "dataclass_type": "a mapping",
    "model_type": "a mapping",
    "none_required": "left out",
}


def complaints(
    error: ValidationError,
    tree: Any,
    places: Mapping[Keys, Place],
    schema: Mapping[str, Any],
    file: Path,
) -> list[Problem]:
    """Return each thing that validation found wrong, once, where its value was written.

    Parameters
    ----------
    error : ValidationError
    tree : mapping
        What was validated.
    places : Mapping
        Where each value of the tree was written.
    schema : Mapping
        JSON Schema of the tree, which knows the keys that are allowed.
    file : Path
        Named where a value has no place, such as a key missing at the top.
    """
    problems = []
    for found in error.errors(include_url=False):
        keys = along(found["loc"], tree)
        absent = found["type"] in MISSING
        if absent:
            keys = (*keys, found["loc"][-1])
        message = _message(found, keys, tree, schema)
        problems.append(Problem(_where(keys, places, file), ".".join(map(str, keys)), message))
    return list(dict.fromkeys(problems))


def without_mistakes(
    tree: Any, adapter: TypeAdapter[T], otherwise: Mapping[str, Any]
) -> tuple[T, tuple[Keys, ...]]:
    """Return the value of a tree without what is wrong in it, and the keys of what was left out.

    What else somebody wrote can then be judged and told at once. In place of what is left out stands what
    there would be `otherwise`, such as the parent's value. A list is left out whole, so that each item keeps
    its position.

    Raises
    ------
    ValidationError
        If it is wrong as a whole.
    """
    left_out: list[Keys] = []
    tree = copied(tree)
    while True:
        try:
            return adapter.validate_json(json.dumps(tree)), tuple(left_out)
        except ValidationError as error:
            wrong = {_in_no_list(along(found["loc"], tree)) for found in error.errors()}
            if () in wrong:
                raise
        for keys in wrong:
            _leave_out(tree, keys, otherwise)
        left_out += wrong


def _leave_out(tree: Any, keys: Keys, otherwise: Any) -> None:
    """Put in place of a value what there would be otherwise; nothing if that is the same."""
    for key in keys[:-1]:
        tree, otherwise = (one.get(key) if isinstance(one, Mapping) else None for one in (tree, otherwise))
    if not isinstance(tree, dict):
        return  # what was around it is left out already
    wrong = tree.pop(keys[-1], None)
    if isinstance(otherwise, Mapping) and otherwise.get(keys[-1], wrong) != wrong:
        tree[keys[-1]] = copied(otherwise[keys[-1]])


def _in_no_list(keys: Keys) -> Keys:
    """Return the keys up to the first list."""
    return tuple(takewhile(lambda key: isinstance(key, str), keys))


def along(loc: tuple[int | str, ...], tree: Any) -> Keys:
    """Return the part of a location that is keys of the tree: it also names branches of unions."""
    keys: list[int | str] = []
    for word in loc:
        in_dict = isinstance(tree, dict) and word in tree
        in_list = isinstance(tree, list) and isinstance(word, int) and word < len(tree)
        if in_dict or in_list:
            keys.append(word)
            tree = tree[word]
    return tuple(keys)


def by_line(problem: Problem) -> tuple[str, int]:
    """Return the file and the line of a problem, to sort by."""
    file, _, line = problem.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (problem.where, 0)


def _where(keys: Keys, places: Mapping[Keys, Place], file: Path) -> str:
    """Return the place of a value, or of the nearest mapping around it that was written."""
    for length in range(len(keys), 0, -1):
        if keys[:length] in places:
            return str(places[keys[:length]])
    return shown(file)


def _message(found: Any, keys: Keys, tree: Any, schema: Mapping[str, Any]) -> str:
    kind, context = found["type"], found.get("ctx", {})
    if kind in MISSING:
        about = next((s["description"] for s in schemas_at(schema, keys) if "description" in s), "")
        return "must be given; it is missing" + (f" ({about.rstrip('.')})" if about else "")
    value: Any = tree
    for key in keys:
        value = value[key]
    if kind in SUPERFLUOUS:
        allowed = {name for s in schemas_at(schema, keys[:-1]) for name in s.get("properties", {})}
        return unknown("key", str(keys[-1]), allowed)
    if found["loc"][-1:] == (KEY,):
        parents = schemas_at(schema, keys[:-1])
        return unknown(
            "key", str(keys[-1]), {n for s in parents for n in s.get("propertyNames", {}).get("enum", ())}
        )
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        allowed = {
            str(one) for s in schemas_at(schema, keys) for one in s.get("enum", [s.get("const")]) if one
        }
        close = nearest(value, allowed) if isinstance(value, str) else None
        hint = f'; did you mean "{close}"?' if close else ""
        return f"must be one of {', '.join(sorted(allowed))}; found {quoted(value)}{hint}"
    if kind in KINDS:
        return f"must be {KINDS[kind]}; found {quoted(value)}"
    message = found["msg"]
    if message.startswith("must ") or kind == "flowsim":
        return str(message)
    plain = message.replace("Input should ", "must ").replace("Value should ", "must ")
    return f"{plain[0].lower()}{plain[1:]}; found {quoted(value)}"


def schemas_at(schema: Mapping[str, Any], keys: Keys) -> list[Mapping[str, Any]]:
    """Return the JSON Schemas that may hold for the value at some keys."""
    here = list(_branches(schema, schema))
    for key in keys:
        inner = [step for branch in here for step in _step(branch, key)]
        here = [branch for step in inner for branch in _branches(step, schema)]
    return here


def _step(branch: Mapping[str, Any], key: str | int) -> Iterator[Mapping[str, Any]]:
    if isinstance(key, int):
        items = [*branch.get("prefixItems", []), branch.get("items")]
        yield from (one for one in items if isinstance(one, Mapping))
    elif key in branch.get("properties", {}):
        yield branch["properties"][key]
    else:
        free = [*branch.get("patternProperties", {}).values(), branch.get("additionalProperties")]
        yield from (one for one in free if isinstance(one, Mapping))


def _branches(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and every alternative it offers, references followed."""
    yield schema
    if "$ref" in schema:
        yield from _branches(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    for word in ("anyOf", "oneOf", "allOf"):
        for branch in schema.get(word, []):
            yield from _branches(branch, root)
