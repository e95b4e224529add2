"""Opening hours, rosters and levels by weekday, unrolled by hand."""

# ruff: noqa: E501 -- a message is compared whole, on one line of its table
from __future__ import annotations

import datetime as dt
import json
import pickle

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from flowsim.scenario.calendars import DailyChances, DailyLevels, OpeningHours, Roster, WeekCalendar
from flowsim.timeline import DAY, HOUR, WEEK

MONDAY = dt.datetime(2016, 10, 3)

HOURS = {"Mon-Fri": "08:00-18:00", "Sat": "10:00-14:00, 16:00-20:00", "Sun": "closed"}
ROSTER = {"Mon-Fri": {"00:00": 5, "08:00": 7}, "Sat-Sun": {"00:00": 4}}


def problems(kind: object, tree: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_json(json.dumps(tree))
    return [(".".join(map(str, error["loc"])), error["msg"]) for error in caught.value.errors()]


def test_opening_hours_are_open_at_the_first_minute_and_shut_at_the_last() -> None:
    level = OpeningHours.parse(HOURS).over(MONDAY, WEEK)
    minutes = [0, 8 * HOUR - 1, 8 * HOUR, 18 * HOUR - 1, 18 * HOUR]
    assert level.at(minutes).tolist() == [0, 0, 1, 1, 0]


def test_opening_hours_follow_the_weekday() -> None:
    level = OpeningHours.parse(HOURS).over(MONDAY, 2 * WEEK)
    saturday, sunday = 5 * DAY, 6 * DAY
    assert level.at([saturday + 11 * HOUR, saturday + 15 * HOUR, saturday + 17 * HOUR]).tolist() == [1, 0, 1]
    assert level.at([sunday + 11 * HOUR, sunday + DAY + 9 * HOUR]).tolist() == [0, 1]
    # Five days of ten hours, and one of eight.
    assert level.integral(WEEK) == 58 * HOUR
    assert level.integral(2 * WEEK) == 116 * HOUR


def test_a_start_on_another_day_and_hour_shifts_the_week() -> None:
    level = OpeningHours.parse(HOURS).over(MONDAY + dt.timedelta(days=4, hours=17), WEEK)
    assert level.times[:4].tolist() == [0, HOUR, 17 * HOUR, 21 * HOUR]
    assert level.levels[:4].tolist() == [1, 0, 1, 0]


def test_a_dated_exception_replaces_its_day_alone() -> None:
    tree = {**HOURS, "exceptions": {"2016-10-04": "closed", "2016-10-09": "09:00-12:00"}}
    level = OpeningHours.parse(tree).over(MONDAY, WEEK)
    assert level.at([9 * HOUR, DAY + 9 * HOUR, 2 * DAY + 9 * HOUR, 6 * DAY + 9 * HOUR]).tolist() == [
        1,
        0,
        1,
        1,
    ]


def test_an_exception_may_last_several_days() -> None:
    level = OpeningHours.parse({"Mon-Sun": "24 h", "exceptions": {"2016-10-04 to 2016-10-06": "closed"}})
    assert level.over(MONDAY, WEEK).times.tolist() == [0, DAY, 4 * DAY]


def test_a_span_past_midnight_belongs_to_the_day_it_starts() -> None:
    tree = {"Mon": "22:00-02:00", "Tue-Sun": "closed", "exceptions": {"2016-10-04": "closed"}}
    level = OpeningHours.parse(tree).over(MONDAY, DAY + 6 * HOUR)
    assert level.times.tolist() == [0, 22 * HOUR, 26 * HOUR]
    sunday_night = OpeningHours.parse({"Mon-Sat": "closed", "Sun": "22:00-02:00"}).over(MONDAY, DAY)
    assert sunday_night.at([0, 2 * HOUR - 1, 2 * HOUR]).tolist() == [1, 1, 0]


def test_spans_that_meet_at_midnight_are_one() -> None:
    level = OpeningHours.parse({"Mon-Sun": "24 h"}).over(MONDAY, WEEK)
    assert level.times.tolist() == [0]
    assert level.levels.tolist() == [1]
    evening = OpeningHours.parse({"Mon-Sun": "20:00-24:00"})
    assert evening.over(MONDAY, DAY).times.tolist() == [0, 20 * HOUR, DAY]


def test_always_and_never_are_words() -> None:
    assert OpeningHours.parse("always").over(MONDAY, WEEK).at(3 * DAY) == 1
    assert not OpeningHours.parse("never").over(MONDAY, WEEK).ever_above(0)
    assert OpeningHours.parse("08:00-18:00") == OpeningHours.parse({"Mon-Sun": "08:00-18:00"})


def test_a_roster_holds_each_count_until_the_next_change() -> None:
    level = Roster.parse(ROSTER).over(MONDAY, WEEK)
    assert level.at([0, 8 * HOUR, DAY, 5 * DAY, 6 * DAY + 9 * HOUR]).tolist() == [5, 7, 5, 4, 4]
    assert level.integral(WEEK) == 5 * (8 * 5 + 16 * 7) * HOUR + 2 * 24 * 4 * HOUR


def test_a_roster_keeps_its_exceptions() -> None:
    level = Roster.parse({**ROSTER, "exceptions": {"2016-10-05": {"00:00": 3}}}).over(MONDAY, WEEK)
    assert level.at([DAY + 9 * HOUR, 2 * DAY + 9 * HOUR, 3 * DAY + 9 * HOUR]).tolist() == [7, 3, 7]


def test_a_number_alone_is_that_many_at_all_times() -> None:
    assert Roster.parse(6).over(MONDAY, WEEK).levels.tolist() == [6]
    assert DailyLevels.parse(0.5).over(MONDAY, WEEK).levels.tolist() == [0.5]


def test_daily_levels_change_at_midnight() -> None:
    tree = {"Mon-Fri": 1.0, "Sat": 0.65, "Sun": 0.55, "exceptions": {"2016-10-05": 0.2}}
    level = DailyLevels.parse(tree).over(MONDAY, WEEK)
    assert level.times.tolist() == [0, 2 * DAY, 3 * DAY, 5 * DAY, 6 * DAY, 7 * DAY]
    assert level.levels.tolist() == [1, 0.2, 1, 0.65, 0.55, 1]


@pytest.mark.parametrize(
    ("kind", "tree"),
    [
        (OpeningHours, {**HOURS, "exceptions": {"2016-12-25": "closed", "2016-12-26": "09:00-12:00"}}),
        (OpeningHours, {"Mon-Sun": "22:00-02:00"}),
        (OpeningHours, "always"),
        (OpeningHours, "never"),
        (Roster, {**ROSTER, "exceptions": {"2016-12-25": {"00:00": 3}}}),
        (Roster, {"Tue, Thu": 1, "Fri-Mon, Wed": 2}),
        (Roster, 3),
        (DailyLevels, {"Mon-Fri": 1.0, "Sat": 0.65, "Sun": 0.55}),
    ],
)
def test_the_yaml_form_reads_back_to_an_equal_value(kind: type[WeekCalendar], tree: object) -> None:
    value = kind.parse(tree)
    assert kind.parse(json.loads(json.dumps(value.to_yaml()))) == value
    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(kind.parse(tree)) == hash(value)


def test_the_yaml_form_groups_equal_weekdays() -> None:
    assert OpeningHours.parse(HOURS).to_yaml() == HOURS
    assert Roster.parse(3).to_yaml() == {"Mon-Sun": {"00:00": 3}}


@pytest.mark.parametrize(
    ("kind", "tree", "path", "message"),
    [
        (OpeningHours, {"Mon-Fri": "always"}, "Mon-Fri", 'must be "closed", "24 h" or spans such as "10:00-14:00, 16:00-20:00"; found "always"'),
        (OpeningHours, {"Mon-Fri": "24 h"}, "", "must name every weekday once; missing: Sat, Sun"),
        (OpeningHours, {"Mon-Sun": "24 h", "Wed": "closed"}, "Wed", "names Wed again; each weekday must stand there once"),
        (OpeningHours, {"Mon-Sun": "08:00-25:00"}, "Mon-Sun", 'must be a time such as "08:30", up to "24:00"; found "25:00"'),
        (OpeningHours, {"Mon-Sun": "10:00-14:00, 13:00-15:00"}, "Mon-Sun", 'must have times that increase, none of them twice; found "10:00-14:00, 13:00-15:00"'),
        (OpeningHours, {"Mon-Sun": "10:00-10:00"}, "Mon-Sun", 'must have times that increase, none of them twice; found "10:00-10:00"'),
        (OpeningHours, {"Mon-Sun": 1320}, "Mon-Sun", 'must be "closed", "24 h" or spans such as "10:00-14:00, 16:00-20:00"; found 1320'),
        (OpeningHours, {"Monday": "closed"}, "Monday", 'must be weekdays such as Mon or Sat-Sun, or exceptions; found "Monday"'),
        (OpeningHours, {"Mon-Sun": "24 h", "exceptions": {"25/12": "closed"}}, "exceptions.25/12", 'must be a date such as 2016-12-25 or "2016-12-24 to 2017-01-02"; found "25/12"'),
        (OpeningHours, {"Mon-Sun": "24 h", "exceptions": {"2016-12-25 to 2016-12-20": "closed"}}, "exceptions.2016-12-25 to 2016-12-20", 'must run forward over at most 366 days; found "2016-12-25 to 2016-12-20"'),
        (OpeningHours, {"Mon-Sun": "24 h", "exceptions": []}, "exceptions", "must map dates such as 2016-12-25 to days; found an empty list"),
        (Roster, {"Mon-Sun": {"08:00": 5}}, "Mon-Sun", 'must start at "00:00"; found "08:00"'),
        (Roster, {"Mon-Sun": {"00:00": 5, "12:00": 4, "08:00": 7}}, "Mon-Sun", 'must have times that increase and stay before "24:00"; found 00:00, 12:00, 08:00'),
        (Roster, {"Mon-Sun": {"00:00": 1.5}}, "Mon-Sun", "must be a whole number >= 0; found 1.5"),
        (Roster, {"Mon-Sun": {}}, "Mon-Sun", 'must be how many from each time on, such as {"00:00": 5}; found nothing'),
        (Roster, -1, "", "must be a whole number >= 0; found -1"),
        (DailyLevels, {"Mon-Sun": "1"}, "Mon-Sun", 'must be a finite number >= 0; found "1"'),
        (DailyChances, {"Mon-Sun": 1.2}, "", "must be shares from 0 to 1; found 1.2"),
        (
            DailyChances,
            {"Mon-Fri": 0.9, "Sat-Sun": 0.5, "exceptions": {"2016-12-25": 1}},
            "",
            "must be 1 on some weekday, or some patients would wait for ever; found 0.9 at most",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_where_it_stands(
    kind: object, tree: object, path: str, message: str
) -> None:
    assert problems(kind, tree) == [(path, message)]


def test_all_problems_of_a_calendar_are_told_at_once() -> None:
    found = problems(OpeningHours, {"Mon-Fri": "8-18", "Sat": "closed", "Sun": 5})
    assert [path for path, _ in found] == ["Mon-Fri", "Sun"]


def test_a_shut_roster_never_rises_above_zero() -> None:
    assert not Roster.parse(0).over(MONDAY, WEEK).ever_above(0)


def test_an_unrolled_year_is_quick_and_on_the_grid() -> None:
    level = Roster.parse(ROSTER).over(MONDAY, 400 * DAY)
    assert np.all(np.diff(level.times) > 0)
    assert level.times[-1] <= 400 * DAY
