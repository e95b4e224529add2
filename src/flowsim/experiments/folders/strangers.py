"""Folders of results that somebody else hands over: read or refused, whatever stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import PurePath
from typing import Any, ParamSpec, TypeVar

import duckdb

from flowsim.errors import InputError
from flowsim.wording import quoted, unprintable

P = ParamSpec("P")
T = TypeVar("T")

NAMES_OF_FOLDERS = ("comparison", "finance")
"""Kinds whose arms' names are names of folders."""
WRONG = (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError)
"""What reading a manifest meets that has not what it should have."""


def whoever_wrote_it(load: Callable[P, T]) -> Callable[P, T]:
    """Let a function that reads a folder of results refuse what flowsim did not write, in words."""

    @wraps(load)
    def refusing(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return load(*args, **kwargs)
        except (*WRONG, duckdb.Error) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else ""
            raise InputError(
                f"{args[0]} must be a folder of results as flowsim wrote it; something in it is missing or "
                f"is not what it should be ({type(error).__name__}: {reason})"
            ) from None

    return refusing


def refuse_odd_names(manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest with text that must not be printed, or with names that no file could have.

    Raises
    ------
    ValueError
        With the first.
    """
    _refuse_unprintable(manifest)
    names = [manifest["name"]] if isinstance(manifest.get("name"), str) else []
    if isinstance(about := manifest.get("scenario"), Mapping):
        names.append(about["name"])
    if manifest["kind"] in NAMES_OF_FOLDERS:
        names += [one["name"] for one in manifest["arms"]]
    for name in names:
        if not isinstance(name, str) or PurePath(name).name != name or "\\" in name:
            raise ValueError(f"a name in it must be one of a file; found {quoted(name)}")


def _refuse_unprintable(value: object) -> None:
    if isinstance(value, str) and (odd := unprintable(value)):
        raise ValueError(f"text in it must have no control characters; found {odd}")
    if isinstance(value, Mapping):
        for pair in value.items():
            _refuse_unprintable(pair)
    elif isinstance(value, (list, tuple)):
        for one in value:
            _refuse_unprintable(one)
