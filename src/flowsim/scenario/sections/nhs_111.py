"""NHS 111: which 999 calls and walk-ins came through it, and the clinical assessment of its dispositions."""

from __future__ import annotations

from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import ByLocality, ByStream, section
from flowsim.units import Share


@section
class ClinicalAssessmentService:
    """Senior clinicians who call back those whom 111 would send to an ED, or an ambulance to."""

    hours: OpeningHours
    """When they work, by the time at which patients would arrive."""
    localities: ByLocality[Share]
    """Share of each locality's dispositions that they may take [0-1]."""
    assessed: ByStream[Share]
    """Share of these that are put to them, by the stream patients would have at the ED [0-1]."""
    diverted: Share
    """Share of those put to them who need neither an ambulance nor the ED [0-1]."""


@section
class NHS111:
    """Telephone triage; only dispositions that lead to the door are patients of the model."""

    emergency_calls: Share
    """Share of 999 calls in the record that 111 passed on [0-1]."""
    walk_ins: Share
    """Share of walk-ins in the record whom 111 sent to the ED [0-1]."""
    clinical_assessment: ClinicalAssessmentService
    """Who calls back before anybody comes."""
