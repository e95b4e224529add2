"""Electives: planned work that shares the surgical beds."""

from __future__ import annotations

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import DailyLevels
from flowsim.scenario.sections.section import section
from flowsim.scenario.time_of_day import HourProfile
from flowsim.units import Duration, Multiplier, NonNegative, PositiveCount, Share


@section
class Elective:
    """Elective overnight admissions."""

    per_day: NonNegative
    """Mean over the week [patients/day]."""
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
