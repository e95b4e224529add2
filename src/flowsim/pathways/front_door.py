"""The front door.

ambulance --> bay (queue outside) --> handover --> initial assessment --+--> stream (bay kept until a
space)
walk-in   ---------------------------------------> initial assessment --+--> stream (waiting room)
+--> GP stream --> home | ED
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.builder import Hospital
from flowsim.pathways.emergency_department import EmergencyDepartment
from flowsim.pathways.path import Path
from flowsim.pathways.winter import on_duty
from flowsim.sampling.laws import Draw
from flowsim.scenario.schema import Scenario

AMBULANCE_FIRST, WALK_IN = 0, 1


class FrontDoor:
    """Bays, assessment nurses and the GP stream."""

    def __init__(
        self, hospital: Hospital, scenario: Scenario, origin: dt.datetime, department: EmergencyDepartment
    ) -> None:
        plan = scenario.front_door
        gps = on_duty(plan.gps, scenario, origin, hospital.unrolled)
        self.department = department
        self.bounce_back = plan.gp_bounce_back
        self.bays = hospital.resource("assessment_bays", plan.assessment_bays)
        self.nurses = hospital.resource(
            "assessment_nurses", on_duty(plan.assessment_nurses, scenario, origin, hospital.unrolled)
        )
        self.gps = hospital.resource("gps", gps)
        self.gp_closed = hospital.calendar("gp stream closed", gps.inverted())
        self.handover = Draw("handover", plan.handover)
        self.assessment = Draw("initial_assessment", plan.initial_assessment)
        self.consultation = Draw("gp_consultation", plan.gp_consultation)

    def by_ambulance(self, patient: Path) -> None:
        """Lay the way of ambulance arrivals into the ED."""
        patient.mark("ed_arrival")
        patient.mark("ambulance_arrival")
        patient.seize(self.bays, slot="bay")
        patient.delay(self.handover)
        patient.mark("handover")
        self._assess(patient, AMBULANCE_FIRST)
        self.department.enter_from_bay(patient)

    def on_foot(self, patient: Path) -> None:
        """Lay the way of walk-ins into the ED or the GP stream."""
        patient.mark("ed_arrival")
        self._assess(patient, WALK_IN)
        streams = patient.sort("stream")
        to_department = Path(patient.hospital)
        to_department.join(*(path for stream, path in streams.items() if stream != "gp"))
        to_department.join(self._see_gp(streams["gp"]))
        self.department.enter_from_waiting_room(to_department)

    def _assess(self, patient: Path, priority: int) -> None:
        patient.seize(self.nurses, slot="nurse", priority=priority)
        patient.mark("initial_assessment")
        patient.delay(self.assessment)
        patient.release("nurse")
        patient.mark("assessed")

    def _see_gp(self, patient: Path) -> Path:
        """Lay the GP stream; return those who need the ED after all."""
        too_late = patient.seize(self.gps, slot="gp", closing=self.gp_closed)
        patient.mark("gp_seen")
        patient.delay(self.consultation)
        patient.release("gp")
        sent_on = patient.branch("gp_bounce_back", self.bounce_back)
        patient.mark("departed")
        patient.leave()
        sent_on.join(too_late)
        return sent_on
