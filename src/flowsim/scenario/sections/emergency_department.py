"""The emergency department: spaces, clinicians, investigations, referral."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.sections.section import ByAgeBand, ByMonth, Capacity, section
from flowsim.units import Multiplier, PositiveCount, Share


@section
class ByArea:
    """A share for each area of the department."""

    minors: Share
    """Minors [0-1]."""
    majors: Share
    """Majors [0-1]."""
    resus: Share
    """Resuscitation [0-1]."""
    children: Share
    """Children's area [0-1]."""


@section
class Spaces:
    """Places where patients are seen."""

    minors: Annotated[PositiveCount, Capacity("cubicle")]
    """Minors cubicles."""
    majors: Annotated[PositiveCount, Capacity("cubicle")]
    """Majors cubicles."""
    resus: Annotated[PositiveCount, Capacity("bay")]
    """Resuscitation bays."""
    children: Annotated[PositiveCount, Capacity("cubicle")]
    """Children's cubicles."""


@section
class ClinicianTime:
    """Contact time with a clinician who can decide, in all."""

    minors: DistributionField
    """Minors."""
    majors: DistributionField
    """Majors."""
    resus: DistributionField
    """Resuscitation."""
    children: DistributionField
    """Children's area."""


@section
class EmergencyDepartment:
    """From a place in line to the decision: home, or to admit."""

    spaces: Spaces
    """Cubicles and bays."""
    clinicians: Annotated[Roster, Capacity("clinician")]
    """Clinicians who can decide, shared by all areas."""
    clinician_time: ClinicianTime
    """Contact time per patient, before and after investigations together."""
    contact_before_results: Share
    """Share of the contact time before investigations [0-1]."""
    investigated: ByArea
    """Chance of investigations [0-1]."""
    investigations: DistributionField
    """From request to all results: the critical path."""
    patience: DistributionField
    """How long walk-ins wait before they leave unseen, from arrival until they have a place."""
    referred: ByArea
    """Chance of referral to a specialty at average age [0-1]."""
    referral_by_age: ByAgeBand[Multiplier]
    """Factor on the chance of referral [x]; the chance is cut at 1."""
    referral_by_month: ByMonth[Multiplier]
    """Factor on the chance of referral of those who come in a month of the year [x]."""
    referral_response: DistributionField
    """From referral until the specialty is ready to review, by day."""
    night: OpeningHours
    """When the specialties respond more slowly."""
    night_response: Multiplier
    """Factor on the response at night [x]."""
    specialty_teams: Annotated[Roster, Capacity("team")]
    """Reviews that specialty teams can do at once."""
    specialty_review: DistributionField
    """Time of a specialty review."""
    admitted_after_review: Share
    """Chance of a decision to admit after the review [0-1]."""
