from __future__ import annotations

from flowsim.outcomes import measure
from flowsim.scenario.calendars import DAYS
from tests.outcomes.written_logs import DAY, HOUR, days, inpatient, walk_in, with_attributes, written


def test_beds_are_counted_at_each_full_hour() -> None:
    # Two days. In from 07:00 to 09:00 of day 1: at 07 and 08, not at 09. In from 08:30 of day 2: at 09 to 23.
    measured = measure(written(inpatient(7 * HOUR, 9 * HOUR), inpatient(DAY + 8.5 * HOUR)), days(2))
    counted = {hour: measured["beds_occupied_on_the_hour", f"hour={hour:02}"] for hour in range(24)}
    assert counted == {h: (0.5 if h in (7, 8) or h >= 9 else 0) for h in range(24)}
    assert measured.fraction("beds_occupied_on_the_hour") == (2 + 15, 48)


def test_an_hour_of_the_week_begins_with_monday() -> None:
    # In at 07:00 of the second day only.
    log = written(inpatient(DAY + 6.5 * HOUR, DAY + 7.5 * HOUR))
    period = days(2)
    first = period.origin.weekday()
    measured = measure(log, period)
    counted = {
        f"{day} {hour:02}": measured["beds_occupied_on_the_hour", f"hour_of_week={day} {hour:02}"]
        for day in (DAYS[first], DAYS[(first + 1) % 7])
        for hour in range(24)
    }
    assert {key for key, beds in counted.items() if beds} == {f"{DAYS[(first + 1) % 7]} 07"}


def test_hours_before_the_period_do_not_count() -> None:
    measured = measure(written(inpatient(0, DAY + 60)), days(2, begins=1))
    # At 00:00 of day 2; at 01:00 the patient has just gone.
    assert measured.fraction("beds_occupied_on_the_hour") == (1, 24)


def test_bed_days_of_the_old_are_of_those_whose_age_is_known() -> None:
    # Nights 3 of 85+, 2 of 65-74, 1 of 45-64; 4 of unknown age as electives are, who count in neither; who
    # sat in the department has none.
    people = [
        with_attributes(inpatient(60, nights * DAY + 60), age_band=age)
        for nights, age in ((3, "85+"), (2, "65-74"), (1, "45-64"))
    ]
    people += [inpatient(60, 4 * DAY + 60), with_attributes(walk_in(0, 2 * DAY), age_band="85+")]
    measured = measure(written(*people, end=5 * DAY), days(5))
    assert measured.fraction("bed_days_of_65_and_over_share") == (5, 6)
