from __future__ import annotations

from dataclasses import replace

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, NAN, Person, at, days, inpatient, walk_in, written


def admitted(departed: float, **marks: float) -> Person:
    """Return a type 1 patient admitted to AMU on leaving the department."""
    person = walk_in(0, departed, admitted=departed, **marks)
    return replace(person, stays=[("amu", departed, departed, marks.get("discharged", NAN))])


def test_attendances_and_admissions() -> None:
    # Type 1: two of three admitted, one of them returning; direct and elective patients do not count.
    through_ed = replace(admitted(100), klass="returning")
    people = [admitted(60), through_ed, walk_in(0, 50), Person("type2", 0, {"departed": 30})]
    measured = measure(written(*people, inpatient(10), inpatient(10, klass="elective")), days(2))
    assert measured["attendances"] == 4
    assert measured["attendances_type1"] == 3
    assert measured["emergency_admissions"] == 2
    assert measured["direct_emergency_admissions"] == 1
    assert measured.fraction("conversion_rate") == (2, 3)


def test_same_day_care_that_fails_is_an_admission_either_way() -> None:
    # Two go to AEC; one of them is put to bed in AMU in the end.
    home = walk_in(0, 60, ambulatory_care=60, admitted=60, discharged=200)
    failed = replace(home, stays=[("amu", 200, 200, NAN)])
    log = written(home, failed, walk_in(0, 60))
    assert measure(log, days(2))["emergency_admissions"] == 2
    assert measure(log, days(2, sdec_counts_as_admission=False))["emergency_admissions"] == 1
    assert measure(log, days(2)).fraction("sdec_share") == (1, 2)


def test_not_counting_same_day_care_means_fewer_admissions_and_longer_stays() -> None:
    # AEC 0 nights, a bed 2 nights: mean 1, without AEC 2.
    same_day = walk_in(0, 60, ambulatory_care=60, admitted=60, discharged=200)
    log = written(same_day, admitted(60, discharged=2 * DAY + 60), end=3 * DAY)
    then, now = (measure(log, days(3, sdec_counts_as_admission=counts)) for counts in (True, False))
    assert (then["emergency_admissions"], now["emergency_admissions"]) == (2, 1)
    assert (then["zero_day_share"], now["zero_day_share"]) == (1 / 2, 0)
    assert (then["length_of_stay_mean_days"], now["length_of_stay_mean_days"]) == (1, 2)


def test_the_fit_is_counted_a_day() -> None:
    people = [walk_in(0, 90, fit_seen=60, fit_avoided=90), walk_in(0, 90, fit_seen=60), walk_in(0, 90)]
    measured = measure(written(*people), days(2))
    assert measured["fit_seen_per_day"] == 1
    assert measured["fit_admissions_avoided_per_day"] == 1 / 2


def test_what_is_done_for_children_is_counted_a_day() -> None:
    people = [walk_in(0, 90, coast_avoided=60), walk_in(0, 90, observed=90), walk_in(0, 95, observed=95)]
    measured = measure(written(*people, walk_in(0, 90)), days(2))
    assert measured["coast_admissions_avoided_per_day"] == 1 / 2
    assert measured["observation_stays_per_day"] == 1


def test_short_stay_is_at_most_72_hours_of_the_whole_spell() -> None:
    # Through AMU: 72 h, a moment more, still in. A spell of an hour in surgery is none of AMU's.
    people = [
        inpatient(0, 3 * DAY),
        inpatient(0, 3 * DAY + 1),
        inpatient(0),
        inpatient(0, 60, ward="surgery"),
    ]
    assert measure(written(*people, end=4 * DAY), days(4)).fraction("short_stay_share") == (1, 2)


def test_an_amu_stay_is_hours_in_that_place() -> None:
    # 24 h in AMU and then 5 days in surgery: not over. 24 h and a minute: over. Still there: not counted.
    moved = replace(inpatient(0, 6 * DAY), stays=[("amu", 0, 0, DAY), ("surgery", DAY, DAY, 6 * DAY)])
    log = written(moved, inpatient(0, DAY + 1), inpatient(0), end=7 * DAY)
    assert measure(log, days(7)).fraction("amu_stays_over_24h") == (1, 2)


def test_boarders_are_counted_at_eight_while_they_wait() -> None:
    # From 07:00 to 09:00 of day 1; from 07:00 of day 1 on and still there; from 09:00 to 10:00.
    people = [
        walk_in(0, 540, decision_to_admit=420),
        walk_in(0, NAN, decision_to_admit=420),
        walk_in(0, 600, decision_to_admit=540),
    ]
    measured = measure(written(*people), days(2))
    assert measured.fraction("boarding_patients") == (3, 2)  # two on day 1, one on day 2


def test_direct_decisions_before_two_in_the_afternoon() -> None:
    def direct(decided: float) -> Person:
        return Person("direct", decided, {"decision_to_admit": decided})

    people = [direct(at(1, "13:59")), direct(at(1, "14:00")), direct(at(2, "0:00"))]
    through_ed = walk_in(0, at(1, "9:00"), decision_to_admit=at(1, "8:00"))
    assert measure(written(*people, through_ed), days(2)).fraction("direct_before_14_share") == (2, 3)
