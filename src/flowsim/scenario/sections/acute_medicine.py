"""Acute medicine: ambulatory emergency care, the Acute Medical Unit, and how a bed is found."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import Capacity, section
from flowsim.units import Duration, PositiveCount, Share


@section
class AmbulatoryCare:
    """Ambulatory emergency care (AEC): treated and home the same day."""

    hours: Annotated[OpeningHours, Capacity("hour")]
    """When AEC takes patients; at closing who is still there needs a bed."""
    chairs: Annotated[PositiveCount, Capacity("chair")]
    """Places."""
    share_of_take: Share
    """Share of adult medical decisions to admit in opening hours that AEC can take [0-1]."""
    treatment: DistributionField
    """Time in AEC."""
    same_day: Share
    """Share of AEC patients who go home from it [0-1]."""


@section
class AcuteMedicine:
    """The medical take."""

    ambulatory_care: AmbulatoryCare
    """AEC."""
    straight_to_ward: Share
    """Share of adult medical admissions who go to a medical ward without the AMU [0-1]."""
    amu_beds: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the Acute Medical Unit."""
    amu_time: DistributionField
    """Time in the AMU of those who go on to another ward; shorter stays end there."""
    short_stay_beds: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the short-stay unit."""
    short_stay_limit: Duration
    """Longest stay that goes to the short-stay unit rather than to a ward, of those who are not frail."""
    acute_frailty_beds: Annotated[PositiveCount, Capacity("bed")]
    """Beds of the acute frailty unit."""
    acute_frailty_limit: Duration
    """Longest stay that goes to the acute frailty unit rather than to a ward, of those who are frail."""
    transfer: DistributionField
    """From a bed's being ready until the patient has left the ED for it: handover of care and porters."""
    outlying_after: Duration
    """Wait since the decision to admit after which a bed of another ward will do."""
    full_capacity_after: Duration
    """Wait since the decision to admit after which the hospital makes room on any ward."""
    full_capacity_success: Share
    """Chance that it does make room then [0-1]."""
