"""Discharge-to-Assess: slots held per locality, which medically fit patients wait for in their hospital bed.

ready for service --> (wait) --> slot of a pathway in the patient's locality --> start day --> service -->
P1: (blocked by long-term care) --> end
| waits in the acute bed, until the first of these                  bed free at the start
+--> another way out: home
+--> a new acute episode, then back to the same place in line
+--> P1: decline, and a place in the line of P2
+--> P2, P3: the next pathway down will do, if it has a slot sooner
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from flowsim.pathways.blueprint import Calendar, is_open
from flowsim.pathways.builder import Hospital
from flowsim.pathways.continuing_healthcare import ContinuingHealthcare
from flowsim.pathways.path import Path
from flowsim.pathways.patience import DECLINE, NEW_EPISODE, OTHER_WAY_OUT, SUBSTITUTION, Patience
from flowsim.pathways.winter import days_of_starts
from flowsim.sampling.laws import By, Chance, Column, Draw, Duration
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS


class Community:
    """The slots of pathways 1-3, how they are waited for and used."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
        plan = scenario.community
        self.chc = ContinuingHealthcare(scenario)
        self.patience = Patience(plan)
        self.services = {pathway: getattr(plan, pathway) for pathway in PATHWAYS}
        self.hospital, self.plan = hospital, plan
        self.slots = {
            (pathway, locality): hospital.resource(f"{pathway.lower()}_{locality}", service.places[locality])
            for pathway, service in self.services.items()
            for locality in LOCALITIES
        }
        self.starts = {
            pathway: hospital.calendar(
                f"{pathway} starts",
                days_of_starts(
                    service.starts.over(origin, hospital.unrolled), scenario, origin, hospital.unrolled
                ),
            )
            for pathway, service in self.services.items()
        }
        stays = {pathway: service.stay for pathway, service in self.services.items()}
        factors = {pathway: service.stay_factor for pathway, service in self.services.items()}
        self.stay = Draw(
            "service_stay",
            Duration(
                {**stays, "P4": stays["P1"]}, by="pathway", factor=By("pathway", factors, otherwise=1.0)
            ),
        )
        self.elsewhere = {
            ("P1", "P2"): self._stay_in("P2", 1.0),
            ("P2", "P1"): self._stay_in("P1", plan.substitution.P2_by_P1.stay_factor),
            ("P3", "P2"): self._stay_in("P2", plan.substitution.P3_by_P2.stay_factor),
        }
        first, last = plan.first_start, plan.last_start
        self.start_chance = Draw("service_start_day", Chance(), trait=True)
        self.start_clock = Draw("service_start_time", _Between(first, last), trait=True)
        self.is_blocked = Draw("p1_blocked", Chance())
        self.blocked = Draw("blocked_by_long_term_care", plan.blocked)
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
        served = {service: Path(self.hospital) for service in PATHWAYS}
        for locality, resident in patient.sort("locality").items():
            self._wait(resident, locality, (pathway,), self.patience.of(pathway), served, out)
        for service, begins in served.items():
            if begins:
                self._serve(begins, pathway, service, leave_bed)
        return out

    def _wait(
        self,
        patient: Path,
        locality: str,
        services: tuple[str, ...],
        clocks: tuple[str, ...],
        served: dict[str, Path],
        out: Path,
    ) -> None:
        """Lay the wait for a slot of one of some services while clocks run, and what comes of each."""
        granted, given_up = patient.choose(
            *(self.slots[service, locality] for service in services),
            slot="slot",
            site="service",
            patience=self.patience.first_of(clocks),
            since="ready_for_service",
        )
        for service, path in zip(services, granted, strict=True):
            served[service].join(path)
        for clock, path in self.patience.sort(given_up, clocks).items():
            others = tuple(one for one in clocks if one != clock)
            if clock == OTHER_WAY_OUT:
                out.join(path)
            elif clock == NEW_EPISODE:
                path.delay(self.new_episode_stay)
                self._wait(path, locality, services, others, served, out)
            elif clock == DECLINE:
                path.mark("declined")
                self._wait(path, locality, ("P2",), (OTHER_WAY_OUT,), served, out)
            else:
                self._wait(path, locality, (*services, SUBSTITUTION[clock]), others, served, out)

    def _serve(self, patient: Path, pathway: str, service: str, leave_bed: Callable[[Path], None]) -> None:
        """Lay a service for patients of a pathway who have its slot."""
        go_on_a_day(patient, self.starts[service], self.start_chance, self.start_clock)
        leave_bed(patient)
        patient.mark("service_started")
        if pathway > service:
            patient.mark("substituted")
        stay: Column = self.stay if service == pathway else self.elsewhere[pathway, service]
        if pathway == "P3":
            self.chc.stay_in_placement(patient, stay)
        else:
            patient.delay(stay)
        if service == "P1":
            for locality, resident in patient.sort("locality").items():
                blocked = resident.branch(self.is_blocked, self.plan.blocked_by_long_term_care[locality])
                blocked.mark("slot_blocked")
                blocked.delay(self.blocked)
                patient.join(resident, blocked)
        patient.mark("service_ended")
        patient.release("slot")
        patient.leave()

    def _stay_in(self, service: str, factor: float) -> Draw:
        """Return the stay of patients of another pathway: the service's own, with the same luck."""
        plan = self.services[service]
        return self.stay.through(Duration(plan.stay, factor=plan.stay_factor * factor))


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
