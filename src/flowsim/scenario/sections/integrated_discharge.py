"""Integrated discharge: what a complex discharge goes through, from medically fit to out of the bed."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import Roster
from flowsim.scenario.sections.section import ByCouncil, ByPathway, Capacity, section
from flowsim.units import Multiplier, Share


@section
class ContinuingHealthcare:
    """Continuing healthcare (CHC) decisions for pathway 3."""

    share: Share
    """Share of pathway 3 who need a decision [0-1]."""
    decision: DistributionField
    """Time to a decision."""
    in_acute_bed: Share
    """Share of decisions made in the acute bed; the others are made in the placement [0-1]."""


@section
class IntegratedDischarge:
    """The Integrated Discharge Service (IDS), and what councils and commissioners arrange."""

    referral: DistributionField
    """From medically fit until IDS has the referral."""
    assessors: Annotated[Roster, Capacity("assessor")]
    """Assessments that IDS can do at once."""
    assessment: DistributionField
    """Time of one assessment."""
    second_assessment: Share
    """Share assessed a second time by another body; a trusted assessor makes it 0 [0-1]."""
    continuing_healthcare: ContinuingHealthcare
    """CHC."""
    self_funded: ByPathway[Share]
    """Share who pay for their care themselves, so that no funding is waited for [0-1]."""
    funding: ByPathway[DistributionField]
    """Until a council or commissioner agrees to pay."""
    brokerage: ByPathway[DistributionField]
    """Finding a package of care, a bed or a placement, with equipment and family."""
    brokerage_factor: ByCouncil[Multiplier]
    """Factor on brokerage in each council [x]."""
    transport: DistributionField
    """Wait for patient transport once the hour of discharge has come; the bed is kept."""
