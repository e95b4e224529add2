"""The parameter sets of a validation: the scenario as it stands, those given, or those of a calibration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flowsim.calibration.ensemble import read_ensemble
from flowsim.errors import InputError
from flowsim.experiments.runs.run import Changes
from flowsim.scenario.levers import read_changes

BASELINE = "baseline"
"""Name of the only parameter set of a scenario as it stands."""

EACH = 5
"""Replications of each set of an ensemble, unless another number is asked for: few, since sets are many and
what chance does to their means is taken out again."""


def parameter_sets(
    changes: Changes, sets: Mapping[str, Changes] | None, ensemble: str | Path | None
) -> Mapping[str, Changes]:
    """Return the levers that each parameter set moves, by its name.

    Parameters
    ----------
    changes : mapping or sequence
        Levers moved in every set, after its own.
    sets : Mapping[str, Changes], optional
    ensemble : str or Path, optional
        The folder of a calibration.

    Raises
    ------
    InputError
        If both are given, there is none, or the folder is none of a calibration.
    """
    if sets is not None and ensemble is not None:
        raise InputError("parameter sets must come from sets or from an ensemble, not from both")
    if ensemble is not None:
        found = read_ensemble(Path(ensemble))
        sets = {f"set {i + 1:0{len(str(len(found)))}}": found.changes(i) for i in range(len(found))}
    if sets is None:
        return {BASELINE: changes}
    if not sets:
        raise InputError("an ensemble must have a parameter set at least; found none")
    return {name: [*read_changes(one), *read_changes(changes)] for name, one in sets.items()}
