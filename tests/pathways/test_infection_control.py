"""Infection control: bays and wards that close at random and reopen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.pathways.hospital import build
from flowsim.pathways.infection_control import WARDS
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.timeline import DAY
from tests.pathways.runs import Run, all_beds, run, scenario

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


def test_more_outbreaks_come_on_top_of_the_same_ones(outbreaks: Run) -> None:
    more = run(20, {**MANY, "infection_control.outbreaks_per_day": 2.0}, warm_up=1)
    wards = []
    for asked in (outbreaks, more):
        began, ward = asked.cohort.arrival[asked.is_class("outbreak")], asked.draw("outbreak_ward")
        wards.append(dict(zip(began.tolist(), ward[asked.is_class("outbreak")].tolist(), strict=True)))
    fewer, all_of_them = wards
    assert len(fewer) < len(all_of_them)
    assert fewer.items() <= all_of_them.items()


@pytest.mark.parametrize("per_day", [0.25, 1.0, 2.0])
def test_as_many_outbreaks_are_expected_as_are_asked_for(per_day: float) -> None:
    hospital = build(scenario(20, {**MANY, "infection_control.outbreaks_per_day": per_day}, warm_up=1))
    arrivals = next(one.arrivals for one in hospital.classes if one.name == "outbreak")
    assert isinstance(arrivals, PoissonArrivals)
    assert isinstance(arrivals.factor, float)
    assert arrivals.rate.integral(hospital.end) * arrivals.factor == pytest.approx(20 * per_day)


def test_more_outbreaks_than_are_drawn_are_refused() -> None:
    message = r"infection_control.outbreaks_per_day\n  must be less than or equal to 2"
    with pytest.raises(InputError, match=message):
        scenario(12, {"infection_control.outbreaks_per_day": 2.1})


def test_outbreaks_leave_the_patients_who_they_are(outbreaks: Run) -> None:
    none = run(20, {**MANY, "infection_control.outbreaks_per_day": 0}, warm_up=1)
    came, came_too = outbreaks.came(), none.came()
    arrived = ~np.isnan(none.cohort.arrival) & came_too
    arrived_too = ~np.isnan(outbreaks.cohort.arrival) & came
    assert np.array_equal(none.cohort.arrival[arrived], outbreaks.cohort.arrival[arrived_too])
    assert none.capacity("closed_beds")[1] in ([], [0])


def test_both_engines_agree_on_closures(outbreaks: Run) -> None:
    assert outbreaks.log.first_difference(outbreaks.hospital.run(seed=1, engine="simpy")) is None
