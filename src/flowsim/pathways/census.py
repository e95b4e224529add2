"""The census: patients who are there when the run begins, each laid into the middle of their way.

    came when they really came --> a space of the department | a bed | a service, held -->
    the moment of the census --> on, like everybody else

Until the census nobody else comes and nobody leaves: a time met in the middle is drawn on condition that it
is longer than what has gone by of it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.pathways.acute_medicine import Admission
from flowsim.pathways.builder import Hospital
from flowsim.pathways.community import Community
from flowsim.pathways.demand import READMISSION, common_attributes
from flowsim.pathways.discharge import Discharge
from flowsim.pathways.emergency_department import EmergencyDepartment
from flowsim.pathways.horizon import Horizon
from flowsim.pathways.path import Path
from flowsim.pathways.rates import read_volumes
from flowsim.pathways.wards import Wards
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.draw_plan import Always, AttributeLaw, Drawn, Recorded, Returning
from flowsim.sampling.laws import By, Column, Draw, Duration, Given
from flowsim.sampling.remaining import Remaining, lasting
from flowsim.scenario.census import EMERGENCY_DEPARTMENT, SERVICES, WARDS, Inpatient
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import AGE_BANDS, LOCALITIES, STREAMS
from flowsim.timeline import DAY, HOUR, StepFunction, to_grid

Floats = NDArray[np.float64]

SPECIALTY_OF = {
    "surgery": "surgery",
    "trauma_orthopaedics": "trauma_orthopaedics",
    "childrens_ward": "children",
}
"""Whoever is on another ward is taken for a medical patient: assumption."""

ELECTIVE_ON = {ward: f"census_elective_{ward}" for ward in WARDS}
"""The class of those on a ward whose admission was planned."""

FOLLOWED_FROM_AMU = ("short_stay", "acute_frailty_unit", "specialty_medicine", "older_people")
"""Wards most of whose emergencies came from the AMU, so that their bed is held as the ward's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The laid services that a census leads into."""

    community: Community
    discharge: Discharge
    wards: Wards
    admission: Admission
    department: EmergencyDepartment


def lay_census(hospital: Hospital, scenario: Scenario, horizon: Horizon, into: Services) -> None:
    """Add those who are there when the run begins.

    Raises
    ------
    InputError
        If more are in a unit than it has places.
    """
    assert horizon.census is not None and scenario.initial_state is not None
    census = horizon.census
    inside = _Inside(hospital, scenario, horizon, into, Draw("rest_of_elective_stay", scenario.elective.stay))
    _refuse_overfull(inside)
    if patients := census.of(EMERGENCY_DEPARTMENT):
        inside.in_department(patients)
    for ward in WARDS:
        if patients := census.of(ward):
            inside.on_ward(ward, patients)
    for service in SERVICES:
        if scenario.initial_state.services == "full":
            inside.in_full_service(service)
        elif patients := census.of(service):
            inside.in_service(service, patients)


def lay_recently_discharged(hospital: Hospital, scenario: Scenario, horizon: Horizon) -> Path:
    """Add the readmissions of those who left before the census, of whom it knows nothing.

    As many left each day as make the recorded share of attendances; those still to come back become fewer by
    the law of the time to a readmission.
    """
    demand, discharge, run = scenario.demand, scenario.discharge, scenario.run
    month = read_volumes(File(demand.volumes))["type1"][run.start.month - 1]
    days = calendar.monthrange(run.start.year, run.start.month)[1]
    per_day = month / days * demand.returning_share / discharge.readmission_through_ed
    times = np.arange(0, hospital.end, HOUR)
    still_to_come = 1 - discharge.readmission_after.cdf(np.maximum(times - horizon.begins, 0))
    return hospital.arrivals(
        "recently_discharged",
        arrivals=PoissonArrivals(
            rate=StepFunction(times, per_day / DAY * still_to_come), multiple=run.superset
        ),
        attributes=_of_hospital_age(hospital, scenario, horizon),
        returning=READMISSION,
    )


def _of_hospital_age(hospital: Hospital, scenario: Scenario, horizon: Horizon) -> dict[str, AttributeLaw]:
    """Return the attributes of those who are or were in hospital, as old as direct admissions; majors."""
    demand = scenario.demand
    in_majors = {band: float(band != "0-17") for band in AGE_BANDS}
    return {
        "locality": Drawn([demand.locality[x] for x in LOCALITIES[:-1]]),
        "age_band": Drawn([demand.direct_age_bands[x] for x in AGE_BANDS[:-1]]),
        "stream": Drawn([By("age_band", in_majors) if x == "majors" else 0.0 for x in STREAMS[:-1]]),
        **common_attributes(scenario, horizon.origin, hospital.end),
    }


def _refuse_overfull(inside: _Inside) -> None:
    census = inside.horizon.census
    assert census is not None
    problems = [
        f"{unit}: the census has {len(census.of(unit))} patients and the scenario {places:.0f} places"
        for unit in (*WARDS, *SERVICES)
        if len(census.of(unit)) > (places := inside.places(unit))
    ]
    if problems:
        raise InputError("a unit must have a place for everybody who is in it\n" + "\n".join(problems))


@dataclass(frozen=True, slots=True)
class _Inside:
    hospital: Hospital
    scenario: Scenario
    horizon: Horizon
    into: Services
    elective_stay: Draw

    def places(self, unit: str) -> float:
        """Return the places of a unit at the census."""
        return float(self.hospital.resources[unit].places.at(self.horizon.begins))

    def in_department(self, patients: Sequence[Inpatient]) -> None:
        """Lay those in the department.

        Those with a decision to admit wait for a bed; the others are taken not to have been seen yet.
        """
        gone = _minutes(one.since_admission for one in patients)
        decided = _minutes(0.0 if one.since_decision is None else one.since_decision for one in patients)
        patient = self._arrivals(
            f"census_{EMERGENCY_DEPARTMENT}", patients, gone, specialty=None, returning=READMISSION
        )
        patient.mark("ed_arrival")
        ways = patient.sort("stream")
        children = ways.pop("children")
        patient.join(*ways.values())
        for path, area in ((patient, "majors"), (children, "children")):
            path.seize(self.into.department.spaces[area], slot="space", site="census")
        patient.join(children)
        has_decision = _given("has_decision", np.array([one.since_decision is not None for one in patients]))
        undecided, admitted = patient.route(has_decision, 2)
        admitted.delay(_given("until_decision", gone - decided))
        admitted.mark("decision_to_admit")
        admitted.delay(_given("since_decision", decided))
        self.into.admission.from_department(admitted)
        undecided.delay(_given("since_arrival", gone))
        undecided.to(self.into.department.in_space)

    def on_ward(self, ward: str, patients: Sequence[Inpatient]) -> None:
        """Lay those in a bed, planned patients as a class of their own."""
        for elective in (False, True):
            if of_class := [one for one in patients if one.elective == elective]:
                self._in_bed(ward, of_class, elective)

    def _in_bed(self, ward: str, patients: Sequence[Inpatient], elective: bool) -> None:
        wards, levels = self.into.wards, self.hospital.levels
        gone = _minutes(one.since_admission for one in patients)
        fit = _minutes(np.nan if one.medically_fit is None else one.medically_fit for one in patients)
        bed = "ward_bed" if ward in FOLLOWED_FROM_AMU and not elective else "first_bed"
        patient = self._arrivals(
            ELECTIVE_ON[ward] if elective else f"census_{ward}",
            patients,
            gone,
            specialty=SPECIALTY_OF.get(ward, "medicine"),
            returning=None if elective else READMISSION,
        )
        patient.mark("admitted")
        patient.seize(wards.beds[ward], slot=bed, site="census")
        elapsed = _given(f"{ward}.since_admission", gone)
        if ward == "childrens_ward":
            wards.stay_of_children(patient, lasting(wards.children_stay, elapsed, levels))
            return
        still_ill, medically_fit = patient.route(_given(f"{ward}.is_fit", np.isfinite(fit)), 2)
        acute_phase = lasting(wards.acute_phase, elapsed, levels)
        if elective:
            still_ill.delay(lasting(self.elective_stay, elapsed, levels))
            self.into.discharge.leave_after_planned_stay(still_ill)
        elif ward == "amu":
            wards.stay_in_amu(still_ill, acute_phase, lasting(wards.amu_time, elapsed, levels))
        else:
            wards.rest_of_stay(still_ill, bed, acute_phase)
        medically_fit.delay(_given(f"{ward}.until_medically_fit", gone - np.nan_to_num(fit)))
        self.into.discharge.go_on_waiting(
            medically_fit, bed, _given(f"{ward}.since_medically_fit", np.nan_to_num(fit))
        )

    def in_service(self, service: str, patients: Sequence[Inpatient]) -> None:
        """Lay those in a discharge-to-assess service."""
        gone = _minutes(one.since_admission for one in patients)
        whole = lasting(
            self.into.community.stay, _given(f"{service}.since_start", gone), self.hospital.levels
        )
        self._serve(service, self.horizon.begins - gone, whole)

    def in_full_service(self, service: str) -> None:
        """Lay as many patients as a service has places, each met at any moment of their time in it."""
        pathway = service[:2].upper()
        plan = getattr(self.scenario.community, pathway)
        rest = Draw(f"{service}.rest", Duration(Remaining(plan.stay), factor=plan.stay_factor))
        self._serve(service, np.full(int(self.places(service)), self.horizon.begins), rest)

    def _serve(self, service: str, at: Floats, minutes: Column) -> None:
        pathway, locality = service[:2].upper(), service[3:]
        attributes: dict[str, AttributeLaw] = {"locality": Always(locality), "pathway": Always(pathway)}
        patient = self.hospital.arrivals(f"census_{service}", at=to_grid(at).tolist(), attributes=attributes)
        patient.seize(self.into.community.slots[pathway, locality], slot="slot", site="service")
        patient.delay(minutes)
        patient.release("slot")
        patient.leave()

    def _arrivals(
        self,
        klass: str,
        patients: Sequence[Inpatient],
        gone: Floats,
        *,
        specialty: str | None,
        returning: Returning | None,
    ) -> Path:
        """Add the patients of one class, who came when they really came."""
        drawn = _of_hospital_age(self.hospital, self.scenario, self.horizon)
        locality, age_band, pathway = drawn["locality"], drawn["age_band"], drawn["pathway"]
        assert isinstance(locality, Drawn) and isinstance(age_band, Drawn) and isinstance(pathway, Drawn)
        attributes: dict[str, AttributeLaw] = {
            **drawn,
            "locality": Recorded([one.locality for one in patients], locality),
            "age_band": Recorded([one.age_band for one in patients], age_band),
            "frailty": Recorded([one.frailty for one in patients], Drawn([self._not_frail()])),
            "hours_only": Always("no"),
            "pathway": Recorded(["P4" if one.elective else one.pathway for one in patients], pathway),
        }
        if specialty is not None:
            attributes["specialty"] = Always(specialty)
        at = to_grid(self.horizon.begins - gone).tolist()
        return self.hospital.arrivals(klass, at=at, attributes=attributes, returning=returning)

    def _not_frail(self) -> By:
        """Return the chance of not being frail by age of those met in a bed, long stays the more often."""
        stays = self.scenario.wards.time_to_medically_ready
        frail_stay = stays["frail"].average()
        chances = {}
        for band in AGE_BANDS:
            group = "under_65" if AGE_BANDS.index(band) < AGE_BANDS.index("65-74") else "65_plus_not_frail"
            frail = self.scenario.demand.frail[band] * frail_stay
            other = (1 - self.scenario.demand.frail[band]) * stays[group].average()
            chances[band] = other / (frail + other)
        return By("age_band", chances)


def _minutes(hours: Iterable[float]) -> Floats:
    return to_grid(np.fromiter(hours, dtype=np.float64) * HOUR)


def _given(stream: str, values: NDArray[Any]) -> Draw:
    return Draw(stream, Given(values.astype(np.float64).tolist()))
