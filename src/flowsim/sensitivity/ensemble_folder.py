"""The folder of figures over an ensemble: complete or absent.

    summary.csv             each figure and difference, its variance split between parameters and chance
    runs.csv                every member and replication
    ensemble.json           the members
    manifest.json           versions, seed, key, hashes of all other files

Finished replications are in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flowsim.calibration.ensemble import ENSEMBLE
from flowsim.experiments.folders.folder import (
    FORMAT,
    came_about,
    choose_place,
    hashes_of,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.writing import csv_text, written_whole
from flowsim.sensitivity.over_ensemble import EnsemblePlan, OverEnsemble

OVER_ENSEMBLE = "ensemble"
"""The kind of folder."""


def place_for_ensemble(planned: EnsemblePlan, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written; as for any folder of results."""
    same = (OVER_ENSEMBLE, planned.key)
    name = f"{planned.loaded.value.name}-{OVER_ENSEMBLE}"
    return choose_place(out, name, lambda found: (found["kind"], found.get("key")) == same)


def write_over_ensemble(
    found: OverEnsemble, planned: EnsemblePlan, folder: Path, *, began: dt.datetime | None = None
) -> None:
    """Write figures over an ensemble as a whole, in the place of an older folder.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    with written_whole(folder) as staging:
        write_files(
            staging,
            {
                "summary.csv": csv_text(found.summary()).encode(),
                "runs.csv": csv_text(found.to_frame()).encode(),
                ENSEMBLE: planned.ensemble.to_json(),
            },
        )
        manifest = {
            "format": FORMAT,
            "kind": OVER_ENSEMBLE,
            "name": found.name,
            "title": found.title,
            "key": found.key,
            "seed": found.seed,
            "members": len(planned.ensemble),
            "replications_of_each": planned.each,
            "arms": list(found.arms),
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)
