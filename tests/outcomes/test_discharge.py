from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, NAN, days, inpatient, with_attributes, written


def test_spells_ended() -> None:
    # Out on the same date; 2 nights; died after 1 night; an elective; still in; out in the warm-up.
    people = [
        inpatient(DAY, DAY + 23 * HOUR),
        inpatient(DAY + 600, 3 * DAY + 60),
        inpatient(DAY + 600, 2 * DAY + 60, died=2 * DAY + 60),
        inpatient(DAY + 600, DAY + 700, klass="elective", ward="surgery"),
        inpatient(DAY),
        inpatient(0, 600),
    ]
    measured = measure(written(*people, end=5 * DAY), days(5, begins=1))
    assert measured["spells_ended"] == 4
    assert measured.fraction("length_of_stay_mean_days") == (3, 3)
    assert measured.fraction("zero_day_share") == (1, 3)
    assert measured.fraction("death_share") == (1, 4)


def test_before_noon_is_a_time_of_day_of_those_who_left_alive() -> None:
    people = [inpatient(0, DAY + 12 * HOUR - 1), inpatient(0, DAY + 12 * HOUR), inpatient(0, 60, died=60)]
    assert measure(written(*people), days(2)).fraction("discharged_before_noon_share") == (1, 2)


def test_a_weekend_day_against_a_weekday() -> None:
    # Monday to Sunday: two leave on each of five weekdays, three at the weekend: 1.5 to 2 a day.
    weekday = [inpatient(0, d * DAY + 600) for d in (0, 1, 2, 3, 4)] * 2
    weekend = [inpatient(0, 5 * DAY + 600)] * 2 + [inpatient(0, 6 * DAY + 600)]
    assert measure(written(*weekday, *weekend, end=7 * DAY), days(7))[
        "weekend_discharge_ratio"
    ] == pytest.approx(0.75)


def test_without_a_weekday_there_is_no_ratio() -> None:
    assert math.isnan(
        measure(written(inpatient(0, 5 * DAY + 60), end=7 * DAY), days(7, begins=5))[
            "weekend_discharge_ratio"
        ]
    )


def test_without_a_weekend_there_is_no_ratio() -> None:
    assert math.isnan(measure(written(inpatient(0, 60)), days(2))["weekend_discharge_ratio"])


def returning(back: float) -> tuple[float, float]:
    """Return the readmissions of one patient out on day 1 at 23:00 who is back in a bed at `back`."""
    again = inpatient(back, klass="returning") if not math.isnan(back) else replace(inpatient(0), started=NAN)
    child = np.array([1, -1], dtype=np.int32)
    return measure(written(inpatient(0, 23 * HOUR), again, end=60 * DAY), days(60), child=child).fraction(
        "readmission_30d_share"
    )


def test_readmissions_go_by_dates() -> None:
    assert returning(23 * HOUR + 30) == (1, 1)  # the same day
    assert returning(29 * DAY + 23 * HOUR + 59) == (1, 1)  # day 29, more than 29 x 24 h later
    assert returning(30 * DAY) == (0, 1)
    assert returning(NAN) == (0, 1)


def test_a_return_that_is_not_admitted_is_no_readmission() -> None:
    back = replace(
        inpatient(5 * DAY, klass="returning"), marks={"readmitted": 5 * DAY, "ed_arrival": 5 * DAY}
    )
    log = written(inpatient(0, 600), replace(back, stays=()), end=60 * DAY)
    assert measure(log, days(60), child=np.array([1, -1], dtype=np.int32)).fraction(
        "readmission_30d_share"
    ) == (0, 1)


def test_who_died_or_cannot_be_followed_for_30_days_is_no_denominator() -> None:
    # Died; out 29 days before the end of the run; out 30 days before.
    people = [inpatient(0, 600, died=600), inpatient(0, 11 * DAY), inpatient(0, 10 * DAY + 60)]
    child = np.full(3, -1, dtype=np.int32)
    measured = measure(written(*people, end=40 * DAY), days(40), child=child)
    assert measured.fraction("readmission_30d_share") == (0, 1)


def test_groups_of_spells() -> None:
    person = with_attributes(inpatient(0, 600), specialty="surgery", frailty="frail", age_band="85+")
    measured = measure(written(person), days(2))
    assert measured["spells_ended", "specialty=surgery"] == measured["spells_ended", "age_band=85+"] == 1
    assert measured["spells_ended", "frailty=not_frail"] == 0


def test_deaths_of_adult_emergencies_leave_out_children_electives_and_those_of_the_first_day() -> None:
    people = [
        inpatient(0, DAY + 600, died=DAY + 600),
        inpatient(0, DAY + 600),
        inpatient(0, 600, died=600),
        inpatient(0, DAY + 600, klass="elective", died=DAY + 600),
        with_attributes(inpatient(0, DAY + 600, died=DAY + 600), age_band="0-17"),
    ]
    measured = measure(written(*people), days(2))
    assert measured.fraction("death_share_adult_emergency_overnight") == (1, 2)


def test_the_stay_of_the_old_is_of_emergencies_of_65_and_over() -> None:
    people = [
        with_attributes(inpatient(0, 2 * DAY + 60), age_band="85+"),
        with_attributes(inpatient(0, DAY + 60), age_band="65-74"),
        with_attributes(inpatient(0, 3 * DAY + 60), age_band="45-64"),
        with_attributes(inpatient(0, 3 * DAY + 60, klass="elective"), age_band="85+"),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured.fraction("length_of_stay_65_and_over_mean_days") == (3, 2)
