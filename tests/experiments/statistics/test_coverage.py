"""How often the intervals hold the truth: 1,000 experiments on queues whose expected figures are exact.

An experiment is 20 replications of four weeks of an M/M/3 queue that starts empty, and of the same weeks with
a fourth place: the same patients, the same stays. The figure is the mean number of patients there; its
expectation is that of the birth-death chain, from empty as well, so that nothing is approximate but the
interval.

The load is 70 %, and four weeks are long beside the half day in which such a queue forgets. An interval needs
that: a week of six places at 85 % is so skewed, 2.7, and its difference from seven places, 3.5, that twenty
replications held the truth in 92.3 and 90.5 %.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import factorial

import numpy as np
import pytest
from scipy.linalg import expm

from flowsim.engine import compiled_engine
from flowsim.experiments.statistics.differences import Differences, differences
from flowsim.experiments.statistics.intervals import Intervals, intervals
from flowsim.outcomes.census import time_present
from flowsim.outcomes.observed import open_ended
from flowsim.timeline import DAY, HOUR
from tests.oracles.acceptance import changed
from tests.oracles.reduced_hospitals import CASES, build

pytestmark = pytest.mark.slow

CASE = CASES["mmc-majors-6"]
PLACES = (3, 4)
RATE = 2.1
"""Patients an hour, who stay for an hour."""
LENGTH = 28 * DAY
EXPERIMENTS, REPLICATIONS = 1000, 20
SEED = 1948
MOST_THERE = 150
"""States of the chain; more patients than that are there with a probability below 1e-9."""

LEAST, MOST = 0.92, 0.98
"""Between these lies the share of 1,000 experiments that must hold the truth."""


@cache
def figures(places: int, mean_h: float = 1.0, experiments: int = EXPERIMENTS) -> np.ndarray:
    """Return the mean number there in each replication, shape (experiments, REPLICATIONS)."""
    case = changed(CASE, "arrivals.rate_per_h", RATE)
    case = changed(changed(case, "stages.0.places", places), "stages.0.duration.mean_h", mean_h)
    hospital = build(case["model"], until=LENGTH, end=LENGTH)
    program, found = hospital.compiled.program, np.empty(experiments * REPLICATIONS)
    for number in range(len(found)):
        log = compiled_engine.simulate(program, hospital.sample(seed=SEED, replication=number), LENGTH)
        there = time_present(log.stays.requested, open_ended(log.stays.ended), np.array([0.0, LENGTH]))
        found[number] = there[0] / LENGTH
    return found.reshape(experiments, REPLICATIONS)


def expected(places: int) -> float:
    """Return the expected mean number there from empty, by the chain's generator."""
    states = np.arange(MOST_THERE + 1)
    arriving = np.full(MOST_THERE, RATE)
    leaving = np.minimum(states[1:], places) / 1.0
    generator = np.diag(arriving, 1) + np.diag(leaving, -1)
    generator -= np.diag(generator.sum(axis=1))
    # With the numbers as one column more, the exponential holds the integral of the expected number.
    both = np.zeros((len(states) + 1,) * 2)
    both[:-1, :-1], both[:-1, -1] = generator, states
    hours = LENGTH / HOUR
    return float(expm(both * hours)[0, -1] / hours)


def share_held(found: Intervals, truth: float) -> float:
    """Return the share of intervals that hold a value."""
    return float(((found.low <= truth) & (truth <= found.high)).mean())


def paired() -> Differences:
    return differences(*(figures(places).T for places in PLACES))


def steady(places: int) -> float:
    """Return the mean number there in the steady state, by Erlang's formula."""
    load = RATE / places
    empty = [RATE**n / factorial(n) for n in range(places)]
    busy = RATE**places / factorial(places) / (1 - load)
    return busy / (sum(empty) + busy) * load / (1 - load) + RATE


def test_the_exact_figure_is_a_little_below_the_steady_state() -> None:
    for places in PLACES:
        assert 0.95 * steady(places) < expected(places) < steady(places)


@pytest.mark.parametrize("places", PLACES)
def test_the_intervals_of_an_arm_hold_the_truth(places: int) -> None:
    assert LEAST <= share_held(intervals(figures(places).T), expected(places)) <= MOST


def test_the_intervals_of_a_paired_difference_hold_the_truth() -> None:
    truth = expected(PLACES[1]) - expected(PLACES[0])
    assert LEAST <= share_held(paired().interval, truth) <= MOST


def test_the_same_patients_save_half_of_the_replications() -> None:
    assert np.median(paired().saved) > 2


# The same judgement, of what it must refuse


def test_another_truth_is_found_out() -> None:
    assert share_held(intervals(figures(3).T), 1.05 * expected(3)) < LEAST


def test_visits_five_per_cent_longer_are_found_out() -> None:
    assert share_held(intervals(figures(3, 1.05, experiments=100).T), expected(3)) < LEAST


def test_intervals_that_are_not_paired_are_found_out() -> None:
    # As if the arms had been independent: far too wide.
    each = [intervals(figures(places).T) for places in PLACES]
    half = np.hypot(*((one.high - one.low) / 2 for one in each))
    found = paired().interval
    wide = replace(found, low=found.mean - half, high=found.mean + half)
    assert share_held(wide, expected(PLACES[1]) - expected(PLACES[0])) > MOST


def test_intervals_of_the_normal_law_for_three_replications_are_found_out() -> None:
    some = figures(4)[:, :3]
    mean, half = some.mean(axis=1), 1.96 * some.std(axis=1, ddof=1) / np.sqrt(3)
    narrow = Intervals(np.full(len(mean), 3), mean, half, mean - half, mean + half)
    assert share_held(narrow, expected(4)) < LEAST
