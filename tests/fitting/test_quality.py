from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.fitting.extract import read_extract
from flowsim.fitting.quality import LEFT_OUT, SAID, SET_ASIDE, Checked, check
from tests.fitting.extracts import attendances, written

DAY = "2016-04-0"
END = dt.date(2016, 4, 10)


def found(checked: Checked) -> dict[str, tuple[int, str]]:
    return {one.key: (one.rows, one.consequence) for one in checked.findings}


def test_clocks_that_contradict_are_found(tmp_path: Path) -> None:
    extract = attendances(
        tmp_path / "x.csv",
        ("a", f"{DAY}1 10:01", f"{DAY}1 11:00", f"{DAY}1 12:00", 1, 40),  # sound
        (
            "b",
            f"{DAY}1 10:02",
            f"{DAY}1 12:30",
            f"{DAY}1 12:00",
            1,
            40,
        ),  # decision after departure: set aside
        ("c", f"{DAY}1 10:03", f"{DAY}1 09:00", f"{DAY}1 12:00", 1, 40),  # decision before arrival: set aside
        ("d", f"{DAY}1 10:04", "", f"{DAY}1 09:59", 1, 40),  # departure before arrival: left out
        ("e", "", "", f"{DAY}1 12:00", 1, 40),  # no arrival: left out
        ("f", "2016-04-12 10:06", "", "", 1, 40),  # after the end: left out
        ("g", "1900-01-01 00:00", "", "", 1, 40),  # a system's default: left out
        ("a", f"{DAY}2 10:01", "", f"{DAY}2 12:00", 1, 40),  # the identifier again: left out
        ("h", f"{DAY}1 10:07", "", "2016-04-08 10:08", 1, 200),  # over a week, and no age
        ("i", f"{DAY}9 20:08", "", "", 1, 40),  # still in
        ("j", f"{DAY}1 10:09", "", "", 1, 40),  # no departure, too long ago
    )
    checked = check(extract, END)
    assert found(checked) == {
        "duplicates": (1, LEFT_OUT),
        "arrival_missing": (1, LEFT_OUT),
        "too_early": (1, LEFT_OUT),
        "in_the_future": (1, LEFT_OUT),
        "negative_stay": (1, LEFT_OUT),
        "decision_to_admit_before_arrival": (1, SET_ASIDE),
        "decision_to_admit_after_departure": (1, SET_ASIDE),
        "too_long": (1, SET_ASIDE),
        "age": (1, SAID),
        "still_in": (1, SAID),
        "departure_missing": (1, SAID),
    }
    assert checked.rows_read == 11
    assert len(checked.extract) == 6
    assert checked.still_in.tolist() == [False, False, False, False, True, False]
    assert np.isnan(checked.extract.clocks["decision_to_admit"]).tolist() == [False, *[True] * 5]


@pytest.mark.parametrize(
    ("times", "finding"),
    [
        (("10:01", "10:01", "10:01", "10:02"), {"duplicates": (1, LEFT_OUT)}),
        (("10:00", "10:00", "10:00", "11:00"), {"alike": (1, SAID)}),
        (("", "", "", ""), {"alike": (1, SAID)}),
    ],
)
def test_without_identifiers_rows_that_are_equal_to_the_minute_are_one(
    tmp_path: Path, times: tuple[str, ...], finding: dict[str, tuple[int, str]]
) -> None:
    # No field of ours is the postcode's, yet it tells the second patient from the first.
    rest = [(4, "PO1"), (4, "PO2"), (4, "PO1"), (5, "PO1")]
    rows = [("2016-04-01", time, *more) for time, more in zip(times, rest, strict=True)]
    file = written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE", "POSTCODE"), rows)
    assert found(check(read_extract(file))) == finding


def test_rows_without_an_identifier_are_not_the_same_patient(tmp_path: Path) -> None:
    rows = [("", f"{DAY}1 10:01", "", f"{DAY}1 12:00", 1, age) for age in (1, 2, 3)]
    assert len(check(attendances(tmp_path / "x.csv", *rows), END).extract) == 3


def test_the_extract_ends_after_its_last_day_and_a_slip_of_the_year_does_not_count(tmp_path: Path) -> None:
    days = [(f"2016-{month:02}-{day:02}", "10:00", day) for month in range(1, 13) for day in range(1, 29)]
    rows = [*days * 4, ("2026-01-01", "10:00", 4)]  # one of 1,345 is below 0.1 %
    rows = [(date, f"10:{i % 60:02}", age) for i, (date, _, age) in enumerate(rows)]
    checked = check(read_extract(written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)))
    assert checked.period == (dt.date(2016, 1, 1), dt.date(2016, 12, 28))
    assert found(checked)["in_the_future"] == (1, LEFT_OUT)


def test_times_that_were_filled_in_or_rounded_are_said(tmp_path: Path) -> None:
    rows = [("2016-04-01", "00:00" if i < 2 else f"10:{5 * (i % 12):02}", i) for i in range(100)]
    file = written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)
    assert found(check(read_extract(file))) == {
        "arrival_at_midnight": (2, SAID),
        "arrival_rounded": (100, SAID),
    }


def test_dates_are_compared_with_dates(tmp_path: Path) -> None:
    rows = [("2016-04-01", "15:00", "2016-04-01"), ("2016-04-02", "15:00", "2016-04-01")]
    header = ("ADMISSION DATE", "ADMISSION TIME", "DISCHARGE DATE")
    checked = check(read_extract(written(tmp_path / "x.csv", header, rows)), END)
    assert found(checked) == {"negative_stay": (1, LEFT_OUT)}


def test_nights_below_none_are_left_out(tmp_path: Path) -> None:
    rows = [(1, 40), (-1, 41), ("", 42)]
    checked = check(read_extract(written(tmp_path / "x.csv", ("LENGTH OF STAY", "AGE"), rows)))
    assert found(checked) == {"length_of_stay_days_missing": (1, LEFT_OUT), "negative_stay": (1, LEFT_OUT)}


def test_an_extract_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of 1 has a believable arrival"):
        check(attendances(tmp_path / "x.csv", ("a", f"{DAY}1 10:00", "", f"{DAY}1 09:00", 1, 4)), END)


def test_what_happens_after_the_end_had_not_happened_by_then(tmp_path: Path) -> None:
    extract = attendances(
        tmp_path / "x.csv",
        ("a", f"{DAY}9 23:01", f"{DAY}9 23:30", f"{DAY}9 23:59", 1, 40),  # gone by then
        ("b", f"{DAY}9 23:02", f"{DAY}9 23:30", "2016-04-10 00:00", 1, 40),  # still in
        ("c", f"{DAY}9 23:03", "2016-04-10 01:00", "2016-04-10 02:00", 1, 40),  # still in, no decision yet
        ("d", f"{DAY}9 23:04", "2016-04-10 01:00", f"{DAY}9 23:30", 1, 40),  # decision after departure
        ("e", f"{DAY}9 23:06", "2026-04-10 01:00", "2016-04-10 02:00", 1, 40),  # so, and a slip of the year
        ("f", f"{DAY}9 23:07", "2026-04-10 01:00", "", 1, 40),  # a slip of the year
    )
    checked = check(extract, END)
    assert found(checked) == {
        "decision_to_admit_after_departure": (2, SET_ASIDE),
        "decision_to_admit_in_the_future": (1, SET_ASIDE),
        "still_in": (4, SAID),
    }
    assert checked.still_in.tolist() == [False, True, True, False, True, True]
    assert np.isnan(checked.extract.clocks["departure"]).tolist() == [False, True, True, False, True, True]
    assert np.isnan(checked.extract.clocks["decision_to_admit"]).tolist() == [False, False, *[True] * 4]


def test_whoever_leaves_years_later_by_a_slip_of_the_year_is_not_taken_to_be_still_in(tmp_path: Path) -> None:
    rows = [("2016-04-01", "2016-04-10", 40), ("2016-04-01", "2026-04-02", 41), ("2016-04-01", "", 42)]
    header = ("ADMISSION DATE", "DISCHARGE DATE", "AGE")
    checked = check(read_extract(written(tmp_path / "x.csv", header, rows)), END)
    assert found(checked) == {"discharge_in_the_future": (1, SET_ASIDE), "still_in": (2, SAID)}
    assert checked.still_in.tolist() == [True, False, True]


def test_an_extract_begins_where_as_many_came_as_usual_on_the_weekday(tmp_path: Path) -> None:
    begins = dt.date(2016, 4, 2)  # a Saturday: one comes on Saturdays and Sundays, ten on other days
    rows = [("2006-04-04", "10:01", 1), ("2016-03-29", "10:02", 1), ("2016-03-29", "10:03", 1)]
    for day in (begins + dt.timedelta(days=i) for i in range(28)):
        rows += [(str(day), f"10:{i:02}", 1) for i in range(1 if day.weekday() > 4 else 10)]
    file = written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)
    checked = check(read_extract(file))
    assert checked.period == (begins, dt.date(2016, 4, 29))
    assert found(checked)["before_the_start"] == (3, LEFT_OUT)
    assert check(read_extract(file), start=dt.date(2016, 3, 29)).period == (
        dt.date(2016, 3, 29),
        dt.date(2016, 4, 29),
    )
