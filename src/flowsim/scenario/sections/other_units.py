"""Other units: departments of type 2 and 3, the trust's own and another provider's."""

from __future__ import annotations

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import OpeningHours
from flowsim.scenario.sections.section import section
from flowsim.units import Multiplier, NonNegative, Share


@section
class Type2Unit:
    """The trust's single-specialty department, whose attendances are in the record."""

    volume: Multiplier
    """Attendances relative to the record [x]."""
    hours: OpeningHours
    """Opening hours; attendances follow the plain week, without exceptions."""


@section
class Type3Unit:
    """The trust's own minor injury unit, whose attendances are in the record."""

    volume: Multiplier
    """Attendances relative to the record [x]."""
    hours: OpeningHours
    """Opening hours; attendances follow the plain week, without exceptions."""
    sent_on: Share
    """Share of its patients sent on to the type 1 department [0-0.1]."""


@section
class TreatmentCentre:
    """Another provider's urgent treatment centre: reported by itself, never among the trust's attendances."""

    per_day: NonNegative
    """Attendances in the baseline [patients/day]."""
    volume: Multiplier
    """Attendances relative to `per_day` [x]."""
    hours: OpeningHours
    """Opening hours; attendances follow the plain week, without exceptions."""
    sent_on: Share
    """Share of its patients sent on to the type 1 department [0-0.1]."""


@section
class OtherUnits:
    """Departments beside type 1. The record's type 1 attendances include whom they send on."""

    stay: DistributionField
    """Time in any of them, which hardly ever breach."""
    travel: DistributionField
    """From there to the type 1 department, for those sent on."""
    type2: Type2Unit
    """The trust's type 2 department."""
    type3: Type3Unit
    """The trust's type 3 unit."""
    treatment_centre: TreatmentCentre
    """The urgent treatment centre nearby."""
