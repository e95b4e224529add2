"""Mapping files: which column of an extract is which of our fields, its formats and its codes.

    name: my-ed-system
    title: ED extract of our own system
    of: attendances
    clocks:
      arrival: {at: ARR_DTTM}
      departure: {date: DEP_DATE, time: DEP_TIME}
    numbers: {age: AGE}
    codes:
      arrival_mode: {column: MODE, values: {ambulance: [AMB, "1"], other: [WALK, "2"]}}

Names of columns are compared without regard to capitals, spaces and signs. A list of names means the first
that is there. A field that no column gives is left out, but for those that the kind of extract needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem
from flowsim.scenario.complaints import complaints
from flowsim.scenario.names import Identifier
from flowsim.scenario.sections.section import PATHWAYS, STREAMS, section
from flowsim.scenario.shipped import shipped_folder
from flowsim.scenario.yaml_file import Keys, Place, read_yaml
from flowsim.wording import quoted, unknown

FOLDER = "mappings"

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%d %b %Y", "%d/%m/%y")
"""The day stands before the month, as in the NHS."""
TIMES = ("%H:%M", "%H:%M:%S", "%H%M", "%H%M%S", "%H:%M:%S.%f")
MISSING = ("", "null", "na", "n/a", "none", "nan", "#n/a", "-")

Columns = str | list[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """What an extract of a kind may hold.

    Parameters
    ----------
    name, words : str
    clocks, numbers : tuple of str
        Fields that are times, in the order in which they happen, and fields that are numbers.
    codes : Mapping[str, tuple of str]
        Coded fields, and what each may say.
    begins, ends : str
        The clocks of coming and leaving.
    instead : str
        The number that may stand in place of the clocks; empty if none may.
    """

    name: str
    words: str
    clocks: tuple[str, ...]
    numbers: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    begins: str
    ends: str
    instead: str = ""


KINDS = {
    "attendances": Kind(
        "attendances",
        "emergency attendances",
        ("arrival", "initial_assessment", "first_clinician", "referral", "decision_to_admit", "departure"),
        ("age",),
        {
            "arrival_mode": ("ambulance", "other"),
            "stream": STREAMS,
            "department": ("type1", "other"),
            "outcome": ("admitted", "not_admitted"),
        },
        "arrival",
        "departure",
    ),
    "spells": Kind(
        "spells",
        "admitted spells",
        ("admission", "ready", "discharge"),
        ("age", "length_of_stay_days"),
        {
            "method": ("emergency_via_ed", "emergency_direct", "elective", "other"),
            "frailty": ("not_frail", "frail"),
            "pathway": ("P0", *PATHWAYS),
            "ending": ("alive", "died"),
        },
        "admission",
        "discharge",
        "length_of_stay_days",
    ),
}


@section
class Clock:
    """Where a time stands: one column, or a date and a time apart."""

    at: Columns | None = None
    """Column with the date and the time, or a date alone."""
    date: Columns | None = None
    """Column with the date."""
    time: Columns | None = None
    """Column with the time of day."""


@section
class Codes:
    """Where a code stands, and what each code means."""

    column: Columns
    """Column with the code."""
    values: dict[str, list[str | int]]
    """Codes by what they mean."""


@section
class MappingFile:
    """Which column is which field."""

    name: Identifier
    """Short name."""
    title: str
    """One line for people."""
    source: str = ""
    """Where names and codes come from."""
    of: Literal["attendances", "spells"]
    """Emergency attendances, or admitted spells; a row each."""
    identifier: Columns | None = None
    """Column that no two rows share; used to find duplicates and for nothing else."""
    clocks: dict[str, Clock] = Field(default_factory=dict)
    """Times by field."""
    numbers: dict[str, Columns] = Field(default_factory=dict)
    """Numbers by field."""
    codes: dict[str, Codes] = Field(default_factory=dict)
    """Coded fields."""
    dates: list[str] = Field(default_factory=lambda: list(DATES))
    """Formats of dates, tried in order."""
    times: list[str] = Field(default_factory=lambda: list(TIMES))
    """Formats of times of day, tried in order."""
    missing: list[str] = Field(default_factory=lambda: list(MISSING))
    """Texts that mean that nothing was recorded."""

    @property
    def kind(self) -> Kind:
        """What such an extract may hold."""
        return KINDS[self.of]


def shipped_mappings() -> dict[str, Path]:
    """Return the files of the shipped mappings by name."""
    return {file.stem: file for file in sorted((shipped_folder() / "data" / FOLDER).glob("*.yaml"))}


def find_mapping(name_or_path: str | Path) -> MappingFile:
    """Return a mapping: a file, or a shipped one by name.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    known = shipped_mappings()
    file = Path(name_or_path)
    if not file.is_file():
        if str(name_or_path) not in known:
            raise InputError(f"{unknown('mapping', str(name_or_path), known)}; or a file")
        file = known[str(name_or_path)]
    return read_mapping(file)


@cache
def _adapter() -> TypeAdapter[MappingFile]:
    return TypeAdapter(MappingFile)


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema of mapping files, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema()}


def read_mapping(file: Path) -> MappingFile:
    """Return the mapping in a file, checked whole.

    Raises
    ------
    InputError
        With every problem, each with its line.
    """
    document = read_yaml(file)
    try:
        mapping = _adapter().validate_json(json.dumps(document.tree))
    except ValidationError as error:
        schema = _adapter().json_schema()
        raise InputError(complaints(error, document.tree, document.places, schema, file)) from None
    problems = list(_mistakes(mapping, document.places, file))
    if problems:
        raise InputError(problems)
    return mapping


def _mistakes(mapping: MappingFile, places: Mapping[Keys, Place], file: Path) -> Iterator[Problem]:
    kind = mapping.kind

    def problem(message: str, *keys: str) -> Problem:
        return Problem(str(places.get(keys, file)), ".".join(keys), message)

    for part, allowed in (("clocks", kind.clocks), ("numbers", kind.numbers), ("codes", tuple(kind.codes))):
        for name in getattr(mapping, part):
            if name not in allowed:
                yield problem(unknown("field", name, allowed), part, name)
    for name, clock in mapping.clocks.items():
        if (clock.at is None) == (clock.date is None) or (clock.time is not None and clock.date is None):
            yield problem(
                "must have either at, or date and, if there is one, time; such as {date: DAY, time: HOUR}",
                "clocks",
                name,
            )
    for name, codes in mapping.codes.items():
        meant: dict[str, str] = {}
        for value, written in codes.values.items():
            if value not in kind.codes.get(name, (value,)):
                yield problem(unknown("value", value, kind.codes[name]), "codes", name, "values", value)
            for code in map(as_code, written):
                if meant.setdefault(code, value) != value:
                    yield problem(
                        f"code {quoted(code)} must have one meaning; found {meant[code]} and {value}",
                        "codes",
                        name,
                    )
    for part in ("dates", "times"):
        if not getattr(mapping, part):
            yield problem('must have at least one format, such as "%d/%m/%Y"', part)
    if kind.begins not in mapping.clocks and (not kind.instead or kind.instead not in mapping.numbers):
        yield problem(
            f"must say where {kind.begins} stands" + (f", or {kind.instead}" if kind.instead else ""),
            "clocks",
        )


def as_code(written: object) -> str:
    """Return a code as it is compared: without spaces around it, capitals, a `.0`, zeros in front."""
    text = str(written).strip().casefold()
    text = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
    return text.lstrip("0") or "0" if text.isascii() and text.isdigit() else text
