"""Laws: what uniforms become, knowing who the patients are; each beside a loop that does it one by one."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.sampling.distributions import Exponential, Fixed, Gamma, Lognormal
from flowsim.sampling.laws import By, Chance, Choice, Draw, Duration, Given, Number, Product, number_of
from flowsim.sampling.people import People
from flowsim.sampling.streams import uniforms

N = 500
LEVELS = {"frailty": ("none", "mild", "severe"), "mode": ("walk_in", "ambulance")}
PEOPLE = People(
    N,
    {"frailty": np.arange(N) % 3, "mode": (uniforms(1, 0, "mode", N) < 0.4).astype(np.int64)},
    LEVELS,
)
U = uniforms(1, 0, "u", N)
FRAILTY = By("frailty", {"none": 1.0, "mild": 1.5, "severe": 2.0})
AMBULANCE = By("mode", {"ambulance": 0.5}, otherwise=0.1)


def level(attribute: str, i: int) -> str:
    return LEVELS[attribute][int(PEOPLE.codes(attribute)[i])]


def test_by_is_a_table_read_for_each_patient() -> None:
    slow = [FRAILTY.values[level("frailty", i)] for i in range(N)]
    assert FRAILTY.of(PEOPLE).tolist() == slow


def test_by_may_say_what_holds_otherwise() -> None:
    slow = [0.5 if level("mode", i) == "ambulance" else 0.1 for i in range(N)]
    assert AMBULANCE.of(PEOPLE).tolist() == slow


def test_by_without_a_level_is_refused() -> None:
    with pytest.raises(KeyError, match="no value for frailty=mild; there are none, severe"):
        By("frailty", {"none": 1, "severe": 2}).of(PEOPLE)


@pytest.mark.parametrize(
    "product", [FRAILTY * AMBULANCE * 3, 3 * FRAILTY * AMBULANCE, 3 * (AMBULANCE * FRAILTY)]
)
def test_products_multiply(product: Product) -> None:
    slow = [FRAILTY.of(PEOPLE)[i] * AMBULANCE.of(PEOPLE)[i] * 3 for i in range(N)]
    np.testing.assert_allclose(product.of(PEOPLE), slow)


def test_a_plain_number_is_everybodys() -> None:
    assert number_of(2, PEOPLE).tolist() == [2.0] * N


def test_a_chance_is_the_uniform() -> None:
    assert Chance().apply(U, PEOPLE) is U


@pytest.mark.parametrize("probabilities", [[0.2, 0.5], [AMBULANCE, 0.3], [AMBULANCE * 0.5, AMBULANCE, 0.1]])
def test_a_choice_is_the_first_option_whose_cumulative_probability_is_above(
    probabilities: list[Number],
) -> None:
    slow = []
    for i in range(N):
        bounds = np.cumsum([number_of(p, PEOPLE)[i] for p in probabilities])
        slow.append(next((k for k, bound in enumerate(bounds) if U[i] < bound), len(bounds)))
    assert Choice(probabilities).apply(U, PEOPLE).tolist() == slow


def test_what_is_left_over_goes_to_the_option_after_the_last() -> None:
    assert Choice([0.0]).apply(U, PEOPLE).tolist() == [1.0] * N


def test_a_duration_may_depend_on_an_attribute_and_a_factor() -> None:
    by_level = {"none": Exponential(60), "mild": Fixed(30), "severe": Lognormal(mean=600, sd=300)}
    law = Duration(by_level, by="frailty", factor=AMBULANCE)
    slow = [float(by_level[level("frailty", i)].quantile(U[i])) * AMBULANCE.of(PEOPLE)[i] for i in range(N)]
    np.testing.assert_allclose(law.apply(U, PEOPLE), slow, rtol=1e-12)


def test_a_level_without_a_distribution_has_no_duration() -> None:
    times = Duration({"none": Fixed(5)}, by="frailty").apply(U, PEOPLE)
    assert np.isnan(times).tolist() == [level("frailty", i) != "none" for i in range(N)]


def test_given_values_are_one_a_patient_in_order() -> None:
    assert Given([3, 1, 2]).apply(np.zeros(2), PEOPLE).tolist() == [3, 1]
    with pytest.raises(ValueError, match="1 values given for 2 patients"):
        Given([3]).apply(np.zeros(2), PEOPLE)


def test_a_bare_distribution_is_a_duration() -> None:
    np.testing.assert_array_equal(
        Draw("los", Exponential(60)).values(U, PEOPLE), Duration(Exponential(60)).apply(U, PEOPLE)
    )


def test_through_another_law_the_patient_has_the_same_luck() -> None:
    short = Draw("los", Gamma(mean=60, cv=1))
    long = short.through(Gamma(mean=90, cv=0.8))
    assert long.base is short and long.through(Fixed(1)).base is short
    assert long.stream == short.stream
    ranks = [np.argsort(np.argsort(draw.values(U, PEOPLE))) for draw in (short, long)]
    assert (ranks[0] == ranks[1]).all()


def test_through_keeps_a_trait_a_trait() -> None:
    assert Draw("u", Chance(), trait=True).through(Fixed(1)).trait


def test_a_uniform_at_a_bound_is_the_next_options() -> None:
    at_the_bound = np.array([0.5 - 2**-53, 0.5])
    assert Choice([0.5]).apply(at_the_bound, PEOPLE.only(np.arange(2))).tolist() == [0.0, 1.0]
