"""A small hospital's schema, for the tests of loading."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from flowsim.sampling.distributions import DistributionField, Fixed
from flowsim.scenario.calendars import DailyChances, OpeningHours, Roster
from flowsim.scenario.names import DataFile, Identifier
from flowsim.scenario.time_of_day import HourProfile
from flowsim.units import Count, Duration, NonNegative, PositiveCount, Share

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Ward:
    """One ward."""

    beds: Count
    """Beds staffed and open [>= 0]."""
    length_of_stay: DistributionField
    """Time in a bed."""
    specialty: Literal["medicine", "surgery"] = "medicine"
    """Who is admitted to it."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Fit:
    """A frailty team."""

    hours: OpeningHours = OpeningHours.parse("always")
    """When it takes patients."""
    staff: Roster = Roster.parse(1)
    """Its members."""
    patience: Duration = 120.0
    """How long a patient waits for it."""
    starts: DailyChances | None = None
    """Chance that a plan starts on a day."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Small:
    """A small hospital."""

    name: Identifier
    """Name of the scenario."""
    title: str = ""
    """What a report calls it."""
    replications: PositiveCount = 20
    """How often it runs."""
    arrivals: NonNegative = 360.0
    """Arrivals [patients/day]."""
    profile: HourProfile = HourProfile((1.0,) * 24)
    """Arrivals by hour."""
    admitted: Share = 0.3
    """Share of patients admitted."""
    assessment: DistributionField = Fixed(30.0)
    """Time with the clinician."""
    wards: dict[Identifier, Ward]
    """The wards by name."""
    frail: dict[str, Share] | None = None
    """Share of patients who are frail, by age band."""
    fit: Fit = Fit()
    """The frailty team."""
    ambulances: tuple[DataFile, ...] = ()
    """Observed arrivals."""
    record: DataFile | None = None
    """The published record."""
