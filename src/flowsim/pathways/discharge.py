"""Discharge: from medically ready to out of the bed.

medically ready --> died
--> needed the bed for hours only --> home
--> simple (Portsmouth P4, nationally P0) --> a day and an hour of discharge --> home
--> complex: medically fit --> (integrated discharge) --> ready for service
--> P1 | P2 | P3 (community)
home --> readmission
a planned stay that is over --> simple
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.pathways.builder import Hospital
from flowsim.pathways.community import Community, go_on_a_day
from flowsim.pathways.demand import PHASES, READMITTED
from flowsim.pathways.integrated_discharge import IntegratedDischarge
from flowsim.pathways.path import Path
from flowsim.sampling.laws import By, Chance, Derived, Draw
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import PATHWAYS
from flowsim.timeline import DAY

BEDS = ("first_bed", "ward_bed")
"""What a bed is held as: the first of a stay, or the ward's that follows."""


class Discharge:
    """The way out of every bed."""

    def __init__(
        self, hospital: Hospital, scenario: Scenario, origin: dt.datetime, community: Community
    ) -> None:
        plan, wards = scenario.discharge, scenario.wards
        self.plan, self.hospital, self.community = plan, hospital, community
        self.death = By("phase", {"zero_day": 0.0, **dict(wards.death)})
        self.dying = Draw("death", Chance())
        self.turnaround = {
            bed: Derived(
                (Draw(f"cleaning_of_{bed}", wards.cleaning), Draw(f"allocation_of_{bed}", allocation)), np.add
            )
            for bed, allocation in zip(
                BEDS, (wards.allocation.first_bed, wards.allocation.ward_bed), strict=True
            )
        }
        self.days = hospital.calendar("discharge days", plan.weekdays.over(origin, hospital.unrolled))
        self.day_chance = Draw("discharge_day", Chance(), trait=True)
        self.clock = Draw("discharge_time", plan.hours, trait=True)
        self.ids = IntegratedDischarge(hospital, scenario, origin, community.chc)
        self.readmission_after = Draw("readmission_after", plan.readmission_after)
        self.ready = {}
        self.simple = {}
        for bed in BEDS:
            self.ready[bed], patient = hospital.label(f"ready to leave the {bed}")
            self.simple[bed], simple = hospital.label(f"simple discharge from the {bed}")
            self._lay(patient, simple, bed)

    def leave_from(self, patient: Path, bed: str) -> None:
        """Send patients who are medically ready, holding `bed`, on their way out."""
        patient.to(self.ready[bed])

    def leave_after_planned_stay(self, patient: Path) -> None:
        """Send planned patients home from their first bed: the chance of dying is that of emergencies."""
        patient.mark("medically_ready")
        patient.to(self.simple["first_bed"])

    def end_stay(self, patient: Path, bed: str) -> None:
        """Lay the end of a stay that the patient survives: the bed is free, a readmission may follow."""
        patient.mark("discharged")
        patient.release(bed, self.turnaround.get(bed))
        back = patient.branch(READMITTED, self.plan.readmitted)
        back.spawn(self.readmission_after)
        patient.join(back)

    def _lay(self, patient: Path, simple: Path, bed: str) -> None:
        patient.mark("medically_ready")
        dying = patient.branch(self.dying, self.death)
        dying.mark("died")
        dying.mark("discharged")
        dying.release(bed, self.turnaround[bed])
        dying.leave()

        phases = patient.sort("phase")
        hours_only = phases.pop(PHASES[0])
        patient.join(*phases.values())
        ways = patient.sort("pathway")
        simple.join(ways.pop("P4"))
        if self.plan.daily_review < 1:
            simple.delay(Draw(f"review_before_leaving_{bed}", _DaysUntil(self.plan.daily_review)))
        for pathway in PATHWAYS:
            simple_after_all = self._complex(ways[pathway], pathway, bed)
            simple.join(simple_after_all)
        go_on_a_day(simple, self.days, self.day_chance, self.clock)
        simple.join(hours_only)
        self.end_stay(simple, bed)
        simple.leave()

    def go_on_waiting(self, patient: Path, bed: str, since_fit: Draw) -> None:
        """Lay the way of those who were medically fit to leave when the run began.

        Their wait for a service counts from the start of the run: nobody records since when they are ready.
        """
        patient.mark("medically_ready")
        ways = patient.sort("pathway")
        simple = ways.pop("P4")
        simple.delay(since_fit)
        for pathway, path in ways.items():
            self.ids.finish_arranging(path, since_fit)
            simple.join(self._serve(path, pathway, bed))
        go_on_a_day(simple, self.days, self.day_chance, self.clock)
        self.end_stay(simple, bed)
        simple.leave()

    def _complex(self, patient: Path, pathway: str, bed: str) -> Path:
        """Lay a complex discharge; return those who found another way out."""
        self.ids.arrange(patient, pathway)

        return self._serve(patient, pathway, bed)

    def _serve(self, patient: Path, pathway: str, bed: str) -> Path:
        """Lay the wait for the service and the end of the stay when it starts."""

        def leave_bed(starting: Path) -> None:
            self.ids.travel(starting)
            self.end_stay(starting, bed)

        return self.community.start(patient, pathway, leave_bed)


@dataclass(frozen=True, slots=True)
class _DaysUntil:
    """Whole days until what happens with the same chance on every day, none if it happens on the first."""

    chance: float

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return minutes."""
        return np.asarray(np.floor(np.log1p(-u) / np.log1p(-self.chance)) * DAY)
