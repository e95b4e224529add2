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

from flowsim.experiments.folders.folder import Content
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.resolved import resolved_files
from flowsim.sensitivity.results import Sensitivity
from flowsim.sensitivity.sensitivity import SensitivityPlan

SENSITIVITY = "sensitivity"
"""The kind of folder."""


def sensitivity_folder(planned: SensitivityPlan) -> KeyedFolder:
    """Return the folder of an analysis."""
    scenario = planned.loaded.value
    return KeyedFolder(kind=SENSITIVITY, key=planned.key, name=scenario.name, title=scenario.title)


def write_sensitivity(
    found: Sensitivity,
    planned: SensitivityPlan,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write what was found, with more files such as pictures; as `KeyedFolder.write`."""
    files: dict[str, Content] = {**resolved_files(planned.loaded), **(extra or {})}
    files |= {"effects.csv": found.of_effects(), "ends.csv": found.of_ends()}
    if found.indices:
        files |= {"indices.csv": found.of_indices(), "variance.csv": found.of_variance()}
    about = {
        "seed": found.seed,
        "metrics": list(found.metrics),
        "parameters": list(found.parameters.names),
        "trajectories": planned.trajectories,
        "replications_at_ends": planned.at_ends,
        "points": planned.points,
    }
    sensitivity_folder(planned).write(folder, files, about, began=began)
