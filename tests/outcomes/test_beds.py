from __future__ import annotations

import math
from dataclasses import replace

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, NAN, Person, days, inpatient, with_attributes, written

OPEN = [(0.0, "amu", 2), (0.0, "surgery", 1)]


def slow_midnights(people: list[Person], wards: tuple[str, ...], nights: range) -> int:
    """Count by walking round the wards each midnight."""
    found = 0
    for night in nights:
        for person in people:
            for ward, _, started, ended in person.stays:
                found += ward in wards and started < night * DAY and not ended < night * DAY
    return found


def test_bed_days_are_those_of_the_round_at_midnight() -> None:
    # AMU from day 1 to day 2 and surgery to day 4: 1 + 2 nights. AMU since day 2: 4 nights. A day case: none.
    moved = replace(inpatient(600), stays=[("amu", 600, 600, 2000), ("surgery", 2000, 2000, 3 * DAY + 600)])
    people = [moved, inpatient(DAY + 60), inpatient(60, 900)]
    measured = measure(written(*people, end=5 * DAY, places=OPEN), days(5))
    assert measured["occupied_bed_days"] == 3 + 4 == slow_midnights(people, ("amu", "surgery"), range(1, 6))
    assert measured["occupied_bed_days", "resource=amu"] == 1 + 4
    assert measured["occupied_bed_days", "resource=surgery"] == 2
    assert measured.fraction("bed_occupancy") == (7, 15)
    assert measured.fraction("bed_occupancy", "resource=surgery") == (2, 5)


def test_nights_before_the_period_do_not_count() -> None:
    log = written(inpatient(60, 4 * DAY - 60), end=5 * DAY)
    measured = measure(log, days(5, begins=2))
    assert measured["occupied_bed_days"] == 1  # nights 1 to 3, of which the period has night 3
    assert measured.fraction("bed_occupancy_over_time") == (2 * DAY - 60, 3 * 3 * DAY)


def test_escalation_beds_are_in_both_while_they_are_open() -> None:
    # Two core beds; two escalation beds open on day 2 only. One patient in each kind.
    places = [(0.0, "amu", 2), (DAY, "escalation", 2), (2 * DAY, "escalation", 0)]
    people = [inpatient(60), inpatient(DAY + 60, 2 * DAY + 60, ward="escalation")]
    measured = measure(written(*people, end=3 * DAY, places=places), days(3))
    assert measured["escalation_bed_days"] == 1
    # Occupied 1 + 2 + 1, open 2 + 4 + 2.
    assert measured.fraction("bed_occupancy") == (4, 8)
    assert measured.fraction("bed_occupancy", "resource=escalation") == (1, 2)
    assert measured.fraction("bed_occupancy_8am", "resource=escalation") == (1, 2)  # at 08:00 of day 2


def test_occupancy_above_one_is_not_clipped() -> None:
    # Three beds, two of them closed while all are in use.
    log = written(*[inpatient(60)] * 3, places=[(0.0, "amu", 3), (600.0, "amu", 1)])
    assert measure(log, days(2))["bed_occupancy"] == 6 / 2


def test_a_ward_that_is_never_open_has_no_occupancy() -> None:
    assert math.isnan(measure(written(inpatient(60)), days(2))["bed_occupancy", "resource=surgery"])


def test_the_three_conventions_differ() -> None:
    # In from 07:00 to 23:00 of both days: at 08:00 always, at midnight never, two thirds of the time.
    people = [inpatient(d * DAY + 7 * HOUR, d * DAY + 23 * HOUR) for d in (0, 1)]
    measured = measure(written(*people, places=[(0.0, "amu", 1)]), days(2))
    conventions = ("bed_occupancy", "bed_occupancy_8am", "bed_occupancy_over_time")
    assert [measured[name] for name in conventions] == [0, 1, 2 / 3]


def test_a_bed_stands_empty_between_two_patients() -> None:
    # One AMU bed, in use 01:00 to 11:00 and 14:00 to 24:00 of day 1 of two: two stays ended, 28 h empty.
    # Two surgical beds, one patient there from 24:00 of day 1 on: nobody left, 72 h empty.
    people = [inpatient(HOUR, 11 * HOUR), inpatient(14 * HOUR, DAY), inpatient(DAY, ward="surgery")]
    places = [(0.0, "amu", 1), (0.0, "surgery", 2)]
    measured = measure(written(*people, places=places), days(2))
    assert measured.fraction("bed_turnover_interval_hours") == (100, 2)
    assert measured.fraction("bed_turnover_interval_hours", "resource=amu") == (28, 2)
    assert measured.fraction("bed_turnover_interval_hours", "resource=surgery") == (72, 0)


def test_a_bed_that_closes_under_its_patient_makes_no_other_bed_less_empty() -> None:
    # The one bed of the AMU closes on day 1 under a patient who leaves on day 2; the surgical bed is empty.
    places = [(0.0, "amu", 1), (DAY / 2, "amu", 0), (0.0, "surgery", 1)]
    measured = measure(written(inpatient(0, 1.5 * DAY), places=sorted(places)), days(2))
    assert measured.fraction("bed_turnover_interval_hours", "resource=amu") == (0, 1)
    assert measured.fraction("bed_turnover_interval_hours") == (48, 1)


def test_a_bed_held_for_somebody_still_in_the_department_is_empty() -> None:
    # Held from 23:30 of day 1, taken at 00:30 of day 2, left on day 3: one night, two dates, as the stay has.
    stay = ("amu", DAY - 60, DAY - 30, 2.5 * DAY)
    patient = Person("walk_in", 0, {"admitted": DAY + 30, "discharged": 2.5 * DAY}, [stay])
    being_moved = Person("walk_in", 0, {}, [("amu", 0, 60, NAN)])
    measured = measure(written(patient, being_moved, end=3 * DAY), days(3))
    assert measured["occupied_bed_days"] == 1
    assert measured["bed_days_started"] == 2
    assert measured["bed_days_by_night", "night=1"] == 1
    assert measured["bed_days_by_the_hour"] * 24 == 35.5


def test_closed_beds_are_counted_at_midnight() -> None:
    # Six from 12:00 of day 1, which is warm-up, to 12:00 of day 3, and 28 more on day 3, until 24:00: 6 + 28.
    places = [(DAY / 2, "closed_beds", 6), (2 * DAY, "closed_beds", 34)]
    places += [(2.5 * DAY, "closed_beds", 28), (3 * DAY, "closed_beds", 0)]
    assert measure(written(end=4 * DAY, places=places), days(4, begins=1))["closed_bed_days"] == 6 + 28


def test_slots_are_counted_by_the_service_they_belong_to() -> None:
    # Of two P1 slots for P one is in use on both nights, of one for FG none, of one P2 bed one on one night.
    in_service = Person("direct", 0, {}, [("p1_P", 0, 60, NAN)])
    rehabilitated = with_attributes(
        Person("direct", 0, {}, [("p2_P", 0, DAY + 60, NAN)]), locality="FG", pathway="P1"
    )
    places = [(0.0, "p1_P", 2), (0.0, "p1_FG", 1), (0.0, "p2_P", 1)]
    measured = measure(written(in_service, rehabilitated, places=places), days(2))
    assert measured.fraction("d2a_occupancy") == (3, 8)
    assert measured.fraction("d2a_occupancy", "pathway=P1") == (2, 6)
    assert measured.fraction("d2a_occupancy", "locality=P") == (3, 6)
    assert measured.fraction("d2a_occupancy", "council=Hampshire") == (0, 2)
    assert measured.fraction("d2a_occupancy", "pathway_council=P1 Portsmouth") == (2, 4)
    assert measured.fraction("d2a_occupancy", "resource=p1_FG") == (0, 2)
    assert measured["occupied_bed_days"] == 0


def test_beds_filled_over_the_weekend_are_those_of_sunday_night_less_friday_night() -> None:
    # Nights of Friday 5 January 2024: 1; Sunday 7: 2; Friday 12: 1; Sunday 14: 3.
    stays = [(0, 20), (6, 6.5), (5.5, 7.5), (13.5, 15), (13.5, 15), (12.5, 13)]
    people = [inpatient(a * DAY, b * DAY) for a, b in stays]
    measured = measure(written(*people, end=20 * DAY), days(20))
    assert measured["beds_filled_over_weekend"] == (2 + 3) / 2 - (1 + 1) / 2


def test_a_week_without_a_weekend_fills_no_beds_over_it() -> None:
    measured = measure(written(inpatient(0), end=4 * DAY), days(4))  # Monday to Thursday
    assert math.isnan(measured["beds_filled_over_weekend"])
