"""Each distribution against its own cdf, the textbook's, and what it says of its mean and spread."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from flowsim.sampling.distributions import (
    REGISTRY,
    Distribution,
    DistributionField,
    Empirical,
    Exponential,
    Fixed,
    Gamma,
    Lognormal,
    Mixture,
    Triangular,
    Uniform,
    Weibull,
)

GRID = (np.arange(20_000) + 0.5) / 20_000
FIELD: TypeAdapter[Any] = TypeAdapter(DistributionField)

CONTINUOUS = [
    Exponential(20.0),
    Lognormal(mean=1320.0, sd=840.0),
    Lognormal(mean=1320.0, cv=0.6),
    Lognormal(median=600.0, sd=840.0),
    Lognormal(median=600.0, cv=1.2),
    Lognormal(median=600.0, p90=2000.0),
    Gamma(mean=90.0, sd=40.0),
    Gamma(mean=90.0, cv=1.5),
    Weibull(mean=90.0, sd=40.0),
    Weibull(mean=90.0, cv=1.5),
    Triangular(low=5.0, mode=10.0, high=30.0),
    Triangular(low=5.0, mode=5.0, high=30.0),
    Triangular(low=5.0, mode=30.0, high=30.0),
    Uniform(low=5.0, high=30.0),
    Empirical({0: 0.0, 0.5: 180.0, 0.9: 480.0, 1: 2880.0}),
    Mixture(weights=(3, 1), parts=(Exponential(20.0), Gamma(mean=300.0, cv=0.5))),
]
WITH_JUMPS = [
    Fixed(12.0),
    Lognormal(mean=30.0, sd=0.0),
    Gamma(mean=30.0, sd=0.0),
    Weibull(mean=30.0, cv=0.0),
    Uniform(low=7.0, high=7.0),
    Triangular(low=7.0, mode=7.0, high=7.0),
    Empirical({0: 10.0, 0.3: 10.0, 0.6: 40.0, 0.8: 40.0, 1: 60.0}),
    Mixture(weights=(1, 1), parts=(Fixed(30.0), Uniform(low=0.0, high=60.0))),
]
ALL = CONTINUOUS + WITH_JUMPS


def parse(tree: object) -> Distribution:
    return FIELD.validate_json(json.dumps(tree))


def refusal(tree: object) -> tuple[tuple[object, ...], str]:
    with pytest.raises(ValidationError) as caught:
        parse(tree)
    error = caught.value.errors()[0]
    return error["loc"], error["msg"]


def test_every_distribution_is_tried_here() -> None:
    assert {type(law) for law in ALL} == set(REGISTRY.values())


@pytest.mark.parametrize("law", CONTINUOUS, ids=repr)
def test_the_quantile_inverts_the_cdf(law: Distribution) -> None:
    np.testing.assert_allclose(law.cdf(law.quantile(GRID)), GRID, atol=1e-7)


@pytest.mark.parametrize("law", WITH_JUMPS, ids=repr)
def test_a_jump_in_the_cdf_is_inverted_to_the_least_duration(law: Distribution) -> None:
    x = law.quantile(GRID)
    assert np.all(law.cdf(x + 1e-9 * (1 + x)) >= GRID - 1e-9)
    assert np.all(law.cdf(x - 1e-5) <= GRID + 1e-9)


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_the_quantile_never_falls_and_is_never_negative(law: Distribution) -> None:
    u = np.concatenate([[0.0, 2.0**-53], GRID, [1 - 2.0**-53]])
    x = law.quantile(u)
    assert x.dtype == np.float64
    assert x.shape == u.shape
    assert np.all(np.isfinite(x))
    assert x[0] >= 0
    assert np.all(np.diff(x) >= 0)


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_the_average_is_the_integral_of_the_quantile(law: Distribution) -> None:
    # The midpoint rule misses a little of the tail; the heaviest tail here loses under 1 % of its mean.
    assert law.quantile(GRID).mean() == pytest.approx(law.average(), rel=0.01)


@pytest.mark.parametrize("law", [law for law in ALL if getattr(law, "sd", None) is not None], ids=repr)
def test_the_standard_deviation_is_the_one_stated(law: Any) -> None:
    # The square of the lognormal with cv 1.2 has the heaviest tail: the grid stops at 1 in 40,000.
    assert law.quantile(GRID).std() == pytest.approx(law.sd, rel=0.03, abs=1e-9)


@pytest.mark.parametrize(
    ("law", "textbook"),
    [
        (Exponential(20.0), stats.expon(scale=20.0)),
        (
            Lognormal(median=600.0, p90=2000.0),
            stats.lognorm(math.log(2000 / 600) / stats.norm.ppf(0.9), scale=600.0),
        ),
        (Gamma(mean=90.0, cv=1.5), stats.gamma(1 / 2.25, scale=90.0 * 2.25)),
        (Weibull(mean=2.0, sd=2.0), stats.weibull_min(1.0, scale=2.0)),
        (Weibull(mean=math.gamma(1.5), cv=math.sqrt(4 / math.pi - 1)), stats.weibull_min(2.0)),
        (Triangular(low=5.0, mode=10.0, high=30.0), stats.triang(0.2, loc=5.0, scale=25.0)),
        (Uniform(low=5.0, high=30.0), stats.uniform(5.0, 25.0)),
    ],
    ids=lambda law: type(law).__name__,
)
def test_the_law_is_the_textbooks(law: Distribution, textbook: Any) -> None:
    # The gamma law is inverted by a table, whose error is below the grid of time for stays of weeks.
    tolerance = 2e-6 if isinstance(law, Gamma) else 1e-9
    np.testing.assert_allclose(law.quantile(GRID), textbook.ppf(GRID), rtol=tolerance)
    x = textbook.ppf(GRID)
    assert np.max(np.abs(law.cdf(x) - textbook.cdf(x))) < 1e-9


def test_a_wrong_law_would_be_noticed() -> None:
    x = Gamma(mean=90.0, cv=0.5).quantile(GRID)
    assert np.max(np.abs(Gamma(mean=91.0, cv=0.5).cdf(x) - GRID)) > 0.005


@pytest.mark.parametrize("law", [Lognormal, Gamma, Weibull])
@pytest.mark.parametrize("cv", [0.001, 0.05, 1.0, 3.0, 20.0])
def test_the_spread_asked_for_is_the_spread_given(law: Any, cv: float) -> None:
    made = law(mean=100.0, cv=cv)
    # An integral over the tail in the logarithm, since no grid of u reaches it.
    shape, scale = 0.0, 1.0
    if law is Weibull:
        shape, scale = made._shape_and_scale()
        second = scale**2 * math.exp(math.lgamma(1 + 2 / shape))
    elif law is Lognormal:
        mu, sigma = made._log()
        second = math.exp(2 * mu + 2 * sigma**2)
    else:
        second = 100.0**2 * (1 + 1 / (cv**-2))
    assert math.sqrt(second - 100.0**2) / 100.0 == pytest.approx(cv, rel=1e-4)
    assert made.average() == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (Exponential(20.0), Exponential(21.0)),
        (Lognormal(mean=100.0, cv=0.6), Lognormal(mean=110.0, cv=0.6)),
        (Gamma(mean=100.0, cv=0.6), Gamma(mean=110.0, cv=0.6)),
        (Weibull(mean=100.0, cv=0.6), Weibull(mean=110.0, cv=0.6)),
        (Triangular(low=1.0, mode=2.0, high=9.0), Triangular(low=1.0, mode=3.0, high=9.0)),
        (
            Mixture(weights=(2, 1), parts=(Fixed(10.0), Fixed(90.0))),
            Mixture(weights=(1, 1), parts=(Fixed(10.0), Fixed(90.0))),
        ),
    ],
)
def test_a_larger_parameter_lengthens_every_patients_own_draw(less: Distribution, more: Distribution) -> None:
    assert np.all(more.quantile(GRID) >= less.quantile(GRID))


def test_a_wider_spread_moves_each_patient_smoothly() -> None:
    before, after = Gamma(mean=100.0, cv=0.60).quantile(GRID), Gamma(mean=100.0, cv=0.66).quantile(GRID)
    assert np.corrcoef(before, after)[0, 1] > 0.999


def test_a_mixture_of_fixed_parts_gives_exactly_those_durations() -> None:
    law = Mixture(weights=(0.25, 0.75), parts=(Fixed(10.0), Fixed(90.0)))
    x = law.quantile(np.array([0.1, 0.24, 0.26, 0.9]))
    np.testing.assert_allclose(x, [10.0, 10.0, 90.0, 90.0], atol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fixed(-1.0), "value must be a finite number >= 0; found -1.0"),
        (lambda: Exponential(0.0), "mean must be a finite number > 0; found 0.0"),
        (lambda: Exponential(math.nan), "mean must be a finite number > 0; found nan"),
        (lambda: Exponential("20"), 'mean must be a finite number > 0; found "20"'),
        (lambda: Lognormal(mean=22.0, sd=-1.0), "sd must be a finite number >= 0; found -1.0"),
        (lambda: Lognormal(mean=22.0), "needs exactly one of sd, cv, p90; found none"),
        (
            lambda: Lognormal(mean=22.0, median=20.0, sd=1.0),
            "needs exactly one of mean, median; found mean and median",
        ),
        (lambda: Lognormal(mean=22.0, p90=30.0), "p90 goes with median; with mean give sd or cv"),
        (lambda: Lognormal(median=22.0, p90=20.0), "p90 must be >= median, 22 min; found 20 min"),
        (lambda: Gamma(mean=22.0, sd=math.inf), "sd must be a finite number >= 0; found inf"),
        (lambda: Gamma(mean=1.0, sd=100.0), "sd / mean must be 0, or from 0.001 to 20; found 100"),
        (
            lambda: Triangular(low=3.0, mode=2.0, high=5.0),
            "must have low <= mode <= high; found low 3 min, mode 2 min, high 5 min",
        ),
        (lambda: Uniform(low=3.0, high=2.0), "must have low <= high; found low 3 min, high 2 min"),
        (lambda: Empirical({0: 0.0, 0.9: 5.0}), "quantiles must run from 0 to 1; found 0 to 0.9"),
        (lambda: Empirical({0: 9.0, 1: 5.0}), "quantiles must not fall; found 9 min at 0 and 5 min at 1"),
        (
            lambda: Mixture(weights=(1,), parts=()),
            "weights must be as many as parts, and not all 0; found [1] for 0 parts",
        ),
    ],
)
def test_an_impossible_parameter_is_refused_by_name(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"must|needs|goes") as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize("law", ALL, ids=repr)
def test_the_yaml_form_reads_back_to_an_equal_law(law: Distribution) -> None:
    tree = law.to_yaml()
    assert list(tree) == [type(law).__name__.lower()]
    assert parse(tree) == law
    assert hash(parse(tree)) == hash(law)


def test_the_yaml_form_is_one_key_with_units() -> None:
    assert parse({"lognormal": {"mean": "22 h", "sd": "14 h"}}) == Lognormal(mean=1320.0, sd=840.0)
    assert Lognormal(mean=1320.0, sd=840.0).to_yaml() == {"lognormal": {"mean": "22 h", "sd": "14 h"}}


def test_a_refusal_in_yaml_leads_to_the_inner_key() -> None:
    found = refusal({"lognormal": {"mean": "22 h", "sd": "-3 h"}})
    assert found == (("lognormal", "sd"), 'must be a duration >= 0, such as "14 h" or "0 min"; found "-3 h"')


def test_a_refusal_inside_a_mixture_leads_to_the_part() -> None:
    tree = {
        "mixture": {
            "weights": [1, 1],
            "parts": [{"fixed": {"value": "3 h"}}, {"gamma": {"mean": 3, "cv": 1}}],
        }
    }
    assert refusal(tree)[0] == ("mixture", "parts", 1, "gamma", "mean")


def test_a_misspelt_distribution_is_answered_with_the_nearest_and_all() -> None:
    asked, _, allowed = refusal({"lognorml": {}})[1].partition(" Allowed here: ")
    assert asked == 'unknown distribution "lognorml"; did you mean "lognormal"?'
    assert allowed.split(", ") == sorted(REGISTRY)


def test_two_distributions_or_none_are_refused() -> None:
    both = {"gamma": {"mean": "3 h", "cv": 1}, "fixed": {"value": "3 h"}}
    assert refusal(both)[1] == "must name exactly one distribution; found gamma and fixed"
    assert refusal({})[1] == "must name exactly one distribution; found none"
    assert (
        refusal("20 min")[1]
        == 'must be a distribution such as "{exponential: {mean: 20 min}}"; found "20 min"'
    )


def test_the_json_schema_offers_every_distribution_once() -> None:
    offered = [next(iter(one["properties"])) for one in FIELD.json_schema()["oneOf"]]
    assert offered == sorted(REGISTRY)


def test_a_distribution_is_a_frozen_value_that_travels_between_processes() -> None:
    for law in ALL:
        assert pickle.loads(pickle.dumps(law)) == law


def test_sampling_needs_no_scipy_stats() -> None:
    code = "import sys, flowsim.sampling.distributions; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_field_knows_every_law_whoever_imports_it_first() -> None:
    code = (
        "from pydantic import TypeAdapter; from flowsim.sampling.distributions import DistributionField as F;"
        'print(TypeAdapter(F).validate_json(\'{"fixed": {"value": "2 min"}}\'))'
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "Fixed(value=2.0)\n"
