"""Mental health in the emergency department.

    majors --> referral to a specialty, like others --> admitted
       |
       +--> home
       +--> decision unit (open, a place free) --> home | mental-health bed elsewhere
       +--> psychiatric liaison (in its hours) --> home | mental-health bed elsewhere

Whoever waits for liaison, or after it for a bed elsewhere, keeps the cubicle.
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.pathways.winter import on_duty
from flowsim.sampling.laws import Chance, Draw
from flowsim.scenario.schema import Scenario


class MentalHealth:
    """Psychiatric liaison, the decision unit, and the wait for a bed that is not the trust's."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime, transfer: Draw) -> None:
        plan = scenario.mental_health
        unit = plan.decision_unit
        hours = unit.hours.over(origin, hospital.unrolled)
        self.plan, self.transfer = plan, transfer
        self.liaison = hospital.resource(
            "liaison", on_duty(plan.liaison, scenario, origin, hospital.unrolled)
        )
        self.response = Draw("liaison_response", plan.liaison_response)
        self.assessment = Draw("liaison_assessment", plan.liaison_assessment)
        self.needs_bed = Draw("mental_health_bed", Chance())
        self.wait_for_bed = Draw("mental_health_bed_wait", plan.wait_for_bed_elsewhere)
        self.unit = hospital.resource("decision_unit", hours.scaled(unit.places))
        self.stay_in_unit = Draw("decision_unit_stay", unit.stay)

    def see(self, patient: Path) -> None:
        """Lay what those need who are in a cubicle and not to be admitted; those who go home go on here."""
        needs_liaison = patient.branch("needs_liaison", self.plan.needs_liaison)
        self._decision_unit(needs_liaison)
        needs_liaison.mark("liaison_referral")
        needs_liaison.delay(self.response)
        needs_liaison.seize(self.liaison, slot="liaison")
        needs_liaison.mark("liaison_seen")
        needs_liaison.delay(self.assessment)
        needs_liaison.release("liaison")
        self._bed_elsewhere(needs_liaison)
        patient.join(needs_liaison)

    def _decision_unit(self, patient: Path) -> None:
        suitable = patient.branch("decision_unit", self.plan.decision_unit.diverted)
        full_or_shut = suitable.seize(self.unit, slot="decision_unit", patience=0)
        patient.join(full_or_shut)
        suitable.delay(self.transfer)
        suitable.mark("departed")
        suitable.release("space")
        suitable.delay(self.stay_in_unit)
        self._bed_elsewhere(suitable)
        suitable.release("decision_unit")
        suitable.leave()

    def _bed_elsewhere(self, patient: Path) -> None:
        waiting = patient.branch(self.needs_bed, self.plan.bed_elsewhere)
        waiting.mark("mental_health_bed_requested")
        waiting.delay(self.wait_for_bed)
        patient.join(waiting)
