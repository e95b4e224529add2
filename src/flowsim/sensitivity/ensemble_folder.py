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
from flowsim.experiments.folders.folder import Content
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.sensitivity.over_ensemble import EnsemblePlan, OverEnsemble

OVER_ENSEMBLE = "ensemble"
"""The kind of folder."""


def ensemble_folder(planned: EnsemblePlan) -> KeyedFolder:
    """Return the folder of figures over an ensemble."""
    scenario = planned.loaded.value
    return KeyedFolder(kind=OVER_ENSEMBLE, key=planned.key, name=scenario.name, title=scenario.title)


def write_over_ensemble(
    found: OverEnsemble, planned: EnsemblePlan, folder: Path, *, began: dt.datetime | None = None
) -> None:
    """Write figures over an ensemble; as `KeyedFolder.write`."""
    files: dict[str, Content] = {
        "summary.csv": found.summary(),
        "runs.csv": found.to_frame(),
        ENSEMBLE: planned.ensemble.to_json(),
    }
    about = {
        "seed": found.seed,
        "members": len(planned.ensemble),
        "replications_of_each": planned.each,
        "arms": list(found.arms),
    }
    ensemble_folder(planned).write(folder, files, about, began=began)
