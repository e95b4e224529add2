from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from flowsim.engine.log import Log
from flowsim.experiments.capacity.binding import Binding, binding
from flowsim.outcomes import ReportingPeriod
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.laws import Draw
from flowsim.timeline import DAY, HOUR, WEEK, StepFunction

MONDAY = dt.datetime(2016, 4, 4)


def period(days: float, origin: dt.datetime = MONDAY, begins: float = 0.0) -> ReportingPeriod:
    return ReportingPeriod(origin=origin, begins=begins, ends=days * DAY)


def one_nurse(end: float) -> Log:
    """Three patients of 90 minutes at 10:00, 10:30 and 15:00 on the first day."""
    hospital = Hospital(end=end)
    nurse = hospital.resource("nurse", StepFunction(np.array([0.0, 9 * HOUR]), np.array([0.0, 1.0])))
    patient = hospital.arrivals("walk_in", at=[600.0, 630.0, 900.0])
    patient.stay(nurse, 90.0)
    patient.leave()
    return hospital.run(seed=1)


def of(found: Binding, name: str, weekday: int, hour: int) -> tuple[float, float, float]:
    i, at = found.resources.index(name), weekday * 24 + hour
    return float(found.share[i, at]), float(found.queue[i, at]), float(found.utilisation[i, at])


def test_each_hour_of_the_week_has_its_share_with_a_wait_its_queue_and_its_use() -> None:
    found = binding(one_nurse(DAY), period(1))
    assert of(found, "nurse", 0, 10) == (0.5, 0.5, 1.0)  # the second waits from 10:30 ...
    assert of(found, "nurse", 0, 11) == (0.5, 0.5, 1.0)  # ... to 11:30
    assert of(found, "nurse", 0, 13) == (0.0, 0.0, 0.0)
    assert of(found, "nurse", 0, 15) == (0.0, 0.0, 1.0)
    assert of(found, "nurse", 0, 16) == (0.0, 0.0, 0.5)
    assert np.isnan(found.utilisation[0, 8])  # nobody is there before 09:00
    assert np.isnan(found.share[0, 24:]).all()  # no Tuesday came
    assert found.share_in_all == pytest.approx(1 / 24)
    assert found.utilisation_in_all == pytest.approx(4.5 / 15)


def test_hours_are_named_after_the_week_that_the_period_lies_in() -> None:
    saturday = dt.datetime(2016, 4, 2)
    found = binding(one_nurse(DAY), period(1, saturday))
    assert of(found, "nurse", 5, 10)[0] == 0.5
    assert binding(one_nurse(2 * DAY), period(2, begins=DAY)).waited.sum() == 0.0


def test_replications_are_pooled() -> None:
    busy, idle = binding(one_nurse(DAY), period(1)), binding(one_nurse(2 * DAY), period(2, begins=DAY))
    both = busy + idle
    assert both.minutes.sum() == 2 * DAY
    assert both.share_in_all == pytest.approx(1 / 48)


def tandem(fast: int, slow: int) -> Binding:
    """A station of eight hours' work for every one of the other's, both of them asked for by all."""
    hospital = Hospital(end=4 * WEEK)
    patient = hospital.arrivals("patients", rate=4 / HOUR)
    patient.stay(hospital.resource("fast", fast), Draw("short", Exponential(mean=6)))
    patient.stay(hospital.resource("slow", slow), Draw("long", Exponential(mean=48)))
    patient.leave()
    return binding(hospital.run(seed=3), period(28))


def test_in_a_tandem_the_overloaded_station_binds() -> None:
    found = tandem(fast=2, slow=3)  # loads 20 % and 107 %
    assert found.share_in_all[0] < 0.2
    assert found.share_in_all[1] > 0.9
    assert found.utilisation_in_all[1] > 0.95
    relieved = tandem(fast=2, slow=12)
    assert relieved.share_in_all[1] < 0.01


def test_whenever_somebody_waits_every_place_is_in_use() -> None:
    hospital = Hospital(end=WEEK)
    beds = hospital.resource("beds", 5)
    patient = hospital.arrivals("patients", rate=5 / HOUR)
    patient.stay(beds, Draw("stay", Exponential(mean=55)))
    patient.leave()
    stays = hospital.run(seed=5).stays
    for at in np.arange(0.5, WEEK, 30.0):
        if ((stays.requested <= at) & ~(stays.started <= at)).any():
            assert ((stays.started <= at) & ~(stays.ended <= at)).sum() == 5
    mean = binding(hospital.run(seed=5), period(7)).queue_in_all
    waits = np.fmin(stays.started, WEEK)
    waits[np.isnan(waits)] = WEEK
    assert mean == pytest.approx((waits - stays.requested).sum() / WEEK)
