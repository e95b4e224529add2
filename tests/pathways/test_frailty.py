"""The Frailty Intervention Team: frail patients in hours, and what becomes of those turned round."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.timeline import DAY, HOUR
from tests.pathways.runs import Bools, Run, run


def turned_round(asked: Run) -> Bools:
    """Return whom the team sends home with support."""
    return ~np.isnan(asked.served("crisis_support").started)


def test_the_team_sees_frail_patients_only_and_in_its_hours_only(baseline: Run) -> None:
    seen = ~np.isnan(baseline.mark("fit_seen"))
    at = baseline.mark("fit_seen")[seen]
    assert seen.sum() > 80
    assert baseline.is_level("frailty", "frail")[seen].all()
    assert set(baseline.weekday(at)) == {0, 1, 2, 3, 4}
    assert ((baseline.hour(at) >= 9) & (baseline.hour(at) < 17)).all()


def test_an_assessment_takes_its_time(baseline: Run) -> None:
    fit = baseline.served("fit")
    done = ~np.isnan(fit.ended)
    assert np.array_equal((fit.ended - fit.started)[done], baseline.draw("fit_assessment")[done])


def test_whoever_is_referred_out_of_hours_or_still_waits_at_closing_goes_on_without() -> None:
    busy = run(40, {"frailty.fit_assessors": 1})
    asked = busy.stays("fit")
    without = np.isnan(asked.started) & ~np.isnan(asked.ended)
    hour, weekday = busy.hour(asked.requested), busy.weekday(asked.requested)
    in_hours = (weekday < 5) & (hour >= 9) & (hour < 17)
    at_closing = without & in_hours
    assert (asked.ended == asked.requested)[without & ~in_hours].all()
    assert at_closing.any()
    assert (asked.ended[at_closing] % DAY == 17 * HOUR).all()
    review = np.full(len(busy.log.patients.klass), np.nan)
    review[busy.stays("specialty_review").patient] = busy.stays("specialty_review").requested
    reviewed = ~np.isnan(review[asked.patient]) & without
    assert reviewed.sum() > 100
    assert (review[asked.patient] > asked.ended)[reviewed].all()


def test_whoever_is_turned_round_leaves_within_hours_and_never_has_a_bed(any_run: Run) -> None:
    away = turned_round(any_run) & ~np.isnan(any_run.mark("departed"))
    fit = any_run.served("fit")
    took = any_run.mark("departed") - fit.ended
    assert np.array_equal(took[away], any_run.draw("supported_discharge")[away])
    assert (took[away] < 6 * HOUR).all()
    for mark in ("specialty_review", "decision_to_admit", "admitted"):
        assert np.isnan(any_run.mark(mark)[away]).all()
    assert not np.isin(any_run.stays("first_bed").patient, np.flatnonzero(away)).any()


def test_an_admission_is_avoided_only_where_there_would_have_been_one(baseline: Run) -> None:
    away = turned_round(baseline)
    would_be = baseline.draw("admitted") < baseline.scenario.emergency_department.admitted_after_review
    assert (~np.isnan(baseline.mark("fit_avoided")) == (away & would_be)).all()
    assert (away & would_be).sum() > 10


def test_crisis_support_is_used_for_its_days_after_the_patient_has_left(baseline: Run) -> None:
    support = baseline.served("crisis_support")
    ended = ~np.isnan(support.ended)
    days = support.ended - baseline.mark("departed")
    assert ended.sum() > 10
    assert np.array_equal(days[ended], baseline.draw("crisis_support")[ended])


def test_nobody_is_turned_round_while_crisis_support_is_full() -> None:
    only_one = run(
        20,
        {
            "frailty.crisis_support_places": 1,
            "frailty.crisis_support": {"fixed": {"value": "500 days"}},
            "frailty.fit_avoids": 0.5,
        },
    )
    asked = only_one.stays("crisis_support")
    assert len(asked.patient) > 20
    assert (~np.isnan(asked.started)).sum() == 1
    refused = asked.patient[np.isnan(asked.started)]
    review = only_one.stays("specialty_review")
    gone_on = np.isin(refused, review.patient)
    # All but those whose referral is still being answered.
    assert gone_on.sum() >= len(refused) - 2


@pytest.mark.parametrize("path", ["frailty.fit_hours", "frailty.fit_avoids"])
def test_longer_hours_or_better_support_avoid_more_admissions_of_the_same_patients(
    baseline: Run, path: str
) -> None:
    better = run(40, {path: {"frailty.fit_hours": "08:00-20:00", "frailty.fit_avoids": 0.35}[path]})
    before, after = (int((~np.isnan(r.mark("fit_avoided"))).sum()) for r in (baseline, better))
    assert after > 1.3 * before
