from __future__ import annotations

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, NAN, Person, days, inpatient, with_attributes, written


def test_those_who_decline_count_when_they_do() -> None:
    people = [
        with_attributes(inpatient(0, 9 * DAY, declined=6 * DAY), locality="P"),
        with_attributes(inpatient(0, declined=7 * DAY), locality="SEH"),
        inpatient(0, declined=DAY),
        inpatient(0),
    ]
    measured = measure(written(*people, end=12 * DAY), days(12, begins=5))
    assert measured["declined_while_waiting"] == 2
    assert measured["declined_while_waiting", "council=Hampshire"] == 1


def test_substituted_services_are_those_begun_by_the_pathway_listed_for() -> None:
    people = [
        with_attributes(inpatient(0, 3 * DAY, substituted=3 * DAY), pathway="P2"),
        with_attributes(inpatient(0, 4 * DAY, substituted=4 * DAY), pathway="P3"),
        with_attributes(inpatient(0, 4 * DAY), pathway="P3"),
    ]
    measured = measure(written(*people, end=12 * DAY), days(12))
    assert measured["substituted_services"] == 2
    assert measured["substituted_services", "pathway=P3"] == 1


def test_a_blocked_slot_counts_at_midnight_until_the_service_ends() -> None:
    # Nights 2 and 3; nights 3 to 5 and on; a service that was never blocked.
    people = [
        with_attributes(
            Person("direct", 0, {"slot_blocked": DAY + 60, "service_ended": 3 * DAY + 60}), locality="P"
        ),
        with_attributes(
            Person("direct", 0, {"slot_blocked": 2 * DAY + 60, "service_ended": NAN}), locality="FG"
        ),
        Person("direct", 0, {"service_ended": 4 * DAY}),
    ]
    measured = measure(written(*people, end=5 * DAY), days(5))
    assert measured["p1_slot_days_blocked"] == 2 + 3
    assert measured["p1_slot_days_blocked", "locality=P"] == 2
