from __future__ import annotations

import numpy as np
import pytest

from flowsim.validation.public_months import PublicMonths, other_trusts, season, seasons_of_england
from flowsim.validation.simple_models import (
    SIMPLE_MODELS,
    errors,
    mean_so_far,
    offered_load,
    persistence,
    seasonal_mean,
)

MONTHS = tuple(f"2016-{month:02}" for month in range(4, 11))


def place(performance: list[float], admissions: float = 100.0) -> PublicMonths:
    rates = np.full((1, len(MONTHS)), 3 * admissions)
    return PublicMonths(MONTHS, np.array([performance]), rates, rates / 3, np.array([[0.94, 0.94]]))


def test_each_rule_is_worked_out() -> None:
    own = place([0.70, 0.74, 0.76, 0.75, 0.77, 0.74, 0.69])
    assert persistence(own, 3, 1, 0.0) == pytest.approx([0.76])
    assert mean_so_far(own, 2, 1, 0.0) == pytest.approx([0.72])
    # April and May seen; June: level of the two without their seasons, and June's.
    april, may, june = season(("2016-04", "2016-05", "2016-06"))
    assert seasonal_mean(own, 2, 1, 0.0) == pytest.approx([0.72 - (april + may) / 2 + june])
    # With admissions as attendances, which never change, the load is what it was.
    assert offered_load(own, 4, 2, -0.3) == pytest.approx(mean_so_far(own, 4, 2, -0.3))


def test_no_rule_sees_a_later_month() -> None:
    seen, later = place([0.70, 0.74, 0.76] + [0.75] * 4), place([0.70, 0.74, 0.76] + [0.10] * 4)
    for model in SIMPLE_MODELS:
        assert model.rule(seen, 3, 2, -0.3) == pytest.approx(model.rule(later, 3, 2, -0.3))


def test_a_place_that_has_englands_seasons_is_told_exactly_and_not_by_persistence() -> None:
    own = place(list(0.75 + season(MONTHS)))
    seasonal, persistent = (
        next(one for one in SIMPLE_MODELS if one.name == n) for n in ("seasonal mean", "persistence")
    )
    assert np.abs(errors(seasonal, own, 1, 0.0)).max() < 1e-12
    assert np.abs(errors(persistent, own, 1, 0.0)).max() > 0.005


def test_errors_are_of_every_origin_from_which_a_month_lies_so_far_ahead() -> None:
    own = place([0.70, 0.74, 0.76, 0.75, 0.77, 0.74, 0.69])
    assert len(errors(SIMPLE_MODELS[0], own, 1, 0.0)) == 6
    assert errors(SIMPLE_MODELS[0], own, 6, 0.0) == pytest.approx([0.69 - 0.70])


def test_england_is_better_in_summer_than_in_winter() -> None:
    found = seasons_of_england()
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert found[[5, 6]].min() > 0.01  # June, July
    assert found[[0, 1, 2]].max() < -0.01  # January to March


def test_other_trusts_have_every_month_and_portsmouth_is_not_among_them() -> None:
    found = other_trusts(MONTHS)
    assert found.performance.shape == found.admissions.shape == (len(found.occupancy), len(MONTHS))
    assert len(found.occupancy) > 130
    assert ((found.performance > 0.4) & (found.performance < 1)).all()
    # Portsmouth's April, 2,647 of 8,563, is nobody's.
    assert not np.isclose(found.performance[:, 0], 1 - 2647 / 8563, atol=1e-7).any()
