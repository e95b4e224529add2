"""The ambulance service: 999 calls, and which of them come to the door."""

from __future__ import annotations

from flowsim.scenario.sections.section import ByAgeBand, ByStream, section
from flowsim.units import Multiplier, Positive, Share


@section
class AmbulanceService:
    """999 calls whose patients this hospital would receive.

    The record counts arrivals, not calls. So calls are worked back from arrivals by the chances of
    conveyance below, and these leave arrivals as they are; `conveyance` changes them.
    """

    not_conveyed: Share
    """Share of calls in the record that end without conveyance to an ED [0-1, below 1]."""
    conveyance_by_age: ByAgeBand[Positive]
    """Relative chance of conveyance in each age band; scaled to `not_conveyed`."""
    conveyance_when_frail: Positive
    """Chance of conveyance of frail patients relative to others of their age [x]."""
    hear_and_treat: Share
    """Share, of the calls not conveyed, that end with advice on the telephone [0-1]."""
    conveyance: ByStream[Multiplier]
    """Chance of conveyance relative to the record, by the stream that patients have at the ED [x]."""
