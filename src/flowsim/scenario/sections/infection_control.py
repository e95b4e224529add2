"""Infection control: outbreaks that close a bay or a ward, now and then in their season."""

from __future__ import annotations

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.sections.section import Month, section
from flowsim.units import NonNegative, PositiveCount, Share


@section
class InfectionControl:
    """Outbreaks on the adult wards; who is in closed beds stays, nobody follows."""

    outbreaks_per_day: NonNegative
    """Mean number that begin on a day of the season, in all wards together."""
    months: list[Month]
    """The season."""
    bay: PositiveCount
    """Beds closed by an outbreak ..."""
    ward: PositiveCount
    """... and by one that spreads to the whole ward; at most the ward's beds."""
    whole_ward: Share
    """Share of outbreaks that close a ward [0-1]."""
    closed_for: DistributionField
    """From closing to reopening."""
