"""Children: community children's nursing in the ED, the observation unit, fewer referrals."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import Capacity, section
from flowsim.units import Count, Duration, Multiplier, PositiveCount, Share


@section
class CommunityNursing:
    """The community children's nurses (COAST) in the ED, who see children referred for admission."""

    hours: Annotated[OpeningHours, Capacity("hour")]
    """When they see children; who still waits at closing goes on without."""
    nurses: Annotated[PositiveCount, Capacity("nurse")]
    """Children whom they can see at once."""
    assessment: DistributionField
    """Time with a child."""
    avoids: Share
    """Chance that a child seen goes home with their support instead of being admitted [0-1]."""
    leaving: DistributionField
    """From that decision until the child has left."""


@section
class ObservationUnit:
    """The children's observation unit beside the ED, to which children are admitted for hours."""

    places: Annotated[Count, Capacity("place")]
    """Places; 0 if there is no such unit."""
    hours: OpeningHours
    """When it takes children; who is there at closing stays until they are done."""
    share: Share
    """Share of children with a decision to admit whom it can take, if a place is free [0-1]."""
    stay: DistributionField
    """Time until it is clear whether the child goes home."""
    longest_stay: Duration
    """Time after which who is not done goes to the ward."""
    home: Share
    """Share of those done by then who go home; the others go to the ward [0-1]."""


@section
class Children:
    """Children referred for admission."""

    referral: Multiplier
    """Factor on the chance that a child is referred; less than 1 under a common pathway (PISCEs) [x]."""
    community_nursing: CommunityNursing
    """COAST."""
    observation_unit: ObservationUnit
    """The observation unit."""
