"""The folder of a comparison: complete or absent, and enough to make it again.

    arms/NAME/             each arm and the baseline, as a run's folder that can be read alone
    differences.parquet    arm, replication, metric, group, baseline, value, difference
    differences.csv        mean differences with their intervals
    who_changed.parquet    arm, replication, counted, group, avoided, caused, in one arm only
    who_changed.csv        their means with intervals
    manifest.json          the arms in order, versions, seed, key, hashes of all other files

All but the manifests is the same, byte for byte, whenever the same comparison is made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.comparisons.who_changed import COLUMNS
from flowsim.experiments.folders.folder import (
    FORMAT,
    came_about,
    choose_place,
    hashes_of,
    read_manifest,
    refuse_if_changed,
    write_manifest,
)
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.writing import SETTINGS, csv_text, write_parquet, written_whole
from flowsim.experiments.runs.folder import fill, load_results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Precision

COMPARISON = "comparison"
ARMS = "arms"
DIFFERENCES, WHO_CHANGED = "differences", "who_changed"


def place_for_comparison(arms: Sequence[Arm], asked: Precision | None, out: Path | None) -> Path:
    """Return the folder to write a comparison to, after trying that it can be written.

    Parameters
    ----------
    arms : sequence of Arm
        The baseline first.
    asked : Precision, optional
    out : Path, optional
        A folder that is not there, is empty or holds the same comparison. If not given,
        `results/BASELINE-comparison` or, with other results there, one with a number behind.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    key = _key(arms, asked)
    return choose_place(
        out,
        f"{arms[0].name}-{COMPARISON}",
        lambda manifest: manifest["kind"] == COMPARISON and manifest["key"] == key,
    )


def write_comparison(
    comparison: Comparison,
    arms: Sequence[Arm],
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write a comparison as a whole, in the place of an older folder of the same.

    Parameters
    ----------
    comparison : Comparison
    arms : sequence of Arm
        Those it was made of.
    folder : Path
        From `place_for_comparison`.
    extra : Mapping[str, bytes], optional
        More files, such as figures, by name.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    every = [comparison.baseline, *(arm.results for arm in comparison.arms)]
    with written_whole(folder) as staging:
        for arm, results in zip(arms, every, strict=True):
            place = staging / ARMS / arm.name
            place.mkdir(parents=True)
            fill(place, results, arm.planned, {}, began)
        write_parquet(comparison.to_frame(), staging / f"{DIFFERENCES}.parquet")
        write_parquet(comparison.who_changed_by_replication(), staging / f"{WHO_CHANGED}.parquet")
        texts = {DIFFERENCES: comparison.summary(), WHO_CHANGED: comparison.who_changed()}
        for name, frame in texts.items():
            (staging / f"{name}.csv").write_bytes(csv_text(frame).encode())
        for name, content in (extra or {}).items():
            (staging / name).write_bytes(content)
        write_manifest(staging, _manifest(comparison, arms, staging, began))


def load_comparison(folder: str | Path) -> Comparison:
    """Return the comparison in a folder, each file checked against the hash in its manifest.

    Raises
    ------
    InputError
        If it is not a complete folder of a comparison, or a file was changed since.
    """
    folder = Path(folder)
    manifest = read_manifest(folder, COMPARISON)
    refuse_if_changed(folder, manifest)
    baseline, *others = manifest["arms"]
    words, changed = _read_changed(folder, [one["name"] for one in others], len(manifest["replications"]))
    return Comparison(
        baseline=load_results(folder / ARMS / baseline["name"]),
        arms=tuple(
            Compared(
                name=one["name"],
                title=one["title"],
                results=load_results(folder / ARMS / one["name"]),
                parts=tuple(one["parts"]),
                changed=changed[one["name"]],
            )
            for one in others
        ),
        words=words,
        asked=Precision.of(manifest["precision"]) if manifest["precision"] else None,
    )


def _read_changed(
    folder: Path, arms: Sequence[str], count: int
) -> tuple[tuple[tuple[str, str], ...], dict[str, Floats]]:
    """Return the rows of who changed, and the table of each arm, shape (n_replications, n_rows, 4)."""
    file = folder / f"{WHO_CHANGED}.parquet"
    with duckdb.connect(config=SETTINGS) as database:
        found = database.execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchnumpy()
    table = np.stack([np.asarray(found[name], dtype=np.float64) for name in COLUMNS], axis=1)
    rows, left = divmod(len(table), len(arms) * count)
    if left:
        raise InputError(f"{file} must have equally many rows for each arm and replication")
    words = tuple(zip(map(str, found["counted"][:rows]), map(str, found["group"][:rows]), strict=True))
    each = table.reshape(len(arms), count, rows, len(COLUMNS))
    return words, dict(zip(arms, each, strict=True))


def _key(arms: Sequence[Arm], asked: Precision | None) -> str:
    """Return what identifies a comparison: the same question has the same key."""
    parts = {
        "arms": [[arm.name, arm.key] for arm in arms],
        "seed": arms[0].seed,
        "replications": asked.as_json() if asked else list(arms[0].planned.numbers),
    }
    return digest(parts)


def _manifest(
    comparison: Comparison, arms: Sequence[Arm], staging: Path, began: dt.datetime | None
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": COMPARISON,
        "key": _key(arms, comparison.asked),
        "arms": [
            {
                "name": arm.name,
                "title": arm.title,
                "key": arm.key,
                "parts": [part.name for part in arm.parts],
            }
            for arm in arms
        ],
        "seed": arms[0].seed,
        "engine": arms[0].engine,
        "replications": list(comparison.numbers),
        "precision": comparison.asked.as_json() if comparison.asked else None,
        "attained": [{"arm": arm, **one.as_json()} for arm, one in comparison.precision],
        **came_about(began),
        "files": hashes_of(staging),
    }
