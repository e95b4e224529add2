"""Wards: beds, lengths of stay, escalation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.sections.section import BySpecialty, ByStayGroup, Capacity, SharesAddUp, section
from flowsim.units import Count, Duration, Multiplier, PositiveCount, Share


@section
class Beds:
    """Core beds by ward group; those of the medical take stand under acute_medicine."""

    specialty_medicine: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the medical specialties."""
    older_people: Annotated[PositiveCount, Capacity("bed")]
    """Beds of older people's medicine, rehabilitation and stroke."""
    surgery: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the surgical specialties, shared with electives."""
    trauma_orthopaedics: Annotated[PositiveCount, Capacity("bed")]
    """Beds of trauma and orthopaedics, shared with electives."""
    children: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the children's wards."""


CORE_WARDS = (
    "amu",
    "short_stay",
    "acute_frailty_unit",
    "specialty_medicine",
    "older_people",
    "surgery",
    "trauma_orthopaedics",
    "childrens_ward",
)
"""Where there are core beds, those of the medical take included."""

GENERAL_AND_ACUTE = (*CORE_WARDS, "escalation")
"""Where there are general and acute beds."""

if TYPE_CHECKING:
    CoreWard: TypeAlias = str
else:
    CoreWard = Literal[CORE_WARDS]


@section
class Closure:
    """Beds closed for some days, as for infection control; who is in them stays, and nobody follows."""

    ward: CoreWard
    """Where."""
    beds: PositiveCount
    """How many."""
    first: dt.date
    """The first day."""
    days: PositiveCount
    """For how many days."""


@section
class Escalation:
    """Beds opened under pressure by the site team, a block at a time."""

    block: PositiveCount
    """Beds in a block."""
    blocks: Annotated[Count, Field(le=100), Capacity("block")]
    """Most blocks open; 0 means none ever [0-100]."""
    opened: Count
    """Blocks open from the start of the run."""
    opens_after: Duration
    """From the decision until the beds are staffed and open."""
    close_looks: Annotated[PositiveCount, Field(le=100)]
    """Close a block after so many looks running below level 2 of the escalation ladder [1-100]."""


@section
class Pressure:
    """What the whole hospital does when many wait for a bed."""

    enabled: bool
    """Whether it does; off only to study the model."""
    waiting: PositiveCount
    """Patients waiting for a bed from whom on stays are shortened."""
    shortens_stay_by: Share
    """Largest share of the rest of a stay that is saved [0-1]."""


@section
class Allocation:
    """How long a bed that is ready stays unknown to those who give beds, what bed-state systems shorten."""

    first_bed: DistributionField
    """Of beds that were somebody's first (AMU, and wards that admit from the door)."""
    ward_bed: DistributionField
    """Of beds that were reached from the AMU."""


@section
class Wards:
    """Stays on the wards."""

    beds: Beds
    """Core beds."""
    closures: list[Closure] = Field(default_factory=list)
    """Beds closed on certain days."""
    cleaning: DistributionField
    """From a bed's being left until it is ready: porters, cleaning."""
    allocation: Allocation
    """From then until it is known and given to a patient."""
    specialty: Annotated[BySpecialty[Share], SharesAddUp]
    """Specialties of adult emergency admissions [0-1]."""
    zero_day: Share
    """Share of adult emergencies given a bed who need it for hours only [0-1]."""
    zero_day_stay: DistributionField
    """Their stay."""
    time_to_medically_ready: ByStayGroup[DistributionField]
    """Acute phase of everybody else, from the first bed until medically ready to leave."""
    specialty_stay: BySpecialty[Multiplier]
    """Factor on the acute phase by specialty [x]."""
    children_stay: DistributionField
    """Stay of children, until they leave."""
    outlier_stay: Multiplier
    """Factor on the acute phase of outliers [x]."""
    escalation_stay: Multiplier
    """Factor on the acute phase in escalation beds [x]."""
    death: ByStayGroup[Share]
    """Chance of dying in hospital, of overnight emergencies [0-1]."""
    escalation: Escalation
    """Escalation beds."""
    pressure: Pressure
    """Earlier discharge under pressure."""
