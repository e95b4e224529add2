"""What is wrong with an extract, what is left out for it, and what is merely said.

A row without a believable time of coming is left out; a clock that contradicts another is set aside and the
row kept. What happened after the end of the extract had not happened by then. Whoever had not left by then
and came lately is still in: their stay is known to be longer than so far.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from flowsim.errors import InputError, Problem
from flowsim.fitting.extract import Bools, Extract, Floats
from flowsim.scenario.yaml_file import shown
from flowsim.timeline import DAY, HOUR

EPOCH = dt.datetime(1970, 1, 1)

EARLIEST = (dt.datetime(1990, 1, 1) - EPOCH) / dt.timedelta(minutes=1)
"""Times before are taken for defaults of a system; an assumption."""
LONGEST_BELIEVED = {"attendances": 7 * DAY, "spells": 365 * DAY}
"""Minutes after which somebody without a time of leaving is no longer taken to be in; an assumption. A clock
after the end that is later than this after coming is wrong, and so is the time of leaving of a longer
attendance."""
STRAGGLERS = 0.001
GAP = 31 * DAY
"""The last 0.1 % who came do not make the end of an extract if they came more than a month after the rest: a
slip of the year, by assumption."""
THINNEST = 0.25
"""Share of the usual number that must come on the first day of an extract; an assumption. Fewer come on days
before an extract by discharge, which has only long stays of them, and by slips of the year."""
OLDEST = 120.0
"""Years."""
HEAP = 0.01
"""Share of times at 00:00 exactly from which on it is said: 1 in 1,440 would be by chance."""
FEWEST_JUDGED = 50
"""Times of a clock from which on heaps are looked for; an assumption."""
ROUNDED = 0.4
"""Share of times on a multiple of five minutes from which on it is said: one in five would be by chance."""

LeaveOut = Callable[[str, str, Bools], None]
SetAside = Callable[[str, str, str, Bools], None]

LEFT_OUT, SET_ASIDE, SAID = "row left out", "clock set aside", "kept"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and how many rows have it.

    Parameters
    ----------
    key : str
        What it is, for programs.
    words : str
    rows : int
        Exact: only `small_numbers` may write it.
    consequence : str
        `row left out`, `clock set aside` or `kept`.
    """

    key: str
    words: str
    rows: int
    consequence: str


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What is left of an extract.

    Parameters
    ----------
    extract : Extract
        Rows that are kept, contradicting clocks as NaN.
    rows_read : int
        Rows below the header.
    start, end : float
        The midnights at which the extract begins and ends, minutes since 1970; NaN if it has no clocks.
    still_in : NDArray[np.bool_]
        Who had not left by then, shape (n,).
    findings : tuple of Finding
    """

    extract: Extract
    rows_read: int
    start: float
    end: float
    still_in: Bools
    findings: tuple[Finding, ...]

    @property
    def came(self) -> Floats:
        """When each came, minutes since 1970."""
        return self.extract.clock(self.extract.kind.begins)

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of the extract; None without clocks."""
        if np.isnan(self.end):
            return None
        return as_date(self.start), as_date(self.end - 1)


def as_date(minutes: float) -> dt.date:
    """Return the day of a time in minutes since 1970."""
    return (EPOCH + dt.timedelta(minutes=minutes)).date()


def as_minutes(day: dt.date) -> float:
    """Return the midnight with which a day begins, in minutes since 1970."""
    return (dt.datetime.combine(day, dt.time()) - EPOCH) / dt.timedelta(minutes=1)


def check(extract: Extract, end: dt.date | None = None, start: dt.date | None = None) -> Checked:
    """Return what is left of an extract, and what was found wrong.

    Parameters
    ----------
    extract : Extract
    end : date, optional
        The first day that the extract does not cover; the day after the last on which anybody came,
        stragglers apart, if not given.
    start : date, optional
        The first day that it covers; the first on which about as many came as usual if not given.

    Raises
    ------
    InputError
        If nothing is left.
    """
    kind, findings = extract.kind, []
    keep = np.ones(len(extract), dtype=np.bool_)
    clocks = {name: clock.copy() for name, clock in extract.clocks.items()}
    if extract.ragged:
        findings.append(Finding("cells", "another number of cells than the header", extract.ragged, LEFT_OUT))

    def leave_out(key: str, words: str, wrong: Bools) -> None:
        nonlocal keep
        if (rows := int((wrong & keep).sum())) > 0:
            findings.append(Finding(key, words, rows, LEFT_OUT))
        keep = keep & ~wrong

    def set_aside(key: str, words: str, clock: str, wrong: Bools) -> None:
        if (rows := int((wrong & keep).sum())) > 0:
            findings.append(Finding(key, words, rows, SET_ASIDE))
        clocks[clock][wrong] = np.nan

    repeated = _repeated(extract)
    if extract.has_identifier or _has_minutes(extract.clock(kind.begins)):
        leave_out("duplicates", "the same identifier, or the same in every cell, as a row above", repeated)
    else:
        words = (
            "the same in every cell as a row above: without identifiers or minutes perhaps another patient"
        )
        _note(findings, "alike", words, repeated)
    first = last = np.nan
    if kind.begins in clocks:
        came = clocks[kind.begins]
        leave_out(f"{kind.begins}_missing", f"no readable time of {_words(kind.begins)}", np.isnan(came))
        leave_out("too_early", f"{_words(kind.begins)} before 1990", came < EARLIEST)
        if not keep.any():
            raise _nothing_left(extract)
        last = as_minutes(end) if end is not None else _end(came[keep])
        leave_out("in_the_future", f"{_words(kind.begins)} after the end of the extract", came >= last)
        if not keep.any():
            raise _nothing_left(extract)
        first = as_minutes(start) if start is not None else _start(came[keep])
        words = f"{_words(kind.begins)} before the extract begins"
        leave_out("before_the_start", f"{words}, on {as_date(first)}", came < first)
        _check_order(extract, clocks, leave_out, set_aside)
        for name in kind.clocks[1:]:
            if name in clocks:
                slip = (clocks[name] >= last) & (clocks[name] - came > LONGEST_BELIEVED[kind.name])
                words = f"{_words(name)} after the end, and too long after {_words(kind.begins)}"
                set_aside(f"{name}_in_the_future", words, name, slip)
    numbers = {name: values.copy() for name, values in extract.numbers.items()}
    _check_numbers(extract, numbers, findings, keep, leave_out)
    if not keep.any():
        raise _nothing_left(extract)
    still_in = np.zeros(len(extract), dtype=np.bool_)
    if kind.ends in clocks and kind.begins in clocks:
        open_ended = np.isnan(extract.clocks[kind.ends]) | (clocks[kind.ends] >= last)
        lately = last - clocks[kind.begins] <= LONGEST_BELIEVED[kind.name]
        still_in = open_ended & lately
        _note(findings, "still_in", f"still in at the end: no {_words(kind.ends)} by then", still_in & keep)
        long_ago = open_ended & ~lately
        _note(
            findings,
            f"{kind.ends}_missing",
            f"no {_words(kind.ends)}, but too long ago to be in",
            long_ago & keep,
        )
    for name in kind.clocks[1:]:
        if name in clocks:
            clocks[name][clocks[name] >= last] = np.nan  # had not happened by then
    kept = _rows(extract, keep, clocks, numbers)
    return Checked(
        kept, len(extract) + extract.ragged, first, last, still_in[keep], (*findings, *_heaps(kept))
    )


def _check_order(
    extract: Extract, clocks: dict[str, Floats], leave_out: LeaveOut, set_aside: SetAside
) -> None:
    """Find clocks that contradict one another; a date is compared with a date."""
    kind = extract.kind

    def before(earlier: str, later: str) -> Bools:
        """Return whose `later` clock is before their `earlier` one."""
        a, b = clocks[earlier], clocks[later]
        if not (extract.has_hours[earlier] and extract.has_hours[later]):
            a, b = np.floor(a / DAY), np.floor(b / DAY)
        return np.asarray(b < a)

    for name in reversed(kind.clocks[1:]):
        if name not in clocks:
            continue
        words = f"{_words(name)} before {_words(kind.begins)}"
        if name == kind.ends:
            leave_out("negative_stay", words, before(kind.begins, name))
        else:
            set_aside(f"{name}_before_{kind.begins}", words, name, before(kind.begins, name))
            if kind.ends in clocks:
                words = f"{_words(name)} after {_words(kind.ends)}"
                set_aside(f"{name}_after_{kind.ends}", words, name, before(name, kind.ends))
    if kind.name == "attendances" and kind.ends in clocks:
        longer = clocks[kind.ends] - clocks[kind.begins] > LONGEST_BELIEVED[kind.name]
        set_aside("too_long", "more than a week in the department", kind.ends, longer)


def _check_numbers(
    extract: Extract, numbers: dict[str, Floats], findings: list[Finding], keep: Bools, leave_out: LeaveOut
) -> None:
    if "age" in numbers:
        age = numbers["age"]
        wrong = (age < 0) | (age > OLDEST)
        _note(findings, "age", f"age below 0 or above {OLDEST:g}", wrong & keep)
        age[wrong] = np.nan
    if (name := extract.kind.instead) and name in numbers:
        days = numbers[name]
        if extract.kind.begins not in extract.clocks:
            leave_out(f"{name}_missing", "no readable length of stay", np.isnan(days))
            leave_out("negative_stay", "length of stay below 0", days < 0)
        days[days < 0] = np.nan


def _note(findings: list[Finding], key: str, words: str, who: Bools) -> None:
    if rows := int(who.sum()):
        findings.append(Finding(key, words, rows, SAID))


def _repeated(extract: Extract) -> Bools:
    """Return the rows that say again what a row above says."""
    repeated = np.ones(len(extract), dtype=np.bool_)
    repeated[np.unique(extract.row, return_index=True)[1]] = False
    return repeated


def _has_minutes(clock: Floats) -> bool:
    """Return whether most times of a clock are no full hour: many patients share a date, or an hour."""
    known = clock[~np.isnan(clock)]
    return bool((known % HOUR > 0).sum() > len(known) / 2)


def _start(came: Floats) -> float:
    """Return the first midnight of a day on which about as many came as usual on its weekday.

    Usual is the number of the day on which the median patient came, so that many thin days do not move it.
    """
    days, counts = np.unique(np.floor(came / DAY), return_counts=True)
    enough = np.zeros(len(days), dtype=np.bool_)
    for weekday in set(days % 7):
        mine = days % 7 == weekday
        enough[mine] = counts[mine] >= THINNEST * np.median(np.repeat(counts[mine], counts[mine]))
    return float(days[enough][0]) * DAY


def _end(came: Floats) -> float:
    """Return the midnight after the last day on which anybody came, stragglers apart."""
    usual = np.quantile(came, 1 - STRAGGLERS)
    return float(np.floor(came[came <= usual + GAP].max() / DAY) + 1) * DAY


def _rows(
    extract: Extract, keep: Bools, clocks: Mapping[str, Floats], numbers: Mapping[str, Floats]
) -> Extract:
    return replace(
        extract,
        clocks={name: clock[keep] for name, clock in clocks.items()},
        numbers={name: values[keep] for name, values in numbers.items()},
        codes={name: codes[keep] for name, codes in extract.codes.items()},
        row=extract.row[keep],
    )


def _heaps(extract: Extract) -> Iterator[Finding]:
    """Yield clocks that were set or rounded rather than read."""
    for name, clock in extract.clocks.items():
        known = clock[~np.isnan(clock)]
        if not extract.has_hours[name] or len(known) < FEWEST_JUDGED:
            continue
        midnight = int((known % DAY == 0).sum())
        if midnight > HEAP * len(known):
            yield Finding(f"{name}_at_midnight", f"{_words(name)} at 00:00 exactly", midnight, SAID)
        if (fives := int((known % HOUR % 5 == 0).sum())) > ROUNDED * len(known):
            words = f"{_words(name)} on a multiple of five minutes, more than chance would have"
            yield Finding(f"{name}_rounded", words, fives, SAID)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _nothing_left(extract: Extract) -> InputError:
    begins = extract.kind.begins
    message = (
        f"must have rows that can be used; none of {len(extract)} has a believable {begins} in its period"
    )
    return InputError([Problem(shown(extract.file), "", message)])
