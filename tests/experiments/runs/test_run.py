from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import carry_out, plan, run
from tests.experiments.small import SMALL, small, small_plan


def test_a_run_takes_its_replications_and_seed_from_the_scenario() -> None:
    planned = plan(small(run__replications=3, run__seed=5))
    assert planned.numbers == (0, 1, 2)
    assert planned.setup.seed == 5


def test_results_hold_each_replication_and_their_mean() -> None:
    results = run("portsmouth-2016", changes=SMALL, replications=2, seed=1)
    each = results.by_replication("attendances")
    assert results.numbers == (0, 1)
    assert results.figure("attendances").mean == pytest.approx(each.mean())
    assert results.figure("attendances").low < each.mean() < results.figure("attendances").high
    assert results.timing.total_s > 0


def test_one_is_told_of_each_replication() -> None:
    told: list[int] = []
    carry_out(small_plan(), told=lambda done: told.append(len(done)))
    assert told == [1, 2]


ASKED: dict[str, Any] = {"precision": "1.5pp", "max_replications": 40, "seed": 1}


@cache
def precise() -> Results:
    return run(small(), **ASKED)


@pytest.mark.slow
def test_a_precision_is_run_for_in_the_same_steps_whatever_the_jobs() -> None:
    two = run(small(), **ASKED, jobs=2)
    assert precise().numbers == two.numbers
    np.testing.assert_array_equal(precise().values, two.values)


def test_a_precision_is_run_for_until_it_is_reached() -> None:
    one = precise()
    n = len(one.numbers)
    assert one.numbers == tuple(range(n))
    assert 10 < n <= 40
    (attained,) = one.precision
    assert attained.reached
    figure = one.figure("four_hour_performance")
    assert attained.half_width == pytest.approx((figure.high - figure.low) / 2)
    assert attained.half_width <= 0.015
    # The figures are those of as many replications asked for by number.
    np.testing.assert_array_equal(one.values, run(small(), replications=n, seed=1).values)


def test_a_precision_that_is_out_of_reach_ends_at_the_limit_and_says_what_it_would_take() -> None:
    results = run(small(), precision=["0.1pp", "attendances=50%"], max_replications=12)
    assert len(results.numbers) == 12
    four_hours, attendances = results.precision
    assert (four_hours.reached, attendances.reached) == (False, True)
    assert four_hours.needed is not None
    assert four_hours.needed > 12


def test_a_run_without_a_precision_has_none() -> None:
    assert carry_out(small_plan()).precision == ()


def test_the_order_in_which_replications_come_does_not_matter() -> None:
    planned = small_plan()
    came: list = []
    results = carry_out(planned, told=lambda done: came.extend(done[-1:]))
    turned = Results.of(planned.about, came[::-1])
    assert turned.numbers == (0, 1)
    np.testing.assert_array_equal(turned.values, results.values)


def test_results_typed_at_a_prompt_are_one_line() -> None:
    results = carry_out(small_plan())
    assert repr(results) == (
        "<Results of portsmouth-2016, 2016-04-01 to 2016-04-02: "
        f"{len(results.metric)} figures of 2 replications>"
    )


def test_a_frame_is_tidy() -> None:
    results = carry_out(small_plan())
    frame = results.to_frame()
    assert list(frame.columns) == ["scenario", "replication", "metric", "group", "value"]
    assert len(frame) == results.values.size
    one = frame[(frame.replication == 1) & (frame.metric == "attendances") & (frame.group == "all")]
    assert one.value.tolist() == [results.by_replication("attendances")[1]]
    assert set(frame.scenario) == {"portsmouth-2016"}


def test_an_unknown_metric_or_group_is_refused_with_the_nearest() -> None:
    results = carry_out(small_plan())
    with pytest.raises(InputError, match='did you mean "attendances"'):
        results.figure("attendance")
    with pytest.raises(InputError, match='unknown group of attendances "month=2016-05"; did you mean'):
        results.figure("attendances", "month=2016-05")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"replications": 0}, "replications must be a whole number >= 1; found 0"),
        ({"seed": -1}, "seed must be a whole number >= 0; found -1"),
        ({"engine": "abacus"}, 'unknown engine "abacus". Allowed here: simpy'),
        ({"jobs": 0}, "jobs must be a whole number >= 1; found 0"),
        ({"precision": "1pp", "replications": 5}, "replications and precision cannot both be given"),
        ({"max_replications": 50}, "max_replications must go with a precision"),
        (
            {"precision": "1pp", "max_replications": 9},
            "max_replications must be a whole number >= 10; found 9",
        ),
        ({"precision": "1"}, 'precision must be a width > 0, such as "0.5pp"'),
    ],
)
def test_what_cannot_be_run_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(InputError) as caught:
        run(small(), **asked)
    assert message.split(" Allowed")[0] in str(caught.value)


def test_changes_go_with_a_scenario_that_is_not_loaded_yet() -> None:
    with pytest.raises(InputError, match="must be given to load_scenario"):
        run(small(), changes=SMALL)
