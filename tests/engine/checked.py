"""Runs whose logs obey every law: what tests use in place of a bare engine."""

from __future__ import annotations

from collections.abc import Callable

from flowsim.engine import compiled_engine, simpy_engine
from flowsim.engine.identities import check
from flowsim.engine.log import Log
from flowsim.engine.program import Program
from flowsim.pathways.builder import Hospital
from flowsim.sampling.cohort import Cohort

Simulate = Callable[[Program, Cohort, float], Log]

ENGINES: dict[str, Simulate] = {"compiled": compiled_engine.simulate, "simpy": simpy_engine.simulate}
"""Every engine there is; what is true of one must be true of all."""


class Engine:
    """Runs hospitals on one engine and fails if a log breaks a law."""

    def __init__(self, simulate: Simulate) -> None:
        self.simulate = simulate

    def __call__(self, hospital: Hospital, *, seed: int = 0, replication: int = 0) -> Log:
        cohort = hospital.sample(seed=seed, replication=replication)
        return self.run(hospital.compiled.program, cohort, hospital.end)

    def run(self, program: Program, cohort: Cohort, end: float) -> Log:
        """Run a program and return its log."""
        log = self.simulate(program, cohort, end)
        broken = [c for c in check(log, program) if not c.ok]
        assert not broken, "\n".join(f"{c.name}: {c.violation}" for c in broken)
        return log
