"""Children: whom the community nurses turn round, and what the observation unit takes off the ward."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engine.identities import check
from flowsim.timeline import DAY, HOUR
from tests.pathways.runs import Run, run

UNIT = {"children.observation_unit.places": 8}


@pytest.fixture(scope="module")
def with_unit() -> Run:
    """Return the baseline's forty days with an observation unit."""
    return run(40, UNIT)


def test_the_nurses_see_referred_children_in_their_hours(baseline: Run) -> None:
    at = baseline.mark("coast_seen")
    seen = ~np.isnan(at)
    assert seen.sum() > 50
    assert baseline.is_level("age_band", "0-17")[seen].all()
    assert (baseline.mark("referred") <= at)[seen].all()
    assert set(baseline.weekday(at[seen])) == {0, 1, 2, 3, 4}
    assert ((baseline.hour(at[seen]) >= 9) & (baseline.hour(at[seen]) < 17)).all()


def test_out_of_hours_a_referred_child_goes_on_without_them(baseline: Run) -> None:
    asked = baseline.stays("childrens_nurse")
    without = np.isnan(asked.started) & ~np.isnan(asked.ended)
    shut = (baseline.weekday(asked.requested) > 4) | (baseline.hour(asked.requested) < 9)
    shut |= baseline.hour(asked.requested) >= 17
    assert (without & shut).sum() > 50
    assert (asked.ended == asked.requested)[without & shut].all()
    assert (asked.ended[without & ~shut] % DAY == 17 * HOUR).all()


def test_a_child_turned_round_goes_home_and_only_then_an_admission_is_avoided(baseline: Run) -> None:
    nurse = baseline.served("childrens_nurse")
    away = ~np.isnan(nurse.ended) & (baseline.draw("coast_avoids") < 0.20)
    gone = away & ~np.isnan(baseline.mark("departed"))
    assert gone.sum() > 10
    assert np.array_equal(
        baseline.mark("departed")[gone], (nurse.ended + baseline.draw("coast_leaving"))[gone]
    )
    assert np.isnan(baseline.mark("admitted")[away]).all()
    would_be = baseline.draw("admitted") < baseline.scenario.emergency_department.admitted_after_review
    assert np.array_equal(~np.isnan(baseline.mark("coast_avoided")), away & would_be)


def test_longer_hours_of_the_nurses_avoid_more_admissions(baseline: Run) -> None:
    longer = run(40, {"children.community_nursing.hours": {"Mon-Sun": "09:00-21:00"}})
    before, after = (int((~np.isnan(r.mark("coast_avoided"))).sum()) for r in (baseline, longer))
    assert after > 1.4 * before


def test_fewer_referrals_spare_the_same_children_and_nobody_else(baseline: Run) -> None:
    fewer = run(40, {"children.referral": 0.5})
    first = int((~np.isnan(baseline.cohort.arrival)).sum())  # the rows of returns lie behind
    early = (baseline.mark("ed_arrival") < 35 * DAY)[:first]
    for one in (baseline, fewer):
        early &= ~np.isnan(one.served("first_clinician").ended[:first])
    was, now = (~np.isnan(r.mark("referred")[:first])[early] for r in (baseline, fewer))
    child = baseline.is_level("age_band", "0-17")[:first][early]
    assert not (now & ~was).any()
    assert np.array_equal(was[~child], now[~child])
    assert abs(now[child].sum() - 0.5 * was[child].sum()) <= 4 * np.sqrt(0.25 * was[child].sum())


def test_an_observation_unit_without_places_takes_nobody(baseline: Run) -> None:
    asked = baseline.stays("observation")
    assert len(asked.patient) > 50
    assert np.isnan(asked.started).all()
    assert np.isnan(baseline.mark("observed")).all()


def test_the_hospital_with_the_unit_obeys_the_laws_of_logs(with_unit: Run) -> None:
    laws = check(with_unit.log, with_unit.hospital.compiled.program)
    assert [f"{law.name}: {law.violation}" for law in laws if not law.ok] == []
    assert with_unit.hospital.compiled.warnings == ()


def test_a_child_is_admitted_to_the_unit_when_they_have_left_the_department(with_unit: Run) -> None:
    place = with_unit.served("observation")
    there = ~np.isnan(with_unit.mark("observed")) & ~np.isnan(with_unit.mark("ed_arrival"))
    assert there.sum() > 50
    assert with_unit.is_level("age_band", "0-17")[there].all()
    moved = place.started + with_unit.draw("transfer")
    for mark in ("departed", "admitted", "observed"):
        assert np.array_equal(with_unit.mark(mark)[there], moved[there])


def test_after_the_observation_a_child_goes_home_or_keeps_the_place_until_there_is_a_bed(
    with_unit: Run,
) -> None:
    place, bed = with_unit.served("observation"), with_unit.served("first_bed")
    minutes = with_unit.worked_out("observation_stay", is_time=True)
    to_ward = with_unit.worked_out("observation_stay", "observation_outcome", is_time=False)
    over = ~np.isnan(with_unit.mark("observed")) & ~np.isnan(place.ended)
    home = over & (to_ward == 0)
    assert home.sum() > 50
    assert minutes[over].max() <= 24 * HOUR
    end = with_unit.mark("observed") + minutes
    assert np.array_equal(with_unit.mark("discharged")[home], end[home])
    assert np.isnan(bed.requested[home]).all()
    on_ward = over & ~home
    assert on_ward.sum() > 20
    assert np.array_equal(bed.requested[on_ward], end[on_ward])
    assert np.array_equal(place.ended[on_ward], bed.started[on_ward])


def test_the_unit_takes_children_off_the_ward_and_admits_as_many(baseline: Run, with_unit: Run) -> None:
    def admitted(asked: Run) -> int:
        return int((~np.isnan(asked.mark("admitted")) & asked.is_level("age_band", "0-17")).sum())

    def on_ward(asked: Run) -> int:
        stays = asked.stays("first_bed")
        ward = stays.resource == asked.log.resource("childrens_ward")
        return int((ward & ~np.isnan(stays.started)).sum())

    assert abs(admitted(with_unit) - admitted(baseline)) <= 0.03 * admitted(baseline)
    assert on_ward(with_unit) < 0.8 * on_ward(baseline)
