"""The reporting period: which minutes of a run are reported, and what in the log means what.

Days are local calendar days; summer time is ignored. The night of a day is counted at its 24:00. On the
time grid a quotient by a day that is not whole differs from a whole number by far more than rounding, so
its floor is exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flowsim.errors import InputError
from flowsim.timeline import DAY, HOUR
from flowsim.wording import unknown

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Basis = Literal["departures", "arrivals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingPeriod:
    """What is reported of a run.

    Parameters
    ----------
    origin : datetime
        The local moment of minute 0.
    begins, ends : float
        Minutes. Reported is [begins, ends): the warm-up lies before.
    ga_beds : tuple of str
        Resources that are general and acute beds, escalation beds among them.
    escalation, amu : str or None
        Resources: the escalation beds, the acute medical unit.
    d2a : Mapping[str, tuple[str, str]]
        For each resource of discharge-to-assess slots its pathway and locality.
    councils : Mapping[str, str]
        The council of each locality.
    opel : str or None
        Resource: its places are the number of the escalation level.
    closed_beds : str or None
        Resource: its places are the number of beds closed for infection.
    cancelled, put_off : str or None
        Resources: where electives wait for a new date, those cancelled for lack of a bed and those put off by
        a pause; the second is not there without pauses.
    sdec_counts_as_admission : bool
        Whether same-day emergency care (AEC) is booked as an admission, as it was in 2016.
    basis : str
        Whether an attendance belongs to the period of its departure or of its arrival.
    other_departments, elective : tuple of str
        Classes of patients: the trust's attendances outside the type 1 department, elective admissions.
    other_units : tuple of str
        Classes of patients: attendances outside the type 1 department, another provider's among them.
    """

    origin: dt.datetime
    begins: float
    ends: float
    ga_beds: tuple[str, ...] = ()
    escalation: str | None = None
    amu: str | None = None
    d2a: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    councils: Mapping[str, str] = field(default_factory=dict)
    opel: str | None = None
    closed_beds: str | None = None
    cancelled: str | None = None
    put_off: str | None = None
    sdec_counts_as_admission: bool = True
    basis: Basis = "departures"
    other_departments: tuple[str, ...] = ("type2", "type3")
    other_units: tuple[str, ...] = ("type2", "type3", "treatment_centre")
    elective: tuple[str, ...] = ("elective",)

    def __post_init__(self) -> None:
        if not 0 <= self.begins < self.ends:
            raise InputError(
                "a reporting period must begin at minute 0 or later and end after that; "
                f"found {self.begins:g} to {self.ends:g}"
            )
        for ward in filter(None, (self.amu, self.escalation)):
            if ward not in self.ga_beds:
                raise InputError(unknown("general and acute beds", ward, self.ga_beds))

    def day(self, t: ArrayLike) -> Ints:
        """Return the number of the calendar day of each time; the day of the origin is 0."""
        since_midnight = np.asarray(t, dtype=np.float64) + midnight_before(self.origin)
        return np.floor(since_midnight / DAY).astype(np.int64)


def midnight_before(moment: dt.datetime) -> float:
    """Return the minutes from the last midnight to this moment."""
    return moment.hour * HOUR + moment.minute + moment.second / 60


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The days of a reporting period, and the moments at which patients are counted.

    Parameters
    ----------
    dates : tuple of date
        Every calendar day that the period touches, in order.
    starts : NDArray[np.float64]
        The minute at which each begins.
    edges : NDArray[np.float64]
        The minutes between which each lies in the period, one more than there are days.
    share : NDArray[np.float64]
        How much of each lies in the period, 0-1.
    midnights : NDArray[np.float64]
        Every 24:00 after `begins`, `ends` included.
    eights : NDArray[np.float64]
        Every 08:00 from `begins` on, before `ends`.
    months, weeks : tuple of str
        Labels, in order.
    month_of_day, week_of_day : NDArray[np.int64]
        Position of each day's label.
    """

    dates: tuple[dt.date, ...]
    starts: Floats
    edges: Floats
    share: Floats
    midnights: Floats
    eights: Floats
    months: tuple[str, ...]
    weeks: tuple[str, ...]
    month_of_day: Ints
    week_of_day: Ints

    @classmethod
    def of(cls, period: ReportingPeriod) -> Calendar:
        """Return the calendar of a period."""
        offset = midnight_before(period.origin)
        first, last = int(period.day(period.begins)), int(-(-(period.ends + offset) // DAY))
        numbers = np.arange(first, last, dtype=np.float64)
        starts = np.asarray(numbers * DAY - offset)
        edges = np.clip(np.append(starts, starts[-1] + DAY), period.begins, period.ends)
        midnights, eights = np.asarray(starts + DAY), np.asarray(starts + 8 * HOUR)
        dates = tuple(period.origin.date() + dt.timedelta(int(n)) for n in numbers)
        months, month_of_day = _labelled([f"{d:%Y-%m}" for d in dates])
        weeks, week_of_day = _labelled(["{}-W{:02}".format(*d.isocalendar()[:2]) for d in dates])
        return cls(
            dates,
            starts,
            edges,
            np.diff(edges) / DAY,
            midnights[midnights <= period.ends],
            eights[(eights >= period.begins) & (eights < period.ends)],
            months,
            weeks,
            month_of_day,
            week_of_day,
        )

    def position(self, t: Floats) -> Ints:
        """Return the position in `dates` of each time, those outside going to the nearest day."""
        days = ((t - self.starts[0]) / DAY).astype(np.int64)  # towards 0, where they are clipped anyway
        return np.asarray(np.clip(days, 0, len(self.dates) - 1, out=days))


def _labelled(texts: list[str]) -> tuple[tuple[str, ...], Ints]:
    """Return the different texts in order and the position of each; equal ones stand together."""
    labels = tuple(dict.fromkeys(texts))
    position = {label: i for i, label in enumerate(labels)}
    return labels, np.array([position[text] for text in texts], dtype=np.int64)
