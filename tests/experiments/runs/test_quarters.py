from __future__ import annotations

from flowsim.experiments.runs.quarters import groups_of, quarters_and_years
from flowsim.experiments.runs.run import plan, run
from tests.experiments.small import small

YEAR = [*(f"2016-{month:02}" for month in range(4, 13)), "2017-01", "2017-02", "2017-03"]


def ends(months: list[str]) -> list[tuple[str, str]]:
    return [(one[0], one[-1]) for one in quarters_and_years(months)]


def test_a_quarter_begins_with_january_april_july_or_october() -> None:
    assert ends(YEAR) == [
        ("2016-04", "2016-06"),
        ("2016-07", "2016-09"),
        ("2016-10", "2016-12"),
        ("2017-01", "2017-03"),
    ]


def test_a_quarter_of_which_a_month_is_missing_is_not_given() -> None:
    assert ends(YEAR[1:5]) == []
    assert ends(YEAR[1:6]) == [("2016-07", "2016-09")]


def test_a_financial_year_is_given_only_if_there_is_more_than_it() -> None:
    assert ("2016-04", "2017-03") in ends([*YEAR, "2017-04"])
    assert ("2016-01", "2016-12") not in ends(["2016-01", "2016-02", "2016-03", *YEAR])


def test_what_is_pooled_by_sums_has_quarters_and_a_median_has_none() -> None:
    metrics = {metric for metric, _ in groups_of(YEAR)}
    assert {"four_hour_performance", "attendances", "bed_occupancy"} <= metrics
    assert "time_to_initial_assessment_median" not in metrics


def test_no_figure_is_asked_for_twice_and_a_short_run_has_no_quarter() -> None:
    # The record of beds has the quarter of two of these metrics already.
    pooled = plan(small(run__days=91)).setup.pooled
    assert len(pooled) == len(set(pooled))
    assert ("bed_occupancy", "months=2016-04 to 2016-06") in pooled
    assert not any("2016-06" in group for _, group in plan(small(run__days=90)).setup.pooled)


def test_a_total_of_a_quarter_is_that_of_its_months() -> None:
    results = run(small(run__days=91), replications=2)
    months = sum(results.by_replication("attendances", f"month=2016-0{month}") for month in (4, 5, 6))
    quarter = results.by_replication("attendances", "months=2016-04 to 2016-06")
    assert quarter.tolist() == months.tolist()
    assert results.figure("four_hour_performance", "months=2016-04 to 2016-06").high < 1.0
