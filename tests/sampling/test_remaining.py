"""Times met in the middle: conditional on what has gone by, and the rest of a service met at any moment."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Distribution, Exponential, Fixed, Gamma, Lognormal, Uniform
from flowsim.sampling.draw_plan import Always, Drawn, Recorded
from flowsim.sampling.laws import By, Draw, Duration, Given
from flowsim.sampling.remaining import Remaining, lasting

N = 20_000


def drawn(law: Duration | Distribution, gone: float, frail: int = 0) -> np.ndarray:
    """Return the whole times of patients of whom `gone` minutes have gone by."""
    hospital = Hospital(end=10)
    hospital.attribute("frailty", ("fit", "frail"))
    attributes = {"frailty": Always(("fit", "frail")[frail])}
    path = hospital.arrivals("p", at=[0.0] * N, attributes=attributes)
    path.delay(lasting(Draw("stay", law), Draw("gone", Given([gone] * N)), hospital.levels))
    path.leave()
    compiled = hospital.sample(seed=1)
    return compiled.columns[0]


def test_an_exponential_time_forgets_what_has_gone_by() -> None:
    rest = drawn(Exponential(mean=300.0), 500.0) - 500.0
    assert abs(rest.mean() - 300.0) <= 4 * 300.0 / np.sqrt(N)
    assert rest.min() >= 0


def test_a_heavy_tail_lasts_the_longer_the_longer_it_has_lasted() -> None:
    stay = Lognormal(mean=1000.0, cv=1.5)
    rest = [float((drawn(stay, gone) - gone).mean()) for gone in (0.0, 500.0, 3000.0)]
    assert rest == sorted(rest)
    assert rest[2] > 2 * rest[0]


def test_the_condition_is_that_of_the_law_itself() -> None:
    stay = Gamma(mean=300.0, cv=0.5)
    fresh = drawn(stay, 0.0)
    longer = fresh[fresh > 400]
    error = longer.std() * np.sqrt(1 / len(longer) + 1 / N)
    assert abs(drawn(stay, 400.0).mean() - longer.mean()) <= 4 * error
    assert abs(drawn(stay, 350.0).mean() - longer.mean()) > 4 * error, "the test could not fail"


@pytest.mark.parametrize("gone", [0.0, 30.0])
def test_what_takes_no_time_is_over_at_once(gone: float) -> None:
    assert set(drawn(Duration(Exponential(mean=300.0), factor=0.0), gone)) == {gone}


def test_the_distribution_and_the_factor_may_depend_on_who_it_is() -> None:
    law = Duration(
        {"fit": Fixed(value=100.0), "frail": Fixed(value=400.0)},
        by="frailty",
        factor=By("frailty", {"fit": 1.0, "frail": 2.0}),
    )
    assert set(drawn(law, 30.0, frail=0)) == {100.0}
    assert set(drawn(law, 30.0, frail=1)) == {800.0}


@pytest.mark.parametrize(
    "stay", [Fixed(value=60.0), Uniform(low=0.0, high=100.0), Lognormal(mean=10.0, cv=0.5)]
)
def test_whoever_has_outlasted_the_law_is_over_at_once(stay: Distribution) -> None:
    assert set(drawn(stay, 1e6)) == {1e6}


@pytest.mark.parametrize(
    ("whole", "mean"),
    [
        # The forward recurrence time has mean E[X²] / (2 E[X]) = mean (1 + cv²) / 2.
        (Exponential(mean=300.0), 300.0),
        (Fixed(value=60.0), 30.0),
        (Uniform(low=0.0, high=90.0), 30.0),
        (Gamma(mean=100.0, cv=0.5), 62.5),
        (Lognormal(mean=17280.0, cv=1.8), 17280.0 * (1 + 1.8**2) / 2),
    ],
    ids=["exponential", "fixed", "uniform", "gamma", "the stay in pathway 1"],
)
def test_the_rest_of_a_service_met_at_any_moment_has_its_known_mean(whole: Distribution, mean: float) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    assert Remaining(whole).quantile(u).mean() == pytest.approx(mean, rel=0.005)


def test_the_rest_of_a_fixed_time_is_uniform() -> None:
    np.testing.assert_allclose(Remaining(Fixed(value=60.0)).quantile([0, 0.25, 0.5, 1.0]), [0, 15, 30, 60])


def test_a_recorded_attribute_is_as_written_and_drawn_where_it_is_not() -> None:
    hospital = Hospital(end=10)
    hospital.attribute("frailty", ("fit", "frail"))
    law = Recorded(["frail", None, "fit", None], Drawn([0.0]))
    hospital.arrivals("p", at=[0, 1, 2, 3], attributes={"frailty": law}).leave()
    assert hospital.sample().attributes["frailty"].tolist() == [1, 1, 0, 1]
