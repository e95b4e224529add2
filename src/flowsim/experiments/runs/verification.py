"""Both engines on a user's own scenario: equal logs, and every law that a log must obey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.engine.engines import ENGINES, simulator
from flowsim.engine.identities import Check, check
from flowsim.experiments.runs.hospitals import hospital_of
from flowsim.experiments.runs.run import Plan


@dataclass(frozen=True, slots=True)
class Verification:
    """What was compared in one replication, and what was found.

    Parameters
    ----------
    engines : tuple of str
    compared : Mapping[str, int]
        How many rows of each table of the log.
    difference : str or None
        The first difference between the logs of two engines, in words.
    laws : tuple of Check
        Conservation, capacity, bed time, Little's law and the rest, on that log.
    """

    engines: tuple[str, ...]
    compared: Mapping[str, int]
    difference: str | None
    laws: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether the logs are equal and every law holds."""
        return self.difference is None and all(law.ok for law in self.laws)


def verify(planned: Plan, *, replication: int = 0) -> Verification:
    """Run one replication of a plan on every engine and compare every timestamp of every patient.

    Raises
    ------
    InputError
        If an engine is not installed.
    """
    setup = planned.setup
    hospital = hospital_of(setup.scenario)
    cohort = hospital.sample(seed=setup.seed, replication=replication)
    program = hospital.compiled.program
    engines = tuple(ENGINES)
    first, *others = (simulator(engine)(program, cohort, hospital.end) for engine in engines)
    differences = (
        f"{engines[0]} and {engine}: {found}"
        for engine, log in zip(engines[1:], others, strict=True)
        if (found := first.first_difference(log)) is not None
    )
    compared = {
        "patients": len(first.patients.started),
        "stays": len(first.stays.patient),
        "changes of capacity": len(first.places.time),
    }
    return Verification(engines, compared, next(differences, None), check(first, program))
