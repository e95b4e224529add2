"""R1 in flowsim, on the compiled engine."""

from __future__ import annotations

import r1_flowsim
from r1 import DAYS, Outputs


def replicate(seed: int, days: int = DAYS) -> Outputs:
    """Run one replication of R1; see `r1_flowsim`."""
    return r1_flowsim.replicate(seed, days, engine="compiled")
