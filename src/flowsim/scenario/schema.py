"""A scenario: everything a run needs to know, one section for each part of the system."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from flowsim.scenario.axes import Uncertain
from flowsim.scenario.names import DataFile, Identifier
from flowsim.scenario.sections.acute_medicine import AcuteMedicine
from flowsim.scenario.sections.admission_avoidance import AdmissionAvoidance
from flowsim.scenario.sections.ambulance_service import AmbulanceService
from flowsim.scenario.sections.children import Children
from flowsim.scenario.sections.community import Community
from flowsim.scenario.sections.demand import Demand
from flowsim.scenario.sections.discharge import Discharge
from flowsim.scenario.sections.elective import Elective
from flowsim.scenario.sections.emergency_department import EmergencyDepartment
from flowsim.scenario.sections.escalation_ladder import EscalationLadder
from flowsim.scenario.sections.four_hour_rush import FourHourRush
from flowsim.scenario.sections.frailty import Frailty
from flowsim.scenario.sections.front_door import FrontDoor
from flowsim.scenario.sections.infection_control import InfectionControl
from flowsim.scenario.sections.initial_state import InitialState
from flowsim.scenario.sections.integrated_discharge import IntegratedDischarge
from flowsim.scenario.sections.mental_health import MentalHealth
from flowsim.scenario.sections.nhs_111 import NHS111
from flowsim.scenario.sections.other_units import OtherUnits
from flowsim.scenario.sections.section import section
from flowsim.scenario.sections.wards import Wards
from flowsim.scenario.sections.winter import Winter
from flowsim.scenario.written import Problems
from flowsim.timeline import DAY
from flowsim.units import Count, DurationOrZero, PositiveCount, format_duration, refusal
from flowsim.wording import quoted


def _whole_days(minutes: float) -> float:
    if minutes % DAY:
        raise refusal(f'must be whole days, such as "200 days"; found {quoted(format_duration(minutes))}')
    return minutes


UNDER_PRESSURE = ("discharges_forward_from", "full_capacity_from")
"""What the escalation ladder does sooner, of what the whole hospital does under pressure."""


def _only_under_pressure(ladder: EscalationLadder, info: ValidationInfo) -> EscalationLadder:
    wards: Wards | None = info.data.get("wards")  # None if the section itself is wrong
    problems = Problems()
    for name in UNDER_PRESSURE if wards and not wards.pressure.enabled else ():
        if (level := getattr(ladder, name)) is not None:
            problems.add(
                f"must be left out while wards.pressure.enabled is false, which turns it off; found {level}",
                name,
            )
    problems.settle("EscalationLadder")
    return ladder


WholeDays = Annotated[DurationOrZero, AfterValidator(_whole_days)]
"""A duration that leaves clock times what they are."""


@section
class Run:
    """What is run."""

    start: Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2200, 1, 1))]
    """First day reported [1900-2200]."""
    days: Annotated[int, Field(ge=1, le=3660, description="days reported, 1 to 3,660 (ten years)")]
    """Days reported [1-3,660]."""
    warm_up: WholeDays
    """Run before the first day and not reported; stays of months are remembered for long."""
    replications: PositiveCount
    """Replications unless the command line says otherwise."""
    seed: Count
    """Seed of all random streams."""
    superset: Annotated[float, Field(ge=1, le=20)]
    """Arrivals are drawn at this multiple of the record, so that levers keep the others the same [1-20]."""
    sdec_counts_as_admission: bool
    """Whether ambulatory care counts as an emergency admission, as it did in 2016."""
    record: DataFile | None = None
    """Published attendances, breaches and admissions by month, to stand beside the model's."""
    record_of_beds: DataFile | None = None
    """Published beds open and occupied by quarter (KH03), to stand beside the model's."""
    trajectory: DataFile | None = None
    """Four-hour performance that was agreed or expected, by month, to stand beside the model's."""


@section
class Scenario:
    """A hospital and its community."""

    name: Identifier
    """Short name, used for files."""
    title: str
    """One line for people."""
    run: Run
    """What is run."""
    demand: Demand
    """Who comes."""
    admission_avoidance: AdmissionAvoidance
    """Schemes for care homes, for those who come often, for visits at home, for urgent appointments."""
    nhs_111: NHS111
    """Telephone triage, and the clinical assessment of its dispositions."""
    ambulance_service: AmbulanceService
    """999 calls."""
    other_units: OtherUnits
    """Departments of type 2 and 3."""
    front_door: FrontDoor
    """Handover, assessment, streaming."""
    emergency_department: EmergencyDepartment
    """The ED."""
    mental_health: MentalHealth
    """Psychiatric liaison, decision unit."""
    children: Children
    """Observation unit, community nurses."""
    four_hour_rush: FourHourRush
    """What is done for the clock."""
    frailty: Frailty
    """The FIT."""
    acute_medicine: AcuteMedicine
    """AEC, AMU, short stay, acute frailty unit."""
    wards: Wards
    """Wards, escalation, pressure."""
    escalation_ladder: Annotated[EscalationLadder, AfterValidator(_only_under_pressure)]
    """Levels of pressure, and what is done."""
    winter: Winter
    """The time of year, and surges."""
    infection_control: InfectionControl
    """Outbreaks."""
    elective: Elective
    """Planned admissions."""
    discharge: Discharge
    """From medically ready to out of the bed."""
    integrated_discharge: IntegratedDischarge
    """What is arranged for complex discharges, stage by stage."""
    community: Community
    """Discharge-to-Assess."""
    initial_state: InitialState | None = None
    """Who is there at the start, in place of a warm-up."""
    uncertain: Uncertain | None = None
    """What is not well known, with its ranges; no run reads them, `calibrate` and `sensitivity` do."""
