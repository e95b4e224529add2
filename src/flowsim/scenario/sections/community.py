"""Community: Discharge-to-Assess pathways 1-3, their slots held per locality."""

from __future__ import annotations

from typing import Annotated

from flowsim.sampling.distributions import DistributionField
from flowsim.scenario.calendars import DailyChances
from flowsim.scenario.sections.section import ByLocality, Capacity, section
from flowsim.scenario.time_of_day import ClockTime
from flowsim.units import Count, DurationOrZero, Multiplier, Share


@section
class Service:
    """One Discharge-to-Assess pathway."""

    places: ByLocality[Annotated[Count, Capacity("slot")]]
    """Slots or beds in each locality; 0 is closed."""
    stay: DistributionField
    """How long a slot is used."""
    stay_factor: Multiplier
    """Factor on it, the lever of therapy-led and reablement schemes [x]."""
    starts: DailyChances
    """Chance that a patient with a slot can start on that day."""


@section
class Waiting:
    """What happens to those who wait for a slot."""

    other_way_out: DistributionField
    """Time until family, own money, recovery or another pathway takes the patient."""
    decline: DistributionField
    """Time until so much strength is lost that pathway 1 becomes pathway 2."""
    new_episode: DistributionField
    """Time until deconditioning or infection starts a new acute episode."""
    new_episode_stay: DistributionField
    """Acute phase of the new episode."""


@section
class Substitution:
    """Taking a slot of the next pathway down after a while, on equal terms with those who wait for it."""

    share: Share
    """Share of patients for whom it will do [0-1]."""
    after: DurationOrZero
    """From ready for the service."""
    stay_factor: Multiplier
    """Factor on the stay that the other pathway's own patients have [x]."""


@section
class Substitutions:
    """Which pathway may stand in for which."""

    P2_by_P1: Substitution
    """Support at home in place of a rehabilitation bed."""
    P3_by_P2: Substitution
    """A rehabilitation bed in place of a nursing or care-home bed."""


@section
class Community:
    """Where complex discharges go."""

    P1: Service
    """Home with support."""
    P2: Service
    """Rehabilitation or reablement bed."""
    P3: Service
    """Nursing or care-home bed with assessment."""
    first_start: ClockTime
    """Services start from this time of day ..."""
    last_start: ClockTime
    """... to this."""
    blocked_by_long_term_care: ByLocality[Share]
    """Share of pathway 1 whose exit waits for long-term care, in each locality [0-1]."""
    blocked: DistributionField
    """How long their slot stays blocked."""
    waiting: Waiting
    """The queue."""
    substitution: Substitutions
    """Other pathways' slots."""
