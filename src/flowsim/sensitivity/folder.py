"""The folder of a sensitivity analysis: complete or absent.

    scenario.resolved.yaml  every default written out; its data files are beside it in data/
    effects.csv             elementary effects over whole ranges, ranked for each metric
    ends.csv                what either end of each range changes, paired with the scenario as written
    indices.csv             Sobol indices on an emulator, if they were asked for
    variance.csv            what of the variance of single years is chance, and how good emulators are
    *.png, *.svg            a tornado for each metric
    manifest.json           versions, seed, key, hashes of all other files

All but the manifest is the same, byte for byte, whenever the same is asked again, however often it was
stopped. Finished replications are in `.store` beside the folder.
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
from flowsim.experiments.folders.writing import csv_text, written_whole
from flowsim.sensitivity.results import Sensitivity
from flowsim.sensitivity.sensitivity import SensitivityPlan

SENSITIVITY = "sensitivity"
"""The kind of folder."""


def place_for_sensitivity(planned: SensitivityPlan, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written.

    Parameters
    ----------
    planned : SensitivityPlan
    out : Path, optional
        A folder that is not there, is empty or holds the same analysis. If not given,
        `results/NAME-sensitivity` or, with others there, the same with `-2` and so on.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    same = (SENSITIVITY, planned.key)
    name = f"{planned.loaded.value.name}-{SENSITIVITY}"
    return choose_place(out, name, lambda found: (found["kind"], found.get("key")) == same)


def write_sensitivity(
    found: Sensitivity,
    planned: SensitivityPlan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what was found as a whole, in the place of an older folder.

    Parameters
    ----------
    found : Sensitivity
    planned : SensitivityPlan
    folder : Path
        From `place_for_sensitivity`.
    extra : Mapping[str, bytes], optional
        More files, such as pictures, by name.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    text, data = resolved(planned.loaded)
    files = {RESOLVED: text.encode(), **(extra or {})}
    files |= {name: file.read_bytes() for name, file in data.items()}
    files["effects.csv"] = csv_text(found.of_effects()).encode()
    files["ends.csv"] = csv_text(found.of_ends()).encode()
    if found.indices:
        files["indices.csv"] = csv_text(found.of_indices()).encode()
        files["variance.csv"] = csv_text(found.of_variance()).encode()
    with written_whole(folder) as staging:
        write_files(staging, files)
        manifest = {
            "format": FORMAT,
            "kind": SENSITIVITY,
            "name": found.name,
            "title": found.title,
            "key": found.key,
            "seed": found.seed,
            "metrics": list(found.metrics),
            "parameters": list(found.parameters.names),
            "trajectories": planned.trajectories,
            "replications_at_ends": planned.at_ends,
            "points": planned.points,
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)
