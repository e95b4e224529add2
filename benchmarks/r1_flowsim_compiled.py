"""R1 in flowsim, on the compiled engine."""

from __future__ import annotations

import r1_flowsim
from r1 import Outputs


def replicate(seed: int) -> Outputs:
    """Run one replication of R1; see `r1_flowsim`."""
    return r1_flowsim.replicate(seed, engine="compiled")
