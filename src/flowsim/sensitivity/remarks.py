"""What a scenario's file remarks beside a parameter: its grade, its source, why its range is as wide."""

from __future__ import annotations

from flowsim.calibration.parameters import Parameters
from flowsim.scenario.loading import Loaded
from flowsim.scenario.remarks import remark_on, remarks_in
from flowsim.scenario.schema import Scenario
from flowsim.scenario.yaml_file import Keys


def remarks(loaded: Loaded[Scenario], parameters: Parameters) -> dict[str, str]:
    """Return what is remarked on each parameter, and on its first lever; often nothing.

    Parameters
    ----------
    loaded : Loaded
        The nearest file that has a remark is the one that counts.
    parameters : Parameters
    """
    found: dict[Keys, str] = {}
    for source in loaded.files:
        if source.file.suffix in (".yaml", ".yml"):
            found = {**remarks_in(source.file), **found}
    said = {
        axis.name: (
            remark_on(found, tuple(axis.paths[0].split("."))),
            remark_on(found, ("uncertain", axis.name)),
        )
        for axis in parameters.axes
    }
    return {name: "; ".join(filter(None, texts)) for name, texts in said.items()}
