"""A hospital of two days without warm-up, on which a replication takes a tenth of a second."""

from __future__ import annotations

from functools import cache
from typing import Any

from flowsim.experiments.runs.run import Plan, load_scenario, plan
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario

SMALL = {"run.days": {"set": 2}, "run.warm_up": {"set": "0 days"}}


def small(**changes: Any) -> Loaded[Scenario]:
    """Return the small hospital, other values set by path with `__` for a dot."""
    levers = {path.replace("__", "."): {"set": value} for path, value in changes.items()}
    return load_scenario("portsmouth-2016", {**SMALL, **levers})


@cache
def small_plan(replications: int = 2, seed: int = 1) -> Plan:
    return plan(small(), replications=replications, seed=seed)
