"""Infection control: bays and wards that close at random and reopen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.pathways.infection_control import WARDS
from flowsim.timeline import DAY
from tests.pathways.runs import Run, all_beds, run

MANY: dict[str, Any] = {
    **all_beds(60),
    "infection_control.outbreaks_per_day": 1.0,
    "infection_control.months": ["Mar", "Apr"],
    "infection_control.closed_for": {"fixed": {"value": "5 days"}},
}


@pytest.fixture(scope="module")
def outbreaks() -> Run:
    """Return twenty days with an outbreak a day, each of them of five days."""
    return run(20, MANY, warm_up=1)


def test_each_outbreak_closes_a_bay_or_a_ward_for_its_time(outbreaks: Run) -> None:
    times, closed = outbreaks.capacity("closed_beds")
    began = np.sort(outbreaks.log.patients.started[outbreaks.is_class("outbreak")])
    assert 8 < len(began) < 35
    changes = np.diff(closed, prepend=0)
    up, down = np.array(times)[changes > 0], np.array(times)[changes < 0]
    assert set(changes[changes > 0]) <= {6, 28}
    assert np.array_equal(up, began)
    assert np.array_equal(down, began[: len(down)] + 5 * DAY)


def test_what_is_closed_is_missing_from_the_wards(outbreaks: Run) -> None:
    t = np.arange(0, 20 * DAY, 977.0)

    def places(name: str) -> np.ndarray:
        times, levels = outbreaks.capacity(name)
        return np.array([0, *levels])[np.searchsorted(times, t, side="right")]

    missing = sum(60 - places(ward) for ward in WARDS)
    assert np.array_equal(missing, places("closed_beds"))
    assert missing.max() > 6


def test_a_ward_smaller_than_the_outbreak_closes_whole() -> None:
    small = run(10, {**MANY, **all_beds(4), "infection_control.whole_ward": 1.0}, warm_up=1)
    assert set(np.abs(np.diff(small.capacity("closed_beds")[1], prepend=0))) == {4}
    assert 0 in small.capacity("surgery")[1]


def test_outbreaks_are_in_their_months_only() -> None:
    only_march = run(20, {**MANY, "infection_control.months": ["Mar"]}, warm_up=12)
    began = only_march.log.patients.started[only_march.is_class("outbreak")]
    assert len(began) > 3
    assert began.max() < 12 * DAY


def test_outbreaks_leave_the_patients_who_they_are(outbreaks: Run) -> None:
    none = run(20, {**MANY, "infection_control.outbreaks_per_day": 0}, warm_up=1)
    came, came_too = outbreaks.came(), none.came()
    arrived = ~np.isnan(none.cohort.arrival) & came_too
    arrived_too = ~np.isnan(outbreaks.cohort.arrival) & came
    assert np.array_equal(none.cohort.arrival[arrived], outbreaks.cohort.arrival[arrived_too])
    assert none.capacity("closed_beds")[1] in ([], [0])


def test_both_engines_agree_on_closures(outbreaks: Run) -> None:
    assert outbreaks.log.first_difference(outbreaks.hospital.run(seed=1, engine="simpy")) is None
