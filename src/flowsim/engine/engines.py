"""The engines by name: the one place that knows which there are. Each is imported when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowsim.engine.log import Log
    from flowsim.engine.program import Program
    from flowsim.sampling.cohort import Cohort

    Simulate = Callable[[Program, Cohort, float], Log]

ENGINES: Mapping[str, str] = {"simpy": "flowsim.engine.simpy_engine"}
"""The module of each engine, which has a function `simulate(program, cohort, end)`."""

DEFAULT = "simpy"


def simulator(engine: str) -> Simulate:
    """Return the function by which the named engine runs a program."""
    simulate: Simulate = import_module(ENGINES[engine]).simulate
    return simulate
