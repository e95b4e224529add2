"""Arrivals: counts follow the profile and are Poisson; demand up or down leaves everybody else alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from flowsim.errors import InputError
from flowsim.sampling.arrivals import GivenArrivals, PoissonArrivals
from flowsim.sampling.streams import stream, uniforms
from flowsim.timeline import DAY, HOUR, StepFunction, to_grid

PROFILE = [6.1, 4.9, 4.1, 3.6, 3.3, 3.4, 4.2, 6.0, 9.4, 12.2, 13.6, 13.9]
PROFILE += [13.5, 13.1, 12.8, 12.6, 12.9, 13.3, 13.4, 12.9, 11.8, 10.4, 8.9, 7.4]


def daily(rates: list[float], days: int) -> StepFunction:
    return StepFunction.repeating([r / HOUR for r in rates], step=HOUR, end=days * DAY)


def by_hour(arrivals: PoissonArrivals, days: int, replication: int = 0) -> NDArray[Any]:
    """Return the counts of those who come, shape (days, 24)."""
    times = arrivals.times(3, replication, "p", days * DAY)
    came = arrivals.accepted(uniforms(3, replication, "p/accepted", len(times)), np.ones(len(times)), "p")
    hours = (times[came] // HOUR).astype(int)
    return np.bincount(hours, minlength=days * 24).reshape(days, 24)


def test_counts_by_hour_follow_the_profile_and_are_poisson() -> None:
    days = 4000
    counts = by_hour(PoissonArrivals(rate=daily(PROFILE, days)), days)
    rates = np.array(PROFILE)
    assert (np.abs(counts.mean(axis=0) - rates) <= 4.5 * np.sqrt(rates / days)).all()
    # The variance of a Poisson sample's variance: (rate + 2 rate²) / days, nearly.
    spread = np.sqrt((rates + 2 * rates**2) / days)
    assert (np.abs(counts.var(axis=0, ddof=1) - rates) <= 4.5 * spread).all()


def test_hours_are_independent() -> None:
    counts = by_hour(PoissonArrivals(rate=daily(PROFILE, 4000)), 4000)
    correlation = np.corrcoef(counts.T)[np.triu_indices(24, 1)]
    assert np.abs(correlation).max() <= 4.5 / np.sqrt(4000)


def test_within_an_hour_arrivals_are_uniform() -> None:
    times = PoissonArrivals(rate=daily(PROFILE, 300)).times(3, 0, "p", 300 * DAY)
    assert stats.kstest(times % HOUR / HOUR, "uniform").pvalue > 1e-5


def test_a_wrong_profile_is_noticed() -> None:
    wrong = [*PROFILE[1:], PROFILE[0]]
    counts = by_hour(PoissonArrivals(rate=daily(wrong, 1000)), 1000)
    rates = np.array(PROFILE)
    assert (np.abs(counts.mean(axis=0) - rates) > 4.5 * np.sqrt(rates / 1000)).any()


def slow_times(rate: StepFunction, multiple: float, replication: int, end: float) -> list[float]:
    """Walk from patient to patient: each has one more unit of the superset's cumulative rate to wait for."""
    gaps, times, area = stream(3, replication, "p.arrivals"), [], 0.0
    while (area := area + float(gaps.standard_exponential())) < float(rate.integral(end)) * multiple:
        i = int(np.flatnonzero(rate.integral(rate.times) * multiple < area)[-1])
        at = rate.times[i] + (area / multiple - float(rate.integral(rate.times[i]))) / rate.levels[i]
        times.append(float(to_grid(at)))
    return times


@pytest.mark.parametrize("rates", [PROFILE, [5.0], [0.0, 6.0, 0.0, 0.0, 3.0, 0.0]])
def test_the_times_are_those_of_the_slow_twin(rates: list[float]) -> None:
    rate = daily(rates, 5)
    fast = PoissonArrivals(rate=rate).times(3, 1, "p", 5 * DAY)
    np.testing.assert_allclose(fast, slow_times(rate, 1.25, 1, 5 * DAY), atol=1.01 / 1024)


def test_times_are_sorted_on_the_grid_and_before_the_end() -> None:
    times = PoissonArrivals(rate=StepFunction.constant(30.0)).times(3, 0, "p", 1000)
    assert (np.diff(times) >= 0).all()
    assert (times == to_grid(times)).all()
    assert 0 <= times[0] <= times[-1] < 1000


def test_nobody_who_comes_just_before_the_end_is_put_at_it_by_the_grid() -> None:
    # Ten thousand in a minute: several in its last half step of the grid.
    crowd = PoissonArrivals(rate=StepFunction.constant(10_000.0))
    assert crowd.times(1, 0, "p", 1.0).max() < 1.0


def test_nobody_comes_at_rate_0() -> None:
    assert len(PoissonArrivals(rate=StepFunction.constant(0)).times(3, 0, "p", 1000)) == 0


def test_nobody_comes_in_the_hours_at_rate_0() -> None:
    closed = [0.0] * 8 + [10.0] * 10 + [0.0] * 6
    times = PoissonArrivals(rate=daily(closed, 200)).times(3, 0, "p", 200 * DAY)
    hours = times % DAY / HOUR
    assert hours.min() >= 8
    assert hours.max() <= 18


@pytest.mark.parametrize("day_cv", [0.0, 0.2])
def test_a_longer_horizon_begins_with_the_same_patients(day_cv: float) -> None:
    arrivals = PoissonArrivals(rate=daily(PROFILE, 60), day_cv=day_cv)
    short, long = (arrivals.times(3, 0, "p", days * DAY) for days in (20, 60))
    assert len(long) > len(short)
    np.testing.assert_array_equal(long[: len(short)], short)


def test_a_factor_for_each_day_spreads_the_days() -> None:
    days, cv = 4000, 0.3
    counts = by_hour(PoissonArrivals(rate=daily(PROFILE, days), day_cv=cv), days).sum(axis=1)
    mean = sum(PROFILE)
    variance = mean + (cv * mean) ** 2
    # The kurtosis of a gamma mixture of cv 0.3 is about 3.5.
    assert abs(counts.mean() - mean) <= 4.5 * np.sqrt(variance / days)
    assert abs(counts.var(ddof=1) - variance) <= 4.5 * variance * np.sqrt(2.6 / days)


def test_the_days_of_another_name_have_other_factors() -> None:
    arrivals = PoissonArrivals(rate=daily(PROFILE, 200), day_cv=0.3)
    one, other = (
        np.bincount((arrivals.times(3, 0, name, 200 * DAY) // DAY).astype(int), minlength=200)
        for name in ("walk_in", "ambulance")
    )
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(200)


def accepted(factor: float, marks: NDArray[np.float64], multiple: float = 1.25) -> NDArray[Any]:
    arrivals = PoissonArrivals(rate=StepFunction.constant(1), multiple=multiple)
    return arrivals.accepted(marks, np.full(len(marks), factor), "walk_in")


def test_demand_accepts_its_share_of_the_superset() -> None:
    marks = uniforms(3, 0, "accepted", 100_000)
    for factor in (0.0, 0.5, 1.0, 1.1, 1.25):
        share = factor / 1.25
        error = np.sqrt(share * (1 - share) / len(marks))
        assert abs(accepted(factor, marks).mean() - share) <= 4.5 * error


def test_less_demand_takes_away_and_more_adds_but_nobody_is_exchanged() -> None:
    marks = uniforms(3, 0, "accepted", 10_000)
    fewer, same, more = (accepted(factor, marks) for factor in (0.9, 1.0, 1.1))
    assert (fewer <= same).all() and (same <= more).all()
    assert fewer.sum() < same.sum() < more.sum()


def test_demand_beyond_the_superset_is_refused() -> None:
    with pytest.raises(
        InputError,
        match=r"walk_in: demand of 1\.3 times the baseline is beyond the superset of 1\.25 times; raise "
        r"`run\.superset` to at least 1\.3",
    ):
        accepted(1.3, np.array([0.5]))


def test_given_times_are_kept_up_to_the_end() -> None:
    assert GivenArrivals((0, 5.5, 5.5, 10)).times(3, 0, "p", 10).tolist() == [0, 5.5, 5.5]


def test_given_times_must_not_decrease() -> None:
    with pytest.raises(ValueError, match="p: arrival times must not decrease"):
        GivenArrivals((5, 4)).times(3, 0, "p", 10)


def test_after_a_moment_nobody_has_come_before_it_and_the_rate_is_as_it_was() -> None:
    late = PoissonArrivals(rate=daily(PROFILE, 200)).after(10.5 * HOUR, delayed=False)
    times = late.times(3, 0, "p", 200 * DAY)
    assert times.min() >= 10.5 * HOUR
    on_first_day, later = (times < DAY).sum(), (times >= DAY).sum()
    expected = 1.25 * (PROFILE[10] / 2 + sum(PROFILE[11:]))
    assert abs(on_first_day - expected) <= 4 * np.sqrt(expected)
    assert abs(later - 1.25 * 199 * sum(PROFILE)) <= 4 * np.sqrt(1.25 * 199 * sum(PROFILE))


def test_given_times_before_a_moment_are_left_out_or_put_off_until_it() -> None:
    given = GivenArrivals((0.0, 5.0, 20.0))
    assert given.after(10.0, delayed=False).at == (20.0,)
    assert given.after(10.0, delayed=True).at == (10.0, 10.0, 20.0)
