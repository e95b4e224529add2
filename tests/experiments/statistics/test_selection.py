from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.selection import FIRST, Selection, select

MOST = 400


def arms(means: list[float], *, seed: int, own: float = 1.0, common: float = 0.0) -> list[Floats]:
    """Return figures with a part of their own and a part that all arms have in common."""
    rng = np.random.default_rng(seed)
    shared = common * rng.standard_normal(MOST)
    return [mean + shared + own * rng.standard_normal(MOST) for mean in means]


def chosen(figures: list[Floats], *, indifference: float = 1.0, confidence: float = 0.95) -> Selection:
    """Return the choice, each arm run only as long as the procedure asks for."""
    n = [FIRST] * len(figures)
    while True:
        found = select(
            [values[:count] for values, count in zip(figures, n, strict=True)],
            indifference=indifference,
            confidence=confidence,
        )
        if found.best is not None:
            return found
        n = [count + 1 if i in found.still_in else count for i, count in enumerate(n)]


def share_right(confidence: float, experiments: int) -> float:
    """Return how often the best of five is found where it is hardest: the others all one zone worse."""
    right = [
        chosen(arms([1.0, 0.0, 0.0, 0.0, 0.0], seed=seed), confidence=confidence).best == 0
        for seed in range(experiments)
    ]
    return float(np.mean(right))


def test_the_best_is_chosen_with_the_confidence_asked_for() -> None:
    experiments = 300
    for confidence in (0.7, 0.95):
        least = confidence - 4 * np.sqrt(confidence * (1 - confidence) / experiments)
        assert share_right(confidence, experiments) >= least


def test_without_replications_beyond_the_first_the_best_would_not_be_found_so_often() -> None:
    right = [
        int(np.argmax([values[:2].mean() for values in arms([1.0, 0.0, 0.0, 0.0, 0.0], seed=seed)])) == 0
        for seed in range(300)
    ]
    assert np.mean(right) < 0.95 - 4 * np.sqrt(0.95 * 0.05 / 300)


def test_arms_drop_out_the_sooner_the_worse_they_are() -> None:
    found = chosen(arms([3.0, 2.0, -4.0], seed=1, own=2.0))
    assert found.best == 0
    assert FIRST <= found.dropped_after[2] < found.dropped_after[1]


def test_what_all_arms_have_in_common_costs_nothing() -> None:
    noisy = chosen(arms([1.0, 0.0, -1.0], seed=2, common=50.0))
    quiet = chosen(arms([1.0, 0.0, -1.0], seed=2, common=0.0))
    assert (noisy.best, noisy.done) == (quiet.best, quiet.done)


def test_arms_within_the_zone_of_indifference_are_decided_between_all_the_same() -> None:
    found = chosen(arms([0.0, 0.0], seed=3))
    assert found.best in (0, 1) and found.done < MOST


def test_equal_arms_are_decided_at_once() -> None:
    values = arms([0.0], seed=4)[0]
    assert select([values, values], indifference=1.0, confidence=0.95).best == 0


def test_too_few_replications_decide_nothing() -> None:
    few = [values[: FIRST - 1] for values in arms([5.0, 0.0], seed=5)]
    assert select(few, indifference=1.0, confidence=0.95).best is None


@pytest.mark.parametrize("seed", range(3))
def test_the_screen_is_that_of_the_paper(seed: int) -> None:
    # Two arms, worked by the formula: 10 first replications, alpha 0.05, zone 0.5.
    figures = [values[:FIRST] for values in arms([0.4, 0.0], seed=seed)]
    spread = float(np.var(figures[0] - figures[1], ddof=1))
    eta = 0.5 * ((2 * 0.05) ** (-2 / 9) - 1)
    reach = 2 * eta * 9 * spread / 0.5**2
    width = max(0.0, 0.5 / 20 * (reach - 10))
    gap = float(figures[0].mean() - figures[1].mean())
    found = select(figures, indifference=0.5, confidence=0.95)
    assert (found.dropped_after[1] == FIRST) == (gap > width)


def test_equal_arms_are_judged_one_replication_after_h2_s2_over_d2() -> None:
    # The first ten differ by +-sqrt(1.8), of variance 2, the others by nothing: no mean falls behind.
    # h2 = (0.1 ** (-2 / 9) - 1) x 9 = 6.01, times 2 over 1: 12.03.
    swings = np.append(np.tile([1.8**0.5, -(1.8**0.5)], 5), np.zeros(10))
    assert select([np.zeros(20), swings], indifference=1.0, confidence=0.95).done == 13
