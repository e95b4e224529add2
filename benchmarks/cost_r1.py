"""What R1 costs on the compiled engine: longer, larger, or with more patients than it was made for."""

from __future__ import annotations

from functools import cache

from cost import Cost, cost_of
from r1 import DAYS
from r1_flowsim import hospital, outputs

from flowsim.pathways.builder import Hospital


@cache
def built(days: int, demand: float, size: float) -> Hospital:
    """Return the hospital, built once a process."""
    return hospital(days, demand=demand, size=size)


def replicate(seed: int, *, days: int = DAYS, demand: float = 1, size: float = 1) -> Cost:
    """Run one replication; see `r1_flowsim.hospital` for the options."""
    r1 = built(days, demand, size)
    return cost_of(r1, lambda log, cohort: outputs(log), engine="compiled", seed=seed)
