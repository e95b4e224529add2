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

import duckdb
import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.comparisons.who_changed import COLUMNS
from flowsim.experiments.folders.folder import Content, read_manifest, refuse_if_changed
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.folders.strangers import whoever_wrote_it
from flowsim.experiments.folders.writing import SETTINGS
from flowsim.experiments.runs.folder import fill, load_results
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Precision

COMPARISON = "comparison"
ARMS = "arms"
DIFFERENCES, WHO_CHANGED = "differences", "who_changed"


def comparison_folder(arms: Sequence[Arm], asked: Precision | None) -> KeyedFolder:
    """Return the folder of a comparison of arms, the baseline first."""
    parts = {
        "arms": [[arm.name, arm.key] for arm in arms],
        "seed": arms[0].seed,
        "replications": asked.as_json() if asked else list(arms[0].planned.numbers),
    }
    return KeyedFolder(kind=COMPARISON, key=digest(parts), name=arms[0].name)


def write_comparison(
    comparison: Comparison,
    arms: Sequence[Arm],
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write a comparison of arms, with more files such as figures; as `KeyedFolder.write`."""
    files: dict[str, Content] = {
        f"{DIFFERENCES}.parquet": comparison.to_frame(),
        f"{WHO_CHANGED}.parquet": comparison.who_changed_by_replication(),
        f"{DIFFERENCES}.csv": comparison.summary(),
        f"{WHO_CHANGED}.csv": comparison.who_changed(),
        **(extra or {}),
    }
    about = {
        "arms": [arm.described() for arm in arms],
        "seed": arms[0].seed,
        "engine": arms[0].engine,
        "replications": list(comparison.numbers),
        "precision": comparison.asked.as_json() if comparison.asked else None,
        "attained": [{"arm": arm, **one.as_json()} for arm, one in comparison.precision],
    }
    every = [comparison.baseline, *(arm.results for arm in comparison.arms)]
    place = comparison_folder(arms, comparison.asked)
    with place.written(folder, files, about, began=began) as staging:
        write_arms(staging, arms, every, began)


def write_arms(
    folder: Path, arms: Sequence[Arm], every: Sequence[Results], began: dt.datetime | None
) -> None:
    """Write the results of arms, each as a run's folder that can be read alone."""
    for arm, results in zip(arms, every, strict=True):
        place = folder / ARMS / arm.name
        place.mkdir(parents=True)
        fill(place, results, arm.planned, {}, began)


@whoever_wrote_it
def load_comparison(folder: str | Path) -> Comparison:
    """Return the comparison in a folder, each file checked against the hash in its manifest.

    Parameters
    ----------
    folder : str or Path
        As `flowsim compare` leaves it.

    Returns
    -------
    Comparison
        As it was written.

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
