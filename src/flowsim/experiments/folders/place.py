"""Where results may stand: where nothing is, or in the place of the same results as flowsim left them.

A folder is replaced as a whole. So one that holds a file which flowsim did not write, or which was changed
since, is never replaced, before a run or after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from flowsim.errors import InputError, ResultsError
from flowsim.experiments.folders.folder import MANIFEST, RUN, read_manifest
from flowsim.experiments.folders.strangers import WRONG
from flowsim.experiments.folders.writing import refuse_if_it_cannot_be_written, written_whole
from flowsim.scenario.names import file_sha256
from flowsim.wording import printable, quoted

MOST_VERSIONS = 10_000
MOST_NAMED = 3
"""Files that a message names; the rest is counted."""
OF_DESKTOPS = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What macOS and Windows leave in a folder that somebody looked at; nobody misses it."""


def choose_place(
    out: Path | None,
    name: str,
    same: Callable[[dict[str, Any]], bool],
    told: Callable[[str], object] = lambda _: None,
) -> Path:
    """Return the folder to write results to, after trying that it can be written.

    Parameters
    ----------
    out : Path, optional
        As for `KeyedFolder.place`.
    name : str
        Of the folder in `results/` if `out` is not given.
    same : callable
        Of a manifest: whether it is that of the same results, which may be replaced.
    told : callable, optional
        Called with a sentence if that folder is taken and another is chosen.

    Raises
    ------
    InputError
        If `out` holds something else, or there are files besides the same results, or they were changed.
    ResultsError
        If nothing can be written there.
    """
    if out is None:
        stem = Path("results") / name
        numbered = (stem.with_name(f"{stem.name}-{i}") for i in range(2, MOST_VERSIONS))
        folder = next(one for one in chain([stem], numbered) if _is_free(one, same))
        if folder != stem:
            told(f"{stem} holds {_found(stem)}; these results go to {folder}")
    elif _is_free(out, same):
        folder = out
    else:
        raise InputError(
            "--out must be a new or empty folder, or one with the results of the same run; "
            f"found {_found(out)} in {out}"
        )
    try:
        others = others_in(folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}") from None
    if others:
        raise InputError(_not_replaced(folder, others))
    refuse_if_it_cannot_be_written(folder)
    return folder


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which takes its place as `written_whole` lets it.

    Raises
    ------
    ResultsError
        If something was added to the older folder or changed in it meanwhile, which is left as it is; or as
        `written_whole`.
    """
    with written_whole(folder) as staging:
        yield staging
        if others := others_in(folder):
            raise ResultsError(f"{_not_replaced(folder, others)}; what was to replace it is not written")


def others_in(folder: Path) -> list[str]:
    """Return what is in a folder and is not as flowsim wrote it, by name; nothing if there is no folder.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    while True:
        before = _identity(folder)
        try:
            found = list(_others(folder)) if before else []
        except FileNotFoundError:
            continue
        if _identity(folder) == before:  # else another process put its results there meanwhile
            return found


def _others(folder: Path) -> Iterator[str]:
    try:
        known = dict(read_manifest(folder)["files"])
        ours = {MANIFEST}
    except (InputError, *WRONG):
        known, ours = {}, set()
    for name in sorted(_files(folder)):
        if name not in known:
            if name not in ours and Path(name).name not in OF_DESKTOPS:
                yield printable(name)
        elif _changed(folder / name, known[name]):
            yield f"{printable(name)} (changed)"


def _changed(file: Path, sha256: object) -> bool:
    return file.is_symlink() or not file.is_file() or file_sha256(file) != sha256


def _files(folder: Path) -> Iterator[str]:
    """Yield the name of all that is no folder, however deep."""

    def refused(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=refused):
        for name in (*files, *(one for one in folders if os.path.islink(os.path.join(place, one)))):
            yield Path(place, name).relative_to(folder).as_posix()


def _identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another that takes its name; None if there is none to be reached."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _not_replaced(folder: Path, others: list[str]) -> str:
    more = len(others) - MOST_NAMED
    named = ", ".join(others[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return (
        f"{folder} must hold only what flowsim wrote there, for it is replaced as a whole; "
        f"found {named}: move them, or give another folder with --out"
    )


def _is_free(folder: Path, same: Callable[[dict[str, Any]], bool]) -> bool:
    """Return whether results may be written to a folder by its kind: nothing is there, or the same."""
    if not os.path.lexists(folder):
        return True
    if not os.path.isdir(folder):
        return False
    try:
        return same(read_manifest(folder))
    except InputError:
        return _is_empty(folder)
    except WRONG:  # nobody knows what wrote it
        return False


def _is_empty(folder: Path) -> bool:
    try:
        return not os.listdir(folder)
    except OSError:
        return False


def _found(folder: Path) -> str:
    """Return what is in the way."""
    if not os.path.isdir(folder):
        return "a file"
    try:
        manifest = read_manifest(folder)
        if manifest["kind"] != RUN:
            return f"results of a {manifest['kind']}"
        run, name = manifest["run"], quoted(manifest["scenario"]["name"])
        return f"results of {name}, seed {run['seed']}, {len(manifest['replications'])} replications"
    except (InputError, *WRONG):
        return "other files"
