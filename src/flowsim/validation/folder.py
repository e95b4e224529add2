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

from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.resolved import resolved_files
from flowsim.validation.plan import ValidationPlan

VALIDATION = "validation"


def validation_folder(planned: ValidationPlan) -> KeyedFolder:
    """Return the folder of a validation."""
    first = planned.first
    return KeyedFolder(kind=VALIDATION, key=planned.key, name=first.name, title=first.title)


def write_validation(
    planned: ValidationPlan, report: Mapping[str, bytes], folder: Path, *, began: dt.datetime | None = None
) -> None:
    """Write a validation, its report given by the names of its files; as `KeyedFolder.write`."""
    first = planned.first
    about = {
        "seed": first.seed,
        "engine": first.engine,
        "replications": list(planned.numbers),
        "parameter_sets": {name: arm.key for name, arm in planned.sets.items()},
        "targets": planned.targets_file.name,
    }
    files = {**resolved_files(first.loaded), **report}
    validation_folder(planned).write(folder, files, about, began=began)
