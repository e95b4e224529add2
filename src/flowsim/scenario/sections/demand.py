"""Demand: how many come, when, and who they are."""

from __future__ import annotations

from typing import Annotated

from flowsim.scenario.calendars import DailyLevels
from flowsim.scenario.names import DataFile
from flowsim.scenario.sections.section import (
    ByAgeBand,
    ByLocality,
    SharesAddUp,
    section,
)
from flowsim.scenario.time_of_day import HourProfile
from flowsim.units import Multiplier, NonNegative, Share


@section
class Volume:
    """Demand relative to the record, by way of arrival: the levers of the front door."""

    emergency_call: Multiplier
    """999 calls, and with them ambulance arrivals, relative to the record [x]."""
    walk_in: Multiplier
    """Walk-in arrivals relative to the record [x]."""
    direct: Multiplier
    """Emergency admissions not through the ED, relative to `direct_per_day` [x]."""


@section
class Demand:
    """Who comes to the hospital as an emergency."""

    volumes: DataFile
    """CSV of attendances by month: period, type1_attendances, type2_attendances, type3_other_attendances."""
    arrival_profile: DataFile
    """CSV of attendances by weekday and hour, with those by ambulance: shapes of the week of type 1."""
    volume: Volume
    """Levers on volumes; all 1 in the record."""
    returning_share: Share
    """Share of the recorded type 1 attendances that are the model's own emergency readmissions [0-1]."""
    ambulance_share: Share
    """Share of type 1 attendances by ambulance [0-1]."""
    direct_per_day: NonNegative
    """Emergency admissions not through the ED, mean over the week [patients/day]."""
    direct_weekdays: DailyLevels
    """Shape of the week of direct admissions; only proportions matter."""
    direct_hours: HourProfile
    """Shape of the day of direct admissions; only proportions matter."""
    locality: Annotated[ByLocality[Share], SharesAddUp]
    """Where patients live: Portsmouth, Fareham & Gosport, South Eastern Hampshire [0-1]."""
    age_bands: Annotated[ByAgeBand[Share], SharesAddUp]
    """Ages of type 1 attendances [0-1]."""
    direct_age_bands: Annotated[ByAgeBand[Share], SharesAddUp]
    """Ages of direct emergency admissions [0-1]."""
    ambulance_odds: ByAgeBand[Share]
    """Relative chance of coming by ambulance in each age band; scaled to `ambulance_share`."""
    frail: ByAgeBand[Share]
    """Chance of frailty (Clinical Frailty Scale 5 or more) [0-1]."""
    care_home: ByAgeBand[Share]
    """Chance of living in a care home [0-1]."""
    day_cv: NonNegative
    """Overdispersion: coefficient of variation of a factor on each day's rate; 0 leaves days Poisson."""
