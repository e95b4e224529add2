"""Defects that simulations of hospitals are known for: each does not happen here, and would be noticed.

Every test has the right figure beside that of the wrong variant, worked out here, and fails for the latter.
`docs/assurance.md` is the index.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.errors import InputError
from flowsim.outcomes import growing_queues, measure
from flowsim.pathways.builder import Hospital
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.streams import stream, uniforms
from flowsim.scenario.interventions import read_intervention
from flowsim.scenario.shipped import shipped_interventions, shipped_scenarios
from flowsim.timeline import StepFunction
from tests.experiments.small import small_plan
from tests.outcomes.test_overload import mmc
from tests.outcomes.written_logs import DAY, HOUR, days, inpatient, written

Floats = NDArray[np.float64]

# Arrivals

PROFILE = np.array([2.0] * 8 + [20.0] * 8 + [6.0] * 8)
"""An hour's arrivals by hour of the day: a quiet night, a rush, an evening."""
DAYS = 150


def by_hour(times: Floats) -> Floats:
    """Return the mean count of each hour of the day."""
    return np.bincount((times % DAY // HOUR).astype(int), minlength=24) / DAYS


def follows_the_profile(counts: Floats) -> bool:
    """Return whether every hour is within 4.5 standard errors of a Poisson count's mean."""
    return bool((np.abs(counts - PROFILE) <= 4.5 * np.sqrt(PROFILE / DAYS)).all())


def rate_now(t: float) -> float:
    return float(PROFILE[int(t % DAY // HOUR)]) / HOUR


def with_the_rate_of_the_previous_arrival() -> Floats:
    """Return arrivals each of whose gaps has the rate of the hour in which it begins."""
    rng, times, t = np.random.default_rng(1), [], 0.0
    while (t := t + rng.exponential(1 / rate_now(t))) < DAYS * DAY:
        times.append(t)
    return np.array(times)


def thinned_on_the_wrong_interval() -> Floats:
    """Return thinned arrivals of which a candidate that is turned away does not take its time along."""
    rng, times, t, most = np.random.default_rng(1), [], 0.0, PROFILE.max() / HOUR
    while True:
        candidate = t + rng.exponential(1 / most)
        while rng.random() > rate_now(candidate) / most:
            candidate = t + rng.exponential(1 / most)
        t = candidate
        if t >= DAYS * DAY:
            return np.array(times)
        times.append(t)


def as_flowsim_does() -> Floats:
    rate = StepFunction.repeating(list(PROFILE / HOUR), step=HOUR, end=DAYS * DAY)
    arrivals = PoissonArrivals(rate=rate)
    times = arrivals.times(1, 0, "walk_in", DAYS * DAY)
    marks = uniforms(1, 0, "walk_in/accepted", len(times))
    return times[arrivals.accepted(marks, np.ones(len(times)), "walk_in")]


def test_the_rate_is_not_that_at_the_previous_arrival() -> None:
    assert follows_the_profile(by_hour(as_flowsim_does()))
    assert not follows_the_profile(by_hour(with_the_rate_of_the_previous_arrival()))


def test_thinning_is_not_on_the_wrong_interval() -> None:
    assert follows_the_profile(by_hour(as_flowsim_does()))
    assert not follows_the_profile(by_hour(thinned_on_the_wrong_interval()))


# Streams

CLASSES, DECIDED = ("walk_in", "emergency_call", "direct"), ("stay", "stream", "age")
NAMES = [f"{who}/{what}" for who in CLASSES for what in DECIDED]

Source = Callable[[list[str], str], Floats]
"""Of all the names there are and one of them: its first thousand draws."""


def by_name(names: list[str], name: str) -> Floats:
    return uniforms(1, 0, name, 1000)


def by_position(names: list[str], name: str) -> Floats:
    return np.random.default_rng([1, names.index(name)]).random(1000)


def with_one_seed(names: list[str], name: str) -> Floats:
    return np.random.default_rng(1).random(1000)


def without_a_seed(names: list[str], name: str) -> Floats:
    return np.random.default_rng().random(1000)


def is_repeatable(source: Source) -> bool:
    return np.array_equal(source(NAMES, NAMES[3]), source(NAMES, NAMES[3]))


def are_independent(source: Source) -> bool:
    """Return whether no two of the names' draws are correlated by more than 5 standard errors."""
    correlation = np.corrcoef([source(NAMES, name) for name in NAMES])
    return bool(np.abs(correlation[np.triu_indices(len(NAMES), 1)]).max() < 5 / math.sqrt(1000))


def stay_when_one_is_added(source: Source) -> bool:
    more = ["a new one", *NAMES]
    return all(np.array_equal(source(NAMES, name), source(more, name)) for name in NAMES)


def test_streams_have_seeds_that_neither_collide_nor_move() -> None:
    checks = (is_repeatable, are_independent, stay_when_one_is_added)
    assert [check(by_name) for check in checks] == [True, True, True]
    assert [check(by_position) for check in checks] == [True, True, False]
    assert [check(with_one_seed) for check in checks] == [True, False, True]
    assert [check(without_a_seed) for check in checks] == [False, True, False]
    keys = {stream(1, 0, name).bit_generator.state["state"]["state"] for name in NAMES}
    assert len(keys) == len(NAMES)


# Patients and places


def beds_in_use_and_patients(log: Log, moment: float) -> tuple[int, int]:
    """Return the places that are not free for others, and the patients in a place."""
    here = (log.stays.started <= moment) & ~(log.stays.ended <= moment)
    capacity = log.places.capacity[log.places.time <= moment][-1]
    return 4 - int(capacity) + int(here.sum()), len(set(log.stays.patient[here].tolist()))


def half_full(*, of_patients: bool) -> Log:
    """Return a ward of four beds of which two are in use at the start: by patients, or by nobody."""
    hospital = Hospital(end=1000)
    ward = hospital.resource("ward", 4 if of_patients else 2)
    patient = hospital.arrivals("there already", at=[0.0, 0.0] if of_patients else [])
    patient.stay(ward, 500)
    patient.leave()
    later = hospital.arrivals("later", at=[100.0])
    later.stay(ward, 500)
    later.leave()
    return hospital.run()


def test_the_initial_queue_is_made_of_patients() -> None:
    in_use, patients = beds_in_use_and_patients(half_full(of_patients=True), 200.0)
    assert in_use == patients == 3
    in_use, patients = beds_in_use_and_patients(half_full(of_patients=False), 200.0)
    assert (in_use, patients) == (3, 1), "two beds are taken by nobody, who never leaves"


def boarding(*, keeps_the_cubicle: bool) -> Log:
    """Return one cubicle and one bed, which the first patient has until minute 300."""
    hospital = Hospital(end=1000)
    cubicle, bed = hospital.resource("cubicle", 1), hospital.resource("bed", 1)
    patient = hospital.arrivals("patient", at=[0.0, 20.0, 40.0])
    patient.seize(cubicle)
    patient.delay(10)
    if not keeps_the_cubicle:
        patient.release(cubicle)
    patient.seize(bed)
    if keeps_the_cubicle:
        patient.release(cubicle)
    patient.delay(290)
    patient.release(bed)
    patient.leave()
    return hospital.run()


def waited_for_a_bed_without_a_place(log: Log) -> int:
    """Return how many waited for a bed while they were in no cubicle."""
    stays = log.stays
    cubicle, bed = (stays.resource == log.resource(name) for name in ("cubicle", "bed"))
    left = dict(zip(stays.patient[cubicle].tolist(), stays.ended[cubicle].tolist(), strict=True))
    until = np.where(np.isnan(stays.started[bed]), log.end, stays.started[bed])
    return sum(left[patient] < end for patient, end in zip(stays.patient[bed].tolist(), until, strict=True))


def test_a_cubicle_is_not_free_while_its_patient_waits_in_it() -> None:
    def entered(log: Log) -> list[float]:
        return list(log.stays.started[log.stays.resource == log.resource("cubicle")].tolist())

    kept = boarding(keeps_the_cubicle=True)
    # The second is in the cubicle from 20, ready at 30, in the bed at 300; only then is the third let in.
    assert entered(kept) == [0.0, 20.0, 300.0]
    assert waited_for_a_bed_without_a_place(kept) == 0
    freed = boarding(keeps_the_cubicle=False)
    assert entered(freed) == [0.0, 20.0, 40.0]
    assert waited_for_a_bed_without_a_place(freed) == 2


# Figures

TWO_BEDS = [(0.0, "amu", 2)]


def test_occupancy_is_weighted_by_time() -> None:
    # Two beds for two days. One patient for all of it; nine visits of ten minutes to the other.
    visits = [inpatient(HOUR * n, HOUR * n + 10) for n in range(1, 10)]
    log = written(inpatient(0.0), *visits, end=2 * DAY, places=TWO_BEDS)
    occupancy = measure(log, days(2))["bed_occupancy_over_time"]
    assert occupancy == pytest.approx((2 * DAY + 90) / (2 * 2 * DAY))
    # The mean of what each change left behind: 1, and then 2 and 1 in turn, nine times.
    of_events = np.mean([1, *[2, 1] * 9]) / 2
    assert of_events == pytest.approx(28 / 38)
    assert abs(occupancy - of_events) > 0.2


def test_waits_of_those_still_waiting_are_not_dropped() -> None:
    log = mmc(1.2, seed=1)
    stays = log.stays
    still = np.isnan(stays.started)
    (queue,) = growing_queues(log, days(365))
    assert queue.waiting == pytest.approx(still.sum(), rel=0.05)
    last = 364.5 * DAY
    of_finished_waits = ((stays.requested <= last) & (stays.started > last)).sum()
    assert of_finished_waits < 0.05 * queue.waiting, "by finished waits alone hardly anybody waits"


def test_overload_is_not_presented_as_a_steady_state() -> None:
    assert growing_queues(mmc(0.85, seed=1), days(365)) == ()
    log = mmc(1.2, seed=1)
    (queue,) = growing_queues(log, days(365))
    assert str(queue).startswith("doctor: the queue has grown by 3.")
    # What would have been presented: one mean wait, with the narrow interval of thousands of patients.
    waits = (log.stays.started - log.stays.requested)[~np.isnan(log.stays.started)] / DAY
    half = len(waits) // 2
    assert 1.96 * waits.std() / math.sqrt(len(waits)) < 0.02 * waits.mean()
    assert waits[half:].mean() > 2.5 * waits[:half].mean(), "which a year more would have doubled"


def test_utilisation_is_that_of_the_period_across_the_warm_up() -> None:
    # One bed, two days of warm-up, two reported. In the bed for a day and a half, of which half a day counts.
    log = written(inpatient(DAY, 2.5 * DAY), end=4 * DAY, places=[(0.0, "amu", 1)])
    assert measure(log, days(4, begins=2))["bed_occupancy_over_time"] == pytest.approx(0.25)
    stay = 1.5 * DAY
    assert stay / (2 * DAY) == 0.75, "the whole stay, counted when it ended"
    assert stay / (4 * DAY) == 0.375, "over the warm-up as well"
    arrived_in_the_period = 0.0
    assert arrived_in_the_period / (2 * DAY) == 0, "without whoever came before"


def test_bed_days_are_named_by_how_they_are_counted() -> None:
    # In at noon of day 1, out at noon of day 4: three nights, four dates, three times 24 hours.
    log = written(inpatient(0.5 * DAY, 3.5 * DAY), end=6 * DAY)
    found = measure(log, days(6))
    assert (found["occupied_bed_days"], found["bed_days_started"], found["bed_days_by_the_hour"]) == (3, 4, 3)
    length_of_stay_plus_1 = (3.5 - 0.5) + 1
    assert length_of_stay_plus_1 == found["bed_days_started"] != found["occupied_bed_days"]


def test_no_mean_is_given_without_its_interval() -> None:
    from flowsim.experiments.runs.run import carry_out

    summary = carry_out(small_plan(replications=3)).summary()
    given = summary[summary["sd"] > 0]
    assert len(given) > 100
    assert ((given.ci_low < given["mean"]) & (given["mean"] < given.ci_high)).all()
    alone = carry_out(small_plan(replications=1)).summary()
    assert alone.ci_low.isna().all(), "one replication has none, and none is made up"


# Examples


def test_every_shipped_example_loads() -> None:
    from flowsim.experiments.runs.run import load_scenario

    for name in shipped_scenarios():
        assert load_scenario(name).value.name == name
    assert len(shipped_interventions()) > 40
    for name in shipped_interventions():
        assert read_intervention(name).name == name
    broken = {"acute_medicine.amu_bedz": {"add": 1}}
    with pytest.raises(InputError, match="amu_bedz"):
        load_scenario("portsmouth-2016", broken)
