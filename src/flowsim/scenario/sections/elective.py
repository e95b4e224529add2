"""Electives: planned work that shares the surgical beds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import DailyLevels
from flowsim.scenario.sections.section import section
from flowsim.scenario.time_of_day import HourProfile
from flowsim.units import Count, Duration, Multiplier, NonNegative, PositiveCount, Share


@section
class Pause:
    """Days on which every elective is cancelled ahead, and for which no new date is given."""

    first: dt.date
    """The first day."""
    days: PositiveCount
    """For how many days."""


@section
class Rebooking:
    """What becomes of electives who are cancelled."""

    share: Share
    """Share of cancellations after which a new date is given; the others are lost to the hospital [0-1]."""
    after: DistributionField
    """From the cancellation until the new date, which then falls on the next day of planned work."""
    times: Annotated[Count, Field(le=20)]
    """How often one patient is given a new date at most [0-20]."""


@section
class Elective:
    """Elective overnight admissions."""

    per_day: NonNegative
    """First dates, mean over the week [patients/day]; new dates of the cancelled come on top."""
    volume: Multiplier
    """Relative to `per_day` [x]."""
    weekdays: DailyLevels
    """Shape of the week, with closures; only proportions matter."""
    hours: HourProfile
    """Shape of the day; only proportions matter."""
    orthopaedic: Share
    """Share in trauma and orthopaedics, the others in surgery [0-1]."""
    stay: DistributionField
    """Length of stay until ready to leave."""
    waits_for_bed: Duration
    """How long an elective patient waits for a bed on the day before being cancelled."""
    cancelled_when_waiting: PositiveCount
    """Emergency patients waiting for a bed from whom on electives are cancelled ahead."""
    cancelled_ahead: Share
    """Chance of being cancelled then [0-1]."""
    rebooked: Rebooking
    """New dates for the cancelled."""
    pauses: list[Pause] = Field(default_factory=list)
    """When planned work is stopped."""
