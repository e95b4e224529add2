"""An ensemble: sets of values of the uncertain parameters that all agree with what was observed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.calibration.parameters import Parameters
from flowsim.errors import InputError
from flowsim.experiments.folders.folder import read_manifest, refuse_if_changed
from flowsim.experiments.folders.resolved import resolved_tree
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.axes import Uncertain
from flowsim.scenario.levers import Change, changed, get, plain
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario

ENSEMBLE = "ensemble.json"
CALIBRATION = "calibration"
"""The kind of folder."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Sets of values, each as plausible as another.

    Parameters
    ----------
    scenario : str
        The name of the scenario that was calibrated.
    parameters : Parameters
    members : tuple of Mapping
        The value of each parameter, as YAML would have it.
    levers : tuple of Mapping
        Of each member, by its dotted path what every lever is set to: so that it means the same whatever the
        scenario says meanwhile.
    """

    scenario: str
    parameters: Parameters
    members: tuple[Mapping[str, Any], ...]
    levers: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, loaded: Loaded[Scenario], parameters: Parameters, points: Floats) -> Ensemble:
        """Return the sets of values at some points, shape (k, d), of a scenario as it is written."""
        members = tuple(map(parameters.values, points))
        tree, _ = resolved_tree(loaded)
        levers = tuple(
            {
                change.path: changed(get(tree, change.path), change.verb, change.operand)
                for change in parameters.changes(values)
            }
            for values in members
        )
        return cls(loaded.value.name, parameters, members, levers)

    def __len__(self) -> int:
        return len(self.members)

    def changes(self, member: int) -> list[Change]:
        """Return the levers moved that make the scenario one of its plausible selves."""
        return [Change(path, "set", value) for path, value in self.levers[member].items()]

    def to_json(self) -> bytes:
        """Return the file that `read_ensemble` reads."""
        form = {
            "scenario": self.scenario,
            "parameters": Uncertain(self.parameters.axes).to_yaml(),
            "members": [dict(one) for one in self.members],
            "levers": [plain(dict(one)) for one in self.levers],
        }
        return (json.dumps(form, indent=1, ensure_ascii=False) + "\n").encode()


def read_ensemble(folder: Path) -> Ensemble:
    """Return the ensemble in the folder of a calibration.

    Raises
    ------
    InputError
        If it is none, or was changed since.
    """
    refuse_if_changed(folder, read_manifest(folder, CALIBRATION))
    try:
        form = json.loads((folder / ENSEMBLE).read_text(encoding="utf-8"))
        parameters = Parameters(Uncertain.parse(form["parameters"]).axes)
        return Ensemble(form["scenario"], parameters, tuple(form["members"]), tuple(form["levers"]))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{folder / ENSEMBLE} must be the ensemble of a calibration; {error}") from None
