from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential, Lognormal
from flowsim.sampling.fingerprint import fingerprint
from flowsim.sampling.laws import Chance, Derived, Draw, Duration


def hospital(
    *, beds: int = 4, mean: float = 60.0, factor: float = 1.0, stream: str = "stay", rate: float = 0.1
) -> Hospital:
    here = Hospital(days=3)
    ward = here.resource("ward", beds)
    patient = here.arrivals("patients", rate=rate)
    stay = Draw(stream, Duration(Exponential(mean=mean)))
    longest = Draw("longest", Lognormal(mean=900.0, sd=90.0))
    patient.seize(ward)
    patient.delay(Derived((stay, longest), lambda a, b: np.minimum(factor * a, b)))
    patient.release(ward)
    patient.leave()
    return here


def test_hospitals_that_differ_in_beds_alone_draw_the_same() -> None:
    one, other = hospital(beds=4), hospital(beds=9)
    assert fingerprint(one.compiled.plan) == fingerprint(other.compiled.plan) is not None
    drawn, again = one.sample(seed=3), other.sample(seed=3)
    np.testing.assert_array_equal(drawn.columns, again.columns)
    np.testing.assert_array_equal(drawn.arrival, again.arrival)


@pytest.mark.parametrize("other", [{"mean": 61.0}, {"factor": 1.1}, {"stream": "length"}, {"rate": 0.11}])
def test_whatever_changes_a_draw_changes_the_fingerprint(other: dict[str, float]) -> None:
    changed = hospital(**other)  # type: ignore[arg-type]
    assert fingerprint(hospital().compiled.plan) != fingerprint(changed.compiled.plan) is not None


def test_a_function_is_told_apart_by_its_code() -> None:
    plan = hospital().compiled.plan
    (column,) = (column for column in plan.columns if isinstance(column, Derived))
    for function in (np.maximum, lambda a, b: np.minimum(a, b) + 1.0):
        other = replace(plan, columns=(replace(column, function=function),))
        assert fingerprint(other) not in (fingerprint(plan), None)


def test_sets_and_mappings_of_equal_things_are_equal() -> None:
    plan = hospital().compiled.plan
    named = replace(plan, levels={"age": ("young", "old")})
    again = replace(plan, levels={"age": ("young", "old")})
    assert fingerprint(named) == fingerprint(again) != fingerprint(plan)


def test_of_what_it_does_not_know_it_says_nothing() -> None:
    class Odd:
        def quantile(self, u: object) -> object:
            return u

    plan = hospital().compiled.plan
    odd = replace(plan, columns=(Draw("stay", Odd()),))  # type: ignore[arg-type]
    assert fingerprint(odd) is None
    known = replace(plan, columns=(Draw("stay", Chance()),))
    assert fingerprint(known) is not None
