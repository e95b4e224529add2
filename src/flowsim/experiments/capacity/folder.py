"""The folder of what was asked of one scenario, its bottlenecks or a goal: complete or absent.

    scenario.resolved.yaml  every default written out; its data files are beside it in data/
    *.csv, *.parquet        what was found: the tables are those of `Bottlenecks` and of `Seek`
    *.png, *.svg            pictures
    manifest.json           versions, seed, key, hashes of all other files

All but the manifest is the same, byte for byte, whenever the same is asked again, however often it was
stopped. Finished replications are in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.capacity.bottlenecks import BottleneckPlan
from flowsim.experiments.capacity.seek_plan import SeekPlan
from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.experiments.folders.folder import (
    FORMAT,
    came_about,
    choose_place,
    hashes_of,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.resolved import RESOLVED, resolved
from flowsim.experiments.folders.writing import csv_text, write_parquet, written_whole

if TYPE_CHECKING:
    import pandas as pd

BOTTLENECKS, SEEK = "bottlenecks", "seek"


def place_for_answer(planned: BottleneckPlan | SeekPlan, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written.

    Parameters
    ----------
    planned : BottleneckPlan or SeekPlan
    out : Path, optional
        A folder that is not there, is empty or holds the answer to the same question. If not given,
        `results/NAME-bottlenecks` or `results/NAME-seek` or, with others there, the same with `-2` and so on.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    kind, base = _kind(planned), _baseline(planned)
    same = (kind, planned.key)
    return choose_place(out, f"{base.name}-{kind}", lambda found: (found["kind"], found.get("key")) == same)


def write_bottlenecks(
    found: Bottlenecks,
    planned: BottleneckPlan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what one more of everything is worth as a whole, in the place of an older folder.

    Parameters
    ----------
    found : Bottlenecks
    planned : BottleneckPlan
    folder : Path
        From `place_for_answer`.
    extra : Mapping[str, bytes], optional
        More files, such as pictures, by name.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    about = {
        "replications": list(found.baseline.numbers),
        "precision": planned.precision.as_json() if planned.precision else None,
        "rank_by": planned.rank_by,
        "levers": {more.lever.name: more.step for more in found.levers},
        "without": {lever.name: lever.why_not for lever in found.without},
    }
    _write(planned, folder, _tables(found), {"worths.parquet": found.to_frame()}, about, extra, began)


def write_seek(
    found: Seek,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what a search found as a whole; the parameters are those of `write_bottlenecks`."""
    planned = found.planned
    about = {
        "target": planned.clause.text,
        "probability": planned.rule.probability,
        "replications_at_first": planned.rule.first,
        "max_replications": planned.rule.most,
        "levers": {lever.name: [lever.values[0], lever.values[-1]] for lever in planned.levers},
        "costs": list(planned.costs),
        "found": found.value(found.answer) if found.answer else None,
    }
    tables = {"curve.csv": found.summary()} | (_tables(found.obstacles) if found.obstacles else {})
    _write(planned, folder, tables, {"curve.parquet": found.to_frame()}, about, extra, began)


def _tables(found: Bottlenecks) -> dict[str, pd.DataFrame]:
    return {"worths.csv": found.summary(), "binding.csv": found.binding.to_frame()}


def _write(
    planned: BottleneckPlan | SeekPlan,
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    long: Mapping[str, pd.DataFrame],
    about: Mapping[str, Any],
    extra: Mapping[str, bytes] | None,
    began: dt.datetime | None,
) -> None:
    base = _baseline(planned)
    text, data = resolved(base.loaded)
    files = {RESOLVED: text.encode(), **(extra or {})}
    files |= {name: file.read_bytes() for name, file in data.items()}
    files |= {name: csv_text(table).encode() for name, table in tables.items()}
    with written_whole(folder) as staging:
        write_files(staging, files)
        for name, frame in long.items():
            write_parquet(frame, staging / name)
        manifest = {
            "format": FORMAT,
            "kind": _kind(planned),
            "name": base.name,
            "title": base.title,
            "key": planned.key,
            "seed": base.seed,
            "engine": base.engine,
            **about,
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)


def _kind(planned: BottleneckPlan | SeekPlan) -> str:
    return BOTTLENECKS if isinstance(planned, BottleneckPlan) else SEEK


def _baseline(planned: BottleneckPlan | SeekPlan) -> Arm:
    return planned.arms[0] if isinstance(planned, BottleneckPlan) else planned.baseline
