from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from flowsim.experiments.capacity.seeking import Bools, Chance, Index, Point, Rule, Search, Try
from flowsim.experiments.statistics.intervals import Floats
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.laws import Draw
from flowsim.timeline import DAY, HOUR

RULE = Rule(probability=0.8, first=4, most=64)


def exactly(meets: Callable[[Index], bool]) -> Try:
    """Return an attempt in which a point always meets the target, or never."""

    def attempt(index: Index, numbers: Sequence[int]) -> tuple[Floats, Bools]:
        return np.zeros(len(numbers)), np.full(len(numbers), meets(index))

    return attempt


@pytest.mark.parametrize(
    ("met", "of", "low", "high"),
    # R: binom.test(met, of)$conf.int
    [
        (0, 10, 0.0, 0.3084971),
        (7, 10, 0.3475471, 0.9332605),
        (16, 20, 0.5633860, 0.9426660),
        (20, 20, 0.8315665, 1.0),
    ],
)
def test_the_interval_of_a_share_is_that_of_clopper_and_pearson(
    met: int, of: int, low: float, high: float
) -> None:
    chance = Chance(met, of)
    assert (chance.low, chance.high) == pytest.approx((low, high), abs=5e-7)
    # By its definition: at a bound, so many or more (or fewer) have a chance of 2.5 %.
    if met:
        more = sum(
            math.comb(of, k) * chance.low**k * (1 - chance.low) ** (of - k) for k in range(met, of + 1)
        )
        assert more == pytest.approx(0.025)


def test_replications_are_added_near_the_boundary_only() -> None:
    met = np.resize([True, True, True, True, False], 64)  # 80 %, on the boundary

    def attempt(index: Index, numbers: Sequence[int]) -> tuple[Floats, Bools]:
        always = np.full(len(numbers), index[0] > 1)
        return np.zeros(len(numbers)), met[list(numbers)] if index == (1,) else always

    search = Search(attempt, RULE)
    assert search.first_that_meets(3) == (2,) or search.meets((1,))
    assert len(search.judged((0,)).met) == 4  # none of four: P is below 0.8, surely
    assert len(search.judged((1,)).met) == 64
    assert len(search.judged((2,)).met) == 32  # all of sixteen could be of 0.79
    assert not RULE.is_sure(search.points[1,])


def test_a_point_meets_the_target_if_its_share_does() -> None:
    met = np.array([True] * 4 + [False])
    assert RULE.meets(Point((0,), np.zeros(5), met))
    assert not RULE.meets(Point((0,), np.zeros(4), met[1:]))


@pytest.mark.parametrize("first", [0, 1, 2, 33, 98, 99])
def test_the_first_value_that_meets_the_target_is_found_by_halving(first: int) -> None:
    search = Search(exactly(lambda index: index[0] >= first), RULE)
    assert search.first_that_meets(100) == (first,)
    assert len(search.points) <= 2 + math.ceil(math.log2(100))


def test_that_nothing_does_is_said_after_a_look_between_the_ends() -> None:
    search = Search(exactly(lambda index: False), RULE)
    assert search.first_that_meets(101) is None
    assert set(search.points) == {(0,), (25,), (50,), (75,), (100,)}


def test_a_lever_that_helps_and_then_harms_is_not_said_to_do_nothing() -> None:
    search = Search(exactly(lambda index: 40 <= index[0] <= 60), RULE)
    assert search.first_that_meets(101) == (40,)


def mean_wait(servers: int, per_hour: float, minutes: float) -> float:
    """Return the mean wait in M/M/c by Erlang's C [min]."""
    load = per_hour * minutes / 60
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last) * minutes / (servers - load)


def test_the_number_of_servers_that_erlang_c_asks_for_is_found() -> None:
    def attempt(index: Index, numbers: Sequence[int]) -> tuple[Floats, Bools]:
        hospital = Hospital(end=28 * DAY)
        patient = hospital.arrivals("patients", rate=10 / HOUR)
        patient.stay(hospital.resource("servers", 6 + index[0]), Draw("service", Exponential(mean=30)))
        patient.leave()
        waits = []
        for number in numbers:
            stays = hospital.run(seed=1, replication=number).stays
            waits.append(np.nanmean(stays.started - stays.requested))
        return np.array(waits), np.array(waits) <= 2.5

    needed = next(c for c in range(6, 20) if mean_wait(c, 10, 30) <= 2.5)
    assert needed == 8
    search = Search(attempt, Rule(probability=0.8, first=20, most=40))
    answer = search.first_that_meets(7)
    assert answer == (needed - 6,)
    assert RULE.is_sure(search.points[answer])
    assert search.points[answer].figure.mean == pytest.approx(mean_wait(needed, 10, 30), rel=0.2)
    assert not search.meets((needed - 7,))


@pytest.mark.parametrize("shape", [(13, 13), (7, 7, 7), (1, 5)])
def test_the_cheapest_mix_is_that_of_trying_them_all_with_far_fewer_trials(shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng(7)
    for _ in range(20):
        weights, prices = generator.uniform(0.2, 1, len(shape)), generator.uniform(0.2, 1, len(shape))
        enough = generator.uniform(0, 1) * sum(w * (n - 1) for w, n in zip(weights, shape, strict=True))
        costs = np.array([prices @ index for index in np.ndindex(*shape)]).reshape(shape)

        def meets(index: Index, weights: Floats = weights, enough: float = enough) -> bool:
            return float(weights @ index) >= enough

        search = Search(exactly(meets), RULE)
        found = search.cheapest_that_meets(costs)
        all_that_meet = [index for index in itertools.product(*map(range, shape)) if meets(index)]
        assert found is not None
        assert costs[found] == min(costs[index] for index in all_that_meet)
        assert len(search.points) <= max(costs.size // 3, 4)


def test_no_mix_is_found_where_the_most_of_everything_fails() -> None:
    search = Search(exactly(lambda index: False), RULE)
    assert search.cheapest_that_meets(np.zeros((3, 3))) is None
    assert set(search.points) == {(2, 2)}
