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
from flowsim.scenario.levers import plain
from flowsim.scenario.yaml_file import write_yaml

FITTED = "fitted.yaml"
OBSERVED = "observed.csv"


def place_for_calibration(planned: CalibrationPlan, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written.

    Parameters
    ----------
    planned : CalibrationPlan
    out : Path, optional
        A folder that is not there, is empty or holds the same calibration. If not given,
        `results/NAME-calibration` or, with others there, the same with `-2` and so on.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    same = (CALIBRATION, planned.key)
    return choose_place(
        out,
        f"{planned.written.value.name}-{CALIBRATION}",
        lambda found: (found["kind"], found.get("key")) == same,
    )


def write_calibration(
    found: Calibration,
    planned: CalibrationPlan,
    observed: Path,
    folder: Path,
    *,
    extra: Mapping[str, bytes] | None = None,
    began: dt.datetime | None = None,
) -> None:
    """Write a calibration as a whole, in the place of an older folder.

    Parameters
    ----------
    found : Calibration
    planned : CalibrationPlan
    observed : Path
        The file of observed figures, which is copied.
    folder : Path
        From `place_for_calibration`.
    extra : Mapping[str, bytes], optional
        More files, such as pictures, by name.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    text, data = resolved(planned.written)
    files = {RESOLVED: text.encode(), ENSEMBLE: found.ensemble.to_json(), FITTED: fitted_yaml(found).encode()}
    files |= {OBSERVED: observed.read_bytes(), **(extra or {})}
    files |= {name: file.read_bytes() for name, file in data.items()}
    tables = {
        "parameters.csv": found.of_parameters(),
        "figures.csv": found.of_figures(),
        "sample.csv": found.of_sample(),
        "runs.csv": found.of_runs(),
    }
    files |= {name: csv_text(table).encode() for name, table in tables.items()}
    with written_whole(folder) as staging:
        write_files(staging, files)
        manifest = {
            "format": FORMAT,
            "kind": CALIBRATION,
            "name": found.name,
            "title": found.title,
            "key": found.key,
            "seed": found.seed,
            "runs": found.runs,
            "days": found.days,
            "parameters": list(found.parameters.names),
            "share_left": [wave.left for wave in found.matched.waves],
            "within_two_sd": [None if np.isnan(one.within) else one.within for one in found.matched.waves],
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)


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
