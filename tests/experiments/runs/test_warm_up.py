"""MSER-5 on series worked by hand, on known biases, and on the first days of the hospital."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from flowsim import Hospital
from flowsim.experiments.runs.replication import Replicator
from flowsim.experiments.runs.results import Results
from flowsim.experiments.runs.run import plan
from flowsim.experiments.runs.warm_up import ENOUGH, WarmUp, filling, judge, mser5
from flowsim.outcomes import ReportingPeriod
from flowsim.sampling.distributions import Exponential
from flowsim.timeline import DAY
from tests.experiments.small import small


def of_batches(*means: float) -> np.ndarray:
    """Return a series whose means of five days are these, the days of each spread about it."""
    return (np.array(means)[:, None] + np.array([-2.0, 1.0, 0.0, -1.0, 2.0])).ravel()


def cut(*replications: np.ndarray) -> int:
    return mser5(np.stack(replications))


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
    assert cut(of_batches(0, 6, *[9, 11] * 5)) == 10


def test_days_beyond_the_last_batch_do_not_count() -> None:
    series = of_batches(0, 6, *[9, 11] * 5)
    assert cut(np.append(series, [900.0] * 4)) == 10


def test_a_level_series_is_settled_from_the_first_day() -> None:
    assert cut(np.full(60, 0.1)) == 0


def test_five_means_that_happen_to_be_equal_are_no_reason_to_cut_before_them() -> None:
    # The last five have no spread at all, yet cutting there would leave nothing to judge.
    series = of_batches(*[9, 11] * 5, 9, *[10] * 5)
    assert cut(series) < 5 * 11


@pytest.mark.parametrize("days", [30, 63, 200, 565])
def test_the_fast_way_is_the_slow_one(days: int) -> None:
    for seed in range(20):
        rng = np.random.Generator(np.random.PCG64(seed))
        series = rng.normal(size=days).cumsum() + 900.0
        assert cut(series) == slow_mser5(series)


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
    points = [cut(first_order(100.0, 300, seed)) for seed in range(40)]
    assert 25 <= np.median(points) <= 55
    assert sum(25 <= point <= 80 for point in points) >= 36


def test_a_series_without_a_bias_is_mostly_left_whole() -> None:
    points = np.array([cut(first_order(0.0, 300, seed)) for seed in range(40)])
    assert np.median(points) <= 10
    assert np.median(points) < np.median([cut(first_order(100.0, 300, seed)) for seed in range(40)])


def test_squared_errors_are_averaged_over_replications_and_not_the_series() -> None:
    # One begins high, the other low: their mean is level from the first day, neither of them is.
    up, down = of_batches(*[0] * 6, *[9, 11] * 9), of_batches(*[20] * 6, *[11, 9] * 9)
    assert cut((up + down) / 2) == 0
    assert cut(up, down) == 30


def test_more_replications_of_the_same_are_judged_alike() -> None:
    points = [cut(*(first_order(100.0, 300, seed) for seed in range(n))) for n in (10, 40)]
    assert abs(points[0] - points[1]) <= 10


@pytest.mark.parametrize(("replications", "days"), [(9, 200), (10, 74)])
def test_too_little_is_not_judged_and_told_of_only_if_the_warm_up_is_short(
    replications: int, days: int
) -> None:
    short, long = (judge(np.zeros((replications, days)), warm_up) for warm_up in (0.0, 100.0))
    assert short.long_enough is long.long_enough is None
    assert short.judged_days == 0
    assert long.warning is None
    assert short.warning is not None
    assert short.warning.startswith("a warm-up of 0 days may be too short: a hospital starts empty.")


def test_enough_is_judged() -> None:
    judged = judge(np.zeros((10, 75)), 75.0)
    assert (judged.judged_days, judged.settled_after_days, judged.long_enough) == (75, 0, True)


@pytest.mark.parametrize(
    ("days", "judged_days", "settled", "long_enough"),
    [(200.0, 200, 95, True), (200.0, 200, 100, False), (60.0, 100, 45, True), (45.0, 100, 45, False)],
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


# On a hospital

WARD = ReportingPeriod(origin=dt.datetime(2016, 4, 1), begins=0.0, ends=369 * DAY, ga_beds=("ward",))


def ward_of_three(origin: dt.datetime = WARD.origin, days: int = 369) -> np.ndarray:
    """Return the filling of a ward: a for two days, b from the third day on, c from day 365 on."""
    hospital = Hospital(days=400)
    ward, other = hospital.resource("ward", 5), hospital.resource("other", 5)
    for name, at, place, stay in (
        ("a", 0.5, ward, 2),
        ("b", 2.25, ward, 900),
        ("c", 365.5, ward, 900),
        ("d", 0.5, other, 900),
    ):
        patient = hospital.arrivals(name, at=[at * DAY])
        patient.stay(place, stay * DAY)
        patient.leave()
    return filling(hospital.run(seed=1), replace(WARD, origin=origin, ends=days * DAY))


def test_each_midnight_is_compared_with_that_of_364_days_later() -> None:
    # Midnights 1 to 5: a, a, b, b, b; midnights 365 to 369: b, then b and c.
    assert ward_of_three().tolist() == [0, -1, -1, -1, -1]


def test_midnight_is_the_clocks_and_not_the_runs() -> None:
    # From 18:00 on, midnights are 6 h, 30 h, … after it: nobody, a, a, b, b; and b, b, then b and c.
    assert ward_of_three(dt.datetime(2016, 4, 1, 18)).tolist() == [-1, 0, -1, -1, -1]


def test_a_run_without_a_later_year_has_nothing_to_be_compared_with() -> None:
    assert len(ward_of_three(days=364)) == 0
    assert len(ward_of_three(days=365)) == 1


@pytest.mark.parametrize(("warm_up", "days", "compared"), [(50, 365, 51), (50, 600, 100), (110, 365, 110)])
def test_what_is_compared_is_the_warm_up_or_a_hundred_days_as_far_as_the_run_goes(
    warm_up: int, days: int, compared: int
) -> None:
    hospital = Hospital(days=warm_up + days)
    hospital.resource("ward", 1)
    hospital.arrivals("nobody", at=[]).leave()
    period = replace(WARD, begins=warm_up * DAY, ends=(warm_up + days) * DAY)
    assert len(filling(hospital.run(seed=1), period)) == compared


def queue(warm_up: int, stay: float) -> WarmUp:
    """Return the judgement of a ward that fills with stays of so many days on average."""
    hospital = Hospital(days=warm_up + 365)
    ward = hospital.resource("ward", 2000)
    patient = hospital.arrivals("patient", rate=20 / DAY)
    patient.stay(ward, Exponential(mean=stay * DAY))
    patient.leave()
    period = replace(WARD, begins=warm_up * DAY, ends=hospital.end)
    logs = (hospital.run(seed=1948, replication=number) for number in range(ENOUGH))
    return judge(np.stack([filling(log, period) for log in logs]), float(warm_up))


def test_a_warm_up_of_many_stays_is_long_enough_and_one_of_few_is_not() -> None:
    # It fills as 1 - exp(-t / stay): after 200 days all but 1 in 20 million of stays of 12 days, but only
    # 74 % of stays of 150.
    assert queue(200, 12.0).long_enough is True
    assert queue(200, 150.0).long_enough is False


def test_results_of_a_short_run_warn_of_a_short_warm_up() -> None:
    planned = plan(small(run__warm_up="5 days", run__days=3), replications=1)
    results = Results.of(planned.about, [Replicator(planned.setup).replicate(0)])
    assert results.warm_up == WarmUp(days=5.0, judged_days=0, settled_after_days=None)
    assert results.warnings[-1].startswith("a warm-up of 5 days may be too short")
