"""Reading one YAML 1.2 file safely, every value with the line it stands on; and writing one.

Values are made from the parser's events in one pass that stops at the first excess: no aliases, no tags but
the core ones, limited size, depth and number of values. A key is always text; a date or a time stays text.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from flowsim.errors import InputError, Problem
from flowsim.wording import instead_of_a_file, quoted, unprintable

LARGEST_FILE = 1_000_000
"""Bytes."""
DEEPEST = 20
"""Mappings and lists inside one another."""
MOST_VALUES = 10_000
"""Values in a file; the parser reads about this many in a second. Tables belong in data files."""
LONGEST_TEXT = 10_000
"""Characters of one value."""
LONGEST_NUMBER = 40
"""Characters of one number."""
MOST_KEPT = 64
"""Files whose values are kept once they are read."""

Keys = tuple[str | int, ...]
"""The keys that lead to a value."""

_CORE = "tag:yaml.org,2002:"
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_HALVES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written."""

    file: Path | None
    line: int

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}" if self.file else ""


IN_PYTHON = Place(None, 0)
"""The place of a value that no file wrote."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its values as plain mappings, lists and scalars, and where each was written."""

    tree: dict[str, Any]
    places: dict[Keys, Place]
    sha256: str


def shown(file: Path) -> str:
    """Return a file as messages name it: relative to the working folder if it lies inside."""
    try:
        return file.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (OSError, ValueError):
        return str(file)


def copied(tree: Any) -> Any:
    """Return a copy of plain mappings, lists and scalars; a fifth of the time that `copy.deepcopy` takes."""
    if type(tree) is dict:
        return {key: copied(value) for key, value in tree.items()}
    return [copied(value) for value in tree] if type(tree) is list else tree


def read_yaml(file: Path) -> Document:
    """Return the content of a file whose top is a mapping.

    Raises
    ------
    InputError
        With the line of the first thing that cannot be read.
    """
    data = _bytes(file)
    document = _document(file, data)
    return Document(copied(document.tree), dict(document.places), document.sha256)


@lru_cache(maxsize=MOST_KEPT)
def _document(file: Path, data: bytes) -> Document:
    """Return what some bytes say; the arms of a sweep all begin with the same file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(file, line, f"must be UTF-8 text; found the byte {data[error.start]:#04x}")
    maker = _Maker(file, text)
    with _in_our_words(file):
        tree = maker.document()
    return Document(tree, maker.places, hashlib.sha256(data).hexdigest())


def read_value(text: str) -> Any:
    """Return the value that a text is, as in a file and within the same limits.

    Raises
    ------
    InputError
        If it is none.
    """
    nowhere = Path("value")
    with _in_our_words(nowhere):
        return _Maker(nowhere, text).alone()


@contextmanager
def _in_our_words(file: Path) -> Iterator[None]:
    """Refuse what the parser cannot read."""
    try:
        yield
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(file, mark.line + 1 if mark else 1, f"must be YAML; {error.problem or error.context}")
    except YAMLError as error:
        _refuse(file, 1, f"must be YAML; {str(error).splitlines()[0]}")


def write_yaml(tree: Any) -> str:
    """Return plain mappings, lists and scalars as YAML text, keys in their order."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 10**6
    yaml.allow_unicode = True
    stream = io.StringIO()
    yaml.dump(tree, stream)
    return stream.getvalue()


def _bytes(file: Path) -> bytes:
    try:
        if not os.path.isfile(file):
            _refuse(file, 0, f"must be a YAML file; found {instead_of_a_file(file)}")
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        _refuse(file, 0, f"must be a file that can be read; {error.strerror}")
    if len(data) > LARGEST_FILE:
        _refuse(file, 0, f"must have at most {LARGEST_FILE:,} bytes; found more")
    return data


def _refuse(file: Path, line: int, message: str, path: str = "") -> NoReturn:
    where = f"{shown(file)}:{line}" if line else shown(file)
    raise InputError([Problem(where, path, message)])


def _with_whole_letters(event: Any) -> Any:
    r"""Return an event in whose text the halves of a character, `\ud83d\ude00` as JSON has it, are one."""
    if isinstance(event, ScalarEvent):
        event.value = _HALVES.sub(
            lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), event.value
        )
    return event


class _Maker:
    """Makes plain values from the parser's events."""

    def __init__(self, file: Path, text: str) -> None:
        self.file, self.count = file, 0
        self.places: dict[Keys, Place] = {}
        self.events: Iterator[Event] = map(_with_whole_letters, YAML(typ="safe", pure=True).parse(text))

    def document(self) -> dict[str, Any]:
        """Return the only document, a mapping."""
        tree = self.alone()
        if not isinstance(tree, dict):
            found = "an empty file" if tree is None else quoted(tree)
            line = self.places[()].line
            _refuse(
                self.file, line, f"must be a mapping of the scenario's sections at the top; found {found}"
            )
        return tree

    def alone(self) -> Any:
        """Return the value of the only document."""
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                break
        else:
            _refuse(self.file, 1, "must be a mapping of the scenario's sections; found an empty file")
        value = self.value(next(self.events), (), 0)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                self.refuse(event, "must be one document; found another after it")
        return value

    def value(self, event: Event, path: Keys, depth: int) -> Any:
        """Return the value that starts with this event."""
        self.check(event, path, depth)
        self.places[path] = Place(self.file, event.start_mark.line + 1)
        if isinstance(event, MappingStartEvent):
            return self.mapping(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            items: list[Any] = []
            while isinstance(
                event := next(self.events), MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent
            ):
                items.append(self.value(event, (*path, len(items)), depth + 1))
            return items
        return self.scalar(event, path)

    def mapping(self, start: Event, path: Keys, depth: int) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        while isinstance(
            event := next(self.events), MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent
        ):
            self.check(event, path, depth)
            if not isinstance(event, ScalarEvent):
                self.refuse(event, "must have text as a key; found a mapping or a list", path)
            key = event.value
            if key in tree:
                first = self.places[(*path, key)].line
                self.refuse(event, f"must stand there once; found it on line {first}, too", (*path, key))
            line = event.start_mark.line + 1
            tree[key] = self.value(next(self.events), (*path, key), depth + 1)
            self.places[(*path, key)] = Place(self.file, line)
        return tree

    def scalar(self, event: Any, path: Keys) -> Any:
        """Return a scalar by the core schema of YAML 1.2."""
        text, tag = event.value, str(event.tag or "")
        if (tag or event.style) and tag in ("", "!", _CORE + "str"):
            return text
        value: Any = text
        if _NULL.fullmatch(text):
            value = None
        elif _BOOL.fullmatch(text):
            value = text.lower() == "true"
        elif _INT.fullmatch(text) or _BASED.fullmatch(text) or _FLOAT.fullmatch(text):
            if len(text) > LONGEST_NUMBER:
                self.refuse(
                    event, f"must be a number of at most {LONGEST_NUMBER} digits; found {len(text)}", path
                )
            if _INT.fullmatch(text):
                value = int(text)
            else:
                value = int(text, 0) if _BASED.fullmatch(text) else float(text)
        elif special := _SPECIAL.fullmatch(text):
            value = float((special.group(1) or "") + "inf") if special.group(2) else float("nan")
        if tag and tag != _CORE + {type(None): "null", bool: "bool", int: "int", float: "float"}.get(
            type(value), "str"
        ):
            self.refuse(event, f"must fit its tag {tag}; found {quoted(text)}", path)
        return value

    def check(self, event: Any, path: Keys, depth: int) -> None:
        """Refuse what may stand in no scenario."""
        self.count += 1
        if isinstance(event, AliasEvent) or event.anchor:
            self.refuse(event, f"must be written out; found the anchor or alias {quoted(event.anchor)}", path)
        tag = str(event.tag or "")
        core = {_CORE + name for name in ("str", "int", "float", "bool", "null", "map", "seq")}
        if tag and tag != "!" and tag not in core:
            self.refuse(event, f"must have no tag of its own; found {quoted(tag)}", path)
        if depth > DEEPEST:
            self.refuse(event, f"must be at most {DEEPEST} levels deep; found more")
        if self.count > MOST_VALUES:
            self.refuse(event, f"must have at most {MOST_VALUES:,} values; found more")
        if isinstance(event, ScalarEvent) and len(event.value) > LONGEST_TEXT:
            self.refuse(
                event, f"must have at most {LONGEST_TEXT:,} characters; found {len(event.value):,}", path
            )
        if isinstance(event, ScalarEvent) and (odd := unprintable(event.value)):
            self.refuse(event, f"must have no control characters; found {odd}", path)

    def refuse(self, event: Any, message: str, path: Keys = ()) -> NoReturn:
        _refuse(self.file, event.start_mark.line + 1, message, ".".join(map(str, path)))
