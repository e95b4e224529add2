"""R1 in flowsim: laid with the public builder, measured from the log; run here on the SimPy engine."""

from __future__ import annotations

import numpy as np
from r1 import ARRIVAL_RATES, FOUR_HOURS, HORIZON, HOUR, STAGES, Outputs

from flowsim.engine.log import Log
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Lognormal
from flowsim.sampling.laws import Draw
from flowsim.timeline import StepFunction


def hospital() -> Hospital:
    """Return R1 laid down, not yet compiled."""
    r1 = Hospital(end=HORIZON)
    triage, *bedded = [(stage, r1.resource(stage.name, stage.units)) for stage in STAGES]
    patient = r1.arrivals("patients", rate=StepFunction.repeating(ARRIVAL_RATES, step=HOUR, end=HORIZON))
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
    patient.release(held)
    patient.leave()
    return r1


def outputs(log: Log, delays: int) -> Outputs:
    """Return R1's outputs from the log."""
    stays = log.stays
    held = np.where(np.isnan(stays.ended), HORIZON, stays.ended) - stays.started
    site = {name: stays.site == position for position, name in enumerate(log.sites)}
    waited = stays.started - stays.requested
    blocked = {name: float(np.nanmean(waited[site[name]])) for name in ("amu", "ward", "d2a")}
    occupied = {s.name: float(np.nansum(held[site[s.name]])) / HORIZON for s in STAGES}
    ed = site["ed"] & ~np.isnan(stays.ended)
    within = stays.ended[ed] - log.patients.started[stays.patient[ed]] <= FOUR_HOURS
    arrivals = int(np.isfinite(log.patients.started).sum())
    return Outputs(
        arrivals=arrivals,
        ed_out=int(ed.sum()),
        four_hour_pct=100 * float(within.mean()),
        **{f"occ_{name}": value for name, value in occupied.items()},
        **{f"blocked_{name}": value for name, value in blocked.items()},
        events=arrivals + delays,
    )


def replicate(seed: int, engine: str = "simpy") -> Outputs:
    """Run one replication of R1.

    Parameters
    ----------
    seed : int
    engine : str

    Returns
    -------
    Outputs
        The replication's outputs.
    """
    log = hospital().run(seed=seed, engine=engine)
    # A stay's service ended if the patient left the unit, or asked for the next one, before the horizon.
    stays = log.stays
    over = np.isfinite(stays.ended)
    asked_on = np.isnan(stays.started)
    return outputs(log, int(over.sum() + asked_on.sum()))
