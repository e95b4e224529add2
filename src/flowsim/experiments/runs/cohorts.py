"""The cohort drawn last, kept for the next arm: whoever draws the same need not draw again."""

from __future__ import annotations

from flowsim.pathways.builder import Hospital
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.fingerprint import fingerprint


class Cohorts:
    """Where the cohorts of a process come from; the last one stays."""

    def __init__(self) -> None:
        self._last: tuple[object, Cohort] | None = None

    def cohort(self, hospital: Hospital, drawn: bytes | None, seed: int, replication: int) -> Cohort:
        """Return the cohort of one replication of a hospital.

        Parameters
        ----------
        hospital : Hospital
        drawn : bytes or None
            The fingerprint of its plan.
        seed, replication : int
        """
        key = (drawn, seed, replication, hospital.end)
        last = self._last  # read once, since threads may share this
        if last is not None and last[0] == key and drawn is not None:
            return last[1]
        self._last = last = None  # makes room first
        cohort = hospital.sample(seed=seed, replication=replication)
        self._last = (key, cohort)
        return cohort


COHORTS = Cohorts()
"""Those of this process."""


def drawn_by(hospital: Hospital) -> bytes | None:
    """Return what hospitals share only if they draw the same; None if it cannot be told."""
    return fingerprint(hospital.compiled.plan)
