"""Cohorts kept for the next arm, at least the last: whoever draws the same need not draw again."""

from __future__ import annotations

from flowsim.pathways.builder import Hospital
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.fingerprint import fingerprint


class Cohorts:
    """Where the cohorts of a process come from; the last one stays, and those that are to."""

    def __init__(self) -> None:
        self._last: tuple[object, Cohort] | None = None
        self._kept: tuple[tuple[object, Cohort], ...] = ()

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
        for known in (*self._kept, last) if drawn is not None else ():
            if known is not None and known[0] == key:
                return known[1]
        self._last = last = known = None  # makes room first
        cohort = hospital.sample(seed=seed, replication=replication)
        self._last = (key, cohort)
        return cohort

    def keep(self) -> None:
        """Keep the cohort drawn last for as long as the process lives."""
        if self._last is not None:
            self._kept += (self._last,)
            self._last = None


COHORTS = Cohorts()
"""Those of this process."""


def drawn_by(hospital: Hospital) -> bytes | None:
    """Return what hospitals share only if they draw the same; None if it cannot be told."""
    return fingerprint(hospital.compiled.plan)
