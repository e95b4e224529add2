"""Discharge-to-Assess: slots held per locality, which medically fit patients wait for in their hospital bed.

ready for service --> slot of the pathway in the patient's locality --> start day --> service -->
(blocked) --> end
| waits in the acute bed                                    bed free at the start
+--> another way out: home
+--> a new acute episode, then back to the same place in line
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.pathways.blueprint import Calendar, Resource, is_open
from flowsim.pathways.builder import Hospital
from flowsim.pathways.continuing_healthcare import ContinuingHealthcare
from flowsim.pathways.path import Path
from flowsim.sampling.laws import By, Chance, Column, Derived, Draw, Duration
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS


class Community:
    """The slots of pathways 1-3 and what decides how long they are waited for."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
        plan = scenario.community
        self.chc = ContinuingHealthcare(scenario)
        services = {pathway: getattr(plan, pathway) for pathway in PATHWAYS}
        self.hospital = hospital
        self.slots = {
            (pathway, locality): hospital.resource(f"{pathway.lower()}_{locality}", service.places[locality])
            for pathway, service in services.items()
            for locality in LOCALITIES
        }
        self.starts = {
            pathway: hospital.calendar(f"{pathway} starts", service.starts.over(origin, hospital.unrolled))
            for pathway, service in services.items()
        }
        stays = {pathway: service.stay for pathway, service in services.items()}
        factors = {pathway: service.stay_factor for pathway, service in services.items()}
        self.stay = Draw(
            "service_stay",
            Duration(
                {**stays, "P4": stays["P1"]}, by="pathway", factor=By("pathway", factors, otherwise=1.0)
            ),
        )
        first, last = plan.first_start, plan.last_start
        self.start_chance = Draw("service_start_day", Chance(), trait=True)
        self.start_clock = Draw("service_start_time", _Between(first, last), trait=True)
        self.blocked_share = plan.blocked_by_long_term_care
        self.is_blocked = Draw("p1_blocked", Chance())
        self.blocked = Draw("blocked_by_long_term_care", plan.blocked)
        other = Draw("other_way_out", plan.waiting.other_way_out)
        episode = Draw("new_episode", plan.waiting.new_episode)
        self.other_way_out = other
        self.patience = Derived((other, episode), np.minimum)
        self.way = Derived((other, episode), lambda a, b: (b < a).astype(np.float64))
        self.new_episode_stay = Draw("new_episode_stay", plan.waiting.new_episode_stay)

    def start(self, patient: Path, pathway: str, leave_bed: Callable[[Path], None]) -> Path:
        """Lay the wait for a slot and the service; the bed is kept until the service starts.

        Parameters
        ----------
        patient : Path
            Marked `ready_for_service`, holding a bed.
        pathway : str
        leave_bed : callable
            Lays the way from the start day's hour to the end of the hospital stay.

        Returns
        -------
        Path
            Those who found another way out, still in their bed.
        """
        out = Path(self.hospital)
        for locality, resident in patient.sort("locality").items():
            slot = self.slots[pathway, locality]
            served = Path(self.hospital)
            elsewhere, unwell = self._queue(resident, slot, self.patience).route(self.way, 2)
            served.join(resident)
            unwell.delay(self.new_episode_stay)
            out.join(elsewhere, self._queue(unwell, slot, self.other_way_out))
            served.join(unwell)
            patient.join(served)
        go_on_a_day(patient, self.starts[pathway], self.start_chance, self.start_clock)
        leave_bed(patient)
        patient.mark("service_started")
        if pathway == "P3":
            self.chc.stay_in_placement(patient, self.stay)
        else:
            patient.delay(self.stay)
        if pathway == "P1":
            blocked = patient.branch(self.is_blocked, self.blocked_share)
            blocked.delay(self.blocked)
            patient.join(blocked)
        patient.mark("service_ended")
        patient.release("slot")
        patient.leave()
        return out

    @staticmethod
    def _queue(patient: Path, slot: Resource, patience: Column) -> Path:
        return patient.seize(
            slot,
            slot="slot",
            site="service",
            patience=patience,
            since="ready_for_service",
        )


def go_on_a_day(patient: Path, days: Calendar, chance: Draw, clock: Draw) -> None:
    """Wait for a day on which it can be done, then for the patient's time of that day.

    Whoever's time has passed today tries tomorrow; the chance is the patient's own, the same every day, so a
    weekend at a level of 0.3 lets the same three in ten go on both its days.
    """
    again = patient.here("another day")
    patient.until(days, above=chance)
    patient.until_clock(clock)
    today = patient.when(is_open(days, above=chance))
    patient.to(again)
    patient.join(today)


@dataclass(frozen=True, slots=True)
class _Between:
    """A time of day, every minute from the first to the last alike."""

    first: float
    last: float

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Return the minute of the day."""
        return self.first + u * (self.last - self.first)
