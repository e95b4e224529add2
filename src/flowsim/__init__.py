"""flowsim simulates patients' way through an acute hospital, from the ambulance to the way home.

    import flowsim

    results = flowsim.run("portsmouth-2016", replications=4)
    results.figure("four_hour_performance").mean

Names are imported when they are first used, so that `import flowsim` is light.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsim import errors as errors
    from flowsim.calibration.calibrate import calibrate
    from flowsim.calibration.results import Calibration
    from flowsim.errors import BuildError, FlowsimError, InputError, ResultsError
    from flowsim.experiments.capacity.bottlenecks import bottlenecks
    from flowsim.experiments.capacity.seek import seek
    from flowsim.experiments.comparisons.comparison import compare
    from flowsim.experiments.comparisons.folder import load_comparison
    from flowsim.experiments.comparisons.results import Comparison
    from flowsim.experiments.runs.folder import load_results
    from flowsim.experiments.runs.results import Results
    from flowsim.experiments.runs.run import load_scenario, run
    from flowsim.experiments.runs.together import Together, run_together
    from flowsim.experiments.sweeps.folder import load_sweep
    from flowsim.experiments.sweeps.results import Sweep
    from flowsim.experiments.sweeps.sweep import sweep
    from flowsim.finance.finance import Finance, finance
    from flowsim.finance.slots import slots
    from flowsim.fitting.fit import fit
    from flowsim.outcomes import METRICS, ReportingPeriod, measure
    from flowsim.pathways.builder import Hospital
    from flowsim.pathways.hospital import build
    from flowsim.report.pack.board_pack import board_pack
    from flowsim.sampling import distributions as distributions
    from flowsim.scenario.interventions import Intervention
    from flowsim.scenario.schema import Scenario
    from flowsim.scenario.shipped import shipped_interventions, shipped_scenarios
    from flowsim.sensitivity.results import Sensitivity
    from flowsim.sensitivity.sensitivity import rank_parameters
    from flowsim.validation.validation import Validation, validate

_HOME = {
    "BuildError": "flowsim.errors",
    "Calibration": "flowsim.calibration.results",
    "Comparison": "flowsim.experiments.comparisons.results",
    "Finance": "flowsim.finance.finance",
    "FlowsimError": "flowsim.errors",
    "Hospital": "flowsim.pathways.builder",
    "InputError": "flowsim.errors",
    "Intervention": "flowsim.scenario.interventions",
    "METRICS": "flowsim.outcomes",
    "ReportingPeriod": "flowsim.outcomes",
    "Results": "flowsim.experiments.runs.results",
    "ResultsError": "flowsim.errors",
    "Scenario": "flowsim.scenario.schema",
    "Sensitivity": "flowsim.sensitivity.results",
    "Sweep": "flowsim.experiments.sweeps.results",
    "Together": "flowsim.experiments.runs.together",
    "Validation": "flowsim.validation.validation",
    "board_pack": "flowsim.report.pack.board_pack",
    "bottlenecks": "flowsim.experiments.capacity.bottlenecks",
    "build": "flowsim.pathways.hospital",
    "calibrate": "flowsim.calibration.calibrate",
    "compare": "flowsim.experiments.comparisons.comparison",
    "distributions": "flowsim.sampling",
    "errors": "flowsim",
    "finance": "flowsim.finance.finance",
    "fit": "flowsim.fitting.fit",
    "load_comparison": "flowsim.experiments.comparisons.folder",
    "load_results": "flowsim.experiments.runs.folder",
    "load_scenario": "flowsim.experiments.runs.run",
    "load_sweep": "flowsim.experiments.sweeps.folder",
    "measure": "flowsim.outcomes",
    "rank_parameters": "flowsim.sensitivity.sensitivity",
    "run": "flowsim.experiments.runs.run",
    "run_together": "flowsim.experiments.runs.together",
    "shipped_interventions": "flowsim.scenario.shipped",
    "seek": "flowsim.experiments.capacity.seek",
    "shipped_scenarios": "flowsim.scenario.shipped",
    "slots": "flowsim.finance.slots",
    "sweep": "flowsim.experiments.sweeps.sweep",
    "validate": "flowsim.validation.validation",
}
"""The module of each public name; a name that is itself a module stands in the package that holds it."""

_MODULES = {"distributions", "errors"}

__all__ = [
    "METRICS",
    "BuildError",
    "Calibration",
    "Comparison",
    "Finance",
    "FlowsimError",
    "Hospital",
    "InputError",
    "Intervention",
    "ReportingPeriod",
    "Results",
    "ResultsError",
    "Scenario",
    "Sensitivity",
    "Sweep",
    "Together",
    "Validation",
    "board_pack",
    "bottlenecks",
    "build",
    "calibrate",
    "compare",
    "distributions",
    "errors",
    "finance",
    "fit",
    "load_comparison",
    "load_results",
    "load_scenario",
    "load_sweep",
    "measure",
    "rank_parameters",
    "run",
    "run_together",
    "seek",
    "shipped_interventions",
    "shipped_scenarios",
    "slots",
    "sweep",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'flowsim' has no attribute {name!r}")
    home = _HOME[name]
    found = import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__


class _FrontDoor(ModuleType):
    """A package whose public names stay what they are when rooms of the same name are imported.

    Importing `flowsim.finance.slots` would else put the room `flowsim.finance` where its function stands.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not isinstance(value, ModuleType) or name not in _HOME or name in _MODULES:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor
