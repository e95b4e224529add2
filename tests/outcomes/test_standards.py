from __future__ import annotations

import datetime as dt
import math

import pytest

from flowsim.outcomes import measure
from flowsim.outcomes.standards import four_hour_standard
from tests.outcomes.written_logs import DAY, Person, by_ambulance, days, walk_in, written

STEP = 1 / 1024


def test_exactly_four_hours_passes() -> None:
    measured = measure(written(walk_in(10, 250), walk_in(10, 250 + STEP)), days(2))
    assert measured.fraction("four_hour_performance") == (1, 2)


def test_a_period_has_its_first_moment_and_not_its_last() -> None:
    leaving = (DAY - STEP, DAY, 2 * DAY - STEP, 2 * DAY)
    measured = measure(written(*(walk_in(10, departed) for departed in leaving), end=3 * DAY), days(2, 1))
    assert measured["attendances"] == 2


def test_exactly_twelve_hours_is_not_over() -> None:
    measured = measure(written(walk_in(10, 730), walk_in(10, 730 + STEP)), days(2))
    assert measured.fraction("waits_over_12h_from_arrival") == (1, 2)


@pytest.mark.parametrize(
    ("handover", "within"),
    [
        (5.0, 1),  # clock from 5: 240 min
        (5.0 - STEP, 0),  # handed over a moment sooner
        (50.0, 1),  # clock from 15: 230 min, and not from 50
    ],
)
def test_the_ambulance_clock_starts_at_handover_or_after_15_minutes(handover: float, within: int) -> None:
    measured = measure(written(by_ambulance(0, handover, 245)), days(2))
    assert measured["four_hour_performance_type1"] == within


def test_a_wait_outside_is_part_of_the_four_hours() -> None:
    # Handed over after 50 min and gone after 260: 245 min, though only 210 inside.
    measured = measure(written(by_ambulance(0, 50, 260)), days(2))
    assert measured["four_hour_performance_type1"] == 0
    assert measured["time_in_department_median"] == 245


def test_type_3_moves_all_types_and_leaves_type_1() -> None:
    majors = [walk_in(0, 300), walk_in(0, 60)]
    minor = Person("type3", 0, {"departed": 30})
    assert measure(written(*majors), days(2))["four_hour_performance"] == 1 / 2
    measured = measure(written(*majors, minor, minor), days(2))
    assert measured["four_hour_performance"] == 3 / 4
    assert measured["four_hour_performance_type1"] == 1 / 2


def test_who_is_still_inside_neither_passes_nor_breaches() -> None:
    # One in for 5 h at the end, one for 1 h, one in an ambulance outside.
    people = [walk_in(2 * DAY - 300), walk_in(2 * DAY - 60), Person("type3", 0, {"departed": 60})]
    outside = by_ambulance(2 * DAY - 20, float("nan"))
    measured = measure(written(*people, outside), days(2))
    assert measured.fraction("four_hour_performance") == (1, 1)
    assert measured["open_at_end"] == 3
    assert measured.fraction("open_at_end_past_four_hours") == (1, 3)


def test_who_leaves_at_the_end_is_still_inside_and_who_comes_then_is_not_yet() -> None:
    people = [walk_in(DAY, 2 * DAY), walk_in(DAY, 2 * DAY - STEP), walk_in(2 * DAY, 2 * DAY + 60)]
    measured = measure(written(*people, end=3 * DAY), days(2))
    assert (measured["attendances"], measured["open_at_end"]) == (1, 1)


def test_the_departure_cohort_holds_who_arrived_in_warm_up_and_not_who_left_after_the_end() -> None:
    people = [walk_in(DAY - 60, DAY + 60), walk_in(2 * DAY - 60, 2 * DAY + 600)]
    log = written(*people, end=3 * DAY)
    by_departure = measure(log, days(2, begins=1))
    assert by_departure.fraction("four_hour_performance") == (1, 1)
    assert by_departure["open_at_end"] == 1
    by_arrival = measure(log, days(2, begins=1, basis="arrivals"))
    assert by_arrival.fraction("four_hour_performance") == (0, 1)
    assert by_arrival["open_at_end"] == 0


def test_who_leaves_unseen_flatters_four_hours() -> None:
    # Two breaches; a third would have been one and leaves after an hour instead.
    people = [walk_in(0, 300), walk_in(0, 300), walk_in(0, 60, left_without_being_seen=60)]
    measured = measure(written(*people), days(2))
    assert measured.fraction("four_hour_performance_type1") == (1, 3)
    assert measured.fraction("four_hour_performance_type1_seen") == (0, 2)
    assert measured.fraction("left_without_being_seen") == (1, 3)


def test_admitted_and_not_admitted_part_type_1() -> None:
    people = [walk_in(0, 300, admitted=300), walk_in(0, 200, admitted=200), walk_in(0, 100)]
    measured = measure(written(*people), days(2))
    assert measured.fraction("four_hour_performance_admitted") == (1, 2)
    assert measured.fraction("four_hour_performance_non_admitted") == (1, 1)


def test_the_last_ten_minutes_of_the_four_hours_are_counted_of_the_admitted() -> None:
    # Admitted after 230, 231, 240 and 241 min; one goes home at 235.
    people = [walk_in(0, t, admitted=t) for t in (230, 231, 240, 241)]
    measured = measure(written(*people, walk_in(0, 235)), days(2))
    assert measured.fraction("admitted_leaving_at_230_to_240_share") == (2, 4)


def test_a_late_decision_helps_the_trolley_wait_and_not_the_wait_from_arrival() -> None:
    # In at 0, out at 900. Decided at 120: 780 min. Decided at 240: 660 min.
    for decided, over, between in ((120, 1, 0), (180, 0, 1), (240, 0, 1)):
        person = walk_in(0, 900, decision_to_admit=decided, admitted=900)
        measured = measure(written(person), days(2))
        assert (measured["dta_waits_over_12h"], measured["dta_waits_4_to_12h"]) == (over, between)
        assert measured["waits_over_12h_from_arrival"] == 1
        assert measured["dta_to_bed_median"] == 900 - decided


def test_over_six_hours_from_arrival_counts_only_who_went_to_a_bed() -> None:
    # To a bed after 360 and 361 min; home after 400; same-day care after 400.
    people = [walk_in(0, t, admitted=t) for t in (360, 361)]
    same_day = walk_in(0, 400, ambulatory_care=400, admitted=400)
    measured = measure(written(*people, walk_in(0, 400), same_day), days(2))
    assert measured["admitted_over_6h_from_arrival"] == 1


def test_a_decision_that_led_to_no_bed_is_no_trolley_wait() -> None:
    home = walk_in(0, 900, decision_to_admit=60)
    same_day = walk_in(0, 900, decision_to_admit=60, ambulatory_care=900, admitted=900)
    assert measure(written(home, same_day), days(2))["dta_waits_over_12h"] == 0


def test_times_run_from_the_clock_and_are_ranked() -> None:
    # To assessment 4, 10, 30 min (the ambulance's from handover): median 10. First clinician 60 and 90: 75.
    # In the department 100, 190, 290 min: median 190, 95th centile 190 + 0.9 x 100 = 280.
    people = [
        walk_in(0, 100, initial_assessment=4, first_clinician=60),
        by_ambulance(0, 10, 200, initial_assessment=20, first_clinician=100),
        walk_in(0, 290, initial_assessment=30),
    ]
    measured = measure(written(*people), days(2))
    assert measured["time_to_initial_assessment_median"] == 10
    assert measured["time_to_first_clinician_median"] == 75
    assert measured["time_in_department_median"] == 190
    assert measured["time_in_department_p95"] == 280


def test_a_gp_is_a_first_clinician_of_whoever_is_sent_on() -> None:
    # The GP saw both after 20 min; one waits for the department until 110 min, the other leaves at 90.
    sent_on = [
        walk_in(0, 200, gp_seen=20, first_clinician=110),
        walk_in(0, 90, gp_seen=20, left_without_being_seen=90),
    ]
    measured = measure(written(*sent_on, walk_in(0, 60, left_without_being_seen=60)), days(2))
    assert measured["time_to_first_clinician_median"] == 20
    assert measured.fraction("left_without_being_seen") == (1, 3)


def test_the_wait_for_liaison_runs_from_its_referral_and_those_never_seen_have_none() -> None:
    # 30 and 90 min; the third is not seen, the fourth never referred.
    seen = [walk_in(0, 300, liaison_referral=60, liaison_seen=60 + wait) for wait in (30, 90)]
    measured = measure(written(*seen, walk_in(0, 300, liaison_referral=60), walk_in(0, 50)), days(2))
    assert measured["liaison_wait_median"] == 60


def test_assessment_before_the_clock_starts_takes_no_time() -> None:
    measured = measure(written(by_ambulance(0, 40, 100, initial_assessment=5)), days(2))
    assert measured["time_to_initial_assessment_median"] == 0


def test_nobody_has_no_share() -> None:
    assert math.isnan(measure(written(), days(2))["four_hour_performance"])


def test_the_standard_is_read_from_the_dated_table() -> None:
    assert four_hour_standard(dt.date(2009, 1, 1)) == 0.98
    assert four_hour_standard(dt.date(2016, 4, 1)) == 0.95
