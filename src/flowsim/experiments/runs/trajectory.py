"""The trajectory: what share of all attendances within four hours was agreed or expected, month by month.

A scenario names it in `run.trajectory`, a CSV of `month, within_4h_pct, what, source`. It is no record: a
picture shows it beside the model, and nothing is fitted to it or judged by it.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.wording import quoted

COLUMNS = ("month", "within_4h_pct", "what", "source")


@dataclass(frozen=True, slots=True)
class Milestone:
    """One month of a trajectory.

    Parameters
    ----------
    month : str
        Such as `2016-10`.
    share : float
        Within four hours, all types [0-1].
    what : str
        Whether it is a plan, a forecast or something else.
    source : str
    """

    month: str
    share: float
    what: str
    source: str


def read_trajectory(file: Path | None) -> tuple[Milestone, ...]:
    """Return the milestones in a file, in the order of their months; none if there is no file.

    Raises
    ------
    InputError
        If a column is missing, or with every line that holds no month, no percentage, no word or source, or
        a month that is not later than that before.
    """
    if file is None:
        return ()
    with file.open(newline="", encoding="utf-8-sig") as text:
        reader = csv.DictReader(text)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(
                [
                    Problem(
                        f"{file}:1",
                        "",
                        f"must have columns {', '.join(COLUMNS)}; {', '.join(missing)} missing",
                    )
                ]
            )
        lines = [(f"{file}:{reader.line_num}", row) for row in reader]
    problems: list[Problem] = []
    found: list[Milestone] = []
    for where, row in lines:
        try:
            one = _milestone(row)
            if found and one.month <= found[-1].month:
                raise ValueError(f"month must be later than {found[-1].month}; found {quoted(one.month)}")
            found.append(one)
        except ValueError as error:
            problems.append(Problem(where, "", str(error)))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _milestone(row: dict[str, str | None]) -> Milestone:
    month, percent, what, source = (row[name] or "" for name in COLUMNS)
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ValueError(f'month must be written like "2016-10"; found {quoted(month)}') from None
    try:
        share = float(percent) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"within_4h_pct must be a percentage from 0 to 100; found {quoted(percent)}")
    if not (what and source):
        raise ValueError("what and source must both be given")
    return Milestone(f"{first:%Y-%m}", share, what, source)
