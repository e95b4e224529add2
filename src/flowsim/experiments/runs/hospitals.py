"""Hospitals that a process keeps ready: to know that a scenario can be run is to build what it then runs."""

from __future__ import annotations

import pickle
from functools import lru_cache

from flowsim.pathways.builder import Hospital
from flowsim.pathways.hospital import build
from flowsim.scenario.schema import Scenario

MOST_HOSPITALS = 64
"""Hospitals that a process keeps, about 2 MB and 0.2 s of building each; the oldest make room."""


def hospital_of(scenario: Scenario) -> Hospital:
    """Return the hospital of a scenario, built once while there is room; it is not to be changed.

    Raises
    ------
    InputError, BuildError
        If it cannot be built.
    """
    return _built(pickle.dumps(scenario))


@lru_cache(maxsize=MOST_HOSPITALS)
def _built(scenario: bytes) -> Hospital:
    return build(pickle.loads(scenario))
