"""The folder of a calibration: complete or absent.

    scenario.resolved.yaml   the scenario with every default written out; its data files beside it in data/
    fitted.yaml              the same with the centre of the values that agree best: a scenario to run
    ensemble.json            the plausible parameter sets, for `--ensemble`
    parameters.csv           each parameter's range, what is plausible of it, whether the data identify it
    figures.csv              each observed figure, and what the ensemble gives
    sample.csv               points drawn from what is plausible, as shares of the ranges
    runs.csv                 every run of the waves: its values and its figures
    manifest.json            versions, seed, key, hashes of all other files

All but the manifest is the same, byte for byte, whenever the same is asked again, however often it was
stopped. Finished replications are in `.store` beside the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from flowsim.calibration.calibrate import CalibrationPlan
from flowsim.calibration.ensemble import CALIBRATION, ENSEMBLE
from flowsim.calibration.results import Calibration
from flowsim.experiments.folders.folder import Content
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.resolved import RESOLVED, resolved_files
from flowsim.scenario.levers import plain
from flowsim.scenario.yaml_file import write_yaml

FITTED = "fitted.yaml"
OBSERVED = "observed.csv"


def calibration_folder(planned: CalibrationPlan) -> KeyedFolder:
    """Return the folder of a calibration."""
    scenario = planned.written.value
    return KeyedFolder(kind=CALIBRATION, key=planned.key, name=scenario.name, title=scenario.title)


def write_calibration(
    found: Calibration,
    planned: CalibrationPlan,
    observed: Path,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write a calibration, the file of observed figures and others, as pictures; as `KeyedFolder.write`."""
    files: dict[str, Content] = {
        **resolved_files(planned.written),
        **(extra or {}),
        ENSEMBLE: found.ensemble.to_json(),
        FITTED: fitted_yaml(found).encode(),
        OBSERVED: observed.read_bytes(),
        "parameters.csv": found.of_parameters(),
        "figures.csv": found.of_figures(),
        "sample.csv": found.of_sample(),
        "runs.csv": found.of_runs(),
    }
    about = {
        "seed": found.seed,
        "runs": found.runs,
        "days": found.days,
        "parameters": list(found.parameters.names),
        "share_left": [wave.left for wave in found.matched.waves],
        "within_two_sd": [None if np.isnan(one.within) else one.within for one in found.matched.waves],
    }
    calibration_folder(planned).write(folder, files, about, began=began)


def fitted_yaml(found: Calibration) -> str:
    """Return the scenario with the central values, as a file beside the resolved one."""
    head = [
        f"# {found.name} with the centre of the values that agree best with the figures in {OBSERVED}:",
        f"# {found.runs} replications in {len(found.matched.waves)} waves, seed {found.seed}, "
        f"key {found.key[:12]}.",
        "# Others agree as well: ensemble.json has them; parameters.csv says what the figures leave open.",
    ]
    moved = found.parameters.changes(found.central)
    changes = {change.path: {change.verb: plain(change.operand)} for change in moved}
    tree = {
        "extends": RESOLVED,
        "name": f"{found.name}-fitted",
        "title": f"{found.title}, calibrated",
        "changes": changes,
    }
    return "\n".join(head) + "\n" + write_yaml(tree)
