"""The JSON Schema of every file that a user writes, and of everything that `--json` prints.

The latter are made from the types that are printed, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from flowsim.experiments.sweeps.file import sweep_schema
from flowsim.finance.prices import prices_schema
from flowsim.fitting.mapping import mapping_schema
from flowsim.report.calibration_json import CalibrateJson
from flowsim.report.capacity_json import BottlenecksJson, SeekJson
from flowsim.report.comparison_json import CompareJson
from flowsim.report.ensemble_json import EnsembleJson
from flowsim.report.finance_json import FinanceJson
from flowsim.report.fit_json import FitJson
from flowsim.report.run_json import CheckJson, RunJson
from flowsim.report.sensitivity_json import SensitivityJson
from flowsim.report.slots_json import SlotsJson
from flowsim.report.sweep_json import SweepJson
from flowsim.report.together_json import TogetherJson
from flowsim.report.validation_json import ValidateJson
from flowsim.scenario.interventions import intervention_schema
from flowsim.scenario.loading import json_schema
from flowsim.scenario.schema import Scenario


def _of(form: type[BaseModel]) -> Callable[[], dict[str, Any]]:
    def schema() -> dict[str, Any]:
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **form.model_json_schema()}

    return schema


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "scenario": lambda: json_schema(Scenario),
    "intervention": intervention_schema,
    "sweep": sweep_schema,
    "mapping": mapping_schema,
    "run-json": _of(RunJson),
    "fit-json": _of(FitJson),
    "check-json": _of(CheckJson),
    "compare-json": _of(CompareJson),
    "sweep-json": _of(SweepJson),
    "bottlenecks-json": _of(BottlenecksJson),
    "seek-json": _of(SeekJson),
    "ensemble-json": _of(EnsembleJson),
    "sensitivity-json": _of(SensitivityJson),
    "together-json": _of(TogetherJson),
    "validate-json": _of(ValidateJson),
    "prices": prices_schema,
    "finance-json": _of(FinanceJson),
    "slots-json": _of(SlotsJson),
    "calibrate-json": _of(CalibrateJson),
}
"""By the name that `flowsim schema` takes."""
