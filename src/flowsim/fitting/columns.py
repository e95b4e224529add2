"""Where the fields of a mapping stand in the header of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flowsim.fitting.mapping import Columns, MappingFile
from flowsim.wording import nearest, quoted


@dataclass(frozen=True, slots=True)
class Found:
    """The columns of a mapping that a file has.

    Parameters
    ----------
    clocks : Mapping[str, tuple[int, int or None]]
        Columns of date (and time), and of the time apart.
    numbers, codes : Mapping[str, int]
    identifier : int or None
    missing : tuple of str
        Fields that no column gives.
    """

    clocks: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    identifier: int | None = None
    missing: tuple[str, ...] = ()


def as_name(column: str) -> str:
    """Return the name of a column as it is compared: letters and digits alone."""
    return "".join(re.findall(r"[a-z0-9]+", column.casefold()))


def place_columns(mapping: MappingFile, header: Sequence[str]) -> Found:
    """Return where each field of a mapping stands in a header; what is not there is missing."""
    where: dict[str, int] = {}
    for i, name in enumerate(header):
        where.setdefault(as_name(name), i)
    clocks = {
        name: (at, _first(clock.time, where))
        for name, clock in mapping.clocks.items()
        if (at := _first(clock.at if clock.at is not None else clock.date, where)) is not None
    }
    numbers = _present(mapping.numbers.items(), where)
    codes = _present(((name, one.column) for name, one in mapping.codes.items()), where)
    asked = [*mapping.clocks, *mapping.numbers, *mapping.codes]
    given = {*clocks, *numbers, *codes}
    return Found(
        clocks=clocks,
        numbers=numbers,
        codes=codes,
        identifier=_first(mapping.identifier, where),
        missing=tuple(name for name in asked if name not in given),
    )


def is_enough(mapping: MappingFile, found: Found) -> bool:
    """Return whether a file has what a mapping cannot do without."""
    kind = mapping.kind
    return kind.begins in found.clocks or bool(kind.instead and kind.instead in found.numbers)


def what_is_needed(mapping: MappingFile, header: Sequence[str]) -> str:
    """Return the message for a file without the columns that a mapping needs."""
    kind = mapping.kind
    clock = mapping.clocks.get(kind.begins)
    names = _names((clock.at if clock.at is not None else clock.date) if clock else None)
    names += _names(mapping.numbers.get(kind.instead)) if kind.instead else []
    like = nearest(as_name(names[0]), map(as_name, header)) if names else None
    close = next((f'; did you mean "{name}"?' for name in header if like and as_name(name) == like), "")
    found = ", ".join(quoted(name) for name in header[:12]) + (", …" if len(header) > 12 else "")
    wanted = " or ".join(quoted(name) for name in names)
    return (
        f"must have column {wanted}, which mapping {mapping.name} calls {kind.begins}{close}; found {found}"
    )


def _names(columns: Columns | None) -> list[str]:
    return [] if columns is None else [columns] if isinstance(columns, str) else list(columns)


def _first(columns: Columns | None, where: Mapping[str, int]) -> int | None:
    return next((where[as_name(name)] for name in _names(columns) if as_name(name) in where), None)


def _present(asked: Iterable[tuple[str, Columns]], where: Mapping[str, int]) -> dict[str, int]:
    return {name: at for name, columns in asked if (at := _first(columns, where)) is not None}
