"""A folder of results, whatever it holds: its files, and the manifest that says it is complete.

A manifest has the hash of every other file, so a folder that was cut short or changed since is noticed.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from flowsim.errors import InputError
from flowsim.experiments.folders.provenance import model_version, versions
from flowsim.experiments.folders.strangers import WRONG, refuse_odd_names
from flowsim.experiments.folders.writing import csv_text, write_parquet
from flowsim.scenario.names import file_sha256

if TYPE_CHECKING:
    import pandas as pd

Content: TypeAlias = "bytes | pd.DataFrame"
"""Of a file: as it is, or a table that is written as its ending says, `.csv` or `.parquet`."""

MANIFEST = "manifest.json"
METRICS_FILE = "metrics.parquet"
SUMMARY = "summary.csv"
FORMAT = 2
RUN = "run"
"""The kind of folder that a run has; a manifest says which."""


def read_manifest(folder: Path, kind: str | None = None) -> dict[str, Any]:
    """Return the manifest of a complete folder of results, of some kind if that matters.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError(f"its format is {manifest['format']}, not {FORMAT}")
        if kind not in (None, manifest["kind"]):
            raise ValueError(f"it is of a {manifest['kind']}, not of a {kind}")
        refuse_odd_names(manifest)
    except OSError as error:
        found = "there is none" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise InputError(f"{folder} must be a folder of results with a {MANIFEST}; {found}") from None
    except WRONG as error:
        raise InputError(f"{folder} must be a folder of results with a {MANIFEST}; {error}") from None
    return manifest


def refuse_if_changed(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a folder in which a file is not as its manifest says.

    Raises
    ------
    InputError
        Naming the file.
    """
    for name, sha256 in manifest["files"].items():
        file = folder / name
        try:
            found = "" if file_sha256(file) == sha256 else "it was changed"
        except FileNotFoundError:
            found = "it was removed"
        except OSError as error:
            found = f"it cannot be read: {error.strerror}"
        if found:
            raise InputError(f"{file} must be as it was written; {found}")


def write_files(folder: Path, files: Mapping[str, Content]) -> None:
    """Write files by their names, which may have a folder before them."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        elif file.suffix == ".csv":
            file.write_bytes(csv_text(content).encode())
        else:
            write_parquet(content, file)


def hashes_of(folder: Path) -> dict[str, str]:
    """Return the hash of every file but the manifest, by its name, in order."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / MANIFEST)
    return {file.relative_to(folder).as_posix(): file_sha256(file) for file in files}


def came_about(began: dt.datetime | None) -> dict[str, Any]:
    """Return what a manifest says of how its folder came about: by which versions, where and when."""
    now = dt.datetime.now(dt.UTC)
    return {
        "versions": versions(),
        "model_version": model_version(),
        "platform": platform.platform(),
        "began": began.isoformat(timespec="seconds") if began else None,
        "written": now.isoformat(timespec="seconds"),
        "elapsed_s": round((now - began).total_seconds(), 3) if began else None,
    }


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder whose other files are there."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
