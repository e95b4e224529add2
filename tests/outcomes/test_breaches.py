from __future__ import annotations

import math

import pytest

from flowsim.outcomes import Observed, measure
from flowsim.outcomes.breaches import WAITS, longest_wait_of_breaches
from tests.outcomes.written_logs import Person, by_ambulance, days, walk_in, written

# Departed after 600 min; each with one wait of 200 min and others that are shorter.
AWAITING = {
    "handover": by_ambulance(0, 200, 600, initial_assessment=210, assessed=215, first_clinician=300),
    "initial assessment": walk_in(0, 600, initial_assessment=200, assessed=205, first_clinician=300),
    "first clinician": walk_in(0, 600, initial_assessment=10, assessed=20, first_clinician=220),
    "investigations": walk_in(
        0, 600, assessed=10, first_clinician=60, investigations_requested=100, results_available=300
    ),
    "specialty review": walk_in(
        0, 600, referred=100, specialty_review=300, decision_to_admit=450, admitted=600
    ),
    "bed": walk_in(0, 600, referred=100, specialty_review=250, decision_to_admit=400, admitted=600),
    "psychiatric liaison": walk_in(
        0, 600, liaison_referral=100, liaison_seen=300, mental_health_bed_requested=450
    ),
    "mental-health bed": walk_in(
        0, 600, liaison_referral=100, liaison_seen=200, mental_health_bed_requested=400
    ),
}


def awaited(*people: Person) -> list[str]:
    _, longest = longest_wait_of_breaches(Observed(written(*people), days(2)))
    return ["nothing" if i < 0 else WAITS[i] for i in longest]


@pytest.mark.parametrize("wait", WAITS)
def test_a_breach_goes_to_its_longest_wait(wait: str) -> None:
    assert awaited(AWAITING[wait]) == [wait]


def test_shares_of_breaches() -> None:
    # Eight breaches, and a patient who waited long for the clinician and did not breach.
    measured = measure(written(*AWAITING.values(), walk_in(0, 240, assessed=5, first_clinician=230)), days(2))
    assert measured.fraction("breaches_awaiting_bed_share") == (1, 8)
    assert measured.fraction("breaches_awaiting_first_assessment_share") == (2, 8)
    assert measured.fraction("breaches_awaiting_investigations_share") == (1, 8)
    assert measured.fraction("breaches_awaiting_handover_or_triage_share") == (2, 8)
    assert measured.fraction("breaches_awaiting_mental_health_share") == (2, 8)


def test_who_left_unseen_was_waiting_for_the_clinician() -> None:
    assert awaited(walk_in(0, 300, initial_assessment=5, assessed=10, left_without_being_seen=300)) == [
        "first clinician"
    ]


def test_who_left_before_triage_was_waiting_for_it() -> None:
    assert awaited(walk_in(0, 300, left_without_being_seen=300)) == ["initial assessment"]


def test_of_equal_waits_the_earlier_has_it() -> None:
    assert awaited(
        walk_in(0, 600, referred=100, specialty_review=300, decision_to_admit=400, admitted=600)
    ) == ["specialty review"]


def test_a_long_treatment_is_no_wait() -> None:
    assert awaited(walk_in(0, 600, initial_assessment=0, assessed=10, first_clinician=10)) == ["nothing"]


def test_without_a_breach_there_is_no_share() -> None:
    assert math.isnan(measure(written(walk_in(0, 240)), days(2))["breaches_awaiting_bed_share"])


def test_bed_and_first_assessment_are_counted_together() -> None:
    measured = measure(written(*AWAITING.values()), days(2))
    # The bed, the clinician and the specialty's review, of eight.
    assert measured.fraction("breaches_awaiting_bed_or_first_assessment_share") == (3, 8)
