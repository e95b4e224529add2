"""The emergency department: who is seen where, how often, in what order, and who keeps their space."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.timeline import GRID, to_grid
from tests.pathways.runs import Run, waiting_at

SPACES = {
    "minors": ("minors_spaces", "majors_spaces"),
    "majors": ("majors_spaces",),
    "resus": ("resus_spaces", "majors_spaces"),
    "children": ("children_spaces",),
    "gp": ("minors_spaces", "majors_spaces"),
}


@pytest.mark.parametrize("stream", SPACES)
def test_each_stream_is_seen_in_its_spaces(crowded: Run, baseline: Run, stream: str) -> None:
    for run in (crowded, baseline):
        space = run.served("space")
        mine = run.is_level("stream", stream) & ~np.isnan(space.started)
        assert mine.sum() > 10
        used = {run.log.resource_names[r] for r in space.resource[mine]}
        assert used <= set(SPACES[stream])
        assert SPACES[stream][0] in used


def test_nobody_is_seen_first_twice_and_only_those_investigated_are_seen_again(any_run: Run) -> None:
    first, again = any_run.served("first_clinician"), any_run.served("clinician_review")
    results = any_run.mark("results_available")
    seen_again = ~np.isnan(again.requested)
    assert np.array_equal(again.requested[seen_again], results[seen_again])
    assert not np.isnan(first.ended[seen_again]).any()
    # Results at the very end may still wait for the clinician.
    assert (seen_again <= ~np.isnan(results)).all()


def test_contact_is_split_before_and_after_the_results(baseline: Run) -> None:
    first, again = baseline.served("first_clinician"), baseline.served("clinician_review")
    before, after = first.ended - first.started, again.ended - again.started
    done = ~np.isnan(after)
    assert done.sum() > 3000
    share = baseline.scenario.emergency_department.contact_before_results
    assert np.abs(before - share * (before + after))[done].max() <= 2 / GRID


def test_results_take_their_time_after_the_first_contact(any_run: Run) -> None:
    asked, there = any_run.mark("investigations_requested"), any_run.mark("results_available")
    back = ~np.isnan(there)
    assert np.array_equal(asked[back], any_run.served("first_clinician").ended[back])
    assert np.array_equal(there[back], (asked + any_run.draw("investigations"))[back])


def test_clinicians_see_whoever_waits_in_resus_before_all_others(any_run: Run) -> None:
    s = any_run.log.stays
    clinicians = s.resource == any_run.log.resource("clinicians")
    resus = any_run.is_level("stream", "resus")[s.patient]
    started = ~np.isnan(s.started)
    others = s.started[clinicians & ~resus & started]
    asked, got = (np.sort(t[clinicians & resus & started]) for t in (s.requested, s.started))
    assert len(others) > 10
    # A change of shift can give places to several at once.
    assert (np.searchsorted(asked, others) - np.searchsorted(got, others, side="right") <= 0).all()


def test_only_those_on_foot_leave_unseen_and_only_while_they_wait_for_a_space(any_run: Run) -> None:
    unseen = ~np.isnan(any_run.mark("left_without_being_seen"))
    assert any_run.on_foot()[unseen].all()
    assert np.isnan(any_run.served("space").started[unseen]).all()
    assert np.isnan(any_run.served("first_clinician").started[unseen]).all()
    at_gp = ~np.isnan(any_run.served("gp").started)
    assert np.isnan(any_run.mark("first_clinician")[unseen & ~at_gp]).all()
    assert np.array_equal(any_run.mark("left_without_being_seen")[unseen], any_run.mark("departed")[unseen])


def test_a_walk_in_without_a_space_waits_as_long_as_their_patience_counted_from_the_door(
    crowded: Run,
) -> None:
    left = crowded.mark("left_without_being_seen")
    gone = ~np.isnan(left)
    asked = np.full(len(left), np.nan)
    space = crowded.stays("space")
    asked[space.patient] = space.requested
    limit = crowded.mark("ed_arrival") + crowded.draw("patience")
    assert gone.sum() > 100
    assert np.array_equal(left[gone], np.maximum(limit, asked)[gone])
    got = crowded.on_foot() & ~np.isnan(crowded.served("space").started)
    assert (crowded.served("space").started <= np.maximum(limit, asked))[got].all()


def test_ambulance_patients_never_lose_patience(blocked: Run) -> None:
    space = blocked.stays("space")
    by_ambulance = ~np.isnan(blocked.mark("ambulance_arrival"))[space.patient]
    assert (np.isnan(space.started) & by_ambulance).any()
    assert not (np.isnan(space.started) & ~np.isnan(space.ended) & by_ambulance).any()


def test_everybody_keeps_their_space_until_they_leave_the_department(any_run: Run) -> None:
    space = any_run.served("space")
    in_space = ~np.isnan(space.started)
    assert np.array_equal(space.ended[in_space], any_run.mark("departed")[in_space], equal_nan=True)
    for mark in ("investigations_requested", "referred", "specialty_review", "decision_to_admit", "fit_seen"):
        within = in_space & ~np.isnan(any_run.mark(mark))
        assert (any_run.mark(mark) >= space.started)[within].all()
        assert not (any_run.mark(mark) > space.ended)[within].any()


def test_a_boarder_keeps_the_space_until_a_bed_is_ready_and_they_have_been_moved(any_run: Run) -> None:
    bed, space = any_run.served("first_bed"), any_run.served("space")
    treated_first = ~np.isnan(any_run.mark("ambulatory_care"))
    boarder = ~np.isnan(bed.started) & ~np.isnan(space.ended) & ~treated_first
    assert any_run.log.end <= 2 * 1440 or boarder.sum() > 500
    moved = bed.started + any_run.draw("transfer")
    assert np.array_equal(space.ended[boarder], moved[boarder])
    assert np.array_equal(any_run.mark("admitted")[boarder], any_run.mark("departed")[boarder])


def test_patients_board_when_beds_are_few(crowded: Run, roomy: Run) -> None:
    def boarding(run: Run) -> float:
        bed = run.stays("first_bed")
        noons = np.arange(15, 30) * 1440.0 + 720
        return float(waiting_at(bed, noons).mean())

    assert boarding(crowded) > 20
    assert boarding(roomy) < 1


def test_a_referral_is_answered_more_slowly_at_night(baseline: Run) -> None:
    review, referred = baseline.served("specialty_review"), baseline.mark("referred")
    plain = ~np.isnan(review.requested) & baseline.is_level("frailty", "not_frail")
    plain &= ~baseline.is_level("age_band", "0-17")
    night = (baseline.hour(referred) >= 20) | (baseline.hour(referred) < 8)
    response = review.requested - referred
    draw = baseline.draw("referral_response")
    by_day, by_night = plain & ~night, plain & night
    assert min(by_day.sum(), by_night.sum()) > 300
    assert np.array_equal(response[by_day], draw[by_day])
    # The column of the night is drawn through its own law: the ratio is exact but for the grid.
    factor = baseline.scenario.emergency_department.night_response
    assert np.abs(response - factor * draw)[by_night & ~np.isnan(draw)].max() <= 2 / GRID


def test_the_same_luck_decides_each_admission_after_the_review(any_run: Run) -> None:
    reviewed = ~np.isnan(any_run.served("specialty_review").ended)
    decided = ~np.isnan(any_run.mark("decision_to_admit"))
    lucky = any_run.draw("admitted") < any_run.scenario.emergency_department.admitted_after_review
    assert (decided[reviewed] == lucky[reviewed]).all()
    both = reviewed & decided
    assert np.array_equal(
        any_run.mark("decision_to_admit")[both], any_run.served("specialty_review").ended[both]
    )


def test_a_review_takes_its_time(baseline: Run) -> None:
    review = baseline.served("specialty_review")
    done = ~np.isnan(review.ended)
    assert np.array_equal((review.ended - review.started)[done], baseline.draw("specialty_review")[done])
    assert np.array_equal(review.started[done], to_grid(baseline.mark("specialty_review")[done]))
