"""What a scenario's file remarks beside a parameter: its grade, its source, why its range is as wide."""

from __future__ import annotations

import re

from flowsim.calibration.parameters import Parameters
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario
from flowsim.scenario.yaml_file import Keys, read_yaml

REMARK = re.compile(r"\s#\s+(.+)$")


def remarks(loaded: Loaded[Scenario], parameters: Parameters) -> dict[str, str]:
    """Return what stands behind each parameter's line, and behind that of its first lever; often nothing.

    Parameters
    ----------
    loaded : Loaded
        The nearest file that has a remark is the one that counts.
    parameters : Parameters
    """
    found: dict[Keys, str] = {}
    for source in loaded.files:
        if source.file.suffix not in (".yaml", ".yml"):
            continue
        lines = source.file.read_text(encoding="utf-8").splitlines()
        for keys, place in read_yaml(source.file).places.items():
            remark = REMARK.search(lines[place.line - 1]) if place.line else None
            if remark:
                found.setdefault(keys, remark[1].strip())
    return {
        axis.name: "; ".join(
            found[keys]
            for keys in (tuple(axis.paths[0].split(".")), ("uncertain", axis.name))
            if keys in found
        )
        for axis in parameters.axes
    }
