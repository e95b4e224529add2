from __future__ import annotations

from dataclasses import replace

import pytest
from numpy.testing import assert_allclose

from flowsim.errors import InputError
from flowsim.finance.bed_days import Bases
from flowsim.finance.effects import effects_of, whole_weeks
from tests.finance.written import WEEKS, fewer_beds, results

YEARLY = 365 / 28


def test_days_released_are_those_of_core_and_of_escalation_beds_apart() -> None:
    # 100, 200 and 300 bed days fewer, of them 10, 20 and 30 in escalation beds; brought to a year.
    arm = results(
        {
            ("occupied_bed_days", "all"): [-100, -200, -300],
            ("escalation_bed_days", "all"): [-10, -20, -30],
            ("mffd_bed_days", "all"): [-40, -80, -120],
        }
    )
    amounts = effects_of(results(), arm, 28).amounts
    assert_allclose(amounts["core_days"], [90 * YEARLY, 180 * YEARLY, 270 * YEARLY])
    assert_allclose(amounts["escalation_days"], [10 * YEARLY, 20 * YEARLY, 30 * YEARLY])
    assert_allclose(amounts["acute_days"], [60 * YEARLY, 120 * YEARLY, 180 * YEARLY])


def test_beds_added_release_only_what_of_them_stays_empty() -> None:
    # Ten more beds for 28 nights, 200 of the 280 bed days taken.
    arm = results({("open_bed_days", "all"): [280] * 3, ("occupied_bed_days", "all"): [200] * 3})
    amounts = effects_of(results(), arm, 28).amounts
    assert_allclose(amounts["core_beds_opened"], 10)
    assert_allclose(amounts["core_days"], 80 * YEARLY)


def test_escalation_beds_opened_are_no_core_beds() -> None:
    both = ("open_bed_days", "open_escalation_bed_days")
    arm = results({(metric, group): [70] * 3 for metric in both for group in ("all", "week=2016-W15")})
    found = effects_of(results(), arm, 28)
    assert_allclose(found.amounts["core_beds_opened"], 0)
    assert_allclose(found.free, 0)


def test_beds_closed_for_infection_are_paid_for_and_free_for_nobody() -> None:
    # A ward of 28 for a week: 196 bed days fewer are open, as many more closed; nobody else is elsewhere.
    arm = results(
        {
            ("open_bed_days", "all"): [-196] * 3,
            ("open_bed_days", "week=2016-W15"): [-196] * 3,
            ("closed_bed_days", "all"): [196] * 3,
        }
    )
    found = effects_of(results(), arm, 28)
    assert_allclose(found.amounts["core_beds_opened"], 0)
    assert_allclose(found.amounts["core_days"], -196 * YEARLY)
    assert_allclose(found.free, [[0, -28, 0, 0]] * 3)


def test_excess_bed_days_are_the_nights_beyond_the_trim_point() -> None:
    nights = {("bed_days_by_night", f"night={night}"): [-3.0] * 3 for night in (20, 21, 28, "61+")}
    baseline, arm = results(), results(nights)
    assert_allclose(effects_of(baseline, arm, 20).amounts["excess_days"], 9 * YEARLY)
    assert_allclose(effects_of(baseline, arm, 19).amounts["excess_days"], 12 * YEARLY)
    assert_allclose(effects_of(baseline, arm, 60).amounts["excess_days"], 3 * YEARLY)


def test_who_did_not_come_counts_where_they_live_however_they_would_have() -> None:
    arm = results(
        {
            ("emergency_admissions", "locality=FG"): [-2] * 3,
            ("direct_emergency_admissions", "locality=FG"): [-1] * 3,
            ("attendances", "locality=P"): [-5] * 3,
            ("elective_admissions", "locality=SEH"): [4] * 3,
            ("d2a_slot_days", "resource=p2_FG"): [56] * 3,
            ("four_hour_performance", "all"): [0.01, 0.02, 0.03],
        }
    )
    amounts = effects_of(results(), arm, 28).amounts
    assert_allclose(amounts["admissions.FG"], 3 * YEARLY)
    assert_allclose(amounts["attendances.P"], 5 * YEARLY)
    assert_allclose(amounts["electives.SEH"], 4 * YEARLY)
    assert_allclose(amounts["slot_days.P2.FG"], 56 * YEARLY)
    assert_allclose(amounts["four_hour_points"], [1, 2, 3])
    assert_allclose(amounts["admissions.P"], 0)


def test_beds_free_in_a_week_are_the_mean_of_its_nights() -> None:
    assert whole_weeks(results()) == [f"week={week}" for week in WEEKS]
    assert_allclose(effects_of(results(), results(fewer_beds(6, 7, 0, -2)), 28).free, [[6, 7, 0, -2]] * 3)


def test_beds_open_in_a_week_are_free_in_that_week_only() -> None:
    # 28 beds for the second of four weeks, 21 of them taken: 7 are free then, and none before or after.
    arm = results(
        {
            (metric, group): [7 * beds] * 3
            for metric, beds in (("open_bed_days", 28), ("occupied_bed_days", 21))
            for group in ("all", "week=2016-W15")
        }
    )
    found = effects_of(results(), arm, 28)
    assert_allclose(found.free, [[0, 7, 0, 0]] * 3)
    assert_allclose(found.amounts["core_beds_opened"], 28 / 4)


@pytest.mark.parametrize("missing", ["open_bed_days", "open_escalation_bed_days", "closed_bed_days"])
def test_results_without_these_metrics_are_refused(missing: str) -> None:
    base = results()
    old = replace(base, metric=tuple("older" if metric == missing else metric for metric in base.metric))
    with pytest.raises(InputError, match=missing):
        effects_of(old, old, 28)


def test_bases_are_reconciled_with_each_other_and_with_the_return() -> None:
    found = Bases.of(
        results({("bed_days_started", "all"): [160] * 3, ("bed_days_by_the_hour", "all"): [20] * 3})
    )
    assert found.midnights == 1000
    assert found.stays == 160
    assert found.by_basis["Hours / 24"] == 1020
    # 9,100 bed days published for the 91 days of a quarter; the model's figure of the group is 1,000.
    (one,) = found.returns
    assert (one.published, one.model) == (100, pytest.approx(1000 / 91))
    assert one.months == ("2016-04", "2016-05", "2016-06")
