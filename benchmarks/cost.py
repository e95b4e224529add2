"""What one replication costs in flowsim, part by part: to sample, to simulate, to measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import process_time

import numpy as np

from flowsim.engine.engines import simulator
from flowsim.engine.log import Log
from flowsim.pathways.builder import Hospital
from flowsim.sampling.cohort import Cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one replication; seconds are of the processor."""

    patients: int
    """Who came before the end."""
    events: int
    """Patients who came and stays asked for."""
    sample_s: float
    simulate_s: float
    measure_s: float


def cost_of(
    hospital: Hospital,
    measure: Callable[[Log, Cohort], object],
    *,
    engine: str,
    seed: int,
    replication: int = 0,
) -> Cost:
    """Run one replication of a hospital and return what it cost."""
    simulate = simulator(engine)
    program = hospital.compiled.program
    began = process_time()
    cohort = hospital.sample(seed=seed, replication=replication)
    sampled = process_time()
    log = simulate(program, cohort, hospital.end)
    simulated = process_time()
    measure(log, cohort)
    measured = process_time()
    patients = int(np.count_nonzero(np.isfinite(log.patients.started)))
    return Cost(
        patients=patients,
        events=patients + len(log.stays.site),
        sample_s=sampled - began,
        simulate_s=simulated - sampled,
        measure_s=measured - simulated,
    )
