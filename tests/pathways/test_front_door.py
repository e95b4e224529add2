"""The front door: a bay before handover, a space before the bay is free, the GP stream in its hours."""

from __future__ import annotations

import numpy as np

from flowsim.timeline import DAY, HOUR
from tests.pathways.runs import Run, waiting_at


def test_type_1_attendances_are_ambulances_walk_ins_and_those_who_come_back_through_the_ed(
    any_run: Run,
) -> None:
    by_ambulance = ~np.isnan(any_run.mark("ambulance_arrival"))
    at_ed = ~np.isnan(any_run.mark("ed_arrival"))
    came = any_run.came()
    not_conveyed = ~np.isnan(any_run.mark("see_and_treat")) | ~np.isnan(any_run.mark("hear_and_treat"))
    assert (by_ambulance != not_conveyed)[any_run.is_class("emergency_call") & came].all()
    assert any_run.is_class("walk_in", "returning", "sent_on")[any_run.on_foot()].all()
    assert not by_ambulance[any_run.is_class("walk_in")].any()
    assert (by_ambulance <= at_ed).all()
    assert at_ed[any_run.is_class("walk_in") & came].all()
    assert not at_ed[any_run.is_class("type2", "type3", "treatment_centre", "direct", "elective")].any()
    assert np.array_equal(any_run.mark("ed_arrival")[at_ed], any_run.log.patients.started[at_ed])


def test_handover_takes_its_time_from_the_moment_there_is_a_bay(any_run: Run) -> None:
    bay, handover = any_run.served("bay"), any_run.mark("handover")
    done = ~np.isnan(handover)
    assert done.sum() > 10
    assert np.array_equal(handover[done], (bay.started + any_run.draw("handover"))[done])


def test_a_bay_is_kept_until_there_is_a_space(any_run: Run) -> None:
    bay, space = any_run.served("bay"), any_run.served("space")
    in_bay = ~np.isnan(bay.started)
    assert np.array_equal(bay.ended[in_bay], space.started[in_bay], equal_nan=True)


def test_ambulances_queue_outside_when_the_department_has_no_space(blocked: Run, baseline: Run) -> None:
    def late(run: Run) -> float:
        arrived = run.mark("ambulance_arrival")
        first_day = arrived < DAY
        wait = np.where(np.isnan(run.mark("handover")), 2 * DAY, run.mark("handover")) - arrived
        return float((wait[first_day] > HOUR).mean())

    assert late(blocked) > 0.8
    assert late(baseline) < 0.05
    outside = blocked.stays("bay")
    assert (waiting_at(outside, np.array([2 * DAY - 1])) > 50).all()


def test_whoever_waits_outside_does_so_because_every_bay_is_taken(crowded: Run) -> None:
    bay = crowded.stays("bay")
    waited = bay.requested[(bay.started > bay.requested) | np.isnan(bay.started)]
    held = np.searchsorted(np.sort(bay.started[~np.isnan(bay.started)]), waited, side="right")
    left = np.searchsorted(np.sort(bay.ended[~np.isnan(bay.ended)]), waited, side="right")
    assert len(waited) > 100
    assert (held - left == crowded.scenario.front_door.assessment_bays).all()


def test_a_nurse_assesses_ambulance_patients_before_walk_ins(any_run: Run) -> None:
    nurse = any_run.stays("nurse")
    by_ambulance = ~np.isnan(any_run.mark("ambulance_arrival"))[nurse.patient]
    started = ~np.isnan(nurse.started)
    walk_in_starts = nurse.started[started & ~by_ambulance]
    came, got = nurse.requested[by_ambulance & started], nurse.started[by_ambulance & started]
    before = np.searchsorted(np.sort(came), walk_in_starts)
    # A change of shift can give places to several at once.
    assert (before - np.searchsorted(np.sort(got), walk_in_starts, side="right") <= 0).all()


def test_assessment_takes_its_time(any_run: Run) -> None:
    begins, ends = any_run.mark("initial_assessment"), any_run.mark("assessed")
    done = ~np.isnan(ends)
    assert np.array_equal(ends[done], (begins + any_run.draw("initial_assessment"))[done])


def test_the_gp_stream_is_for_walk_ins_in_its_hours(baseline: Run) -> None:
    gp = baseline.served("gp")
    seen = ~np.isnan(gp.started)
    weekday, hour = baseline.weekday(gp.started[seen]), baseline.hour(gp.started[seen])
    assert seen.sum() > 200
    assert (baseline.on_foot() & baseline.is_level("stream", "gp"))[seen].all()
    assert ((hour >= np.where(weekday < 5, 17, 10)) & (hour < 23)).all()
    assert set(weekday) == set(range(7))


def test_whoever_the_gp_stream_cannot_see_goes_on_to_a_space_at_once(baseline: Run) -> None:
    asked = baseline.stays("gp")
    given_up = np.isnan(asked.started) & ~np.isnan(asked.ended)
    space = baseline.stays("space")
    space_asked = dict(zip(space.patient.tolist(), space.requested.tolist(), strict=True))
    assert [space_asked[p] for p in asked.patient[given_up].tolist()] == asked.ended[given_up].tolist()
    waited_in_vain = given_up & (asked.ended > asked.requested)
    assert waited_in_vain.any()
    assert (asked.ended[waited_in_vain] % DAY == 23 * HOUR).all()
    turned_away = given_up & ~waited_in_vain
    hour = baseline.hour(asked.requested[turned_away])
    weekday = baseline.weekday(asked.requested[turned_away])
    assert ((hour < np.where(weekday < 5, 17, 10)) | (hour >= 23)).all()


def test_gp_patients_leave_after_their_consultation_unless_they_are_sent_on(baseline: Run) -> None:
    gp = baseline.served("gp")
    seen = ~np.isnan(gp.ended)
    space = baseline.stays("space")
    sent_on = np.isin(np.flatnonzero(seen), space.patient)
    assert np.array_equal(gp.ended[seen], (gp.started + baseline.draw("gp_consultation"))[seen])
    assert np.array_equal(baseline.mark("departed")[seen][~sent_on], gp.ended[seen][~sent_on])
    share = baseline.scenario.front_door.gp_bounce_back
    assert abs(sent_on.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(sent_on))
