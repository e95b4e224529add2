"""Infection control: outbreaks that close a bay or a ward, now and then in their season."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.sections.section import Month, section
from flowsim.units import NonNegative, PositiveCount, Share

MOST_OUTBREAKS = 2.0
"""Outbreaks are drawn at so many a day and thinned, so that a lever on them leaves others at their minute.
Beyond any winter (assumption): at a week each, fourteen would be under way on seven wards."""


@section
class InfectionControl:
    """Outbreaks on the adult wards; who is in closed beds stays, nobody follows."""

    outbreaks_per_day: Annotated[NonNegative, Field(le=MOST_OUTBREAKS)]
    """Mean number that begin on a day of the season, in all wards together [0-2]."""
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
