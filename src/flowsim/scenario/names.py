"""Names that a scenario gives: identifiers, which may become file names, and the data files it reads."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, SerializationInfo, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from flowsim.units import refusal
from flowsim.wording import quoted

IDENTIFIER_PATTERN = "^[a-z0-9][a-z0-9._-]{0,79}$"

UNRESOLVED = "data_file"
"""Type of the error by which validation tells the loader that a data file is named at a place."""


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(IDENTIFIER_PATTERN, value) or ".." in value:
        allowed = "at most 80 lower case letters, digits, hyphens, dots and underscores"
        raise refusal(f'must be a name of {allowed}, such as "winter-2016"; found {quoted(value)}')
    return value


Identifier = Annotated[
    str,
    PlainValidator(_identifier),
    WithJsonSchema({"type": "string", "pattern": IDENTIFIER_PATTERN}),
]
"""A name that may become part of a file name."""


def _data_file(value: Any, info: ValidationInfo) -> Path:
    if not isinstance(value, (str, Path)) or not str(value) or "\0" in str(value):
        raise refusal(
            f'must be a file relative to this one, such as "../data/beds.csv"; found {quoted(value)}'
        )
    if info.context and info.context.get("unresolved"):
        raise PydanticCustomError(UNRESOLVED, "a data file")
    return Path(value)


def _relative(file: Path, info: SerializationInfo) -> str:
    beside = info.context.get("beside") if isinstance(info.context, dict) else None
    return Path(os.path.relpath(file, beside)).as_posix() if beside else file.as_posix()


DataFile = Annotated[
    Path,
    PlainValidator(_data_file),
    PlainSerializer(_relative, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "description": "a file, relative to the one that names it"}),
]
"""A file that exists in the library; in YAML relative to the file that names it, in the value absolute."""


def library_root(file: Path) -> Path:
    """Return the folder that holds all that a scenario file may refer to.

    It is the folder above the nearest `scenarios`; else the working folder, if the file is in it; else the
    file's own folder.
    """
    file = file.resolve()
    for folder in file.parents:
        if folder.name == "scenarios":
            return folder.parent
    here = Path.cwd().resolve()
    return here if here in file.parents else file.parent


class NoSuchFile(ValueError):
    """A reference to a file that does not exist."""


def inside(reference: str, beside: Path) -> Path:
    """Return the absolute file that a reference written in the file `beside` means.

    Raises
    ------
    ValueError
        If it leads out of the library; `NoSuchFile` if there is none.
    """
    try:
        file = (beside.parent / reference).resolve()
        root = library_root(beside)
        if root not in file.parents:
            raise ValueError(f"must be a file inside the scenario's library; found {quoted(reference)}")
        if not file.is_file():
            raise NoSuchFile(f"must be a file that exists; found {quoted(reference)}")
    except (OSError, RuntimeError) as error:
        raise ValueError(f"must be a file that can be found; found {quoted(reference)}") from error
    return file


def file_sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
