"""Words that every refusal shares: how a found value is quoted, how the nearest allowed name is offered."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from flowsim.errors import InputError

T = TypeVar("T")

LONGEST = 60
"""Characters of a found value that a message quotes; the rest is cut."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal, a file name or a reader would take for something else than text: control characters but
tab and new line, what turns the direction of the text around it, and halves of characters."""


def instead_of_a_file(path: str | os.PathLike[str]) -> str:
    """Return what stands where no file was found."""
    try:
        os.stat(path)
    except PermissionError:
        return "nothing one may look at"
    except (OSError, ValueError):
        return "no file"
    return "a folder" if os.path.isdir(path) else "no file"


def unprintable(text: str) -> str:
    """Return the first character that must not be printed, as its number; empty if there is none."""
    found = _UNPRINTABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def printable(text: str) -> str:
    """Return a text with each character that must not be printed as its number instead."""
    return _UNPRINTABLE.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def quoted(value: object) -> str:
    """Return a value as a message shows it: text in quotes, YAML's words for the rest, never too long."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    text = printable(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name most like `name`, or None if none is like it."""
    return next(iter(difflib.get_close_matches(name, list(allowed), n=1, cutoff=0.55)), None)


def unknown(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Return the message for a name that is not allowed here: the nearest one, then all of them."""
    names = sorted(allowed)
    close = nearest(name, names)
    hint = f'; did you mean "{close}"?' if close else "."
    return f"unknown {kind} {quoted(name)}{hint} Allowed here: {', '.join(names) or 'nothing'}"


def known(kind: str, name: str, things: Mapping[str, T]) -> T:
    """Return a thing by its name.

    Raises
    ------
    InputError
        If there is none of that name, with those there are.
    """
    if name not in things:
        raise InputError(unknown(kind, name, things))
    return things[name]
