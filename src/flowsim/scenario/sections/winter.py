"""Winter: longer stays, more referrals of the old, absent staff; and surges on certain days."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from flowsim.scenario.sections.section import AgeBand, Month, section
from flowsim.units import Multiplier, PositiveCount, Share


@section
class Surge:
    """Some weeks in which more people of some ages come, and stay longer."""

    first: dt.date
    """The first day."""
    days: PositiveCount
    """For how many days."""
    ages: Annotated[list[AgeBand], Field(min_length=1)]
    """Whose; nobody else changes."""
    arrivals: Multiplier = 1.0
    """Arrivals relative to the record [x]."""
    stay: Multiplier = 1.0
    """Factor on the acute phase of those who come then [x]."""
    absence: Share = 0.0
    """Share of rostered staff missing, besides winter's [0-1]."""


@section
class Winter:
    """What is different in the months of winter, besides the record's attendances."""

    months: list[Month]
    """Months of winter."""
    stay: Multiplier
    """Factor on the acute phase of those who arrive in winter [x]."""
    referred_75_plus: Multiplier
    """Factor on the chance that somebody of 75 or more is referred for admission [x]."""
    absence: Share
    """Share of rostered staff missing; whole people, on as many days as add up to it [0-1]."""
    days_without_starts: Share
    """Share of days on which no community service starts, spread evenly [0-1]."""
    surges: list[Surge] = Field(default_factory=list)
    """Surges, in any month; no two on the same day."""
