"""Mental health: who presents with it, what they wait for in their cubicle, and who is spared the wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from flowsim.timeline import DAY, HOUR
from tests.pathways.runs import Run, run

UNIT = {"mental_health.decision_unit.places": 6}
EVERYBODY = {"mental_health.needs_liaison": 1.0, "mental_health.bed_elsewhere": 0.0}
QUICK: Mapping[str, Any] = {
    "mental_health.liaison_response": {"fixed": {"value": "30 min"}},
    "mental_health.liaison_assessment": {"fixed": {"value": "1 h"}},
    "mental_health.liaison": {"Mon-Sun": {"00:00": 0, "08:00": 50, "20:00": 0}},
}


@pytest.fixture(scope="module")
def quick() -> Run:
    """Return days on which liaison has enough hands and constant times, and everybody goes home after it."""
    return run(16, {**EVERYBODY, **QUICK}, warm_up=1)


@pytest.fixture(scope="module")
def with_unit() -> Run:
    """Return the baseline's forty days with a decision unit."""
    return run(40, UNIT)


def test_mental_health_presentations_are_adults_in_majors(any_run: Run) -> None:
    mental = any_run.is_level("presentation", "mental_health")
    assert mental.any()
    assert any_run.is_level("stream", "majors")[mental].all()
    assert not any_run.is_level("age_band", "0-17")[mental].any()


def test_each_age_has_its_share_of_them(baseline: Run) -> None:
    first_visit = ~np.isnan(baseline.mark("ed_arrival")) & ~baseline.is_class("direct", "returning")
    for band, share in baseline.scenario.mental_health.share_of_majors.items():
        majors = first_visit & baseline.is_level("stream", "majors") & baseline.is_level("age_band", band)
        found = baseline.is_level("presentation", "mental_health")[majors]
        assert abs(found.sum() - share * len(found)) <= 4 * np.sqrt(share * (1 - share) * len(found)), band


def test_four_in_a_hundred_who_come_present_with_their_mental_health(baseline: Run) -> None:
    came = ~np.isnan(baseline.mark("ed_arrival"))
    mental = baseline.is_level("presentation", "mental_health")[came]
    assert abs(mental.mean() - 0.04) <= 4 * np.sqrt(0.04 * 0.96 / len(mental))


def test_they_are_referred_for_admission_like_all_others(baseline: Run) -> None:
    none = {f"mental_health.share_of_majors.{band}": 0.0 for band in ("18-44", "45-64", "65-74", "75-84")}
    without = run(40, {**none, "mental_health.share_of_majors.85+": 0.0})
    seen = ~np.isnan(baseline.served("first_clinician").ended) & (baseline.mark("ed_arrival") < 35 * DAY)
    mental = seen & baseline.is_level("presentation", "mental_health")
    assert mental.sum() > 300
    assert not without.is_level("presentation", "mental_health").any()
    assert np.array_equal(
        np.isnan(baseline.mark("referred"))[mental], np.isnan(without.mark("referred"))[mental]
    )


def test_by_day_whoever_needs_liaison_goes_home_when_it_has_seen_them(quick: Run) -> None:
    asked = quick.mark("liaison_referral")
    by_day = ~np.isnan(asked) & (quick.hour(asked) >= 8) & (quick.hour(asked) < 19.5)
    by_day &= asked < 15 * DAY
    assert by_day.sum() > 30
    assert np.array_equal(quick.mark("liaison_seen")[by_day], asked[by_day] + 30)
    assert np.array_equal(quick.mark("departed")[by_day], asked[by_day] + 90)


def test_by_night_they_wait_in_their_cubicle_until_it_opens(quick: Run) -> None:
    ready = quick.mark("liaison_referral") + 30
    by_night = (quick.hour(ready) >= 20) | (quick.hour(ready) < 8)
    by_night &= ready < 14 * DAY
    opening = np.ceil((ready - 8 * HOUR) / DAY) * DAY + 8 * HOUR
    assert by_night.sum() > 30
    assert np.array_equal(quick.mark("liaison_seen")[by_night], opening[by_night])
    assert np.array_equal(quick.served("space").ended[by_night], opening[by_night] + 60)


def test_nobody_but_them_sees_liaison_and_nobody_who_is_admitted(any_run: Run) -> None:
    asked = ~np.isnan(any_run.mark("liaison_referral"))
    assert any_run.is_level("presentation", "mental_health")[asked].all()
    assert np.isnan(any_run.mark("decision_to_admit")[asked]).all()


def test_whoever_needs_a_bed_elsewhere_keeps_the_cubicle_until_there_is_one(baseline: Run) -> None:
    asked, departed = baseline.mark("mental_health_bed_requested"), baseline.mark("departed")
    both = ~np.isnan(asked) & ~np.isnan(departed)
    assert both.sum() > 5
    assert np.array_equal(asked[both], baseline.served("liaison").ended[both])
    assert np.array_equal((departed - asked)[both], baseline.draw("mental_health_bed_wait")[both])
    assert np.array_equal(baseline.served("space").ended[both], departed[both])


def test_a_decision_unit_without_places_takes_nobody(baseline: Run) -> None:
    asked = baseline.stays("decision_unit")
    assert len(asked.patient) > 20
    assert np.isnan(asked.started).all()
    assert (asked.ended == asked.requested).all()


def test_the_unit_takes_patients_out_of_the_department_at_once(with_unit: Run) -> None:
    unit = with_unit.served("decision_unit")
    there = ~np.isnan(unit.started) & ~np.isnan(with_unit.mark("departed"))
    assert there.sum() > 50
    assert np.array_equal(
        with_unit.mark("departed")[there], (unit.started + with_unit.draw("transfer"))[there]
    )
    assert np.isnan(with_unit.mark("liaison_referral")[there]).all()
    assert np.isnan(with_unit.mark("admitted")[there]).all()


def test_with_the_unit_the_same_patients_are_out_of_the_department_sooner(
    baseline: Run, with_unit: Run
) -> None:
    def hours(asked: Run) -> float:
        mental = asked.is_level("presentation", "mental_health")
        return float(np.nanmean((asked.mark("departed") - asked.mark("ed_arrival"))[mental])) / HOUR

    assert hours(with_unit) < hours(baseline) - 0.3


def test_longer_hours_of_liaison_see_the_same_patients_sooner(baseline: Run) -> None:
    longer = run(40, {"mental_health.liaison": {"Mon-Sun": {"00:00": 0, "08:00": 2, "23:00": 0}}})
    both = ~np.isnan(baseline.mark("liaison_seen")) & ~np.isnan(longer.mark("liaison_seen"))
    waits = [(r.mark("liaison_seen") - r.mark("liaison_referral"))[both].mean() for r in (baseline, longer)]
    assert waits[1] < waits[0] - 30
