"""R1 in flowsim: laid with the public builder, measured from the log; run here on the SimPy engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from r1 import ARRIVAL_RATES, DAY, DAYS, FOUR_HOURS, HOUR, STAGES, Outputs

from flowsim.engine.log import Log
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Lognormal
from flowsim.sampling.laws import Draw
from flowsim.timeline import StepFunction

BLOCKING = ("amu", "ward", "d2a")
"""Those who wait for them keep the unit before."""


def hospital(days: int = DAYS, *, demand: float = 1, size: float = 1) -> Hospital:
    """Return R1 laid down, not yet compiled.

    Parameters
    ----------
    days : int
        Horizon.
    demand : float
        Arrivals as a multiple of R1's.
    size : float
        Arrivals and units as a multiple of R1's.
    """
    r1 = Hospital(days=days)
    triage, *bedded = [(stage, r1.resource(stage.name, round(stage.units * size))) for stage in STAGES]
    rates = [rate * demand * size for rate in ARRIVAL_RATES]
    patient = r1.arrivals("patients", rate=StepFunction.repeating(rates, step=HOUR, end=days * DAY))
    patient.stay(triage[1], Lognormal(mean=triage[0].mean, sd=triage[0].sd))
    held = None
    for stage, units in bedded:
        patient.seize(units)
        if held is not None:
            patient.release(held)
        patient.delay(Draw(f"{stage.name}.stay", Lognormal(mean=stage.mean, sd=stage.sd)))
        if stage.onward:
            home, patient = patient, patient.branch(f"{stage.name}.onward", stage.onward)
            home.release(units)
            home.leave()
        held = units
    patient.release(units)
    patient.leave()
    return r1


def outputs(log: Log) -> Outputs:
    """Return R1's outputs from the log."""
    stays = log.stays
    held = np.fmin(stays.ended, log.end) - stays.started
    served = np.isfinite(held)
    waited = np.where(served, stays.started - stays.requested, 0)
    left = np.isfinite(stays.ended)
    site = {stage.name: log.sites.index(stage.name) for stage in STAGES}

    def by_site(values: NDArray[np.float64] | NDArray[np.bool_]) -> dict[str, float]:
        sums = np.bincount(stays.site, values, minlength=len(log.sites))
        return {name: float(sums[at]) for name, at in site.items()}

    occupied, minutes = by_site(np.where(served, held, 0)), by_site(waited)
    given, asking = by_site(served), by_site(~served)
    ed = left & (stays.site == site["ed"])
    within = stays.ended[ed] - log.patients.started[stays.patient[ed]] <= FOUR_HOURS
    arrivals = np.count_nonzero(np.isfinite(log.patients.started))
    # A duration has ended where its stay has, or where the patient keeps the unit and asks for the next.
    ends = np.count_nonzero(left) + int(sum(asking[name] for name in BLOCKING))
    return Outputs(
        arrivals=int(arrivals),
        ed_out=int(np.count_nonzero(ed)),
        four_hour_pct=100 * float(within.mean()),
        **{f"occ_{name}": total / log.end for name, total in occupied.items()},
        **{f"blocked_{name}": minutes[name] / given[name] for name in BLOCKING},
        events=int(arrivals + ends),
    )


def replicate(seed: int, days: int = DAYS, *, engine: str = "simpy") -> Outputs:
    """Run one replication of R1.

    Parameters
    ----------
    seed : int
    days : int
        Horizon.
    engine : str

    Returns
    -------
    Outputs
        The replication's outputs.
    """
    return outputs(hospital(days).run(seed=seed, engine=engine))
