from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiments.runs.replication import Replicator, Setup, Timing, pooled
from flowsim.outcomes import Measured
from tests.experiments.small import small, small_plan


def test_months_are_pooled_by_their_sums() -> None:
    # 1 of 2 in April and 30 of 40 in May are 31 of 42, not the mean of a half and three quarters.
    measured = Measured(
        metric=("four_hour_performance", "four_hour_performance", "attendances", "attendances"),
        group=("month=2016-04", "month=2016-05") * 2,
        value=np.array([0.5, 0.75, 2.0, 40.0]),
        numerator=np.array([1.0, 30.0, 2.0, 40.0]),
        denominator=np.array([2.0, 40.0, np.nan, np.nan]),
    )
    assert pooled(measured, "four_hour_performance", "months=2016-04 to 2016-05") == pytest.approx(31 / 42)
    assert pooled(measured, "attendances", "months=2016-04 to 2016-05") == 42.0


def test_a_replication_is_the_same_whichever_ran_before_it() -> None:
    setup = small_plan().setup
    one, two = Replicator(setup), Replicator(setup)
    one.replicate(0)
    np.testing.assert_array_equal(one.replicate(1).values, two.replicate(1).values)


def test_replications_and_seeds_differ() -> None:
    setup = small_plan().setup
    other_seed = Setup(scenario=setup.scenario, engine=setup.engine, seed=setup.seed + 1)
    first = Replicator(setup).replicate(0).values
    assert not np.array_equal(first, Replicator(setup).replicate(1).values, equal_nan=True)
    assert not np.array_equal(first, Replicator(other_seed).replicate(0).values, equal_nan=True)


def test_figures_of_several_months_stand_behind_the_others() -> None:
    loaded = small(run__start="2016-04-29", run__days=3)
    wanted = (("attendances", "months=2016-04 to 2016-05"),)
    one = Replicator(Setup(scenario=loaded.value, engine="simpy", seed=1, pooled=wanted)).replicate(0)
    figures = dict(zip(zip(one.metric, one.group, strict=True), one.values, strict=True))
    assert one.group[-1] == "months=2016-04 to 2016-05"
    assert figures[wanted[0]] == figures["attendances", "all"]


def test_seconds_add_up() -> None:
    one = Timing(sample_s=1.0, simulate_s=2.0, measure_s=4.0)
    assert (one + one).total_s == 14.0
