"""MSER-5 on series worked by hand, on known biases, and on the first days of the hospital."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from flowsim import Hospital
from flowsim.experiments.replication import Replicator
from flowsim.experiments.results import Results
from flowsim.experiments.run import plan
from flowsim.experiments.warm_up import BATCH, FEWEST, SHORTEST, WarmUp, judge, mser5, occupied_beds
from flowsim.outcomes import ReportingPeriod
from flowsim.timeline import DAY
from tests.experiments.small import small


def of_batches(*means: float) -> np.ndarray:
    """Return a series whose means of five days are these, the days of each spread about it."""
    return (np.array(means)[:, None] + np.array([-2.0, 1.0, 0.0, -1.0, 2.0])).ravel()


def slow_mser5(series: np.ndarray) -> int:
    """Return the truncation point as its definition says, one cut after the other."""
    means = [series[i : i + 5].mean() for i in range(0, len(series) // 5 * 5, 5)]
    errors = []
    for cut in range(len(means) - 5):
        rest = np.array(means[cut:])
        errors.append(((rest - rest.mean()) ** 2).sum() / len(rest) ** 2)
    return 5 * errors.index(min(errors))


def test_the_truncation_point_is_that_worked_by_hand() -> None:
    # Means 0, 6, then 9, 11 five times, cut after d batches; sums of squares about the mean of the rest:
    #   d = 0   k = 12   mean 106/12   1010 + 36 - 106²/12 = 109.67   / 144 = 0.762
    #   d = 1   k = 11   mean 106/11   1046 - 106²/11      =  24.55   / 121 = 0.203
    #   d = 2   k = 10   mean 10                              10      / 100 = 0.100, the least
    #   d = 3   k =  9   mean 91/9     10 - 1/9 - 1 + …    =   8.89   /  81 = 0.110
    #   d = 4, 5, 6      8/64 = 0.125, 6.86/49 = 0.140, 6/36 = 0.167
    assert mser5(of_batches(0, 6, *[9, 11] * 5)) == 10


def test_days_beyond_the_last_batch_do_not_count() -> None:
    series = of_batches(0, 6, *[9, 11] * 5)
    assert mser5(np.append(series, [900.0] * 4)) == 10


def test_a_level_series_is_settled_from_the_first_day() -> None:
    assert mser5(np.full(60, 0.1)) == 0


def test_five_means_that_happen_to_be_equal_are_no_reason_to_cut_before_them() -> None:
    # The last five have no spread at all, yet cutting there would leave nothing to judge.
    series = of_batches(*[9, 11] * 5, 9, *[10] * 5)
    assert mser5(series) < 5 * 11


@pytest.mark.parametrize("days", [50, 63, 200, 565])
def test_the_fast_way_is_the_slow_one(days: int) -> None:
    for seed in range(20):
        rng = np.random.Generator(np.random.PCG64(seed))
        series = rng.normal(size=days).cumsum() + 900.0
        assert mser5(series) == slow_mser5(series)


def first_order(bias: float, days: int, seed: int) -> np.ndarray:
    """Return an AR(1) series of correlation 0.7 and unit noise, plus a bias that fades by a tenth a day."""
    noise = np.random.Generator(np.random.PCG64(seed)).normal(size=days)
    series = np.empty(days)
    level = noise[0] / np.sqrt(1 - 0.7**2)
    for day in range(days):
        level = 0.7 * level + noise[day] if day else level
        series[day] = level + bias * 0.9**day
    return series


def test_a_bias_that_fades_is_cut_when_it_is_lost_in_the_noise() -> None:
    # It begins at 100 and is below the series' own deviation, 1.4, after 41 days, below a quarter after 54.
    points = [mser5(first_order(100.0, 300, seed)) for seed in range(40)]
    assert 25 <= np.median(points) <= 55
    assert sum(25 <= point <= 80 for point in points) >= 36


def test_a_series_without_a_bias_is_mostly_left_whole() -> None:
    points = np.array([mser5(first_order(0.0, 300, seed)) for seed in range(40)])
    assert np.median(points) <= 10
    assert np.median(points) < np.median([mser5(first_order(100.0, 300, seed)) for seed in range(40)])


def test_too_few_days_are_not_judged() -> None:
    assert mser5(np.zeros(FEWEST - 1)) is None
    judged = judge(np.zeros((3, 2)), 0.0)
    assert judged.long_enough is None
    assert judged.warning is not None
    assert judged.warning.startswith("the warm-up of 0 days cannot be judged: that takes 50 days of the run")


@pytest.mark.parametrize(
    ("days", "judged_days", "settled", "long_enough"),
    [(200.0, 200, 100, True), (200.0, 200, 105, False), (60.0, 100, 50, True), (45.0, 100, 50, False)],
)
def test_a_warm_up_is_long_enough_if_the_hospital_settled_in_its_first_half(
    days: float, judged_days: int, settled: int, long_enough: bool
) -> None:
    judged = WarmUp(days=days, judged_days=judged_days, settled_after_days=settled)
    assert judged.long_enough is long_enough
    assert (judged.warning is None) is long_enough


def test_the_warning_says_what_was_found_and_what_to_try() -> None:
    warning = WarmUp(days=100.0, judged_days=100, settled_after_days=70).warning
    assert warning is not None
    assert "the warm-up of 100 days seems too short" in warning
    assert "settled only after day 70 (MSER-5). Try a run.warm_up of 140 days or more." in warning


def test_replications_are_averaged_before_they_are_judged() -> None:
    up, down = of_batches(*[0] * 6, *[9, 11] * 9), of_batches(*[20] * 6, *[11, 9] * 9)
    assert mser5(up) == 30
    assert judge(np.stack([up, down]), 120.0).settled_after_days == 0


# On a hospital


def test_beds_are_counted_each_midnight_from_the_first_day_on() -> None:
    # One comes at 12:00 on the first day for two days, one at 06:00 on the third and stays; a third is no
    # general and acute patient.
    hospital = Hospital(days=6)
    ward, other = hospital.resource("ward", 5), hospital.resource("other", 5)
    for name, at, place, stay in (
        ("a", 0.5 * DAY, ward, 2 * DAY),
        ("b", 2.25 * DAY, ward, 100 * DAY),
        ("c", 0.5 * DAY, other, 100 * DAY),
    ):
        patient = hospital.arrivals(name, at=[at])
        patient.stay(place, stay)
        patient.leave()
    log = hospital.run(seed=1)
    period = ReportingPeriod(origin=dt.datetime(2016, 4, 1), begins=0.0, ends=4 * DAY, ga_beds=("ward",))
    assert occupied_beds(log, period).tolist() == [1, 1, 1, 1]
    later = ReportingPeriod(origin=dt.datetime(2016, 4, 1, 18), begins=0.0, ends=4 * DAY, ga_beds=("ward",))
    # Midnight comes after six hours, when nobody is there yet.
    assert occupied_beds(log, later).tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize(("warm_up", "days", "judged"), [(3, 4, 7), (0, 2, 2), (99, 30, 100), (101, 30, 101)])
def test_what_is_judged_is_the_warm_up_or_else_the_first_hundred_days(
    warm_up: int, days: int, judged: int
) -> None:
    assert SHORTEST % BATCH == 0
    planned = plan(small(run__warm_up=f"{warm_up} days", run__days=days))
    period = Replicator(planned.setup).period
    hospital = Hospital(end=period.ends)
    for name in period.ga_beds + tuple(period.d2a):
        hospital.resource(name, 1)
    patient = hospital.arrivals("nobody", at=[])
    patient.leave()
    assert len(occupied_beds(hospital.run(seed=1), period)) == judged


def test_an_empty_hospital_that_is_reported_too_early_is_warned_of() -> None:
    planned = plan(small(run__warm_up="5 days", run__days=60), replications=1)
    one = Replicator(planned.setup).replicate(0)
    results = Results.of(planned.about, [one])
    assert results.warm_up is not None
    assert results.warm_up.long_enough is False
    assert "the warm-up of 5 days seems too short: in the first 65 days" in results.warnings[-1]
