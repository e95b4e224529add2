"""Acute medicine: AEC in its hours, and how a bed is found as the wait grows."""

from __future__ import annotations

import numpy as np

from flowsim.engine.log import Stays
from flowsim.pathways.blueprint import UNLIMITED
from flowsim.timeline import DAY, HOUR
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import BEDS, Bools, Floats, Run, beds, run

SURGICAL = ("surgery", "trauma_orthopaedics")
MEDICAL_WARDS = ("specialty_medicine", "older_people")


def since_decision(asked: Run) -> Floats:
    """Return the wait from the decision to admit until the first bed."""
    return asked.served("first_bed").started - asked.mark("decision_to_admit")


def own(asked: Run) -> Bools:
    """Return who got a bed of their own kind, escalation not counted."""
    bed = asked.served("first_bed")
    straight = asked.is_level("specialty", "medicine") & (
        asked.draw("straight_to_ward") < asked.scenario.acute_medicine.straight_to_ward
    )
    medical = asked.is_level("specialty", "medicine")
    surgical = asked.is_level("specialty", *SURGICAL)
    return (
        (medical & ~straight & asked.is_in(bed, "amu"))
        | (medical & straight & asked.is_in(bed, *MEDICAL_WARDS))
        | (surgical & asked.is_in(bed, *SURGICAL))
        | (asked.is_level("specialty", "children") & asked.is_in(bed, "childrens_ward"))
    )


# AEC


def test_aec_takes_adult_medical_patients_in_its_hours(any_run: Run) -> None:
    at = any_run.mark("ambulatory_care")
    there = ~np.isnan(at)
    decided = any_run.mark("decision_to_admit")[there]
    hour = any_run.hour(decided)
    assert any_run.is_level("specialty", "medicine")[there].all()
    assert (any_run.weekday(decided) < 5).all()
    assert ((hour >= 8) & (hour < 18)).all()
    assert there.sum() > (100 if any_run.log.end > 20 * DAY else 0)


def test_whoever_would_still_be_in_aec_at_closing_asks_for_a_bed_then(baseline: Run) -> None:
    chair, bed = baseline.served("chair"), np.full(len(baseline.log.patients.klass), np.nan)
    first = baseline.stays("first_bed")
    bed[first.patient[::-1]] = first.requested[::-1]
    begins = baseline.mark("ambulatory_care")
    closing = np.floor(begins / DAY) * DAY + 18 * HOUR
    ends = begins + baseline.draw("aec_treatment")
    there = ~np.isnan(begins)
    too_late = there & (ends >= closing)
    assert too_late.sum() > 30
    # Those who are moved in just before closing are still there a moment after it.
    assert np.array_equal(bed[too_late], np.maximum(closing, begins)[too_late])
    in_time = there & ~too_late
    assert (np.where(np.isnan(bed), ends, bed) == ends)[in_time].all()
    home = in_time & np.isnan(bed)
    assert np.array_equal(baseline.mark("discharged")[home], ends[home])
    assert np.array_equal(chair.ended[home], ends[home])


def test_five_in_six_of_those_treated_in_time_go_home_from_aec(baseline: Run) -> None:
    begins = baseline.mark("ambulatory_care")
    in_time = begins + baseline.draw("aec_treatment") < np.floor(begins / DAY) * DAY + 18 * HOUR
    stayed = np.isin(np.flatnonzero(in_time), baseline.stays("first_bed").patient)
    share = 1 - baseline.scenario.acute_medicine.ambulatory_care.same_day
    assert abs(stayed.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(stayed))


def test_an_aec_chair_is_kept_until_there_is_a_bed(crowded: Run) -> None:
    chair, bed = crowded.served("chair"), crowded.served("first_bed")
    both = ~np.isnan(chair.started) & ~np.isnan(bed.started)
    assert both.sum() > 30
    assert np.array_equal(chair.ended[both], bed.started[both])


def test_without_a_free_chair_a_patient_goes_the_way_of_all_others_at_once() -> None:
    one_chair = run(8, {"acute_medicine.ambulatory_care.chairs": 1}, warm_up=1)
    asked = one_chair.stays("chair")
    turned_away = np.isnan(asked.started)
    assert turned_away.sum() > 10
    assert (asked.ended == asked.requested)[turned_away].all()
    first = one_chair.stays("first_bed")
    when = dict(zip(first.patient[::-1].tolist(), first.requested[::-1].tolist(), strict=True))
    assert [when[p] for p in asked.patient[turned_away].tolist()] == asked.ended[turned_away].tolist()


# Beds


def test_children_have_the_childrens_ward_and_nobody_else_has(any_run: Run) -> None:
    bed = any_run.served("first_bed")
    got = ~np.isnan(bed.started)
    children = any_run.is_level("specialty", "children")
    assert (any_run.is_in(bed, "childrens_ward")[got] == children[got]).all()


def test_with_beds_for_everybody_all_are_in_the_right_place_at_once(roomy: Run) -> None:
    bed = roomy.served("first_bed")
    got = ~np.isnan(bed.started) & ~roomy.is_level("specialty", "children")
    assert own(roomy)[got].all()
    assert (bed.started == bed.requested)[got].all()


def test_nobody_is_an_outlier_before_the_hours_from_which_it_will_do(crowded: Run) -> None:
    bed, wait = crowded.served("first_bed"), since_decision(crowded)
    outlying = ~np.isnan(bed.started) & ~own(crowded) & ~crowded.is_in(bed, "escalation")
    assert outlying.sum() > 200
    assert 4 * HOUR <= wait[outlying].min() < 5 * HOUR


def test_escalation_beds_need_no_wait(crowded: Run) -> None:
    assert since_decision(crowded)[crowded.is_in(crowded.served("first_bed"), "escalation")].min() < 4 * HOUR


def test_until_the_full_capacity_response_only_surgical_beds_take_outliers(crowded: Run) -> None:
    bed, wait = crowded.served("first_bed"), since_decision(crowded)
    early = ~np.isnan(bed.started) & ~own(crowded) & (wait < 9.5 * HOUR)
    assert crowded.is_in(bed, *SURGICAL, "escalation")[early].all()
    on_any_ward = ~own(crowded) & crowded.is_in(
        bed, "short_stay", "acute_frailty_unit", *MEDICAL_WARDS, "amu"
    )
    assert on_any_ward.sum() > 50
    assert wait[on_any_ward].min() >= 9.5 * HOUR


def test_room_is_made_for_85_percent_of_those_who_wait_far_too_long(crowded: Run) -> None:
    bed, wait = crowded.served("first_bed"), since_decision(crowded)
    on_any_ward = ~own(crowded) & crowded.is_in(
        bed, "short_stay", "acute_frailty_unit", *MEDICAL_WARDS, "amu"
    )
    luck = crowded.draw("full_capacity")
    assert (luck[on_any_ward] < 0.85).all()
    unlucky = (wait > 9.5 * HOUR) & (luck >= 0.85)
    assert unlucky.any()
    assert (own(crowded) | crowded.is_in(bed, *SURGICAL, "escalation"))[unlucky].all()


def waiting(asked: Run) -> tuple[Stays, Floats]:
    """Return the requests for a first bed, and when each wait was over."""
    first = asked.stays("first_bed")
    over = np.where(np.isnan(first.started), first.ended, first.started)
    return first, np.where(np.isnan(over), np.inf, over)


def test_a_ward_takes_its_own_patients_before_outliers() -> None:
    # So few beds in the AMU that surgical beds take many outliers.
    surgical = beds(amu=30, short_stay=30, frailty=16, specialty=140, older=100, surgery=125, trauma=75)
    outlying = run(30, {**FEW_BEDS, **surgical})
    first, over = waiting(outlying)
    decided = outlying.mark("decision_to_admit")[first.patient]
    is_medical = outlying.is_level("specialty", "medicine")[first.patient]
    is_surgical = outlying.is_level("specialty", *SURGICAL)[first.patient]
    surgical_beds = [outlying.log.resource(name) for name in SURGICAL]
    outliers = is_medical & np.isin(first.resource, surgical_beds) & (first.requested - decided < 9.5 * HOUR)
    moments = first.started[outliers & (first.started > first.requested)]
    assert len(moments) > 10
    for t in moments.tolist():
        assert not (is_surgical & (first.requested < t) & (over > t)).any()


def test_whom_room_is_made_for_goes_before_all_who_have_waited_less(crowded: Run) -> None:
    first, over = waiting(crowded)
    decided = crowded.mark("decision_to_admit")[first.patient]
    adult = ~crowded.is_level("specialty", "children")[first.patient]
    lucky = (
        crowded.draw("full_capacity")[first.patient] < crowded.scenario.acute_medicine.full_capacity_success
    )
    room_made = adult & lucky & (first.requested - decided >= 9.5 * HOUR)
    served = np.flatnonzero(adult & ~room_made & (first.started > first.requested))
    assert len(served) > 100
    for i in served.tolist():
        t = first.started[i]
        passed_over = room_made & (first.requested < t) & (over > t)
        assert (decided[passed_over] >= decided[i]).all()


def test_who_gave_up_for_want_of_an_own_bed_did_so_after_exactly_the_stated_hours(crowded: Run) -> None:
    asked = crowded.stays("first_bed")
    decided = crowded.mark("decision_to_admit")[asked.patient]
    gave_up = np.isnan(asked.started) & ~np.isnan(asked.ended)
    waited = (asked.ended - decided)[gave_up]
    after_aec = (asked.ended == asked.requested)[gave_up]
    assert set(waited[~after_aec]) == {4 * HOUR, 9.5 * HOUR}
    assert (~after_aec).sum() > 500


def test_the_full_capacity_response_spares_many_a_wait_of_twelve_hours(crowded: Run) -> None:
    idle = run(30, {**FEW_BEDS, "acute_medicine.full_capacity_success": 0.0})

    def long_waits(asked: Run) -> float:
        decided = asked.mark("decision_to_admit")
        bed = asked.served("first_bed").started
        by_then = np.where(np.isnan(bed), asked.log.end, bed)
        return float((by_then - decided > 12 * HOUR)[decided < 25 * DAY].mean())

    assert 0.05 < long_waits(crowded) < 0.9 * long_waits(idle)


def test_without_pressure_feedback_nobody_is_an_outlier() -> None:
    plain = run(25, {**FEW_BEDS, "wards.pressure.enabled": False})
    bed = plain.served("first_bed")
    got = ~np.isnan(bed.started)
    assert (own(plain) | plain.is_in(bed, "escalation"))[got].all()
    assert since_decision(plain)[got].max() > 9.5 * HOUR


def test_frail_patients_straight_to_a_ward_go_to_older_people_if_they_can(roomy: Run) -> None:
    bed = roomy.served("first_bed")
    on_ward = roomy.is_in(bed, *MEDICAL_WARDS)
    frail = roomy.is_level("frailty", "frail")
    assert on_ward.sum() > 300
    assert (roomy.is_in(bed, "older_people")[on_ward] == frail[on_ward]).all()


def test_every_first_bed_is_a_general_and_acute_bed_with_a_limit(baseline: Run) -> None:
    assert {baseline.log.resource_names[r] for r in baseline.stays("first_bed").resource} <= set(BEDS)
    for name in BEDS:
        assert max(baseline.capacity(name)[1]) < UNLIMITED


def test_direct_admissions_are_decided_when_they_come_and_admitted_when_they_have_a_bed(
    baseline: Run,
) -> None:
    direct = baseline.is_class("direct") & ~np.isnan(baseline.served("first_bed").started)
    in_aec = ~np.isnan(baseline.mark("ambulatory_care"))
    came = baseline.log.patients.started + baseline.scenario.admission_avoidance.home_visits.visit
    assert np.array_equal(baseline.mark("decision_to_admit")[direct], came[direct])
    first = direct & ~in_aec
    assert np.array_equal(baseline.mark("admitted")[first], baseline.served("first_bed").started[first])
    assert np.isnan(baseline.mark("departed")[direct]).all()
