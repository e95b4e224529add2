"""Eight attendances and four spells of January 2024, each figure worked out apart from this program.

    type  ambulance  handover  walk-in  decision  left ED    outcome
P1  3                          Mon 9:00           Mon 10:10  home
P2  1     Mon 10:00  10:12              13:00     Mon 14:12  admitted (S1)
P3  1     Mon 10:00  10:50              13:00     Mon 14:20  admitted (S2)
P4  1                          Mon 11:00  15:00   Tue 03:30  admitted (S3)
P5  1                          Mon 12:00  20:00   Tue 01:00  admitted (S4)
P6  1                          Mon 13:00          Mon 14:30  left before seen
P7  1                          Mon 13:00          Mon 13:40  to same-day care
P8  1                          Tue 21:00          still in   open
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flowsim.engine.log import Log
from flowsim.outcomes import Measured, measure
from tests.outcomes.written_logs import NAN, Person, at, by_ambulance, days, inpatient, walk_in, written


def attendances() -> list[Person]:
    left_ed = {"P2": at(1, "14:12"), "P3": at(1, "14:20"), "P4": at(2, "3:30"), "P5": at(2, "1:00")}

    def admitted(person: Person, name: str, decided: float) -> Person:
        out = left_ed[name]
        marks = {**person.marks, "departed": out, "decision_to_admit": decided, "admitted": out}
        return replace(person, marks=marks, stays=[("amu", out, out, NAN)])

    return [
        Person("type3", at(1, "9:00"), {"departed": at(1, "10:10")}),
        admitted(by_ambulance(at(1, "10:00"), at(1, "10:12")), "P2", at(1, "13:00")),
        admitted(by_ambulance(at(1, "10:00"), at(1, "10:50")), "P3", at(1, "13:00")),
        admitted(walk_in(at(1, "11:00")), "P4", at(1, "15:00")),
        admitted(walk_in(at(1, "12:00")), "P5", at(1, "20:00")),
        walk_in(at(1, "13:00"), at(1, "14:30"), left_without_being_seen=at(1, "14:30")),
        walk_in(at(1, "13:00"), at(1, "13:40"), ambulatory_care=at(1, "13:40"), admitted=at(1, "13:40")),
        walk_in(at(2, "21:00")),
    ]


@pytest.fixture
def log() -> Log:
    return written(*attendances())


@pytest.fixture
def measured(log: Log) -> Measured:
    """Return the figures with same-day care not counted as admission, as the example has it."""
    return measure(log, days(2, sdec_counts_as_admission=False))


@pytest.mark.parametrize(
    ("metric", "numerator", "denominator"),
    [
        ("four_hour_performance", 4, 7),
        ("four_hour_performance_type1", 3, 6),
        ("four_hour_performance_type1_seen", 2, 5),
        ("four_hour_performance_admitted", 1, 4),  # P2 alone of P2 to P5
        ("four_hour_performance_non_admitted", 2, 2),  # P6, P7
        ("waits_over_12h_from_arrival", 2, 6),  # P4 990 min, P5 780 min; of all types 2/7
        ("left_without_being_seen", 1, 6),
        ("conversion_rate", 4, 6),
        ("conversion_rate_without_sdec", 4, 6),
        ("sdec_share", 1, 5),
        ("ambulance_handover_over_15min", 1, 2),
        ("ambulance_handover_over_30min", 1, 2),
        ("ambulance_handover_over_60min", 0, 2),
        ("open_at_end_past_four_hours", 0, 1),  # 3 h at midnight
    ],
)
def test_share(measured: Measured, metric: str, numerator: int, denominator: int) -> None:
    assert measured.fraction(metric) == (numerator, denominator)
    assert measured[metric] == numerator / denominator


@pytest.mark.parametrize(
    ("metric", "count"),
    [
        ("attendances", 7),
        ("attendances_type1", 6),
        ("emergency_admissions", 4),
        ("dta_waits_over_12h", 1),  # P4, 750 min
        ("dta_waits_4_to_12h", 1),  # P5, 300 min; the published "over 4 h" is both
        ("open_at_end", 1),
    ],
)
def test_count(measured: Measured, metric: str, count: int) -> None:
    assert measured[metric] == count


def test_handover_time_lost(measured: Measured) -> None:
    # P3 stood 50 min outside: 35 beyond 15, in two days.
    assert measured["ambulance_hours_lost_per_day"] == 35 / 60 / 2


def test_the_clock_starting_at_handover_would_let_a_breach_slip_in(log: Log) -> None:
    arrival, handover, departed = (log.mark(name) for name in ("ed_arrival", "handover", "departed"))
    wrong_clock = np.where(np.isnan(handover), arrival, handover)
    closed = ~np.isnan(departed) & ~np.isnan(arrival)
    within = (departed - wrong_clock <= 240) & closed
    assert (within.sum(), closed.sum()) == (4, 6)  # P3 too, for whom the example gives 245 min


def test_same_day_care_counts_as_admission_if_the_period_says_so(log: Log) -> None:
    counted = measure(log, days(2, sdec_counts_as_admission=True))
    assert counted.fraction("conversion_rate") == (5, 6)
    assert counted.fraction("conversion_rate_without_sdec") == (4, 6)
    assert counted["emergency_admissions"] == 5
    assert counted.fraction("sdec_share") == (1, 5)


# The spells: S1 to S4 with their readiness, 3 beds open all January.
@pytest.fixture
def january() -> Measured:
    spells = [
        inpatient(at(1, "14:12"), at(1, "22:00")),
        inpatient(at(1, "14:20"), at(2, "10:00")),
        inpatient(at(2, "3:30"), at(7, "15:00"), medically_fit=at(4, "9:00")),
        inpatient(at(2, "1:00"), at(30, "11:00"), medically_fit=at(16, "9:00")),
    ]
    delayed = [replace(s, attributes={"age_band": "85+", "delayed_transfer": "nhs"}) for s in spells]
    return measure(written(*delayed, end=at(32, "0:00")), days(31))


def test_three_conventions_give_three_occupancies(january: Measured) -> None:
    assert january.fraction("bed_occupancy") == (34, 93)
    assert january.fraction("bed_occupancy_8am") == (36, 93)
    # 7.8 + 19.667 + 131.5 + 682 = 840.967 h = 50,458 min of 133,920
    assert january.fraction("bed_occupancy_over_time") == (50_458, 133_920)
    percent = [january[m] * 100 for m in ("bed_occupancy", "bed_occupancy_over_time", "bed_occupancy_8am")]
    assert_allclose(percent, [36.56, 37.68, 38.71], atol=0.005)


@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        ("occupied_bed_days", 34),
        ("bed_days_started", 38),  # 1 + 2 + 6 + 29, which the example has as LOS + 1
        ("bed_days_by_night", 34),
        ("mffd_bed_days", 17),  # S3 3 nights, S4 14
        ("beds_lost_to_delay", 17 / 31),
        ("mffd_share_of_occupied_beds", 17 / 34),
        ("delayed_transfer_days", 17),
        ("delayed_transfers_last_thursday", 1),  # S4 on 25 January
        ("zero_day_share", 1 / 4),
        ("length_of_stay_mean_days", 34 / 4),
        ("discharge_delay_mean_days", 17 / 2),
        ("short_stay_share", 2 / 4),  # S1, S2
    ],
)
def test_spells(january: Measured, metric: str, figure: float) -> None:
    assert january[metric] == figure


def test_bed_days_by_the_hour(january: Measured) -> None:
    # S1 7 h 48, S2 19 h 40, S3 131 h 30, S4 682 h: 840.967 h, which the example has as 35.04 days.
    assert january["bed_days_by_the_hour"] == 50_458 / 1440
    assert_allclose(january["bed_days_by_the_hour"], 35.04, atol=0.005)


def test_excess_bed_days_are_not_the_delay(january: Measured) -> None:
    # Trim point 20: of S4's 28 nights those from the 21st on, 8; its delay is 14 nights.
    beyond = sum(january["bed_days_by_night", f"night={night}"] for night in range(21, 61))
    assert beyond == 8
    assert january["bed_days_by_night", "night=61+"] == 0


def test_length_of_stay_at_a_snapshot_is_a_difference_of_dates(january: Measured) -> None:
    # Of S1 to S4 only S4 is in on day 9, 2 January + 7; it leaves on the 30th, after 08:00.
    assert january.fraction("stranded_patients") == (22, 31)  # 9 to 30 January
    assert january.fraction("super_stranded_patients") == (8, 31)  # 23 to 30 January
    assert january["stranded_patients", "week=2024-W02"] == 6 / 7  # Tuesday 9 to Sunday 14 January


@pytest.mark.parametrize(("back", "counts"), [(at(31, "12:00"), 1), (at(32, "12:00"), 0)])
def test_a_readmission_counts_until_day_29(back: float, counts: int) -> None:
    s2 = inpatient(at(1, "14:20"), at(2, "10:00"))
    again = inpatient(back, klass="returning", readmitted=back)
    log = written(s2, again, end=at(40, "0:00"))
    measured = measure(log, days(31), child=np.array([1, -1], dtype=np.int32))
    assert measured.fraction("readmission_30d_share") == (counts, 1)
