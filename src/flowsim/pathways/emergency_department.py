"""The emergency department.

    space (minors | majors | resus | children)
      --> clinician --+-------------------------------+--> home
                      +--> investigations --> review --+
                                                       +--> referral --> FIT, COAST (in hours) --> home with
                                                       support
                                                                     --> specialty review --> home | decision
                                                                     to admit

Patients keep their space until they leave the department: whoever waits for a bed boards in it.
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.acute_medicine import Admission
from flowsim.pathways.admission_avoidance import for_residents
from flowsim.pathways.blueprint import is_open
from flowsim.pathways.builder import Hospital
from flowsim.pathways.children import ChildrensServices
from flowsim.pathways.frailty import FrailtyInterventionTeam
from flowsim.pathways.mental_health import MentalHealth
from flowsim.pathways.path import Path
from flowsim.pathways.winter import on_duty
from flowsim.sampling.laws import By, Chance, Derived, Draw, Duration
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import STREAMS

AREA = {"gp": "minors", **{stream: stream for stream in STREAMS if stream != "gp"}}
"""Where each stream is seen; who bounces back from the GP goes to minors."""

RESUS_FIRST = By("stream", {"resus": 0.0}, otherwise=1.0)


class EmergencyDepartment:
    """Spaces, clinicians and what they decide."""

    def __init__(
        self,
        hospital: Hospital,
        scenario: Scenario,
        origin: dt.datetime,
        frailty: FrailtyInterventionTeam,
        children: ChildrensServices,
        mental_health: MentalHealth,
        admission: Admission,
    ) -> None:
        plan, team = scenario.emergency_department, scenario.admission_avoidance.care_homes
        self.hospital, self.admission = hospital, admission
        self.frailty, self.children, self.mental_health = frailty, children, mental_health
        self.spaces = {
            area: hospital.resource(f"{area}_spaces", getattr(plan.spaces, area))
            for area in dict.fromkeys(AREA.values())
        }
        self.clinicians = hospital.resource(
            "clinicians", on_duty(plan.clinicians, scenario, origin, hospital.unrolled)
        )
        self.teams = hospital.resource(
            "specialty_teams", on_duty(plan.specialty_teams, scenario, origin, hospital.unrolled)
        )
        self.night = hospital.calendar("night", plan.night.over(origin, hospital.unrolled))
        times = {stream: getattr(plan.clinician_time, area) for stream, area in AREA.items()}
        contact = Draw("clinician_time", Duration(times, by="stream"))
        first = plan.contact_before_results
        self.contact_before = Derived((contact,), lambda minutes: minutes * first)
        self.contact_after = Derived((contact,), lambda minutes: minutes * (1 - first))
        self.investigated = By("stream", {s: getattr(plan.investigated, area) for s, area in AREA.items()})
        self.investigations = Draw("investigations", plan.investigations)
        self.patience = Draw("patience", plan.patience)
        self.referred = (
            By("stream", {s: getattr(plan.referred, area) for s, area in AREA.items()})
            * By("age_band", dict(plan.referral_by_age))
            * By("month_of_arrival", dict(plan.referral_by_month))
            * for_residents(team, team.admission)
            * By("specialty", {"children": scenario.children.referral}, otherwise=1.0)
            * By("old_in_winter", {"no": 1.0, "yes": scenario.winter.referred_75_plus})
        )
        self.response = Draw("referral_response", plan.referral_response)
        self.response_at_night = self.response.through(
            Duration(plan.referral_response, factor=plan.night_response)
        )
        self.review = Draw("specialty_review", plan.specialty_review)
        self.admitted = plan.admitted_after_review
        self.in_space, treated = hospital.label("seen in the department")
        self._treat(treated)

    def enter_from_bay(self, patient: Path) -> None:
        """Take a space; the assessment bay is kept until then, so that ambulances queue outside."""
        for stream, path in patient.sort("stream").items():
            self._take_space(path, AREA[stream])
            path.release("bay")
            path.to(self.in_space)

    def enter_from_waiting_room(self, patient: Path) -> None:
        """Take a space, or lose patience and leave unseen."""
        unseen = Path(self.hospital)
        for stream, path in patient.sort("stream").items():
            unseen.join(self._take_space(path, AREA[stream], self.patience))
            path.to(self.in_space)
        unseen.mark("left_without_being_seen")
        unseen.mark("departed")
        unseen.leave()

    def _take_space(self, patient: Path, area: str, patience: Draw | None = None) -> Path:
        majors = self.spaces["majors"]
        spaces = [self.spaces[area]]
        if area in ("minors", "resus"):
            spaces.append(majors)
        first, *others = spaces
        return patient.seize(
            first,
            *(other.preferred(1) for other in others),
            slot="space",
            priority=RESUS_FIRST,
            patience=patience,
            since="ed_arrival",
        )

    def _treat(self, patient: Path) -> None:
        patient.seize(self.clinicians, slot="clinician", site="first_clinician", priority=RESUS_FIRST)
        patient.mark("first_clinician")
        patient.delay(self.contact_before)
        investigated = patient.branch("investigated", self.investigated)
        patient.delay(self.contact_after)
        patient.release("clinician")

        investigated.release("clinician")
        investigated.mark("investigations_requested")
        investigated.delay(self.investigations)
        investigated.mark("results_available")
        investigated.seize(self.clinicians, slot="clinician", site="clinician_review", priority=RESUS_FIRST)
        investigated.delay(self.contact_after)
        investigated.release("clinician")
        patient.join(investigated)

        referred = patient.branch("referred", self.referred)
        self._refer(referred, patient)
        ways = patient.sort("presentation")
        going_home, mental = ways["physical"], ways["mental_health"]
        self.mental_health.see(mental)
        going_home.join(mental)
        going_home.mark("departed")
        going_home.release("space")
        going_home.leave()

    def _refer(self, patient: Path, not_admitted: Path) -> None:
        patient.mark("referred")
        decision = Draw("admitted", Chance())
        self.frailty.see(patient, self.admitted, decision)
        self.children.see(patient, self.admitted, decision)
        at_night = patient.when(is_open(self.night))
        patient.delay(self.response)
        at_night.delay(self.response_at_night)
        patient.join(at_night)
        patient.seize(self.teams, slot="team", site="specialty_review")
        patient.mark("specialty_review")
        patient.delay(self.review)
        patient.release("team")
        admitted = patient.branch(decision, self.admitted)
        not_admitted.join(patient)
        admitted.mark("decision_to_admit")
        self.admission.from_department(admitted)
