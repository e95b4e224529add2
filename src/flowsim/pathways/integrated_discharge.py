"""Integrated discharge: what is arranged for a medically fit patient, stage by stage, while the bed is kept.

medically fit --> referral --> assessment (once or twice, staff and hours)
--> CHC decision in the bed (some P3) --> funding (unless the patient pays)
--> brokerage (by council) --> ready for service
service starts --> patient transport --> out of the bed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from flowsim.pathways.builder import Hospital
from flowsim.pathways.continuing_healthcare import ContinuingHealthcare
from flowsim.pathways.path import Path
from flowsim.pathways.winter import on_duty
from flowsim.sampling.distributions import Distribution
from flowsim.sampling.laws import By, Chance, Derived, Draw, Duration
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS


class IntegratedDischarge:
    """The stages between medically fit and ready for the service, and the way to it."""

    def __init__(
        self, hospital: Hospital, scenario: Scenario, origin: dt.datetime, chc: ContinuingHealthcare
    ) -> None:
        plan = scenario.integrated_discharge
        self.plan, self.chc = plan, chc
        self.assessors = hospital.resource(
            "ids_assessors", on_duty(plan.assessors, scenario, origin, hospital.unrolled)
        )
        self.referral = Draw("ids_referral", plan.referral)
        self.assessments = [Draw(f"ids_assessment.{visit}", plan.assessment) for visit in (1, 2)]
        self.second = Draw("second_assessment", Chance())
        self.self_funded = Draw("self_funded", Chance())
        self.funding = Draw("funding", _by_pathway(plan.funding))
        by_locality = {locality: plan.brokerage_factor[council] for locality, council in COUNCILS.items()}
        self.brokerage = Draw("brokerage", _by_pathway(plan.brokerage, By("locality", by_locality)))
        self.transport = Draw("patient_transport", plan.transport)

    def arrange(self, patient: Path, pathway: str) -> None:
        """Lay what is done for a patient who has just become medically fit, until the service can be had."""
        patient.mark("medically_fit")
        patient.delay(self.referral)
        patient.mark("ids_referred")
        first, second = self.assessments
        self._assess(patient, first)
        twice = patient.branch(self.second, self.plan.second_assessment)
        self._assess(twice, second)
        patient.join(twice)
        patient.mark("ids_assessed")
        if pathway == "P3":
            self.chc.decide_in_acute_bed(patient)
        pays = patient.branch(self.self_funded, self.plan.self_funded[pathway])
        patient.delay(self.funding)
        patient.join(pays)
        patient.mark("funding_agreed")
        patient.delay(self.brokerage)
        patient.mark("ready_for_service")

    def finish_arranging(self, patient: Path, since_fit: Draw) -> None:
        """Lay what is left for those who were medically fit when the run began.

        How far they have come follows from how long they have been fit; IDS is taken to have assessed them.
        """
        patient.mark("medically_fit")
        stages = (since_fit, self.referral, self.funding, self.brokerage)
        patient.delay(Derived(stages, lambda gone, *minutes: np.maximum(gone, np.sum(minutes, axis=0))))
        patient.mark("ready_for_service")

    def travel(self, patient: Path) -> None:
        """Lay the wait for transport to the service."""
        patient.mark("transport_booked")
        patient.delay(self.transport)

    def _assess(self, patient: Path, minutes: Draw) -> None:
        patient.seize(self.assessors, slot="assessor", site="ids_assessment")
        patient.delay(minutes)
        patient.release("assessor")


def _by_pathway(times: Mapping[str, Distribution], factor: By | float = 1.0) -> Duration:
    """Return the law of a stage; simple discharges never come to it."""
    return Duration({**dict(times), "P4": times["P1"]}, by="pathway", factor=factor)
