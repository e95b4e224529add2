from __future__ import annotations

import numpy as np

from flowsim.experiments.runs.cohorts import Cohorts, drawn_by
from flowsim.experiments.runs.replication import Replicator, Setup
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential
from tests.experiments.small import small


def hospital(beds: int, mean: float = 60.0) -> Hospital:
    here = Hospital(days=3)
    patient = here.arrivals("patients", rate=0.1)
    patient.stay(here.resource("ward", beds), Exponential(mean=mean))
    patient.leave()
    return here


def test_arms_that_draw_the_same_share_one_cohort() -> None:
    cohorts, few, many = Cohorts(), hospital(2), hospital(8)
    drawn = cohorts.cohort(few, drawn_by(few), 1, 0)
    assert cohorts.cohort(many, drawn_by(many), 1, 0) is drawn
    assert cohorts.cohort(many, drawn_by(many), 1, 1) is not drawn
    assert cohorts.cohort(few, drawn_by(few), 2, 1) is not drawn


def test_arms_that_draw_something_else_do_not() -> None:
    cohorts, short, long = Cohorts(), hospital(2), hospital(2, mean=90.0)
    drawn = cohorts.cohort(short, drawn_by(short), 1, 0)
    other = cohorts.cohort(long, drawn_by(long), 1, 0)
    np.testing.assert_array_equal(other.columns, long.sample(seed=1, replication=0).columns)
    assert not np.array_equal(drawn.columns, other.columns)


def test_a_cohort_that_is_kept_is_there_after_others_were_drawn() -> None:
    cohorts, few, many = Cohorts(), hospital(2), hospital(8)
    kept = cohorts.cohort(few, drawn_by(few), 1, 0)
    cohorts.keep()
    passing = cohorts.cohort(few, drawn_by(few), 1, 1)
    cohorts.cohort(few, drawn_by(few), 1, 2)
    assert cohorts.cohort(many, drawn_by(many), 1, 0) is kept
    assert cohorts.cohort(few, drawn_by(few), 1, 1) is not passing


def test_what_cannot_be_told_apart_is_drawn_again() -> None:
    cohorts, one = Cohorts(), hospital(2)
    assert cohorts.cohort(one, None, 1, 0) is not cohorts.cohort(one, None, 1, 0)


def test_a_replication_is_the_same_after_another_arm_drew_its_cohort() -> None:
    scenario = small().value
    alone = Replicator(Setup(scenario=scenario, engine="compiled", seed=7)).replicate(1)
    other = Replicator(Setup(scenario=scenario, engine="simpy", seed=7)).replicate(1)
    np.testing.assert_array_equal(alone.values, other.values)
