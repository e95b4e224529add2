"""The folder of a validation: complete or absent.

    report.md, report.html  the whole report; the HTML holds its picture
    targets.csv             every target with the model beside it and the verdict
    months.csv              the record and the model by month
    predictions.csv         what is predicted, by the model and by the simple ones
    four-hour.png           the picture
    scenario.resolved.yaml  of the first parameter set, every default written out; its data files in data/
    manifest.json           versions, seed, key, hashes of all other files

All but the manifest is the same, byte for byte, whenever the same is asked again. Finished replications are
in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from flowsim.experiments.folders.folder import (
    FORMAT,
    came_about,
    choose_place,
    hashes_of,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.resolved import RESOLVED, resolved
from flowsim.experiments.folders.writing import written_whole
from flowsim.validation.plan import ValidationPlan

VALIDATION = "validation"


def place_for_validation(planned: ValidationPlan, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written.

    Parameters
    ----------
    planned : ValidationPlan
    out : Path, optional
        A folder that is not there, is empty or holds the same validation. If not given,
        `results/NAME-validation` or, with another there, the same with `-2` and so on.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    same = (VALIDATION, planned.key)
    name = f"{planned.first.name}-{VALIDATION}"
    return choose_place(out, name, lambda found: (found["kind"], found.get("key")) == same)


def write_validation(
    planned: ValidationPlan, files: Mapping[str, bytes], folder: Path, *, began: dt.datetime | None = None
) -> None:
    """Write a validation as a whole, in the place of an older folder of the same.

    Parameters
    ----------
    planned : ValidationPlan
    files : Mapping[str, bytes]
        The report, by the names of its files.
    folder : Path
        From `place_for_validation`.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    first = planned.first
    text, data = resolved(first.loaded)
    with written_whole(folder) as staging:
        write_files(staging, {RESOLVED: text.encode(), **files})
        write_files(staging, {name: file.read_bytes() for name, file in data.items()})
        manifest = {
            "format": FORMAT,
            "kind": VALIDATION,
            "name": first.name,
            "title": first.title,
            "key": planned.key,
            "seed": first.seed,
            "engine": first.engine,
            "replications": list(planned.numbers),
            "parameter_sets": {name: arm.key for name, arm in planned.sets.items()},
            "targets": planned.targets_file.name,
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)
