"""The page of all levers, docs/levers.md; `make golden` makes it.

Meanings are the docstrings of the sections, forms and ranges the schema's, values and what is said of them
those of the file of the baseline. A value that it leaves out is a dash; `*` is a place in a list, from 0 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flowsim.scenario.loading import json_schema, load
from flowsim.scenario.remarks import remark_on, remarks_in
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_scenario
from flowsim.scenario.yaml_file import Keys

BASELINE = "portsmouth-2016"
LONGEST = 60
"""Letters of a value that is shown whole."""

HEAD = f"""# Levers

Made from the schema in `src/flowsim/scenario/` and from `scenarios/{BASELINE}.yaml` by
`make golden`. Do not edit.

What stands in a scenario, and so what can be moved. A lever is the keys that lead to a value, joined by dots,
`*` being a place in a list, from 0 on: `flowsim run {BASELINE} --change acute_medicine.amu_beds=64`, or
`changes:` in a file. *Here* is the baseline's value. Its author wrote the last column: A, published for the
trust or its area; B, published for England or another system; C, worked out from those; D, an assumption.

A **duration** is text with a unit, such as `9 min`, `22 h`, `6.5 days`. A **distribution** is one of those in
[Distributions](#distributions). A **calendar** is `always`, `never`, hours such as `08:00-18:00`, or hours by
day: `{{Mon-Fri: "08:00-18:00", Sat-Sun: closed}}`. A **roster** gives a number from a time of day on:
`{{Mon-Sun: {{"08:00": 4, "20:00": 2}}}}`. `flowsim schema` has the same for an editor.
"""


def markdown() -> str:
    """Return the levers as Markdown, a table for each section of a scenario."""
    schema = json_schema(Scenario)
    loaded, remarks = load(BASELINE, Scenario), remarks_in(find_scenario(BASELINE))
    parts = [HEAD, "## At the top\n", _table(_leaves(schema, schema, (), nested=False), loaded.tree, remarks)]
    for name, form in schema["properties"].items():
        target = _section(form, schema)
        if target is not None:
            meaning = target["description"]
            parts += [
                f"## `{name}`\n\n{meaning}\n",
                _table(_leaves(target, schema, (name,)), loaded.tree, remarks),
            ]
    return "\n".join([*parts, "## Distributions\n", _distributions(schema)])


def _section(form: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the object of named values that a form is, if it is one, also where it may be left out."""
    for one in (form, *form.get("anyOf", ())):
        target = schema["$defs"].get(one.get("$ref", "").rpartition("/")[2])
        if target is not None and "properties" in target:
            return dict(target)
    return None


def _leaves(
    target: Mapping[str, Any], schema: Mapping[str, Any], keys: Keys, *, nested: bool = True
) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
    for name, form in target["properties"].items():
        inner = _section(form, schema)
        if inner is None:
            yield (*keys, name), form
            listed = _section(form.get("items", {}), schema)
            yield from _leaves(listed, schema, (*keys, name, "*")) if listed else ()
        elif nested:
            yield from _leaves(inner, schema, (*keys, name))


def _table(leaves: Iterator[tuple[Keys, Mapping[str, Any]]], tree: Any, remarks: Mapping[Keys, str]) -> str:
    rows = ["| lever | is | here | meaning | where from |", "| --- | --- | --- | --- | --- |"]
    for keys, form in leaves:
        cells = (
            f"`{'.'.join(map(str, keys))}`",
            form_of(form),
            _shown(_at(tree, keys)),
            form.get("description", "–"),
            remark_on(dict(remarks), keys) or "–",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def form_of(form: Mapping[str, Any]) -> str:
    """Return what a value must be, in words, with its range."""
    for several in ("anyOf", "oneOf"):
        if several in form:
            forms = list(dict.fromkeys(map(form_of, form[several])))
            if "roster" in forms:
                return "calendar" if forms[0] == "calendar" else "roster"
            return "distribution" if "distribution" in forms else " or ".join(forms)
    if "enum" in form:
        return ", ".join(f"`{one}`" for one in form["enum"])
    match form.get("type"):
        case "object":
            return _mapping(form)
        case "array":
            return f"list of {form_of(form.get('items', {}))}"
        case "integer" | "number" as kind:
            return _number(form, "whole number" if kind == "integer" else "number")
        case "boolean":
            return "`true` or `false`"
        case "null":
            return "nothing"
        case "string":
            return _text(form)
    return "mappings" if "$ref" in form else "value"


def _number(form: Mapping[str, Any], kind: str) -> str:
    low, high = form.get("minimum", form.get("exclusiveMinimum")), form.get("maximum")
    if high is not None and high < 1_000_000_000:
        return f"{kind} {low:g}–{high:g}"
    above = "> " if "exclusiveMinimum" in form else "≥ "
    return kind if low is None else f"{kind} {above}{low:g}"


def _text(form: Mapping[str, Any]) -> str:
    pattern = str(form.get("pattern", ""))
    if form.get("format") == "date":
        return "date"
    if "always" in form.get("examples", ()):
        return "calendar"
    if "weeks?" in pattern:
        return "duration"
    return "time of day" if "[0-5][0-9]" in pattern else "text"


def _mapping(form: Mapping[str, Any]) -> str:
    if set(form.get("properties", ())) & {"lognormal", "empirical"}:
        return "distribution"
    inner = form.get("additionalProperties")
    if not isinstance(inner, Mapping):
        return "roster" if "examples" in form else "mapping"
    keys = ", ".join(f"`{key}`" for key in form.get("propertyNames", {}).get("enum", ()))
    return f"for each of {keys}: {form_of(inner)}" if keys else f"by name: {form_of(inner)}"


def _at(tree: Any, keys: Keys) -> Any:
    for key in keys:
        if not isinstance(tree, Mapping) or key not in tree:
            return None
        tree = tree[key]
    return tree


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    text = _flow(value)
    return f"`{text}`" if len(text) <= LONGEST else f"`{text[:LONGEST]}…`"


def _flow(value: Any) -> str:
    """Return a value as YAML writes it on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _distributions(schema: Mapping[str, Any]) -> str:
    rows = ["| name | meaning | parameters |", "| --- | --- | --- |"]
    for name, target in schema["$defs"].items():
        if f"#/$defs/{name}" in _distribution_refs(schema):
            meaning = str(target.get("description", "–")).split("\n\n")[0].replace("\n", " ")
            parameters = ", ".join(f"`{one}`" for one in target.get("properties", ()))
            rows.append(f"| `{name.lower()}` | {meaning} | {parameters or '–'} |")
    return "\n".join(rows) + "\n"


def _distribution_refs(schema: Mapping[str, Any]) -> set[str]:
    """Return what stands behind the names that a field of a distribution takes."""
    forms = schema["$defs"]["Frailty"]["properties"]["fit_assessment"]["oneOf"]
    return {one["$ref"] for form in forms for one in form["properties"].values() if "$ref" in one}
