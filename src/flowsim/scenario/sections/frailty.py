"""Frailty: the Frailty Intervention Team at the front door."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import Capacity, section
from flowsim.units import PositiveCount, Share


@section
class Frailty:
    """The Frailty Intervention Team (FIT), who see frail patients referred for admission."""

    fit_hours: Annotated[OpeningHours, Capacity("hour")]
    """When the team sees patients; who still waits at closing goes on without."""
    fit_assessors: Annotated[PositiveCount, Capacity("assessor")]
    """Patients whom the team can assess at once."""
    fit_assessment: DistributionField
    """Time of an assessment."""
    fit_avoids: Share
    """Chance that an assessed patient goes home with support instead of being admitted [0-1]."""
    supported_discharge: DistributionField
    """From the team's decision until the patient has left with support."""
    crisis_support_places: Annotated[PositiveCount, Capacity("place")]
    """Places of crisis support at home; if none is free the patient is admitted after all."""
    crisis_support: DistributionField
    """How long a place of crisis support is used."""
