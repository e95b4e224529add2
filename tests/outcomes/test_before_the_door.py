from __future__ import annotations

from flowsim.outcomes import measure
from tests.outcomes.written_logs import (
    DAY,
    NAN,
    Person,
    by_ambulance,
    days,
    walk_in,
    with_attributes,
    written,
)


def call(at: float, **outcome: float) -> Person:
    """Return a 999 call that ends without conveyance."""
    return Person("emergency_call", at, {"emergency_call": at, **outcome})


def test_calls_and_their_outcomes() -> None:
    # Day 1: heard, seen, conveyed; day 2: seen. The readmission by ambulance was no call.
    people = [
        with_attributes(call(0, hear_and_treat=0), locality="P"),
        with_attributes(call(10, see_and_treat=10), locality="FG"),
        with_attributes(by_ambulance(20, 40, emergency_call=20), locality="FG"),
        with_attributes(call(DAY, see_and_treat=DAY), locality="P"),
        by_ambulance(30, 40),
    ]
    measured = measure(written(*people), days(2))
    assert measured["emergency_calls_per_day"] == 4 / 2
    assert measured.fraction("non_conveyance") == (3, 4)
    assert measured.fraction("hear_and_treat_share") == (1, 4)
    assert measured.fraction("non_conveyance", "locality=P") == (2, 2)
    assert measured.fraction("non_conveyance", "locality=FG") == (1, 2)


def test_arrivals_by_ambulance_and_on_foot_in_the_period_whether_or_not_they_have_left() -> None:
    people = [
        by_ambulance(DAY - 5, DAY + 5),  # in warm-up
        by_ambulance(DAY + 5, DAY + 20),
        walk_in(DAY + 6, DAY + 90),
        walk_in(2 * DAY),
        call(DAY + 7, see_and_treat=DAY + 7),
        Person("direct", DAY + 8, {"admitted": DAY + 8}),
    ]
    measured = measure(written(*people, end=3 * DAY), days(3, begins=1))
    assert measured["arrivals_by_ambulance_per_day"] == 1 / 2
    assert measured["arrivals_on_foot_per_day"] == 2 / 2


def test_without_a_call_there_is_no_share() -> None:
    measured = measure(written(walk_in(0, 90)), days(2))
    assert measured["emergency_calls_per_day"] == 0
    assert str(measured["non_conveyance"]) == "nan"


def test_whoever_a_scheme_kept_away_is_counted_by_the_day_and_never_arrives() -> None:
    people = [
        Person("direct", 0, {"treated_at_home": 0}),
        Person("direct", DAY, {"treated_at_home": DAY}),
        Person("walk_in", 5, {"enhanced_access": 5}),
    ]
    measured = measure(written(*people), days(2))
    assert measured["treated_at_home_per_day"] == 2 / 2
    assert measured["enhanced_access_per_day"] == 1 / 2
    assert measured["arrivals_on_foot_per_day"] == 0


def test_dispositions_of_111_and_what_clinical_assessment_diverts() -> None:
    # Three walk-ins and an ambulance through 111, two of them diverted; a walk-in on her own.
    people = [
        with_attributes(Person("walk_in", 0, {"nhs_111": 0, "cas_diverted": 0}), locality="P"),
        with_attributes(walk_in(10, 90, nhs_111=10), locality="P"),
        with_attributes(walk_in(DAY, NAN, nhs_111=DAY), locality="FG"),
        with_attributes(Person("emergency_call", 5, {"nhs_111": 5, "cas_diverted": 5}), locality="P"),
        walk_in(20, 90),
    ]
    measured = measure(written(*people), days(2))
    assert measured["nhs_111_dispositions_per_day"] == 4 / 2
    assert measured.fraction("cas_diverted_share") == (2, 4)
    assert measured.fraction("cas_diverted_share", "locality=P") == (2, 3)
    assert measured["arrivals_on_foot_per_day"] == 3 / 2
