from __future__ import annotations

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, NAN, Person, at, days, inpatient, with_attributes, written

CANCELLED, PUT_OFF = "cancelled_electives", "electives_put_off"


def elective(*cancellations: tuple[float, float], locality: str = "P", why: str = CANCELLED) -> Person:
    """Return an elective patient by the times of each cancellation and of the new date."""
    stays = [(why, since, since, until) for since, until in cancellations]
    return with_attributes(Person("elective", 0, {}, stays), locality=locality)


def test_each_cancellation_counts_and_each_new_date() -> None:
    # Cancelled twice, the second new date still to come; given none; cancelled in the warm-up, come on day 3.
    people = [
        elective((at(3, "09:00"), at(4, "07:00")), (at(4, "07:00"), NAN)),
        elective((at(3, "12:00"), at(3, "12:00")), locality="FG"),
        elective((at(1, "12:00"), at(3, "10:00"))),
        inpatient(0, klass="elective"),
    ]
    measured = measure(written(*people, end=5 * DAY), days(5, begins=2))
    assert measured["elective_cancellations"] == 3
    assert measured["elective_cancellations", "locality=FG"] == 1
    assert measured["electives_rebooked"] == 2
    assert measured["electives_rebooked", "locality=FG"] == 0


def test_whose_date_a_pause_took_waits_for_a_new_one_and_was_not_cancelled() -> None:
    people = [
        elective((at(1, "12:00"), at(3, "10:00")), why=PUT_OFF),
        elective((at(2, "12:00"), NAN), why=PUT_OFF),
        elective((at(2, "12:00"), at(2, "12:00"))),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured["elective_cancellations"] == 1
    assert measured["electives_rebooked"] == 1
    # Days 2 and 3 for the one, 3 and 4 for the other.
    assert measured.fraction("electives_awaiting_new_date") == (4, 4)


def test_who_waits_for_a_new_date_is_counted_at_eight() -> None:
    # Days 1 and 2 at 08:00; day 2 from 08:00 on; given no date at 08:00; day 1 until 08:00.
    people = [
        elective((HOUR, at(2, "09:00"))),
        elective((at(2, "08:00"), NAN)),
        elective((at(1, "08:00"), at(1, "08:00"))),
        elective((HOUR, at(1, "08:00"))),
    ]
    measured = measure(written(*people), days(2))
    assert measured.fraction("electives_awaiting_new_date") == (3, 2)


def test_electives_admitted_are_those_of_the_period() -> None:
    people = [
        with_attributes(inpatient(at(3, "09:00"), klass="elective"), locality="FG"),
        inpatient(at(1, "09:00"), klass="elective"),
        inpatient(at(3, "09:00")),
        elective((at(3, "09:00"), NAN)),
    ]
    measured = measure(written(*people, end=5 * DAY), days(5, begins=2))
    assert measured["elective_admissions"] == measured["elective_admissions", "locality=FG"] == 1
