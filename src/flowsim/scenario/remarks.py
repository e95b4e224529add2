"""What a scenario's author wrote behind its values: sources, grades, ranges, assumptions.

A remark belongs to the value that begins on its line, or on the next line with a value if it has a line to
itself. Remarks do nothing; they are read to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flowsim.scenario.axes import Axis
from flowsim.scenario.loading import Loaded
from flowsim.scenario.yaml_file import Keys, read_yaml


def remarks_in(file: Path) -> dict[Keys, str]:
    """Return the remarks of a scenario file by the keys that lead to their value, in order.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    on_line: dict[int, Keys] = {}
    for keys, place in read_yaml(file).places.items():
        known = on_line.get(place.line)
        if keys and (known is None or len(keys) < len(known)):
            on_line[place.line] = keys
    found: dict[Keys, str] = {}
    before: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        value, remark = _parted(line)
        if not value:
            before = [*before, remark] if remark else []
            continue
        said = " ".join(filter(None, [*before, remark]))
        before = []
        if said and number in on_line:
            found[on_line[number]] = said
    return found


def remarks_of(loaded: Loaded[Any]) -> dict[Keys, str]:
    """Return the remarks of all files that a scenario was read from."""
    files = [source.file for source in loaded.files if source.file.suffix in (".yaml", ".yml")]
    return nearest_remarks(files)


def nearest_remarks(files: Iterable[Path]) -> dict[Keys, str]:
    """Return the remarks of some files, the nearest first: the first one that has a remark counts."""
    found: dict[Keys, str] = {}
    for file in files:
        found = remarks_in(file) | found
    return found


def remark_on_axis(remarks: dict[Keys, str], axis: Axis) -> str:
    """Return what is remarked on an uncertain parameter's first lever and on its range; often nothing."""
    keys = (tuple(axis.paths[0].split(".")), ("uncertain", axis.name))
    return "; ".join(dict.fromkeys(filter(None, (remark_on(remarks, one) for one in keys))))


def remark_on(remarks: dict[Keys, str], keys: Keys) -> str:
    """Return the remark on a value, or that on the nearest of what holds it; empty if there is none."""
    return next((remarks[keys[:n]] for n in range(len(keys), 1, -1) if keys[:n] in remarks), "")


def _parted(line: str) -> tuple[str, str]:
    """Return what stands on a line, and the remark behind it; a `#` in quotes begins none."""
    quote = ""
    for i, letter in enumerate(line):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"" and (i == 0 or line[i - 1] in " [{,:"):
            quote = letter
        elif letter == "#" and (i == 0 or line[i - 1] in " \t"):
            return line[:i].strip(), line[i + 1 :].strip()
    return line.strip(), ""
