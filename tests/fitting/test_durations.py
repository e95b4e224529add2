from __future__ import annotations

import numpy as np
import pytest

from flowsim.fitting.duration_fit import DurationFit, fit_durations
from flowsim.fitting.durations import Durations, durations_of, kaplan_meier
from flowsim.sampling.distributions import Distribution, Exponential, Gamma, Lognormal, Weibull
from flowsim.timeline import DAY

NOBODY = np.empty(0)
LAWS = (
    Exponential(mean=300.0),
    Gamma(mean=300.0, cv=0.6),
    Lognormal(mean=6840.0, cv=1.4),
    Weibull(mean=600.0, cv=0.7),
)


def drawn(law: Distribution, count: int = 4000, seed: int = 1) -> np.ndarray:
    return np.floor(law.quantile(np.random.default_rng(seed).random(count)))


def fitted(durations: Durations) -> DurationFit:
    found = fit_durations(durations)
    assert found is not None
    return found


def near(found: DurationFit, law: Distribution) -> bool:
    """Return whether the law's own family was fitted to within 4 standard errors of its mean."""
    family = type(law).__name__.lower()
    one = next(one for one in found.families if one.family == family)
    return bool(abs(np.log(one.mean / law.average())) < 4 * one.log_mean_error)


def test_kaplan_and_meier_by_hand() -> None:
    # Ended after 2, 2, 5; still in after 3, 6. At 2: 3/5 are left. At 5: of two one leaves, 3/10.
    times, survival, at_risk = kaplan_meier(durations_of(np.array([2.0, 5.0, 2.0]), np.array([3.0, 6.0])))
    assert times.tolist() == [2, 5]
    assert survival.tolist() == pytest.approx([0.6, 0.3])
    assert at_risk.tolist() == [5, 2]


def test_the_exponential_mean_is_time_over_ends() -> None:
    # 40 ended after 10, 10 still in after 30: (400 + 300) / 40 = 17.5, its relative error 1 / sqrt(40).
    found = fitted(durations_of(np.full(40, 10.0), np.full(10, 30.0)))
    one = next(one for one in found.families if one.family == "exponential")
    assert one.mean == pytest.approx(17.5, rel=1e-5)
    assert one.log_mean_error == pytest.approx(40**-0.5, rel=1e-4)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_a_law_is_found_from_all_and_from_censored_and_from_long_ones_alone(law: Distribution) -> None:
    minutes = drawn(law)
    so_far = np.random.default_rng(2).random(len(minutes)) * 4 * law.average()
    ended = minutes <= so_far
    for above in (0.0, law.average() / 3):
        found = fitted(durations_of(minutes, NOBODY, above=above))
        assert near(found, law)
        assert found.best.family == type(law).__name__.lower() or isinstance(law, Exponential)
        assert near(fitted(durations_of(minutes[ended], so_far[~ended], above=above)), law)


@pytest.mark.parametrize("law", LAWS[:2] + LAWS[3:], ids=lambda law: type(law).__name__)
def test_leaving_out_those_still_in_is_noticed(law: Distribution) -> None:
    minutes = drawn(law)
    so_far = np.random.default_rng(2).random(len(minutes)) * 4 * law.average()
    assert not near(fitted(durations_of(minutes[minutes <= so_far], NOBODY)), law)


def test_not_saying_that_short_ones_were_left_out_is_noticed() -> None:
    law = LAWS[2]
    minutes = drawn(law)
    long_ones = minutes[minutes > law.average() / 3]
    assert not near(fitted(durations_of(long_ones, NOBODY)), law)


@pytest.mark.parametrize("above", [0.0, DAY])
def test_nights_are_enough_to_find_a_law(above: float) -> None:
    law = Lognormal(mean=4.75 * DAY, cv=1.4)
    admitted = np.random.default_rng(3).random(4000) * DAY
    stay = drawn(law)
    nights = np.floor((admitted + stay) / DAY) * DAY
    ended = nights < 10 * DAY
    so_far = np.full(int((~ended).sum()), 10 * DAY)
    found = fitted(durations_of(nights[ended], so_far, by_dates=True, above=above))
    assert found.best.family == "lognormal"
    assert near(found, law)
    assert found.how_near == "close"


def test_nights_taken_for_durations_are_noticed() -> None:
    law = Lognormal(mean=2 * DAY, cv=1.4)
    admitted = np.random.default_rng(3).random(4000) * DAY
    nights = np.floor((admitted + drawn(law)) / DAY) * DAY
    assert fitted(durations_of(np.maximum(nights, 1.0), NOBODY)).distance > 0.05


def test_few_are_not_fitted() -> None:
    assert fit_durations(durations_of(np.arange(1.0, 30.0), np.full(100, 50.0))) is None


def test_intervals_cover() -> None:
    # 40 samples of 200: of 40 intervals of 95 % fewer than 33 would cover once in 10,000 times.
    law = Gamma(mean=300.0, cv=0.6)
    covered = 0
    for seed in range(40):
        found = fitted(durations_of(drawn(law, 200, seed) + 0.5, NOBODY))
        one = next(one for one in found.families if one.family == "gamma")
        covered += one.mean_interval[0] <= 300 <= one.mean_interval[1]
    assert covered >= 33


def test_each_step_of_a_written_curve_is_of_eight_patients_at_least() -> None:
    durations = durations_of(drawn(LAWS[2], 300), NOBODY)
    found = fitted(durations)
    falls = -np.diff(np.concatenate([[1.0], found.observed])) * 300
    assert falls.min() >= 8 - 1e-9
    times, _, at_risk = kaplan_meier(durations)
    assert at_risk[times == found.times[-1]][0] >= 8
