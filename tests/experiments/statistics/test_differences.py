"""Paired differences against SciPy and against hand-worked answers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from flowsim.experiments.statistics.differences import differences, holm


def pairs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.Generator(np.random.PCG64(5))
    shared = rng.normal(size=(12, 3))
    return shared + rng.normal(scale=0.2, size=(12, 3)), shared + np.array([0.0, 0.3, 1.0])


def test_the_interval_and_p_are_those_of_scipys_paired_t_test() -> None:
    baseline, arm = pairs()
    found = differences(baseline, arm)
    theirs = stats.ttest_rel(arm, baseline)
    low, high = theirs.confidence_interval(0.95)
    assert found.p == pytest.approx(theirs.pvalue)
    assert found.interval.low == pytest.approx(low)
    assert found.interval.high == pytest.approx(high)


def test_what_pairing_saved_is_the_ratio_of_the_variances() -> None:
    # Variances 2 and 8 apart, that of the differences 2: independent seeds need five times as many.
    baseline, arm = np.array([[0.0], [2.0]]), np.array([[1.0], [5.0]])
    assert differences(baseline, arm).saved == pytest.approx([(2 + 8) / 2])


def test_arms_that_never_differ_differ_surely_by_nothing() -> None:
    baseline = np.array([[1.0, 2.0], [1.5, 2.0]])
    found = differences(baseline, baseline)
    assert found.interval.low.tolist() == found.interval.high.tolist() == [0.0, 0.0]
    assert found.p.tolist() == [1.0, 1.0]
    assert found.saved[0] == np.inf
    assert np.isnan(found.saved[1])


def test_the_same_difference_in_every_replication_is_sure() -> None:
    assert differences(np.array([[1.0], [2.0]]), np.array([[2.0], [3.0]])).p.tolist() == [0.0]


def test_one_replication_says_nothing_about_chance() -> None:
    found = differences(np.array([[1.0]]), np.array([[2.0]]))
    assert found.interval.mean.tolist() == [1.0]
    assert np.isnan([found.interval.low[0], found.p[0], found.saved[0]]).all()


def test_a_replication_without_the_figure_is_left_out_of_both_arms() -> None:
    baseline, arm = np.array([[1.0], [np.nan], [3.0], [4.0]]), np.array([[2.0], [9.0], [4.0], [6.0]])
    kept = [0, 2, 3]
    ours, theirs = differences(baseline, arm), differences(baseline[kept], arm[kept])
    assert (ours.p[0], ours.saved[0]) == (theirs.p[0], theirs.saved[0])


def test_means_are_of_the_replications_that_both_have_a_figure_in() -> None:
    # Over all the baseline's the means would be 6 and 3: less, where the difference says more.
    found = differences(np.array([[1.0], [3.0], [14.0]]), np.array([[2.0], [4.0], [np.nan]]))
    assert [found.baseline[0], found.arm[0], found.interval.mean[0]] == [2, 3, 1]


def test_where_no_replication_is_shared_each_mean_is_its_own() -> None:
    found = differences(np.array([[1.0], [3.0]]), np.array([[np.nan], [np.nan]]))
    assert found.baseline[0] == 2
    assert np.isnan([found.arm[0], found.interval.mean[0], found.p[0], found.saved[0]]).all()


def test_holms_procedure_on_a_worked_example() -> None:
    # Sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04; the last may not be below the one before.
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_stops_at_one_and_does_not_count_what_is_unknown() -> None:
    assert holm(np.array([0.9, 0.8])) == pytest.approx([1.0, 1.0])
    assert holm(np.array([0.02, np.nan, 0.03])) == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)


def test_the_chance_of_any_false_alarm_among_many_arms_is_about_five_per_cent() -> None:
    # 2,000 families of 20 differences that are none, of arms that share their baseline.
    rng = np.random.Generator(np.random.PCG64(7))
    families, arms, n = 2_000, 20, 10
    baseline = rng.normal(size=(n, families, 1))
    found = differences(
        np.broadcast_to(baseline, (n, families, arms)).reshape(n, -1),
        (baseline + rng.normal(size=(n, families, arms))).reshape(n, -1),
    )
    p = found.p.reshape(families, arms)
    adjusted = np.stack([holm(row) for row in p])
    error = 4 * np.sqrt(0.05 * 0.95 / families)
    assert (adjusted < 0.05).any(axis=1).mean() <= 0.05 + error
    # Without the procedure nearly two families in three have one.
    assert (p < 0.05).any(axis=1).mean() > 0.5
