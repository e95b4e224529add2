"""The sequential rule: what is asked for, how many replications come next, and how often it is right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.statistics.intervals import intervals
from flowsim.experiments.statistics.precision import FIRST, MOST, Precision, Target, read_precision

HOUR_SHARE = Target("four_hour_performance", 0.5)


def test_a_width_alone_is_that_of_four_hour_performance() -> None:
    assert read_precision("0.5pp") == Precision(targets=(HOUR_SHARE,), most=MOST)
    assert read_precision("four_hour_performance=.5 pp").targets == (HOUR_SHARE,)


def test_a_share_has_points_and_anything_else_percent_of_its_mean() -> None:
    share, count = read_precision(["bed_occupancy=0.3pp", "mffd_patients=2%"], 400).targets
    assert (share.relative, share.half_width(0.9)) == (False, pytest.approx(0.003))
    assert (count.relative, count.half_width(-150.0)) == (True, pytest.approx(3.0))
    assert [str(share), str(count)] == ["bed_occupancy=0.3pp", "mffd_patients=2%"]


@pytest.mark.parametrize("written", [["0.7pp"], ["bed_occupancy=0.3pp", "mffd_patients=0.1%"]])
def test_what_a_manifest_says_is_what_was_asked(written: list[str]) -> None:
    asked = read_precision(written, 77)
    assert Precision.of(asked.as_json()) == asked


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("half", 'must be a width > 0, such as "0.5pp", or METRIC=WIDTH'),
        ("0pp", 'found "0pp"'),
        ("-1pp", 'found "-1pp"'),
        ("nanpp", 'found "nanpp"'),
        ("0.5", 'found "0.5"'),
        ("four_hours=1pp", 'unknown metric "four_hours"; did you mean "four_hour'),
        ("2%", 'a share, must be in percentage points, such as "four_hour_performance=0.5pp"; found "2%"'),
        ("mffd_patients=2pp", 'no share, must be in percent of its mean, such as "mffd_patients=2%"'),
        (["1pp", "four_hour_performance=2pp"], "must be given once for each metric"),
        ([], "found nothing"),
    ],
)
def test_what_is_no_precision_is_refused(written: str | list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_precision(written)
    assert message in str(caught.value)


def test_all_problems_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read_precision(["0pp", "four_hours=1pp"], 9)
    assert len(caught.value.problems) == 3
    assert "max_replications must be a whole number >= 10; found 9" in str(caught.value)


# How many


def spread(n: int, half_width: float) -> np.ndarray:
    """Return n figures about 0.8, half of them above, whose 95 % interval has this half-width."""
    values = np.where(np.arange(n) % 2, 1.0, -1.0)
    return 0.8 + values / intervals(values[:, None]).high[0] * half_width


def next_of(n: int, half_width: float, most: int = MOST) -> int:
    return Precision(targets=(HOUR_SHARE,), most=most).count([spread(n, half_width)])


def test_it_begins_with_ten() -> None:
    assert Precision(targets=(HOUR_SHARE,)).count([]) == FIRST == 10


def test_it_ends_when_the_interval_is_narrow_enough() -> None:
    assert next_of(10, 0.00499) == 10
    assert next_of(10, 0.00501) > 10


@pytest.mark.parametrize(
    ("n", "half_width", "count"),
    [
        # Half-widths shrink with the root: 0.7 points of 10 take 10 * 1.96 = 19.6 for 0.5.
        (10, 0.007, 20),
        (40, 0.006, 58),
        # A little too wide is a quarter more, far too wide is twice as many.
        (40, 0.00501, 50),
        (10, 0.05, 20),
    ],
)
def test_next_are_as_many_as_the_spread_calls_for(n: int, half_width: float, count: int) -> None:
    assert next_of(n, half_width) == count


def test_there_are_never_more_than_the_limit() -> None:
    assert next_of(40, 0.05, most=64) == 64
    assert next_of(64, 0.05, most=64) == 64


def test_the_target_that_takes_most_decides() -> None:
    both = Precision(targets=(HOUR_SHARE, Target("mffd_patients", 5.0)))
    # 0.8 with a half-width of 0.06 is 7.5 %, which takes 2.25 times as many.
    assert both.count([spread(20, 0.001), spread(20, 0.06)]) == 40
    assert both.count([spread(20, 0.006), spread(20, 0.001)]) == 29
    assert both.count([spread(20, 0.001), spread(20, 0.001)]) == 20


def test_what_would_be_needed_is_told_when_it_was_not_reached() -> None:
    (attained,) = Precision(targets=(HOUR_SHARE,)).attained([spread(50, 0.00999)])
    assert not attained.reached
    assert attained.needed == 200
    assert attained.percent == pytest.approx(0.999)


def test_a_metric_that_no_replication_has_does_not_ask_for_more() -> None:
    asked = Precision(targets=(HOUR_SHARE,))
    nothing = np.full(10, np.nan)
    assert asked.count([nothing]) == 10
    (attained,) = asked.attained([nothing])
    assert (attained.reached, attained.needed) == (False, None)
    assert attained.as_json()["half_width"] is None


def test_a_count_that_is_always_zero_is_known() -> None:
    (attained,) = Precision(targets=(Target("mffd_patients", 2.0),)).attained([np.zeros(10)])
    assert attained.reached
    assert attained.percent == 0.0


# How often it is right


def covered(draws: np.ndarray, next_count: Callable[[list[np.ndarray]], int]) -> np.ndarray:
    """Return for each row whether the interval at the stop holds the truth, and the count, shape (2, n)."""
    outcomes = []
    for row in draws:
        n, count = 0, next_count([])
        while count > n:
            n, count = count, next_count([row[:count]])
        found = intervals(row[:n, None])
        outcomes.append((found.low[0] <= TRUTH <= found.high[0], n))
    return np.array(outcomes, dtype=float).T


EXPERIMENTS = 2000
TRUTH = 0.8
LEAST = 0.93
"""The share that the rule's docstring promises for normal figures is 93.7 % and more."""


def experiments() -> np.ndarray:
    """Return normal figures whose target, a half-width of 0.5 points, takes about 20 replications."""
    draws = np.random.Generator(np.random.PCG64(1948)).normal(size=(EXPERIMENTS, MOST))
    return TRUTH + draws * 0.005 * np.sqrt(20) / 1.96


def error(share: float) -> float:
    return float(np.sqrt(share * (1 - share) / EXPERIMENTS))


def test_the_interval_at_the_stop_holds_the_truth_about_as_often_as_it_says() -> None:
    holds, count = covered(experiments(), Precision(targets=(HOUR_SHARE,)).count)
    assert holds.mean() >= LEAST - 4 * error(LEAST)
    assert 20 <= count.mean() <= 27


def test_a_rule_that_looks_after_each_replication_from_two_on_is_caught() -> None:
    asked = Precision(targets=(HOUR_SHARE,))

    def careless(figures: list[np.ndarray]) -> int:
        if not figures:
            return 2
        return len(figures[0]) + (not asked.attained(figures)[0].reached)

    holds, _ = covered(experiments(), careless)
    assert holds.mean() < LEAST - 4 * error(LEAST)
