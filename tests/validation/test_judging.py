from __future__ import annotations

import numpy as np
import pytest

from flowsim.validation.judging import MET, MISSED, NOT_COMPARABLE, NOT_JUDGED, bad_first, counted, judge
from flowsim.validation.statistics import STATISTICS
from tests.validation.by_hand import baseline_plan, by_hand

SEVEN = "months=2016-04 to 2016-10"
TYPE1 = "four_hour_performance_type1"
WAITS = "dta_waits_over_12h"


def verdict_of(mean: float, spread: float = 0.0) -> tuple[str, bool]:
    """Judge the pooled type 1 figure, 73.5 % ± 1.5 points."""
    n = len(baseline_plan().numbers)
    years = mean + spread * np.linspace(-1, 1, n)
    judged = judge(baseline_plan().targets, {"it": by_hand({(TYPE1, SEVEN): years})})
    one = next(one for one in judged if (one.target.metric, one.target.group) == (TYPE1, SEVEN))
    return one.verdict, one.clear


def test_a_figure_within_tolerance_is_within() -> None:
    assert verdict_of(0.7347) == (MET, True)
    assert verdict_of(0.7200) == (MET, True)


def test_a_figure_beyond_tolerance_is_reported_as_not_within() -> None:
    assert verdict_of(0.7190) == (MISSED, True)
    assert verdict_of(0.7500) == (MISSED, True)
    assert verdict_of(float("nan"))[0] == MISSED


def test_an_interval_that_crosses_the_limit_is_not_sure() -> None:
    assert verdict_of(0.7210, spread=0.02) == (MET, False)
    assert verdict_of(0.7190, spread=0.02) == (MISSED, False)


def test_every_target_is_in_the_report_once() -> None:
    targets = baseline_plan().targets
    judged = judge(targets, {"it": by_hand()})
    assert [one.target for one in judged] == list(targets)
    assert sum(sum(counts.values()) for counts in counted(judged).values()) == len(targets)
    kinds = {one.verdict for one in judged}
    assert kinds == {MET, MISSED, NOT_JUDGED, NOT_COMPARABLE}


def test_what_was_missed_comes_first_the_furthest_off_before_the_rest() -> None:
    given = {(TYPE1, "month=2016-04"): 0.1, (TYPE1, "month=2016-05"): 0.5}
    ordered = bad_first(judge(baseline_plan().targets, {"it": by_hand(given)}))
    misses = [one for one in ordered if one.verdict == MISSED]
    assert ordered[: len(misses)] == misses
    months = [one.target.group for one in misses if one.target.metric == TYPE1]
    assert months.index("month=2016-04") < months.index("month=2016-05")
    assert [one.off for one in misses] == sorted((one.off for one in misses), reverse=True)


def test_patterns_of_months_are_those_of_single_years() -> None:
    n = len(baseline_plan().numbers)
    # Even replications 22, 34, 0, 0, 0, 0; odd ones 1 to 6.
    even = np.arange(n) % 2 == 0
    given = {
        (WAITS, f"month=2016-{month:02}"): np.where(even, a, b)
        for month, a, b in zip(range(4, 10), (22, 34, 0, 0, 0, 0), range(1, 7), strict=True)
    }
    results, half = by_hand(given), "months=2016-04 to 2016-09"

    def mean(statistic: str) -> float:
        return float(STATISTICS[statistic].of_each(results, WAITS, half).mean())

    assert mean("typical_month") == (0 + 3.5) / 2
    assert mean("worst_month") == (34 + 6) / 2
    assert mean("months_of_none") == (4 + 0) / 2
    assert mean("months_sd") == pytest.approx(
        (np.std([22, 34, 0, 0, 0, 0], ddof=1) + np.std(range(6), ddof=1)) / 2
    )


def test_the_spread_of_single_years_has_no_interval() -> None:
    results = by_hand({(TYPE1, "all"): 0.7 + 0.02 * np.tile([-1, 1], 10)})
    found = STATISTICS["sd"].of_each(results, TYPE1, "all")
    assert found == pytest.approx([0.02 * np.sqrt(20 / 19)])


def test_the_fullest_hour_is_that_of_each_year() -> None:
    n = len(baseline_plan().numbers)
    given = {
        ("beds_occupied_on_the_hour", "hour=08"): 900,
        ("beds_occupied_on_the_hour", "hour=09"): np.where(np.arange(n) < n / 2, 901, 1),
        ("beds_occupied_on_the_hour", "hour=17"): -1,
    }
    results = by_hand(given)
    assert STATISTICS["peak_hour"].of_each(results, "beds_occupied_on_the_hour", "all").mean() == 8.5
    assert set(STATISTICS["trough_hour"].of_each(results, "beds_occupied_on_the_hour", "all")) == {17}


def test_the_correlation_leaves_out_the_weeks_that_may_be_cut_short() -> None:
    # Weeks 1 to 3 fall as occupancy rises; week 0 and week 4 would turn it round.
    given = {
        **{(TYPE1, f"week={week}"): value for week, value in enumerate((0.1, 0.8, 0.7, 0.6, 0.99))},
        **{
            ("bed_occupancy", f"week={week}"): value
            for week, value in enumerate((0.1, 0.90, 0.92, 0.94, 0.99))
        },
    }
    found = STATISTICS["weekly_correlation_with_occupancy"].of_each(by_hand(given), TYPE1, "all")
    assert found == pytest.approx(-1)
