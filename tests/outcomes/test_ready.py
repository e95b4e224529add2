from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from flowsim.outcomes import measure
from tests.outcomes.written_logs import (
    DAY,
    HOUR,
    NAN,
    Person,
    days,
    inpatient,
    walk_in,
    with_attributes,
    written,
)


def test_medically_fit_patients_at_midnight_and_at_eight() -> None:
    # Fit day 1 12:00 to day 3 09:00: nights 1, 2; 08:00 of days 2, 3. Fit day 2 07:00 and still in: nights
    # 2 to 4 and 08:00 of days 2 to 4. Never fit: none.
    people = [
        with_attributes(
            inpatient(0, 2 * DAY + 9 * HOUR, medically_fit=12 * HOUR), pathway="P1", locality="P"
        ),
        with_attributes(inpatient(0, medically_fit=DAY + 7 * HOUR), pathway="P2", locality="P"),
        inpatient(0),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured["mffd_bed_days"] == 5
    assert measured["mffd_bed_days", "pathway=P1"] == 2
    assert measured["beds_lost_to_delay"] == 5 / 4
    assert measured.fraction("mffd_patients") == (5, 4)
    assert measured["mffd_patients", "pathway=P2"] == 3 / 4
    assert measured.fraction("mffd_share_of_occupied_beds") == (5, 10)  # nights 2 + 4 + 4


def test_the_medically_fit_of_two_localities_are_one_councils() -> None:
    # Nights in hospital: 1 of P, 2 of FG, 3 of SEH, 1 of somebody whose locality nobody knows.
    people = [
        with_attributes(inpatient(0, 60 + DAY * n, medically_fit=60), locality=locality, pathway=pathway)
        for n, locality, pathway in ((1, "P", "P1"), (2, "FG", "P1"), (3, "SEH", "P2"))
    ]
    people.append(with_attributes(inpatient(0, 60 + DAY, medically_fit=60), pathway="P1"))
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured["mffd_bed_days"] == 7
    assert measured["mffd_bed_days", "council=Portsmouth"] == 1
    assert measured["mffd_bed_days", "council=Hampshire"] == 5
    assert measured["mffd_bed_days", "pathway_council=P1 Hampshire"] == 2
    assert measured["mffd_bed_days", "pathway_council=P2 Portsmouth"] == 0


def test_a_hospital_without_councils_has_no_figures_by_council() -> None:
    person = with_attributes(inpatient(0, medically_fit=60), locality="P", pathway="P1")
    measured = measure(written(person), replace(days(2), councils={}))
    keys = {group.partition("=")[0] for group in measured.group}
    assert {"locality", "pathway"} <= keys
    assert not {"council", "pathway_council"} & keys


def test_delayed_transfers_are_adults_and_only_a_part_of_the_medically_fit() -> None:
    fit = inpatient(0, 2 * DAY + 600, medically_fit=600)
    people = [
        with_attributes(fit, age_band="85+", delayed_transfer="nhs"),
        with_attributes(fit, age_band="85+", delayed_transfer="no"),
        with_attributes(fit, age_band="0-17", delayed_transfer="nhs"),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured["mffd_bed_days"] == 6
    assert measured["delayed_transfer_days"] == 2
    assert measured.fraction("delayed_transfer_rate") == (2, 6)


def test_the_days_of_delayed_transfers_are_attributed() -> None:
    # 1, 2, 3 and 4 nights from 01:00 on; the last is not reported.
    people = [
        with_attributes(inpatient(0, n * DAY + 60, medically_fit=60), delayed_transfer=who, locality=place)
        for n, who, place in ((1, "nhs", "P"), (2, "social_care", "P"), (3, "both", "FG"), (4, "no", "P"))
    ]
    measured = measure(written(*people, end=5 * DAY), days(5))
    attributed = [("nhs", 1), ("social_care", 2), ("both", 3)]
    assert measured["delayed_transfer_days"] == 6
    for who, nights in attributed:
        assert measured["delayed_transfer_days", f"attribution={who}"] == nights
        # Of all occupied beds, the others' among them.
        assert measured.fraction("delayed_transfer_rate", f"attribution={who}") == (nights, 10)
    assert "attribution=no" not in measured.group


@pytest.mark.parametrize(("origin", "there"), [(dt.datetime(2024, 1, 25), 1), (dt.datetime(2024, 1, 18), 0)])
def test_the_snapshot_is_the_last_thursday_of_the_month(origin: dt.datetime, there: int) -> None:
    # Delayed over the night of day 1 only. 25 January 2024 is the month's last Thursday, the 18th is not.
    delayed = with_attributes(
        inpatient(0, DAY + 60, medically_fit=60), delayed_transfer="nhs", age_band="85+"
    )
    measured = measure(written(delayed, end=14 * DAY), days(14, origin=origin))
    assert measured.fraction("delayed_transfers_last_thursday") == (there, 1)


def test_stranded_is_a_stock_at_eight_by_dates() -> None:
    # In since day 1 at 23:00: 7 dates later on day 8, though not 7 x 24 h. Out on day 10 at 07:00.
    person = inpatient(23 * HOUR, 9 * DAY + 7 * HOUR)
    measured = measure(written(person, end=30 * DAY), days(30))
    assert measured.fraction("stranded_patients") == (2, 30)  # days 8 and 9
    assert measured["super_stranded_patients"] == 0


def test_long_stays_nest_and_still_in_counts() -> None:
    # In since day 1, 30 days: 7+ on days 8 to 30, 21+ on days 22 to 30. A child is not counted.
    child = with_attributes(inpatient(60), age_band="0-17")
    measured = measure(written(inpatient(60), child, end=30 * DAY), days(30))
    assert measured.fraction("stranded_patients") == (23, 30)
    assert measured.fraction("super_stranded_patients") == (9, 30)


def test_a_long_stay_begun_in_warm_up_counts_in_the_period() -> None:
    measured = measure(written(inpatient(60), end=30 * DAY), days(30, begins=20))
    assert measured["stranded_patients"] == 1
    assert measured.fraction("super_stranded_patients") == (9, 10)


def test_long_stays_are_those_of_the_loop_over_snapshots() -> None:
    stays = [(day * 700.0, day * 700.0 + day**2 * 45.0) for day in range(60)]
    measured = measure(written(*[inpatient(a, b) for a, b in stays], end=60 * DAY), days(60))
    found = 0
    for day in range(60):
        eight = day * DAY + 8 * HOUR
        found += sum(a <= eight < b and day - a // DAY >= 7 for a, b in stays)
    assert measured.fraction("stranded_patients") == (found, 60)


def test_the_wait_for_a_service_is_of_services_begun() -> None:
    # 2 days and 1 day; the third waits still; the fourth came to it straight from ED.
    people = [
        with_attributes(inpatient(0, 3 * DAY, ready_for_service=DAY, service_started=3 * DAY), pathway="P1"),
        with_attributes(inpatient(0, 2 * DAY, ready_for_service=DAY, service_started=2 * DAY), pathway="P2"),
        inpatient(0, ready_for_service=DAY),
        walk_in(0, 60, service_started=60),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured.fraction("d2a_wait_mean_days") == (3, 2)
    assert measured["d2a_wait_mean_days", "pathway=P1"] == 2
    # At 08:00 of days 2 and 3; of day 2; of days 2, 3, 4.
    assert measured.fraction("d2a_waiting_patients") == (6, 4)


def test_the_average_delay_rises_when_a_backlog_clears() -> None:
    # Each week one patient leaves at once. In week 2 somebody who was ready 10 days ago leaves too.
    quick = [inpatient(d * DAY, (d + 1) * DAY, medically_fit=(d + 1) * DAY - 60) for d in (2, 9)]
    cleared = inpatient(0, 11 * DAY, medically_fit=DAY)
    measured = measure(written(*quick, cleared, end=14 * DAY), days(14))
    assert (
        measured["discharge_delay_mean_days", "week=2024-W01"] == 1
    )  # ready at 23:00, out at 24:00: the next date
    assert measured["discharge_delay_mean_days", "week=2024-W02"] == (1 + 10) / 2
    assert measured["beds_lost_to_delay", "week=2024-W02"] < measured["beds_lost_to_delay", "week=2024-W01"]


def test_delay_does_not_begin_before_it_is_marked() -> None:
    assert measure(written(inpatient(0)), days(2))["mffd_bed_days"] == 0
    assert (
        measure(written(replace(inpatient(0), marks={"medically_fit": NAN})), days(2))["mffd_patients"] == 0
    )
    assert measure(written(Person("direct", 0)), days(2))["d2a_waiting_patients"] == 0


def test_days_waited_are_those_of_whoever_still_waits() -> None:
    # Fit at 20:00 of day 1, gone at 12:00 of day 3: half a day at 08:00 of day 2, one and a half of day 3.
    # Fit at 08:00 of day 3 and still in on day 4: nothing, then one day. Not fit: nothing.
    people = [
        inpatient(0, 2 * DAY + 12 * HOUR, medically_fit=20 * HOUR),
        inpatient(0, medically_fit=2 * DAY + 8 * HOUR),
        inpatient(0),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured.fraction("mffd_days_waited") == (0.5 + 1.5 + 0 + 1, 4)


def test_complex_discharges_are_of_the_medically_fit_alone() -> None:
    people = [
        with_attributes(inpatient(0, DAY, medically_fit=60), pathway="P1"),
        with_attributes(inpatient(0, 2 * DAY, medically_fit=60), pathway="P2"),
        inpatient(0, 2 * DAY),
        inpatient(0, medically_fit=60),
    ]
    measured = measure(written(*people, end=4 * DAY), days(4))
    assert measured.fraction("complex_discharges_per_day") == (2, 4)
    assert measured["complex_discharges_per_day", "pathway=P1"] == 1 / 4


def test_long_stays_are_shares_of_beds_at_eight() -> None:
    # At 08:00 of day 22: in since day 1 (21 days), day 8 (14), day 15 (7), day 16 (6); a child since day 1.
    people = [inpatient((day - 1) * DAY + 60) for day in (1, 8, 15, 16)]
    people.append(with_attributes(inpatient(60), age_band="0-17"))
    measured = measure(written(*people, end=22 * DAY), days(22, begins=21))
    for least, number in ((7, 3), (14, 2), (21, 1)):
        assert measured.fraction(f"stays_of_{least}_days_share") == (number, 5)
