"""Discharge: from medically ready to out of the bed."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import DailyShares, Roster
from flowsim.scenario.sections.section import ByPathway, ByStayGroup, Capacity, SharesAddUp, section
from flowsim.scenario.time_of_day import ClockShares
from flowsim.units import Share


@section
class ContinuingHealthcare:
    """Continuing healthcare (CHC) decisions for pathway 3."""

    share: Share
    """Share of pathway 3 who need a decision [0-1]."""
    decision: DistributionField
    """Time to a decision."""
    in_acute_bed: Share
    """Share of decisions made while the patient waits in the acute bed [0-1]."""


@section
class Discharge:
    """Leaving hospital, simply (Portsmouth P4, nationally P0) or through the Integrated Discharge Service."""

    hours: ClockShares
    """When simple discharges leave."""
    weekdays: DailyShares
    """Chance that a ready patient can go home on that day."""
    complex: ByStayGroup[Share]
    """Chance of needing pathway 1-3, of overnight emergencies who live [0-1]."""
    pathway: Annotated[ByPathway[Share], SharesAddUp]
    """Pathways of complex discharges [0-1]."""
    delayed_transfer: Share
    """Share of complex discharges that would be formally reported as delayed transfers [0-1]."""
    ids_referral: DistributionField
    """From medically fit until the Integrated Discharge Service (IDS) has the referral."""
    ids_assessors: Annotated[Roster, Capacity("assessor")]
    """Assessments that IDS can do at once."""
    ids_assessment: DistributionField
    """Time of one assessment."""
    second_assessment: Share
    """Share assessed a second time by another body; a trusted assessor makes it 0 [0-1]."""
    process: ByPathway[DistributionField]
    """Funding, brokerage, equipment and family, until ready for the service."""
    continuing_healthcare: ContinuingHealthcare
    """CHC."""
    readmitted: Share
    """Chance of coming back as an emergency after leaving alive; `readmission_after` says when [0-1]."""
    readmission_after: DistributionField
    """From discharge until the readmission."""
    readmission_through_ed: Share
    """Share of readmissions that come through the ED; the others are direct [0-1]."""
