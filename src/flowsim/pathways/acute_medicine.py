"""Acute medicine: from the decision to admit to the first bed.

    decision to admit --> AEC (medical, in hours) --> home | bed
                      --> observation unit (children, in hours) --> home | bed
                      --> AMU | straight to a ward | surgical ward: own beds, escalation beds --(wait)-->
                      outlying beds too --(wait)--> any ward makes room

Whoever waits keeps what they hold: an ED space, an AEC chair, a place of the observation unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flowsim.pathways.blueprint import Label, Operand, Resource, is_open, opens_within
from flowsim.pathways.builder import Hospital
from flowsim.pathways.children import ChildrensServices
from flowsim.pathways.four_hour_rush import FIRST_IN_LINE, IN_LINE, FourHourRush
from flowsim.pathways.path import Path
from flowsim.pathways.wards import Wards
from flowsim.sampling.laws import Chance, Draw
from flowsim.scenario.schema import Scenario


class Admission:
    """Who gets which bed, and what the hospital does when it takes too long."""

    def __init__(
        self,
        hospital: Hospital,
        scenario: Scenario,
        origin: dt.datetime,
        wards: Wards,
        children: ChildrensServices,
    ) -> None:
        self.plan, self.hospital = scenario.acute_medicine, hospital
        self.wards, self.children = wards, children
        self.pressure = scenario.wards.pressure
        self.outlier_stay = scenario.wards.outlier_stay
        self.escalation_stay = scenario.wards.escalation_stay
        aec = self.plan.ambulatory_care
        hours = aec.hours.over(origin, hospital.unrolled)
        self.aec_open = hospital.calendar("aec open", hours)
        self.aec_closed = hospital.calendar("aec closed", hours.inverted())
        self.chairs = hospital.resource("aec", aec.chairs)
        self.treatment = Draw("aec_treatment", aec.treatment)
        self.transfer = Draw("transfer", self.plan.transfer)
        self.rush = FourHourRush(hospital, scenario, self.transfer)
        self.suitable = Draw("aec_suitable", Chance())
        self.needs_bed = Draw("aec_needs_bed", Chance())
        self.straight_to_ward = Draw("straight_to_ward", Chance())
        self.room_made = Draw("full_capacity", Chance())
        self.in_bed: dict[str, Label] = {}
        self.bed_found: dict[tuple[str, str | None], Label] = {}
        self._lay_first_beds()

    def from_department(self, patient: Path) -> None:
        """Admit from the ED, where patients hold a space until they have a bed."""
        self._admit(patient, "space")

    def directly(self, patient: Path) -> None:
        """Admit those sent by their general practitioner and others who do not come through the ED."""
        patient.mark("decision_to_admit")
        self._admit(patient, None)

    def _admit(self, patient: Path, holding: str | None) -> None:
        ways = patient.sort("specialty")
        self._ambulatory_care(ways["medicine"], holding)
        self._observation(ways["children"], holding)
        for specialty, path in ways.items():
            self._find_bed(path, specialty, holding)

    def _ambulatory_care(self, patient: Path, holding: str | None) -> None:
        """Lay AEC for those it can take; the others go on here."""
        aec = self.plan.ambulatory_care
        in_hours = patient.when(is_open(self.aec_open))
        suitable = in_hours.branch(self.suitable, aec.share_of_take)
        no_chair = suitable.seize(self.chairs, slot="chair", patience=0)
        patient.join(in_hours, no_chair)
        self._leave_department(suitable, holding)
        suitable.mark("ambulatory_care")
        still_there_at_closing = suitable.when(opens_within(self.aec_closed, self.treatment))
        still_there_at_closing.until(self.aec_closed)
        suitable.delay(self.treatment)
        needs_bed = suitable.branch(self.needs_bed, 1 - aec.same_day)
        suitable.mark("discharged")
        suitable.release("chair")
        suitable.leave()
        needs_bed.join(still_there_at_closing)
        self._find_bed(needs_bed, "medicine", "chair")

    def _observation(self, patient: Path, holding: str | None) -> None:
        """Lay the children's observation unit for those it can take; the others go on here."""
        observed = self.children.take(patient)
        self._leave_department(observed, holding)
        home = self.children.observe(observed)
        self.wards.discharge.end_stay(home, "observation")
        home.leave()
        self._find_bed(observed, "children", "observation")

    def _leave_department(self, patient: Path, holding: str | None) -> None:
        if holding == "space":
            self.rush.move(patient)
            patient.mark("departed")
        if holding in (None, "space"):
            patient.mark("admitted")
        if holding is not None:
            patient.release(holding)

    def _lay_first_beds(self) -> None:
        """Lay what follows in each kind of first bed, once for everybody who gets there."""
        stays: dict[str, Callable[[Path], None]] = {
            "amu": self.wards.stay_in_amu,
            "right": self.wards.stay_in_first_bed,
            "outlying": lambda path: self.wards.stay_in_first_bed(path, self.outlier_stay),
            "escalation": lambda path: self.wards.stay_in_first_bed(path, self.escalation_stay),
            "childrens_ward": self.wards.stay_of_children,
        }
        for kind, lay in stays.items():
            self.in_bed[kind], patient = self.hospital.label(f"in a bed: {kind}")
            lay(patient)

    def _find_bed(self, patient: Path, specialty: str, holding: str | None) -> None:
        beds = self.wards.beds
        if specialty == "children":
            ward, line = beds["childrens_ward"], self.hospital.waiting_list("children_requests")
            for priority, patience in self.rush.stages(holding):
                over_four_hours = patient.seize(
                    ward,
                    slot="first_bed",
                    waiting=line,
                    priority=priority,
                    patience=patience,
                    since="ed_arrival",
                )
                self._settle(patient, "childrens_ward", holding)
                patient = over_four_hours
            patient.seize(ward, slot="first_bed", waiting=line)
            self._settle(patient, "childrens_ward", holding)
            return
        if specialty == "medicine":
            straight = patient.branch(self.straight_to_ward, self.plan.straight_to_ward).sort("frailty")
            self._find_adult_bed(
                straight["frail"], [beds["older_people"], beds["specialty_medicine"]], holding
            )
            self._find_adult_bed(
                straight["not_frail"], [beds["specialty_medicine"], beds["older_people"]], holding
            )
        own = {
            "medicine": [beds["amu"]],
            "surgery": [beds["surgery"], beds["trauma_orthopaedics"]],
            "trauma_orthopaedics": [beds["trauma_orthopaedics"], beds["surgery"]],
        }[specialty]
        self._find_adult_bed(patient, own, holding)

    def _find_adult_bed(self, patient: Path, own: list[Resource], holding: str | None) -> None:
        beds = self.wards.beds
        own_or_escalation = [*own, beds["escalation"]]
        outlying = [
            *own_or_escalation,
            *(b for b in (beds["surgery"], beds["trauma_orthopaedics"]) if b not in own),
        ]
        any_ward = [*outlying, *(b for b in self.wards.adult if b not in outlying)]
        for priority, limit in self.rush.stages(holding):
            patient = self._ask(
                patient,
                own,
                own_or_escalation,
                holding,
                priority=priority,
                patience=limit,
                since="ed_arrival",
            )
        if not self.pressure.enabled:
            self._ask(patient, own, own_or_escalation, holding)
            return
        too_long = self._ask(patient, own, own_or_escalation, holding, patience=self.plan.outlying_after)
        full_capacity = self.wards.ladder.full_capacity
        at_once = Path(self.hospital) if full_capacity is None else too_long.when(full_capacity)
        far_too_long = self._ask(too_long, own, outlying, holding, patience=self.plan.full_capacity_after)
        far_too_long.join(at_once)
        room_made = far_too_long.branch(self.room_made, self.plan.full_capacity_success)
        self._ask(room_made, own, any_ward, holding, priority=FIRST_IN_LINE)
        self._ask(far_too_long, own, outlying, holding)

    def _ask(
        self,
        patient: Path,
        own: list[Resource],
        beds: list[Resource],
        holding: str | None,
        *,
        priority: int = IN_LINE,
        patience: Operand | None = None,
        since: str = "decision_to_admit",
    ) -> Path:
        """Ask for a bed, in line since a mark; return those who waited too long since then."""
        got, too_long = patient.choose(
            *(bed.preferred(0 if bed in own else 1) for bed in beds),
            slot="first_bed",
            site="first_bed",
            waiting=self.wards.bed_requests,
            priority=priority,
            patience=patience,
            since=since,
        )
        for bed, path in zip(beds, got, strict=True):
            if bed.name == "amu":
                kind = "amu" if bed in own else "outlying"
            elif bed.name == "escalation":
                kind = "escalation"
            else:
                kind = "right" if bed in own else "outlying"
            self._settle(path, kind, holding)
        return too_long

    def _settle(self, patient: Path, kind: str, holding: str | None) -> None:
        if (kind, holding) not in self.bed_found:
            self.bed_found[kind, holding], found = self.hospital.label(f"bed found: {kind}")
            self._leave_department(found, holding)
            found.to(self.in_bed[kind])
        patient.to(self.bed_found[kind, holding])
