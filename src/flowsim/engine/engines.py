"""The engines by name: the one place that knows which there are. Each is imported when asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flowsim.errors import InputError

if TYPE_CHECKING:
    from flowsim.engine.log import Log
    from flowsim.engine.program import Program
    from flowsim.sampling.cohort import Cohort

    Simulate = Callable[[Program, Cohort, float], Log]

ENGINES: Mapping[str, str] = {
    "compiled": "flowsim.engine.compiled_engine",
    "simpy": "flowsim.engine.simpy_engine",
}
"""The module of each engine, which has a function `simulate(program, cohort, end)`."""

DEFAULT = "compiled" if find_spec("numba") else "simpy"
"""The compiled engine where numba is installed; the SimPy engine gives the same log, ten times slower."""


def note_on(engine: str) -> str | None:
    """Return what a user should know before a run on the engine, if anything."""
    if engine == "simpy" and not find_spec("numba"):
        return (
            "numba is not installed, so the SimPy engine runs: the same results, about ten times slower; "
            "the extra `fast` installs it"
        )
    if engine == "compiled" and not any(Path(__file__).parent.glob("__pycache__/compiled_loop.run-*.nbi")):
        return "compiling the engine first, ten to twenty seconds, once on this machine"
    return None


def simulator(engine: str) -> Simulate:
    """Return the function by which the named engine runs a program.

    Raises
    ------
    InputError
        If the engine needs an extra that is not installed.
    """
    if engine == "compiled" and not find_spec("numba"):
        raise InputError(
            "the compiled engine needs numba: install flowsim with the extra `fast`, or use `--engine simpy`"
        )
    simulate: Simulate = import_module(ENGINES[engine]).simulate
    return simulate
