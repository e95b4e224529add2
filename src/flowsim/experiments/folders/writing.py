"""Writing results: a folder is complete or absent; tables as CSV and Parquet, the same rows the same bytes.

A folder is written beside its place under another name, and takes its place by a rename.
"""

from __future__ import annotations

import csv
import errno
import io
import math
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from flowsim.errors import InputError, ResultsError
from flowsim.wording import quoted

if TYPE_CHECKING:
    import pandas as pd

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
PARTIAL, OLDER = ".partial", ".older"
FORGOTTEN = 3600.0
"""Seconds after which what is half-written is nobody's any more."""


def refuse_if_it_cannot_be_written(folder: Path) -> None:
    """Try whether a folder could be written; nothing is left.

    Raises
    ------
    ResultsError
        If it could not.
    """
    try:
        _try_beside(folder)
    except OSError as error:
        raise _cannot_write(folder, error) from None


def refuse_unless_new(folder: Path) -> None:
    """Refuse a folder that is there already, or that could not be written.

    Raises
    ------
    InputError
        If it is there.
    ResultsError
        If it could not be written.
    """
    if os.path.lexists(folder):
        raise InputError(f"{folder} must not exist yet; nothing is ever written over")
    refuse_if_it_cannot_be_written(folder)


def refuse_unless_file(file: Path, option: str, ending: str) -> None:
    """Refuse a file to write whose name has another ending, or that could not be written; nothing is left.

    The ending keeps what is written from the place of what is read, a scenario above all.

    Parameters
    ----------
    file : Path
        It may be there: it is written over.
    option : str
        With which it was given, for the message.
    ending : str
        Such as `.csv`.

    Raises
    ------
    InputError
        Saying what is wrong with it.
    """
    must = f"{option} must be a file to write whose name ends in {ending}"
    if file.suffix.lower() != ending:
        raise InputError(f"{must}; found {quoted(str(file))}")
    if os.path.isdir(file):
        raise InputError(f"{must}; found the folder {quoted(str(file))}")
    try:
        _try_beside(file)
    except OSError as error:
        raise InputError(f"{must}; {file} cannot be written: {error.strerror}") from None


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which takes its place, and that of an older one, when all went well.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    staging = _beside(folder, PARTIAL)
    try:
        remove_forgotten(folder.absolute().parent, f".{folder.name}.*")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        yield staging
        for file in sorted(staging.rglob("*"), reverse=True):
            _sync(file)
        _sync(staging)
        _take_place(staging, folder)
    except (OSError, duckdb.Error) as error:
        raise _cannot_write(folder, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_file(file: Path, content: str | bytes) -> None:
    """Write a file as a whole, in the place of an older one.

    Raises
    ------
    ResultsError
        If it cannot be written, with its name.
    """
    partial = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as stream:
                stream.write(content.encode() if isinstance(content, str) else content)
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ResultsError(f"{file} cannot be written: {error.strerror}") from None


def remove_forgotten(folder: Path, pattern: str) -> None:
    """Remove what was being written when its process was killed, by its name and its age."""
    for one in folder.glob(pattern):
        try:
            if one.suffix in (PARTIAL, OLDER) and time.time() - one.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        except OSError:  # another process was first, or it is not ours to remove
            continue


def csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV; a text that a spreadsheet would take for a formula gets an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_cell, frame.columns))
    for row in frame.itertuples(index=False):
        writer.writerow(map(_cell, row))
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return "" if isinstance(value, float) and math.isnan(value) else value


def write_parquet(frame: pd.DataFrame, file: Path) -> None:
    """Write a table as Parquet, its categories as text."""
    columns = ", ".join(
        f'"{name}"::VARCHAR AS "{name}"' if str(kind) == "category" else f'"{name}"'
        for name, kind in frame.dtypes.items()
    )
    target = str(file).replace("'", "''")
    with duckdb.connect(config=SETTINGS) as database:
        database.register("rows", frame)
        database.execute(
            f"COPY (SELECT {columns} FROM rows) "
            f"TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1)"
        )


def _beside(folder: Path, ending: str) -> Path:
    folder = folder.absolute()
    return folder.with_name(f".{folder.name}.{os.getpid()}{ending}")


def _try_beside(place: Path) -> None:
    """Write a folder beside a place and remove it, and those above it that were not there."""
    staging = _beside(place, PARTIAL)
    # Unlike Path.exists these are no errors where nobody may look, or for a name that nothing could have.
    new = [one for one in (staging, *staging.parents) if not os.path.lexists(one)]
    try:
        staging.mkdir(parents=True)
    finally:
        for one in new:
            with suppress(OSError):
                one.rmdir()


def _take_place(staging: Path, folder: Path) -> None:
    """Rename a complete folder to its place, however many do so at once; what stood there is then removed."""
    older = _beside(folder, OLDER)
    while True:
        if folder.exists():
            with suppress(FileNotFoundError):  # another process moved it away first
                folder.rename(older)
        try:
            staging.rename(folder)
            break
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                if older.exists():
                    older.rename(folder)
                raise
            shutil.rmtree(older, ignore_errors=True)  # another process took the place first
    shutil.rmtree(older, ignore_errors=True)
    _sync(folder.absolute().parent)


def _sync(file: Path) -> None:
    """Wait until a file, or on POSIX the names in a folder, are on the disk."""
    if file.is_dir() and os.name != "posix":
        return
    handle = os.open(file, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(folder: Path, error: Exception) -> ResultsError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error).splitlines()[0]
    return ResultsError(
        f"results cannot be written to {folder}: {reason}; nothing half-written was left there"
    )
