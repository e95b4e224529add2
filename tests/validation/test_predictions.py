from __future__ import annotations

import numpy as np
import pytest

from flowsim.validation.by_month import by_month
from flowsim.validation.plan import PREDICTED
from flowsim.validation.predictions import predict
from flowsim.validation.public_months import PERFORMANCE
from tests.validation.by_hand import baseline_plan, by_hand

SEVEN, FIVE = "months=2016-04 to 2016-10", "months=2016-11 to 2017-03"


def test_every_month_without_a_record_is_predicted_and_no_other() -> None:
    found = predict(baseline_plan(), {"it": by_hand()})
    groups = [*(f"month={month}" for month in ("2016-11", "2016-12", "2017-01", "2017-02", "2017-03")), FIVE]
    for metric in PREDICTED:
        assert [one.group for one in found if one.metric == metric and not one.effect] == groups
        assert sum(one.effect for one in found if one.metric == metric) == 1


def test_the_winter_effect_is_of_the_same_single_year() -> None:
    # Years differ by 20 points, but in each the winter is 3 points below its summer.
    summer = np.linspace(0.6, 0.8, len(baseline_plan().numbers))
    found = predict(
        baseline_plan(), {"it": by_hand({(PERFORMANCE, SEVEN): summer, (PERFORMANCE, FIVE): summer - 0.03})}
    )
    effect = next(one for one in found if one.metric == PERFORMANCE and one.effect)
    assert (effect.model.mean, effect.model.low, effect.model.high) == pytest.approx((-0.03, -0.03, -0.03))


def test_the_winter_effect_of_what_is_counted_is_a_month() -> None:
    # One a day in the 214 days of seven months, two in the 151 of five: one a day more, 365 / 12 a month.
    def effect(a_day: float) -> float:
        given = {("dta_waits_over_12h", SEVEN): 214, ("dta_waits_over_12h", FIVE): 151 * a_day}
        found = predict(baseline_plan(), {"it": by_hand(given)})
        return next(one for one in found if one.metric == "dta_waits_over_12h" and one.effect).model.mean

    assert effect(2) == pytest.approx(365 / 12)
    assert effect(1) == pytest.approx(0)  # though a month of the seven is longer


def test_a_recorded_month_lies_inside_the_single_years_or_not() -> None:
    # Single years of 70 to 72 %; April's record is 69.1, May's 74.3 %.
    years = np.linspace(0, 0.02, len(baseline_plan().numbers))
    given = {(PERFORMANCE, "month=2016-04"): 0.68 + years, (PERFORMANCE, "month=2016-05"): 0.70 + years}
    found = {
        one.month: one
        for one in by_month(baseline_plan(), {"it": by_hand(given)})
        if one.metric == PERFORMANCE
    }
    assert found["2016-04"].inside is True
    assert found["2016-05"].inside is False
    assert found["2016-11"].inside is None
    # Of 20 years, which leave 21 places for another, 19 steps wide.
    assert found["2016-05"].model.width == pytest.approx(0.9 * 21 * 0.02 / 19)


def test_waits_over_twelve_hours_have_the_record_of_the_targets() -> None:
    found = {
        one.month: one.record
        for one in by_month(baseline_plan(), {"it": by_hand()})
        if one.metric == "dta_waits_over_12h"
    }
    assert [found[f"2016-{month:02}"] for month in range(4, 10)] == [22, 34, 0, 0, 0, 0]
    assert np.isnan(found["2016-10"])
