"""Discharge: from medically ready to out of the bed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import DailyChances
from flowsim.scenario.sections.section import (
    ByCouncil,
    ByPathway,
    ByResponsible,
    ByStayGroup,
    SharesAddUp,
    section,
)
from flowsim.scenario.time_of_day import ClockShares
from flowsim.units import Share


@section
class Discharge:
    """Leaving hospital, simply (Portsmouth P4, nationally P0) or through the Integrated Discharge Service."""

    hours: ClockShares
    """When simple discharges leave."""
    daily_review: Annotated[Share, Field(gt=0)]
    """Chance that a senior reviews a ready patient on a day, before which nobody goes home simply [0-1]."""
    weekdays: DailyChances
    """Chance that a ready patient can go home on that day."""
    complex: ByStayGroup[Share]
    """Chance of needing pathway 1-3, of overnight emergencies who live [0-1]."""
    pathway: Annotated[ByPathway[Share], SharesAddUp]
    """Pathways of complex discharges [0-1]."""
    delayed_transfer: Share
    """Share of complex discharges that would be formally reported as delayed transfers [0-1]."""
    attribution: ByCouncil[Annotated[ByResponsible[Share], SharesAddUp]]
    """Who delayed transfers are attributed to, by the patient's council [0-1]."""
    readmitted: Share
    """Chance of coming back as an emergency after leaving alive; `readmission_after` says when [0-1]."""
    readmission_after: DistributionField
    """From discharge until the readmission."""
    readmission_through_ed: Share
    """Share of readmissions that come through the ED; the others are direct [0-1]."""
