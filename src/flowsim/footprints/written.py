"""A new place as files: a scenario that says only where it differs from its template, and its data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flowsim.footprints.published import Published, Row
from flowsim.footprints.scaling import Basis, Scaled
from flowsim.scenario.calendars import Roster
from flowsim.scenario.schema import Scenario

VOLUMES, RECORD, BEDS = "attendances.csv", "record.csv", "beds.csv"

WIDEST = 118
"""Characters of a line with its comment; beyond that the comment stands above."""

OF_ATTENDANCES = "A: NHS England, A&E Attendances and Emergency Admissions"
OF_BEDS = "A: NHS England, Bed Availability and Occupancy (KH03)"

HEAD = """\
# {place.name} ({place.code}), from the template {template}.
#
# Made by: flowsim new --from {template} --trust {place.code} --name {name}
# Not calibrated, and checked by nobody at the trust. A: published for this trust. C: the template's value
# times one of the ratios below; a count to the nearest whole number and at least 1, the rest to four digits,
# a share at most 1. What is not written here is the template's: an assumption (D) about this place, whatever
# its grade there. So are localities and councils, by name and by share.
#"""


@dataclass(frozen=True, slots=True)
class Line:
    """A value; what it was in the template, if it comes from there; the ratio or the source behind it."""

    value: Any
    before: str
    behind: str

    @property
    def comment(self) -> str:
        """What stands behind it, in words."""
        return f"C: {self.before} × {self.behind}" if self.before else self.behind


def scenario_text(
    name: str, template: Scenario, place: Published, by: Mapping[str, Basis], found: Sequence[Scaled]
) -> str:
    """Return the scenario of a place as YAML.

    Parameters
    ----------
    name : str
        Of the new scenario.
    template : Scenario
        What it extends, which also gives the order.
    place : Published
    by : mapping
        What was scaled by.
    found : sequence of Scaled
    """
    months, quarters = list(place.months), list(place.quarters)
    written = {
        "run.record": Line(RECORD, "", f"{OF_ATTENDANCES}, {months[0]} to {months[-1]}; beside the model"),
        "run.record_of_beds": Line(
            BEDS, "", f"{OF_BEDS}, quarters from {quarters[0]} to {quarters[-1]}; beside the model"
        ),
        "run.trajectory": Line(None, "", "the template's is of its own trust"),
        "demand.volumes": Line(VOLUMES, "", f"{OF_ATTENDANCES}, by month and type"),
        "other_units.treatment_centre.per_day": Line(
            0, "", "D: the template's is of its own town; give the attendances of a centre nearby"
        ),
    }
    for one in found:
        behind = f"{one.basis.ratio:.3f} ({one.basis.name})"
        written[one.path] = Line(one.after, _shown(one.before), behind)
    lines = [HEAD.format(place=place, template=template.name, name=name), *_ratios(by.values())]
    lines += [
        f"extends: {template.name}",
        f"name: {name}",
        f"title: {quoted_text(f'{place.name}, {_year(months)}')}",
    ]
    return "\n".join([*lines, *differing(template, written)]) + "\n"


def differing(template: Scenario, written: Mapping[str, Line]) -> list[str]:
    """Return what is written by dotted path as the sections of a scenario, in its template's order."""
    lines = []
    for section in fields(template):
        below = list(_lines(getattr(template, section.name), section.name, written, 0))
        lines += ["", *below] if below else []
    return lines


def volumes_text(place: Published) -> str:
    """Return attendances by month and type as CSV."""
    columns = ("period", "type1_attendances", "type2_attendances", "type3_other_attendances")
    return _csv(columns, place.volumes.values())


def record_text(place: Published) -> str:
    """Return the record by month as CSV."""
    rows = [
        {**row, **{f"all_{what}": str(_of_all_types(row, what)) for what in ("attendances", "breaches_4h")}}
        for row in place.months.values()
    ]
    columns = ("type1_attendances", "type1_breaches_4h", "type1_admissions")
    return _csv(("period", "all_attendances", "all_breaches_4h", *columns), rows)


def beds_text(place: Published) -> str:
    """Return beds by quarter as CSV."""
    columns = ("quarter", "period_start", "period_end", "org_code", "available_beds", "occupied_beds")
    return _csv(columns, place.quarters.values())


def _ratios(by: Iterable[Basis]) -> Iterator[str]:
    for one in by:
        yield f"#   {one.name:<13}  {one.here:>7,.4g} / {one.template:>7,.4g} = {one.ratio:.3f}   {one.words}"


def _lines(value: Any, path: str, written: Mapping[str, Line], depth: int) -> Iterator[str]:
    """Yield what is written at a path and below it, in the template's order."""
    indent, key = "  " * depth, _key(path.rpartition(".")[2])
    below = {one: line for one, line in written.items() if one.startswith(f"{path}.")}
    line = written.get(path) or (_together(path, below) if depth else None)
    if line:
        text = f"{indent}{key}: {_flow(line.value)}"
        if len(text) + len(line.comment) + 5 > WIDEST:
            yield f"{indent}# {line.comment}"
            yield text
        else:
            yield f"{text}   # {line.comment}"
    elif below:
        yield f"{indent}{key}:"
        for inner in value if isinstance(value, Mapping) else [one.name for one in fields(value)]:
            part = value[inner] if isinstance(value, Mapping) else getattr(value, inner)
            yield from _lines(part, f"{path}.{inner}", below, depth + 1)


def _together(path: str, below: Mapping[str, Line]) -> Line | None:
    """Return one line for all that is written below a path, if it is numbers multiplied by the same ratio."""
    values = {one.removeprefix(f"{path}."): line.value for one, line in below.items()}
    if len({line.behind for line in below.values()}) != 1 or any("." in key for key in values):
        return None
    if not all(isinstance(one, int | float) for one in values.values()):
        return None
    first = next(iter(below.values()))
    return Line(values, ", ".join(line.before for line in below.values()), first.behind)


def _shown(value: Any) -> str:
    """Return a number, or the numbers of a roster's different days."""
    if not isinstance(value, Roster):
        return f"{value:g}"
    days = dict.fromkeys(value.week)
    return "; ".join(", ".join(f"{there:g}" for _, there in day) for day in days)


def _flow(value: Any) -> str:
    if isinstance(value, Roster):
        value = value.to_yaml()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if value is None:
        return "null"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _key(key: str) -> str:
    return quoted_text(key) if ":" in key else key


def quoted_text(text: str) -> str:
    """Return text as a scalar of YAML, on one line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _year(months: Sequence[str]) -> str:
    first, last = months[0][:4], months[-1][:4]
    return first if first == last else f"{first}/{last[2:]}"


def _of_all_types(row: Row, what: str) -> int:
    return sum(int(row[f"{kind}_{what}"]) for kind in ("type1", "type2", "type3_other"))


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    lines = [columns, *([row[column] for column in columns] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)
