"""Mental health: who presents with it, psychiatric liaison, the decision unit, beds elsewhere."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.sections.section import ByAgeBand, Capacity, section
from flowsim.units import Count, Share


@section
class DecisionUnit:
    """A psychiatric decision unit: assessment in a calm place outside the ED, by the mental-health trust."""

    places: Annotated[Count, Capacity("place")]
    """Places; 0 if there is no such unit."""
    hours: OpeningHours
    """When it takes patients; who is there at closing stays until they are done."""
    diverted: Share
    """Share of those who need liaison whom the unit can take instead, if a place is free [0-1]."""
    stay: DistributionField
    """Time in the unit until its decision, assessment included."""


@section
class MentalHealth:
    """Mental-health presentations in the ED."""

    share_of_majors: ByAgeBand[Share]
    """Share of majors attendances, by age, that are mental-health presentations [0-1]."""
    needs_liaison: Share
    """Share of them, unless admitted to the trust, who need psychiatric liaison; the others go home [0-1]."""
    liaison: Annotated[Roster, Capacity("practitioner")]
    """Practitioners of psychiatric liaison in the ED; while there are 0, patients wait in their cubicle."""
    liaison_response: DistributionField
    """From referral to liaison until the team could come, if somebody of it is there and free."""
    liaison_assessment: DistributionField
    """Time of an assessment, writing and telephone calls included."""
    bed_elsewhere: Share
    """Share of those assessed, by liaison or in the decision unit, who need a mental-health bed [0-1]."""
    wait_for_bed_elsewhere: DistributionField
    """Wait for a mental-health bed, transport included; the cubicle, or the unit's place, is kept."""
    decision_unit: DecisionUnit
    """The psychiatric decision unit."""
