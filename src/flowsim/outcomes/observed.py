"""The log as a reporting period sees it: the columns that several metrics share, each worked out once.

All columns have a row a patient. Controllers and those who never came have NaN in every mark, so no metric
can count them. Nothing here is a metric.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.errors import InputError
from flowsim.outcomes.period import Calendar, Floats, Ints, ReportingPeriod
from flowsim.wording import unknown

Bools = NDArray[np.bool_]

LONGEST_HANDOVER_BEFORE_THE_CLOCK = 15.0
"""Minutes an ambulance may stand outside before the patient's clock starts without a handover."""

FROM_65 = ("65-74", "75-84", "85+")
"""Age bands from 65 on."""

ENDED_BEFORE_THE_DOOR = (
    "hear_and_treat",
    "see_and_treat",
    "treated_at_home",
    "enhanced_access",
    "cas_diverted",
)
"""Marks of those whom a service before the door kept from coming."""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Stays of patients, one row each; `ended` is infinite for those still there."""

    patient: Ints
    resource: Ints
    """Position in the list of names they were chosen by."""
    started: Floats
    ended: Floats


class Observed:
    """A log seen through a reporting period.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod
    child : NDArray[np.int32] or None
        For each patient the row of their return, or -1, as the cohort has it; None if it is not known.

    Raises
    ------
    InputError
        If the run ends before the period does, or the period names a resource that the log does not know.
    """

    def __init__(self, log: Log, period: ReportingPeriod, child: NDArray[np.int32] | None = None) -> None:
        if period.ends > log.end:
            raise InputError(
                f"the run ends at minute {log.end:g}, before the reporting period does ({period.ends:g})"
            )
        for name in (*period.ga_beds, *period.d2a):
            if name not in log.resource_names:
                raise InputError(unknown("resource", name, log.resource_names))
        self.log = log
        self.period = period
        self.child = child
        self.calendar = Calendar.of(period)
        self.made: dict[Hashable, Any] = {}
        """What functions have worked out from this for several metrics."""
        self._marks: dict[str, Floats] = {}
        self._has: dict[str, Bools] = {}
        self._levels: dict[str, NDArray[np.int8]] = {}

    def knows(self, name: str) -> bool:
        """Return whether the log has this mark or attribute, or the period this field."""
        if name == "child":
            return self.child is not None
        return (
            name in self.log.mark_names or name in self.log.levels or bool(getattr(self.period, name, None))
        )

    def mark(self, name: str) -> Floats:
        """Return when each patient was given a mark; NaN if never, or if nobody ever is."""
        if name not in self._marks:
            if name in self.log.mark_names:
                stamped = self.log.mark(name)
                if not np.isnan(stamped[self._others]).all():
                    stamped = stamped.copy()
                    stamped[self._others] = np.nan
            else:
                stamped = np.full(len(self.is_patient), np.nan)
            self._marks[name] = stamped
        return self._marks[name]

    def has(self, name: str) -> Bools:
        """Return who was given a mark."""
        if name not in self._has:
            self._has[name] = ~np.isnan(self.mark(name))
        return self._has[name]

    def is_level(self, attribute: str, level: str) -> Bools:
        """Return who has a level of an attribute; nobody if the log does not know it."""
        levels = self.log.levels.get(attribute, ())
        if level not in levels:
            return np.zeros(len(self.is_patient), dtype=np.bool_)
        return np.asarray(self.log.patients.attributes[attribute] == levels.index(level))

    def level(self, attribute: str) -> NDArray[np.int8]:
        """Return the position of each patient's level of an attribute, that after the last for none."""
        if attribute not in self._levels:
            codes = self.log.patients.attributes[attribute]
            after_the_last = np.int8(len(self.log.levels[attribute]))
            self._levels[attribute] = np.where(codes < 0, after_the_last, codes)
        return self._levels[attribute]

    def within(self, t: Floats) -> Bools:
        """Return which times lie in the period; NaN does not."""
        return (t >= self.period.begins) & (t < self.period.ends)

    def rows(self, t: Floats, *conditions: Bools) -> Ints:
        """Return the patients whose time lies in the period and who meet every condition."""
        chosen = self.within(t)
        for condition in conditions:
            chosen &= condition
        return np.flatnonzero(chosen)

    def _of_class(self, names: tuple[str, ...]) -> Bools:
        return np.isin(self.log.class_names, names)[self.log.patients.klass] & self.is_patient

    @cached_property
    def _others(self) -> Ints:
        return np.flatnonzero(~self.is_patient)

    @cached_property
    def is_patient(self) -> Bools:
        """Who came, controllers left out."""
        controller = np.array(self.log.controllers, dtype=np.bool_)
        return ~controller[self.log.patients.klass] & ~np.isnan(self.log.patients.started)

    @cached_property
    def of_65_and_over(self) -> Bools:
        """Who is 65 or older; nobody if the log does not know ages."""
        return np.asarray(np.any([self.is_level("age_band", band) for band in FROM_65], axis=0))

    @cached_property
    def kept_away(self) -> Bools:
        """Who asked for help and did not come to the hospital."""
        away = np.zeros(len(self.is_patient), dtype=np.bool_)
        for name in ENDED_BEFORE_THE_DOOR:
            away |= self.has(name)
        return away

    @cached_property
    def type1(self) -> Bools:
        """Who attended the type 1 department."""
        return self.has("ed_arrival")

    @cached_property
    def attended(self) -> Bools:
        """Who attended a department of any type."""
        return self.type1 | self._of_class(self.period.other_departments)

    @cached_property
    def clock_start(self) -> Floats:
        """When the four-hour clock starts; NaN for those who attended nowhere."""
        outside = np.fmin(
            self.mark("handover"), self.mark("ambulance_arrival") + LONGEST_HANDOVER_BEFORE_THE_CLOCK
        )
        elsewhere = np.where(self.attended, self.log.patients.started, np.nan)
        came = np.where(self.type1, self.mark("ed_arrival"), elsewhere)
        return np.where(self.has("ambulance_arrival"), outside, came)

    @cached_property
    def first_seen(self) -> Floats:
        """When a decision maker first saw somebody, a clinician of the department or a GP; NaN if none."""
        return np.fmin(self.mark("gp_seen"), self.mark("first_clinician"))

    @cached_property
    def in_department(self) -> Floats:
        """Minutes from clock start to departure; NaN while inside."""
        return self.mark("departed") - self.clock_start

    @cached_property
    def attendance(self) -> Floats:
        """When a closed attendance counts, by the basis of the period; NaN for open ones."""
        if self.period.basis == "departures":
            return np.where(self.attended, self.mark("departed"), np.nan)
        return np.where(self.has("departed"), self.clock_start, np.nan)

    @cached_property
    def attendances(self) -> Ints:
        """Closed attendances of the period, all types."""
        return self.rows(self.attendance)

    @cached_property
    def attendances_type1(self) -> Ints:
        """Closed attendances of the period, type 1."""
        return self.attendances[self.type1[self.attendances]]

    @cached_property
    def open_attendances(self) -> Ints:
        """Whose attendance no period can count yet: in a department at the end, all types."""
        known_until = self.period.ends if self.period.basis == "departures" else np.inf
        return np.flatnonzero((self.arrival < self.period.ends) & ~(self.mark("departed") < known_until))

    @cached_property
    def arrival(self) -> Floats:
        """When somebody came to a department, if only in an ambulance outside; NaN for all others."""
        came = np.where(self.type1, self.mark("ed_arrival"), self.log.patients.started)
        return np.where(self.attended, came, np.nan)

    @cached_property
    def elective(self) -> Bools:
        """Elective patients."""
        return self._of_class(self.period.elective)

    @cached_property
    def same_day_only(self) -> Bools:
        """Who had same-day emergency care (AEC) and no bed."""
        slept = np.zeros(len(self.is_patient), dtype=np.bool_)
        slept[self.bed_stays.patient] = True
        return self.has("ambulatory_care") & ~slept

    @cached_property
    def inpatient(self) -> Bools:
        """Whose stay is an admission, same-day emergency care only if the period counts it."""
        counted = self.has("admitted")
        return counted if self.period.sdec_counts_as_admission else counted & ~self.same_day_only

    @cached_property
    def emergency(self) -> Bools:
        """Whose admission is an emergency admission."""
        return self.inpatient & ~self.elective

    @cached_property
    def spell_end(self) -> Floats:
        """When the acute spell ends; infinite while it lasts."""
        return open_ended(self.mark("discharged"))

    @cached_property
    def nights(self) -> Floats:
        """Length of stay of finished spells, days: the difference of dates; NaN while it lasts."""
        nights = np.full(len(self.is_patient), np.nan)
        done = np.flatnonzero(self.has("discharged") & self.has("admitted"))
        nights[done] = self.period.day(self.mark("discharged")[done]) - self.period.day(
            self.mark("admitted")[done]
        )
        return nights

    @cached_property
    def bed_stays(self) -> Intervals:
        """Stays in general and acute beds, from when the patient has left the department for the bed."""
        held = self.stays(self.period.ga_beds)
        if "admitted" not in self.log.mark_names:
            return held
        admitted = self.mark("admitted")[held.patient]
        rows = np.flatnonzero(~np.isnan(admitted))
        started = np.maximum(held.started[rows], admitted[rows])
        return Intervals(held.patient[rows], held.resource[rows], started, held.ended[rows])

    def ward(self, name: str) -> Intervals:
        """Return the stays in one resource of general and acute beds."""
        stays = self.bed_stays
        rows = np.flatnonzero(stays.resource == self.period.ga_beds.index(name))
        return Intervals(stays.patient[rows], stays.resource[rows], stays.started[rows], stays.ended[rows])

    def stays(self, resources: tuple[str, ...]) -> Intervals:
        """Return the stays of patients in some resources."""
        position = np.full(len(self.log.resource_names), -1, dtype=np.int64)
        for i, name in enumerate(resources):
            position[self.log.resource(name)] = i
        stays = self.log.stays
        chosen = np.flatnonzero((position >= 0)[stays.resource] & ~np.isnan(stays.started))
        chosen = chosen[self.is_patient[stays.patient[chosen]]]
        return Intervals(
            stays.patient[chosen].astype(np.int64),
            position[stays.resource[chosen]],
            stays.started[chosen],
            open_ended(stays.ended[chosen]),
        )


def open_ended(t: Floats) -> Floats:
    """Return the times with infinity for what has not happened."""
    return np.where(np.isnan(t), np.inf, t)
