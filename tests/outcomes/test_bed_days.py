from __future__ import annotations

from dataclasses import replace

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, Person, at, days, inpatient, with_attributes, written


def test_started_days_are_the_dates_on_which_somebody_was_in_a_bed() -> None:
    # Day 1 to 3 with a move on day 2: dates 1, 2, 3; on day 2 at 24:00 in surgery, so of that ward.
    # A day case on day 2. In since day 4 and still there on day 5. In the warm-up only: none.
    moved = replace(
        inpatient(600), stays=[("amu", 600, 600, DAY + 600), ("surgery", DAY + 600, DAY + 600, 2 * DAY + 600)]
    )
    people = [moved, inpatient(at(2, "9:00"), at(2, "15:00")), inpatient(at(4, "9:00"))]
    measured = measure(written(*people, end=5 * DAY), days(5))
    assert measured["bed_days_started"] == 3 + 1 + 2
    assert measured["bed_days_started", "resource=surgery"] == 2
    assert measured["occupied_bed_days"] == 2 + 0 + 2
    later = measure(written(*people, end=5 * DAY), days(5, begins=3))
    assert later["bed_days_started"] == 2


def test_a_bed_left_and_another_taken_later_that_day_is_one_date() -> None:
    # 10:00 to 12:00, then 15:00 to 16:00 of day 1: one date. Again on day 3: another.
    stays = [("amu", 600.0, 600.0, 720.0), ("amu", 900.0, 900.0, 960.0)]
    again = ("amu", 2 * DAY + 60, 2 * DAY + 60, 2 * DAY + 120)
    person = replace(inpatient(600), stays=[*stays, again])
    measured = measure(written(person, end=4 * DAY), days(4))
    assert measured["bed_days_started"] == 2
    assert measured["bed_days_by_the_hour"] == (120 + 60 + 60) / DAY


def test_bed_days_by_the_hour_are_clipped_to_the_period() -> None:
    # 36 h from noon of day 1, of which 24 h lie after the first midnight; two hours of surgery.
    people = [inpatient(12 * HOUR, 2 * DAY), inpatient(DAY, DAY + 2 * HOUR, ward="surgery")]
    measured = measure(written(*people, end=3 * DAY), days(3, begins=1))
    assert measured["bed_days_by_the_hour"] == 1 + 2 / 24
    assert measured["bed_days_by_the_hour", "resource=amu"] == 1


def test_nights_of_the_stay_give_excess_bed_days() -> None:
    # Three nights, the period beginning before the second: nights 2 and 3 of the stay.
    measured = measure(written(inpatient(600, 3 * DAY + 600), end=5 * DAY), days(5, begins=1))
    assert measured["bed_days_by_night", "night=1"] == 0
    assert [measured["bed_days_by_night", f"night={n}"] for n in (2, 3, 4)] == [1, 1, 0]
    # 70 nights: those after the sixtieth are one group.
    long = measure(written(inpatient(600, 70 * DAY + 600), end=80 * DAY), days(80))
    assert long["bed_days_by_night", "night=61+"] == 10
    assert long["bed_days_by_night"] == long["occupied_bed_days"] == 70


def test_escalation_beds_open_are_part_of_the_open_beds() -> None:
    # Two core beds; ten escalation beds from 12:00 of day 2 to 12:00 of day 4: nights 2 and 3.
    places = [(0.0, "amu", 2), (1.5 * DAY, "escalation", 10), (3.5 * DAY, "escalation", 0)]
    measured = measure(written(end=4 * DAY, places=places), days(4))
    assert measured["open_escalation_bed_days"] == 20
    assert measured["open_escalation_bed_days"] == measured["open_bed_days", "resource=escalation"]
    assert measured["open_bed_days"] == 8 + 20


def test_beds_and_slots_open_are_counted_at_midnight() -> None:
    places = [(0.0, "amu", 2), (0.0, "p1_P", 3), (0.0, "p2_P", 1), (DAY, "amu", 4), (2 * DAY, "p1_P", 5)]
    used = with_attributes(Person("direct", 0, {}, [("p1_P", 0.0, 60.0, 2 * DAY + 60)]), locality="P")
    measured = measure(written(used, end=3 * DAY, places=places), days(3))
    assert measured["open_bed_days"] == measured["open_bed_days", "resource=amu"] == 2 + 4 + 4
    assert measured["d2a_slot_days", "pathway=P1"] == 3 + 3 + 5
    assert measured["d2a_slot_days", "council=Portsmouth"] == 11 + 3
    assert measured["d2a_slot_days", "resource=p2_P"] == 3
    assert measured["d2a_slot_days_used", "resource=p1_P"] == 2
