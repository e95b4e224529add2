"""The engines that can be measured: one entry each, the yardstick first.

An engine is a module in this folder with `replicate(seed: int, days: int) -> Outputs`. Everything from the
seed to the outputs happens inside that function; what it does to the garbage collector is its own affair.
"""

from __future__ import annotations

from dataclasses import dataclass

from r1 import DAYS


@dataclass(frozen=True, slots=True)
class Engine:
    """One implementation of R1."""

    name: str
    """What the command line calls it."""
    label: str
    """What the table calls it; at most 25 characters."""
    module: str
    libraries: tuple[str, ...]
    """Distributions on PyPI whose versions belong beside its figures."""
    days: int = DAYS
    """Horizon it is measured on; less for one that takes a minute a year."""


YARDSTICK = Engine("idiomatic", "SimPy, idiomatic", "r1_idiomatic_simpy", ("simpy", "numpy"))
"""Every ratio is against this one."""

SIMPY = Engine("simpy", "flowsim, SimPy engine", "r1_flowsim", ("simpy", "numpy", "scipy"))

COMPILED = Engine("compiled", "flowsim, compiled engine", "r1_flowsim_compiled", ("numba", "numpy", "scipy"))

LOOP = Engine("loop", "numba loop, hand-written", "r1_numba_loop", ("numba", "numpy"))

CIW = Engine("ciw", "Ciw, 60 days", "r1_ciw", ("ciw",), days=60)

ENGINES = {engine.name: engine for engine in (YARDSTICK, SIMPY, COMPILED, LOOP, CIW)}
"""By name, in the order of the table."""
