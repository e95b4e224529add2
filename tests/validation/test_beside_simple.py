from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiments.runs.results import Results
from flowsim.report.validation_simple import verdict_on
from flowsim.validation.bed_models import LAST_YEAR, PERSISTENCE, SEASONAL, beds_beside_simple
from flowsim.validation.beside_simple import (
    AS_IT_IS,
    LEVEL_SET,
    BesideSimple,
    beside_simple,
    further_off,
    public_months_of,
    scored,
)
from flowsim.validation.public_months import PERFORMANCE
from tests.validation.by_hand import baseline_plan, by_hand

QUARTERS = ("months=2016-04 to 2016-06", "months=2016-07 to 2016-09")


def record() -> dict[str, float]:
    own = public_months_of(baseline_plan())
    return dict(zip(own.months, own.performance[0].tolist(), strict=True))


def of_months(offsets: dict[str, float], spread: float = 0.01) -> BesideSimple:
    """Compare a model whose single years lie about the record, each month off by so much."""
    years = spread * np.linspace(-1, 1, len(baseline_plan().numbers))
    given: dict[tuple[str, str], object] = {
        (PERFORMANCE, f"month={month}"): value + offsets.get(month, 0.0) + years
        for month, value in record().items()
        if not np.isnan(value)
    }
    return beside_simple(baseline_plan(), {"it": by_hand(given)})


def test_the_record_is_that_of_the_published_months() -> None:
    assert record()["2016-04"] == pytest.approx(1 - 2647 / 8563)
    assert np.isnan(record()["2016-11"])


def test_a_model_that_is_right_but_for_its_level_is_exact_once_that_is_set() -> None:
    found = of_months(dict.fromkeys(record(), 0.05))
    errors = {one.model: one.error for one in scored(found.rolling)}
    assert errors[LEVEL_SET] == pytest.approx(0, abs=1e-12)
    assert errors[AS_IT_IS] == pytest.approx(0.05)
    assert "The simulation is nearer" in verdict_on(found.rolling, LEVEL_SET)


def test_a_model_that_is_worse_than_a_simple_one_is_said_to_be() -> None:
    found = of_months(dict.fromkeys(record(), 0.2))
    text = verdict_on(found.rolling, AS_IT_IS)
    assert f"“{AS_IT_IS}” is off by 20.0 points" in text
    assert "The simple model is nearer" in text
    assert further_off(found.rolling, AS_IT_IS, "seasonal mean")[1] > 0


def test_months_that_do_not_decide_it_are_said_not_to() -> None:
    # As near as the seasonal mean in most months, far better and far worse in one each.
    rolling = {one.month: one for one in of_months({}).rolling if one.model == "seasonal mean"}
    signs = dict(zip(rolling, (1.5, 0.5, 1.5, 0.5, 1.5, 0.5), strict=True))
    found = of_months({month: signs[month] * one.error for month, one in rolling.items()})
    assert "do not decide it" in verdict_on(found.rolling, AS_IT_IS)


def test_every_model_says_every_month_once() -> None:
    found = of_months({})
    recorded, unseen = baseline_plan().recorded, baseline_plan().predicted
    assert [len(recorded), len(unseen)] == [7, 5]
    for forecasts, months, models in (
        (found.used, recorded, 4),
        (found.rolling, recorded[1:], 6),
        (found.ahead, unseen, 6),
    ):
        keys = [(one.model, one.month) for one in forecasts]
        assert len(keys) == len(set(keys)) == len(months) * models
        assert {month for _, month in keys} == set(months)
    assert all(np.isnan(one.record) for one in found.ahead)


def test_a_level_is_set_by_the_months_seen_alone() -> None:
    plain, spoiled = of_months({}), of_months({"2016-10": 0.3})
    for a, b in zip(plain.rolling, spoiled.rolling, strict=True):
        if a.model == LEVEL_SET and a.month != "2016-10":
            assert a.point == b.point


def beds(given: dict[tuple[str, str], object] | None = None) -> dict[str, dict[str, float]]:
    results: Results = by_hand(given)
    found = beds_beside_simple(baseline_plan(), {"it": results})
    return {one.group: {**one.said, "record": one.record} for one in found.quarters}


def test_simple_models_of_beds_are_worked_out_from_the_published_quarters() -> None:
    found = beds()
    first = found[QUARTERS[0]]
    assert first["record"] == pytest.approx(941.08 / 994.48)
    assert first[PERSISTENCE] == pytest.approx(936.15 / 990.78)
    assert first[LAST_YEAR] == pytest.approx(897.97 / 970.86)
    # Two years; the first quarter less the mean of its year, averaged, on the last year's mean.
    years = np.array(
        [
            [866.84 / 939.98, 889.17 / 952.41, 898.35 / 966.16, 938.34 / 997.94],
            [897.97 / 970.86, 911.76 / 992.34, 891.77 / 979.53, 936.15 / 990.78],
        ]
    )
    seasonal = years[1].mean() + (years[:, 0] - years.mean(axis=1)).mean()
    assert first[SEASONAL] == pytest.approx(seasonal)
    winter = found["months=2017-01 to 2017-03"]
    assert winter[PERSISTENCE] == pytest.approx(928.22 / 985.0)
    assert winter[LAST_YEAR] == pytest.approx(936.15 / 990.78)


def test_the_level_of_beds_is_set_by_the_quarters_before() -> None:
    given = {("bed_occupancy", QUARTERS[0]): 0.90, ("bed_occupancy", QUARTERS[1]): 0.92}
    found = beds(given)
    shift = 941.08 / 994.48 - 0.90
    assert np.isnan(found[QUARTERS[0]][LEVEL_SET])
    assert found[QUARTERS[1]][LEVEL_SET] == pytest.approx(0.92 + shift)
    assert found[QUARTERS[1]][AS_IT_IS] == pytest.approx(0.92)
