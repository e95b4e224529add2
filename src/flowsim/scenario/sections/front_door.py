"""The front door: ambulance handover, initial assessment, streaming, the GP stream."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import Roster
from flowsim.scenario.sections.section import ByStream, Capacity, SharesAddUp, section
from flowsim.units import PositiveCount, Share


@section
class FrontDoor:
    """From the ambulance or the entrance to a stream."""

    assessment_bays: Annotated[PositiveCount, Capacity("bay")]
    """Bays where ambulances hand over and patients stay until they have a cubicle."""
    handover: DistributionField
    """Handover of a patient once there is a bay."""
    assessment_nurses: Annotated[Roster, Capacity("nurse")]
    """Nurses who do initial assessments."""
    initial_assessment: DistributionField
    """Time of an initial assessment."""
    ambulance_streams: Annotated[ByStream[Share], SharesAddUp]
    """Streams of adults who come by ambulance [0-1]."""
    walk_in_streams: Annotated[ByStream[Share], SharesAddUp]
    """Streams of adults who walk in [0-1]."""
    children_to_children: Share
    """Share of under-18s who go to the children's area; the others go to minors [0-1]."""
    gps: Annotated[Roster, Capacity("GP")]
    """General practitioners of the co-located GP stream; 0 is closed."""
    gp_consultation: DistributionField
    """Time of a consultation in the GP stream."""
    gp_bounce_back: Share
    """Share of the GP stream sent on to the ED [0-1]."""
