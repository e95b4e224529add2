"""R1, the reference hospital: its law, what one replication returns, and what it should return on average.

One replication is 365 days of one hospital that starts empty; README.md gives the rules of its queues. An
implementation is R1 if its outputs agree with `REFERENCE`. One that is too slow for that runs fewer days, and
its outputs are then not those of `REFERENCE`. Nothing here knows of any engine.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

HOUR = 60.0
DAY = 24 * HOUR
DAYS = 365
"""Days of a replication; what would happen at or after their end does not happen."""

ARRIVALS_PER_DAY = 380.0

HOUR_WEIGHTS = (
    *(0.50, 0.42, 0.38, 0.35, 0.35, 0.35, 0.38, 0.45, 0.65, 0.95, 1.30, 1.70),
    *(1.70, 1.70, 1.70, 1.70, 1.70, 1.70, 1.70, 1.30, 1.02, 0.80, 0.65, 0.55),
)
"""Arrival rate in each hour of every day, relative to the mean of the day; they sum to 24."""

ARRIVAL_RATES = tuple(ARRIVALS_PER_DAY / DAY * weight for weight in HOUR_WEIGHTS)
"""Poisson arrival rate in each hour of every day [patients/min]."""

FOUR_HOURS = 240.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pathway: identical units, one unlimited first-in-first-out queue, lognormal durations."""

    name: str
    units: int
    mean: float
    """Mean duration [min]."""
    sd: float
    """Standard deviation of the duration [min], not of its logarithm."""
    onward: float
    """Share 0–1 of patients who go on to the next stage; the others go home."""

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of the duration."""
        return math.sqrt(math.log(1 + (self.sd / self.mean) ** 2))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of the duration."""
        return math.log(self.mean) - self.sigma**2 / 2


TRIAGE = Stage("triage", units=5, mean=9.0, sd=5.0, onward=1.0)
ED = Stage("ed", units=55, mean=130.0, sd=90.0, onward=0.28)
AMU = Stage("amu", units=114, mean=22 * HOUR, sd=14 * HOUR, onward=0.38)
WARD = Stage("ward", units=282, mean=6.5 * DAY, sd=6 * DAY, onward=0.22)
D2A = Stage("d2a", units=132, mean=14 * DAY, sd=8 * DAY, onward=0.0)

STAGES = (TRIAGE, ED, AMU, WARD, D2A)
"""In the order of the pathway. The nurse is free at once after triage; from the ED on, a patient who goes on
keeps the unit until a unit of the next stage is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What one replication returns."""

    arrivals: int
    """Patients who arrived before the horizon."""
    ed_out: int
    """Patients who left an ED space before the horizon, for home or for an AMU bed."""
    four_hour_pct: float
    """Percentage of those who left at most 240 min after they arrived."""
    occ_triage: float
    """Time average of the nurses at work."""
    occ_ed: float
    """Time average of the ED spaces held, those of patients waiting for a bed included; so below."""
    occ_amu: float
    occ_ward: float
    occ_d2a: float
    blocked_amu: float
    """Mean time from asking for an AMU bed to getting it [min], over those who got one, no wait included."""
    blocked_ward: float
    blocked_d2a: float
    events: int
    """Arrivals plus ends of a duration before the horizon: a property of R1, whatever the engine does."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The known mean of an output, as published: every number is rounded."""

    mean: float
    standard_error: float
    """Of `mean`, over 300 replications."""
    sd: float
    """Of one replication."""
    decimals: int
    """Decimal places that `mean` was rounded to."""

    @property
    def rounding(self) -> float:
        """The furthest that rounding may have moved the mean."""
        return float(0.5 * 10**-self.decimals)


REFERENCE: Mapping[str, Reference] = {
    "arrivals": Reference(138_673, 21.3, 369, decimals=0),
    "ed_out": Reference(138_596, 22.1, 383, decimals=0),
    "four_hour_pct": Reference(78.96, 0.42, 7.20, decimals=2),
    "occ_triage": Reference(2.37, 0.00, 0.01, decimals=2),
    "occ_ed": Reference(36.94, 0.10, 1.81, decimals=2),
    "occ_amu": Reference(99.63, 0.11, 1.84, decimals=2),
    "occ_ward": Reference(260.18, 0.21, 3.62, decimals=2),
    "occ_d2a": Reference(118.38, 0.14, 2.34, decimals=2),
    "blocked_amu": Reference(36.0, 1.4, 24.2, decimals=1),
    "blocked_ward": Reference(83.5, 3.3, 57.7, decimals=1),
    "blocked_d2a": Reference(451.6, 18.3, 316.3, decimals=1),
    "events": Reference(472_145, 72.9, 1_262, decimals=0),
}
"""By name of output: 300 replications of a hand-written event loop that shares no code with this one."""
