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

from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.capacity.bottlenecks import BottleneckPlan
from flowsim.experiments.capacity.seek_plan import SeekPlan
from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.experiments.folders.folder import Content
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.resolved import resolved_files

BOTTLENECKS, SEEK = "bottlenecks", "seek"


def answer_folder(planned: BottleneckPlan | SeekPlan) -> KeyedFolder:
    """Return the folder of what one more of everything is worth, or of what a search found."""
    kind = BOTTLENECKS if isinstance(planned, BottleneckPlan) else SEEK
    base = _baseline(planned)
    return KeyedFolder(kind=kind, key=planned.key, name=base.name, title=base.title)


def write_bottlenecks(
    found: Bottlenecks,
    planned: BottleneckPlan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what one more of everything is worth, and more files such as pictures; as `KeyedFolder.write`."""
    base = _baseline(planned)
    about = {
        "seed": base.seed,
        "engine": base.engine,
        "replications": list(found.baseline.numbers),
        "precision": planned.precision.as_json() if planned.precision else None,
        "rank_by": planned.rank_by,
        "levers": {more.lever.name: more.step for more in found.levers},
        "without": {lever.name: lever.why_not for lever in found.without},
    }
    files: dict[str, Content] = {**resolved_files(base.loaded), **(extra or {}), **_tables(found)}
    files["worths.parquet"] = found.to_frame()
    answer_folder(planned).write(folder, files, about, began=began)


def write_seek(
    found: Seek,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what a search found, and more files such as pictures; as `KeyedFolder.write`."""
    planned = found.planned
    base = _baseline(planned)
    about = {
        "seed": base.seed,
        "engine": base.engine,
        "target": planned.clause.text,
        "probability": planned.rule.probability,
        "replications_at_first": planned.rule.first,
        "max_replications": planned.rule.most,
        "levers": {lever.name: [lever.values[0], lever.values[-1]] for lever in planned.levers},
        "costs": list(planned.costs),
        "found": found.value(found.answer) if found.answer else None,
    }
    files: dict[str, Content] = {**resolved_files(base.loaded), **(extra or {})}
    files |= {"curve.csv": found.summary(), "curve.parquet": found.to_frame()}
    if found.obstacles:
        files |= _tables(found.obstacles)
    answer_folder(planned).write(folder, files, about, began=began)


def _tables(found: Bottlenecks) -> dict[str, Content]:
    return {"worths.csv": found.summary(), "binding.csv": found.binding.to_frame()}


def _baseline(planned: BottleneckPlan | SeekPlan) -> Arm:
    return planned.arms[0] if isinstance(planned, BottleneckPlan) else planned.baseline
