"""Opening hours, rosters and levels by weekday, as a scenario writes them.

Each is a frozen value that unrolls from a date into a `StepFunction`. It names every weekday exactly once;
dated exceptions replace a whole day. Times are local clock times; summer time is ignored.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, ClassVar, TypeVar

import numpy as np
from pydantic import AfterValidator

from flowsim.scenario.time_of_day import ClockShares as ClockShares
from flowsim.scenario.time_of_day import HourProfile as HourProfile
from flowsim.scenario.time_of_day import format_clock, parse_clock, read_level
from flowsim.scenario.written import Problems, Written
from flowsim.timeline import DAY, StepFunction
from flowsim.units import LARGEST_COUNT, refusal
from flowsim.wording import quoted

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

LONGEST_EXCEPTION = 366
"""Days that one exception may last."""

Day = tuple[tuple[float, float], ...]
"""A day: spans `(opens, closes)` of opening hours, or changes `(minute, level)` of the rest."""

C = TypeVar("C", bound="WeekCalendar")


@dataclass(frozen=True, slots=True)
class WeekCalendar(Written):
    """A week that repeats, Monday first, and dated exceptions."""

    week: tuple[Day, ...]
    """What each of the seven weekdays is, Monday first."""
    exceptions: tuple[tuple[dt.date, Day], ...] = ()
    """What single dates are instead, in order of date."""

    WORDS: ClassVar[dict[str, Day]] = {}
    """Words that may stand for every day alike."""

    @staticmethod
    @abstractmethod
    def read_day(written: object) -> Day:
        """Return a day from its YAML form."""

    @staticmethod
    @abstractmethod
    def write_day(day: Day) -> Any:
        """Return the YAML form of a day."""

    @classmethod
    def parse(cls: type[C], written: object) -> C:
        """Return the calendar of a mapping by weekdays, or of one form that holds every day."""
        problems = Problems()
        if not isinstance(written, Mapping):
            word = cls.WORDS.get(written) if isinstance(written, str) else None
            day = word if word is not None else problems.attempt(cls.read_day, written)
            problems.settle(cls.__name__)
            return cls((day or (),) * 7)
        week: dict[int, Day | None] = {}
        exceptions: dict[dt.date, Day | None] = {}
        for key, value in written.items():
            if key == "exceptions":
                exceptions = _read_exceptions(cls, value, problems)
                continue
            day = problems.attempt(cls.read_day, value, str(key))
            for i in problems.attempt(_weekdays, str(key), str(key)) or ():
                if i in week:
                    problems.add(f"names {DAYS[i]} again; each weekday must stand there once", str(key))
                week[i] = day
        missing = [name for i, name in enumerate(DAYS) if i not in week]
        if missing and not problems.found:
            problems.add(f"must name every weekday once; missing: {', '.join(missing)}")
        problems.settle(cls.__name__)
        return cls(
            tuple(week[i] or () for i in range(7)),
            tuple((date, exceptions[date] or ()) for date in sorted(exceptions)),
        )

    def every_day(self: C, changed: Callable[[Day], Day]) -> C:
        """Return a calendar in which each day, exceptions among them, is what `changed` makes of it."""
        return type(self)(
            tuple(map(changed, self.week)), tuple((date, changed(day)) for date, day in self.exceptions)
        )

    @property
    def days(self) -> tuple[Day, ...]:
        """Every day that may come: the seven of the week, and the exceptions."""
        return (*self.week, *(day for _, day in self.exceptions))

    def to_yaml(self) -> Any:
        """Return the mapping by weekdays."""
        tree: dict[str, Any] = {}
        first = 0
        for i in range(1, 8):
            if i == 7 or self.week[i] != self.week[first]:
                name = DAYS[first] if i == first + 1 else f"{DAYS[first]}-{DAYS[i - 1]}"
                tree[name] = self.write_day(self.week[first])
                first = i
        if self.exceptions:
            tree["exceptions"] = {date.isoformat(): self.write_day(day) for date, day in self.exceptions}
        return tree

    def over(self, start: dt.datetime, end_minutes: float) -> StepFunction:
        """Return the level from `start` on, changing until at least `end_minutes`."""
        return _unrolled(self, start, end_minutes)

    def _changes(self, start: dt.datetime, end_minutes: float) -> list[tuple[float, float]]:
        """Return when the level changes to what, in order of time."""
        return [
            (midnight + minute, level)
            for midnight, day in self._days(start, end_minutes)
            for minute, level in day
        ]

    def _days(self, start: dt.datetime, end_minutes: float) -> Iterator[tuple[float, Day]]:
        """Yield each day with its midnight in minutes since `start`, from the day before on."""
        exceptions = dict(self.exceptions)
        midnight = dt.datetime.combine(start.date(), dt.time()) - dt.timedelta(days=1)
        offset = (midnight - start.replace(tzinfo=None)).total_seconds() / 60
        date = midnight.date()
        while offset <= end_minutes:
            yield offset, exceptions.get(date, self.week[date.weekday()])
            offset, date = offset + DAY, date + dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpeningHours(WeekCalendar):
    """When something is open: 1 while open, 0 while shut. A span past midnight belongs to its first day."""

    WORDS: ClassVar[dict[str, Day]] = {"always": ((0.0, DAY),), "never": ()}
    DESCRIPTION: ClassVar[str] = "opening hours by weekday, each weekday once, with dated exceptions"
    FORMS: ClassVar[list[dict[str, Any]]] = [
        {"type": "string", "examples": ["always", "never", "08:00-18:00"]},
        {
            "type": "object",
            "examples": [{"Mon-Fri": "08:00-18:00", "Sat": "10:00-14:00, 16:00-20:00", "Sun": "closed"}],
        },
    ]

    @staticmethod
    def read_day(written: object) -> Day:
        """Return the spans in `10:00-14:00, 16:00-20:00`, `closed` or `24 h`."""
        if written == "closed":
            return ()
        if written == "24 h":
            return ((0.0, DAY),)
        allowed = 'must be "closed", "24 h" or spans such as "10:00-14:00, 16:00-20:00"'
        if not isinstance(written, str):
            raise ValueError(f"{allowed}; found {quoted(written)}")
        spans: list[tuple[float, float]] = []
        for part in written.split(","):
            opens, dash, closes = part.strip().partition("-")
            if not dash:
                raise ValueError(f"{allowed}; found {quoted(written)}")
            begin, end = parse_clock(opens), parse_clock(closes)
            if (spans and begin <= spans[-1][1]) or begin in (end, DAY):
                raise ValueError(
                    f"must have times that increase, none of them twice; found {quoted(written)}"
                )
            spans.append((begin, end if end > begin else end + DAY))
        return tuple(spans)

    @staticmethod
    def write_day(day: Day) -> str:
        """Return the spans as text."""
        spans = (
            f"{format_clock(begin)}-{format_clock(end if end <= DAY else end - DAY)}" for begin, end in day
        )
        return ", ".join(spans) or "closed"

    def longer(self, *, earlier: float = 0.0, later: float = 0.0) -> OpeningHours:
        """Return hours that begin earlier and end later, by minutes, on each day that has any.

        Midnight is not crossed: the first span begins at 00:00 at the earliest, and the last one that ends by
        midnight ends there at the latest.
        """

        def day(spans: Day) -> Day:
            if not spans:
                return spans
            (opens, _), (_, closes) = spans[0], spans[-1]
            begin, end = max(opens - earlier, 0.0), max(min(closes + later, DAY), closes)
            if len(spans) == 1:
                return ((begin, end),)
            return ((begin, spans[0][1]), *spans[1:-1], (spans[-1][0], end))

        return self.every_day(day)

    def _changes(self, start: dt.datetime, end_minutes: float) -> list[tuple[float, float]]:
        """Return when it opens, 1, and shuts, 0, in order of time."""
        changes: list[tuple[float, float]] = []
        for midnight, day in self._days(start, end_minutes):
            for begin, end in day:
                if changes and midnight + begin <= changes[-1][0]:
                    changes[-1] = (max(changes[-1][0], midnight + end), 0.0)
                else:
                    changes += [(midnight + begin, 1.0), (midnight + end, 0.0)]
        return changes


@dataclass(frozen=True, slots=True)
class Roster(WeekCalendar):
    """How many are there: whole numbers that change at times of the day."""

    DESCRIPTION: ClassVar[str] = (
        "how many at which times by weekday, each weekday once, with dated exceptions"
    )
    FORMS: ClassVar[list[dict[str, Any]]] = [
        {"type": "integer", "minimum": 0},
        {"type": "object", "examples": [{"Mon-Fri": {"00:00": 5, "08:00": 7}, "Sat-Sun": {"00:00": 4}}]},
    ]

    @staticmethod
    def read_day(written: object) -> Day:
        """Return the changes in `{"00:00": 5, "08:00": 7}`, or in one number for the whole day."""
        if not isinstance(written, Mapping):
            return ((0.0, _head_count(written)),)
        if not written:
            raise ValueError('must be how many from each time on, such as {"00:00": 5}; found nothing')
        times = [parse_clock(key) for key in written]
        if times[0] != 0:
            raise ValueError(f'must start at "00:00"; found {quoted(next(iter(written)))}')
        if any(after <= before for before, after in pairwise(times)) or times[-1] >= DAY:
            found = ", ".join(map(str, written))
            raise ValueError(f'must have times that increase and stay before "24:00"; found {found}')
        return tuple(zip(times, map(_head_count, written.values()), strict=True))

    @staticmethod
    def write_day(day: Day) -> dict[str, int]:
        """Return the changes of a day."""
        return {format_clock(minute): int(count) for minute, count in day}

    @property
    def most(self) -> int:
        """The most who are ever there."""
        return int(max(count for day in self.days for _, count in day))

    def more(self, count: int) -> Roster:
        """Return a roster with so many more whenever anybody is there."""
        return self.every_day(lambda day: tuple((at, here + count if here else 0.0) for at, here in day))


@dataclass(frozen=True, slots=True)
class DailyLevels(WeekCalendar):
    """A level for each weekday, the same all day: a chance, a share or a multiplier."""

    DESCRIPTION: ClassVar[str] = "a number >= 0 by weekday, each weekday once, with dated exceptions"
    FORMS: ClassVar[list[dict[str, Any]]] = [
        {"type": "number", "minimum": 0},
        {"type": "object", "examples": [{"Mon-Fri": 1.0, "Sat": 0.65, "Sun": 0.55}]},
    ]

    @staticmethod
    def read_day(written: object) -> Day:
        """Return the day that one number stands for."""
        return ((0.0, read_level(written)),)

    @staticmethod
    def write_day(day: Day) -> float:
        """Return the level of a day."""
        return day[0][1]

    @property
    def highest(self) -> float:
        """The highest level on any day."""
        return max(day[0][1] for day in self.days)


def _chances_for_everybody(levels: DailyLevels) -> DailyLevels:
    if levels.highest > 1:
        raise refusal(f"must be shares from 0 to 1; found {levels.highest:g}")
    most = max(day[0][1] for day in levels.week)
    if most < 1:
        raise refusal(
            f"must be 1 on some weekday, or some patients would wait for ever; found {most:g} at most"
        )
    return levels


DailyChances = Annotated[DailyLevels, AfterValidator(_chances_for_everybody)]
"""Chances by weekday from 0 to 1, such as that a transfer starts on that day.

A patient's luck is the same every day: at 0.3 the same three in ten go on. So there must be a day of 1.
"""


def is_week(tree: Mapping[str, Any]) -> bool:
    """Return whether a mapping names weekdays."""
    return any(key.split("-")[0].split(",")[0].strip() in DAYS for key in tree)


def _weekdays(key: str) -> list[int]:
    """Return the positions of the days in `Mon-Fri`, `Sat` or `Tue, Thu`."""
    found: list[int] = []
    for part in key.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"must be weekdays such as Mon or Sat-Sun, or exceptions; found {quoted(key)}")
        begin = DAYS.index(first)
        length = (DAYS.index(last) - begin) % 7 if dash else 0
        found += [(begin + i) % 7 for i in range(length + 1)]
    return found


def _read_exceptions(
    cls: type[WeekCalendar], written: object, problems: Problems
) -> dict[dt.date, Day | None]:
    """Return the day of each date in `{2016-12-25: …, 2016-12-27 to 2016-12-31: …}`."""
    if not isinstance(written, Mapping):
        problems.add(f"must map dates such as 2016-12-25 to days; found {quoted(written)}", "exceptions")
        return {}
    found: dict[dt.date, Day | None] = {}
    for key, value in written.items():
        dates = problems.attempt(_dates, str(key), "exceptions", str(key)) or []
        day = problems.attempt(cls.read_day, value, "exceptions", str(key))
        for date in dates:
            if date in found:
                problems.add(f"names {date} again; each date may stand there once", "exceptions", str(key))
            found[date] = day
    return found


def _dates(key: str) -> list[dt.date]:
    """Return the dates in `2016-12-25` or `2016-12-24 to 2017-01-02`."""
    first, to, last = key.partition(" to ")
    try:
        begin = dt.date.fromisoformat(first.strip())
        end = dt.date.fromisoformat(last.strip()) if to else begin
    except ValueError:
        raise ValueError(
            f'must be a date such as 2016-12-25 or "2016-12-24 to 2017-01-02"; found {quoted(key)}'
        ) from None
    days = (end - begin).days
    if not 0 <= days < LONGEST_EXCEPTION:
        raise ValueError(f"must run forward over at most {LONGEST_EXCEPTION} days; found {quoted(key)}")
    return [begin + dt.timedelta(days=i) for i in range(days + 1)]


def _head_count(value: object) -> float:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        raise ValueError(f"must be a whole number >= 0; found {quoted(value)}")
    return float(value)


# Of the scenarios that a process builds most share nearly all their calendars.
@lru_cache(maxsize=256)
def _unrolled(calendar: WeekCalendar, start: dt.datetime, end: float) -> StepFunction:
    """Return a calendar as a step function; at 0 holds the last change up to then, or 0."""
    changes = calendar._changes(start, end)
    before = [level for time, level in changes if time <= 0]
    after = [(time, level) for time, level in changes if 0 < time <= end]
    times = np.array([0.0, *(time for time, _ in after)])
    levels = np.array([before[-1] if before else 0.0, *(level for _, level in after)])
    return StepFunction(times, levels).merged()
