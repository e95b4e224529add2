"""Runs that many tests look at, each made once: a short baseline, one with too few beds, one with plenty."""

from __future__ import annotations

import pytest

from tests.pathways.runs import Run, all_beds, beds, run, slots

FEW_BEDS = {
    **beds(amu=44, short_stay=30, frailty=16, specialty=140, older=100, surgery=110, trauma=70),
    **slots(8),
    "wards.escalation.opened": 0,
    "community.waiting.new_episode": {"exponential": {"mean": "8 days"}},
    "community.waiting.other_way_out": {"exponential": {"mean": "12 days"}},
}


@pytest.fixture(scope="session")
def baseline() -> Run:
    """Return forty days of the shipped hospital, ten of them in March; it begins empty."""
    return run(40)


@pytest.fixture(scope="session")
def crowded() -> Run:
    """Return the same patients for thirty days where there are too few beds and slots."""
    return run(30, FEW_BEDS)


@pytest.fixture(scope="session")
def roomy() -> Run:
    """Return the same thirty days with beds and slots for everybody."""
    return run(30, {**FEW_BEDS, **all_beds(3000), **slots(3000)})


@pytest.fixture(scope="session")
def blocked() -> Run:
    """Return two days with one space of each kind, so that the front door chokes."""
    spaces = ("minors", "majors", "resus", "children")
    return run(2, {f"emergency_department.spaces.{area}": 1 for area in spaces}, warm_up=1)


@pytest.fixture(params=["baseline", "crowded", "roomy", "blocked"])
def any_run(request: pytest.FixtureRequest) -> Run:
    """Return each of the runs in turn: what must be true of all of them."""
    found: Run = request.getfixturevalue(request.param)
    return found
