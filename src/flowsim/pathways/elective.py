"""Electives: planned overnight work that shares the surgical beds.

a date --> put off (a pause) ---------------------------------------+
       --> cancelled ahead (many wait for a bed) -------------------+
       --> no bed by the end of the patience: cancelled on the day -+--> waits for a new date, or is lost
       --> bed --> stay --> discharge
a new date --> the same again, so many times at most
"""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from flowsim.pathways.blueprint import is_open, is_waited_for
from flowsim.pathways.builder import Hospital
from flowsim.pathways.community import go_on_a_day
from flowsim.pathways.path import Path
from flowsim.pathways.rates import dated_rate
from flowsim.pathways.seasons import added_up
from flowsim.pathways.wards import Wards
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.draw_plan import Always, AttributeLaw, Drawn
from flowsim.sampling.laws import Chance, Draw
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import LOCALITIES
from flowsim.scenario.time_of_day import ClockShares
from flowsim.timeline import HOUR, StepFunction

ELECTIVE = "elective"
"""The class of those whose planned admission is to come."""

CANCELLED, PUT_OFF = "cancelled_electives", "electives_put_off"
"""Where electives wait for a new date: those cancelled for lack of a bed, and those put off by a pause."""


class Electives:
    """Planned work: its dates, its beds and its cancellations."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime, wards: Wards) -> None:
        plan = scenario.elective
        self.plan, self.hospital, self.wards = plan, hospital, wards
        self.cancelled = hospital.resource(CANCELLED, math.inf)
        pauses = added_up([(one.first, one.days, 1.0) for one in plan.pauses], origin)
        is_paused = StepFunction(pauses.times, np.minimum(pauses.levels, 1.0))
        if plan.pauses:
            self.paused = hospital.calendar("elective pauses", is_paused)
            self.resumed = hospital.calendar("planned work", is_paused.inverted())
            self.put_off = hospital.resource(PUT_OFF, math.inf)
        rate = dated_rate(plan.per_day, plan.weekdays, plan.hours, origin, hospital.end)
        self.new_dates = plan.rebooked.times if rate.ever_above() else 0
        if self.new_dates:
            days = plan.weekdays.over(origin, hospital.unrolled)
            times = np.union1d(days.times, is_paused.times)
            levels = days.at(times) / days.levels.max() * (1 - is_paused.at(times))
            self.days = hospital.calendar("elective days", StepFunction(times, levels))
            self.day_chance = Draw("elective_day", Chance(), trait=True)
            hours = ClockShares(tuple(HOUR * hour for hour in range(24)), plan.hours.hours)
            self.clock = Draw("elective_time", hours, trait=True)
        attributes: dict[str, AttributeLaw] = {
            "locality": Drawn([scenario.demand.locality[x] for x in LOCALITIES[:-1]]),
            "pathway": Always("P4"),
        }
        arrivals = PoissonArrivals(rate=rate, factor=plan.volume, multiple=scenario.run.superset)
        patient = hospital.arrivals(ELECTIVE, arrivals=arrivals, attributes=attributes)
        admitted = Path(hospital)
        self.is_orthopaedic = Draw("elective_orthopaedic", Chance())
        for date in range(1, self.new_dates + 2):
            patient = self._date(patient, date, admitted)
        admitted.mark("admitted")
        admitted.delay(Draw("elective_stay", plan.stay))
        wards.discharge.leave_after_planned_stay(admitted)

    def _date(self, patient: Path, date: int, admitted: Path) -> Path:
        """Lay a date; those who get a bed join the admitted, those with a new date are returned."""
        plan = self.plan
        cancelled, put_off = Path(self.hospital), Path(self.hospital)
        if plan.pauses:
            put_off = patient.when(is_open(self.paused))
            put_off.seize(self.put_off, slot=CANCELLED, site=PUT_OFF)
        many_wait = patient.when(is_waited_for(self.wards.bed_requests, plan.cancelled_when_waiting))
        if self.wards.ladder.electives_cancelled is not None:
            many_wait.join(patient.when(self.wards.ladder.electives_cancelled))
        cancelled.join(many_wait.branch(f"cancelled_ahead.{date}", plan.cancelled_ahead))
        patient.join(many_wait)
        orthopaedic = patient.branch(self.is_orthopaedic, plan.orthopaedic)
        surgery, trauma = self.wards.beds["surgery"], self.wards.beds["trauma_orthopaedics"]
        for path, own, other in ((patient, surgery, trauma), (orthopaedic, trauma, surgery)):
            no_bed = path.seize(
                own,
                other.preferred(1),
                slot="first_bed",
                site="elective_bed",
                priority=1,
                patience=plan.waits_for_bed,
                waiting=self.hospital.waiting_list("elective_requests"),
            )
            cancelled.join(no_bed)
        admitted.join(patient, orthopaedic)
        cancelled.seize(self.cancelled)
        cancelled.join(put_off)
        rebooked = Path(self.hospital)
        if date <= self.new_dates:
            rebooked = cancelled.branch(f"elective_rebooked.{date}", plan.rebooked.share)
            rebooked.delay(Draw(f"elective_rebooked_after.{date}", plan.rebooked.after))
            if plan.pauses:
                # Made anew when it is over, or all of its new dates would fall on the first day behind it.
                in_a_pause = rebooked.when(is_open(self.paused))
                in_a_pause.until(self.resumed)
                in_a_pause.delay(Draw(f"elective_rebooked_after_pause.{date}", plan.rebooked.after))
                rebooked.join(in_a_pause)
            go_on_a_day(rebooked, self.days, self.day_chance, self.clock)
            rebooked.release(self.cancelled)
        cancelled.release(self.cancelled)
        cancelled.leave()
        return rebooked
