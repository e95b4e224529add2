"""Admission avoidance: schemes for some people, which keep some of them from coming."""

from __future__ import annotations

from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import ByAgeBand, ByLocality, section
from flowsim.units import DurationOrZero, Multiplier, Share


@section
class CareHomeTeam:
    """A team of nurses and general practitioners for care homes."""

    covered: Share
    """Share of homes that have the team, by their residents [0-1]."""
    calls: Multiplier
    """999 calls from a home with the team relative to one without [x]."""
    conveyance: Multiplier
    """Chance that a call from such a home ends in conveyance, relative to others [x]."""
    admission: Multiplier
    """Chance that the ED refers a resident of such a home for admission, relative to others [x]."""


@section
class HighIntensityUsers:
    """People who attend ten times a year or more, and plans for them."""

    share: ByAgeBand[Share]
    """Their share of 999 calls and walk-ins in each age band [0-1]."""
    attendances: Multiplier
    """Their 999 calls and walk-ins relative to the record [x]."""


@section
class HomeVisits:
    """Visits at home by a general practitioner before an admission not through the ED."""

    visit: DurationOrZero
    """From the request for a visit until the patient comes to the hospital, in the record."""
    early_visit: DurationOrZero
    """The same if the request goes to a visiting service."""
    covered: ByLocality[Share]
    """Share of those aged 65 and over, in each locality, whose request goes to a visiting service [0-1]."""
    avoided: Share
    """Share of these that the visiting service treats at home [0-1]."""


@section
class EnhancedAccess:
    """Urgent appointments with a general practitioner outside usual hours."""

    hours: OpeningHours
    """When there are such appointments."""
    diverted: ByLocality[Share]
    """Share of walk-ins of the GP stream and minors who have one of them instead, in each locality [0-1]."""


@section
class AdmissionAvoidance:
    """Schemes that keep people from the door; none of them in the record."""

    care_homes: CareHomeTeam
    """For residents of care homes."""
    high_intensity: HighIntensityUsers
    """For those who come often."""
    home_visits: HomeVisits
    """For the old who are ill at home."""
    enhanced_access: EnhancedAccess
    """For walk-ins who need a general practitioner."""
