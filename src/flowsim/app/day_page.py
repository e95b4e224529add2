"""The page of a day: who is where at an hour, with and without what is tested, and links to other hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flowsim.app.answer_page import heading
from flowsim.app.day import GROUPS, HOURS, Days
from flowsim.app.question import Asked
from flowsim.errors import InputError
from flowsim.experiments.runs.results import About
from flowsim.report import wording

ARMS = ("Without", "With")
MORNING = 10
"""The hour that is shown first."""

Row = tuple[str, list[tuple[int, int, int, int]]]


def hour_of(written: str, about: About) -> int:
    """Return the hour since the period's first midnight that an address means by `2016-04-05T10`.

    Raises
    ------
    InputError
        If it means none of the period.
    """
    if not written:
        return MORNING
    try:
        moment = dt.datetime.strptime(written, "%Y-%m-%dT%H")
    except ValueError:
        moment = dt.datetime.min
    first = dt.datetime.combine(about.start, dt.time())
    hours = int((moment - first).total_seconds() // 3600)
    if not 0 <= hours < about.days * HOURS:
        raise InputError(f"must be an hour from {about.start}T00 to {about.last}T23; found “{written[:20]}”")
    return hours


def context(asked: Asked, about: About, several: Sequence[Days], at: int) -> dict[str, object]:
    """Return what stands on the page of an hour.

    Parameters
    ----------
    asked : Asked
    about : About
        Of the baseline.
    several : sequence of Days
        The baseline's, and those of what is tested.
    at : int
        Hours since the period's first midnight.
    """
    midnight, last = at - at % HOURS, about.days * HOURS - 1

    def address(hour: int) -> str:
        moment = dt.datetime.combine(about.start, dt.time()) + dt.timedelta(hours=hour)
        return f"/day?{asked.question.query}&at={moment:%Y-%m-%dT%H}"

    day = about.start + dt.timedelta(days=at // HOURS)
    return {
        "heading": heading(asked),
        "title": asked.title,
        "query": asked.question.query,
        "date": f"{day:%A} {wording.date(day)}",
        "hour": f"{at % HOURS:02}:00",
        "hours": [(f"{h:02}:00", address(midnight + h), midnight + h == at) for h in range(HOURS)],
        "before": address(at - HOURS) if at >= HOURS else "",
        "after": address(at + HOURS) if at + HOURS <= last else "",
        "next": address(at + 1) if at < last else "",
        "arms": ARMS,
        "groups": [(title, rows) for i, title in enumerate(GROUPS) if (rows := _rows(several, i, at))],
    }


def _rows(several: Sequence[Days], group: int, at: int) -> list[Row]:
    """Return a line for each place of a group that is ever open, used or waited for on the day."""
    first, rows = several[0], []
    for i, name in enumerate(first.names):
        if first.group[i] != group:
            continue
        cells = [(int(d.inside[i, at]), int(d.open[i, at]), int(d.waiting[i, at])) for d in several]
        begins = at - at % HOURS
        day = slice(begins, begins + HOURS)
        scale = max(int((d.waiting[i, day] + d.open[i, day]).max()) for d in several)
        if scale or any(d.inside[i, day].any() for d in several):
            scale = max(scale, *(inside + waiting for inside, _, waiting in cells))
            rows.append((f"{name[0].upper()}{name[1:]}", [(*cell, scale) for cell in cells]))
    return rows
