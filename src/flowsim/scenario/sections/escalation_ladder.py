"""Escalation ladder: levels of pressure like OPEL 1 to 4, what reaches them and what is done from them on."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from flowsim.scenario.sections.section import section
from flowsim.units import Count, PositiveCount, Rhythm, Share, refusal

Level = Annotated[int, Field(ge=2, le=4)]
"""A level above the first, which is calm."""


@section
class Trigger:
    """What the site team must see at a look for a level; both."""

    occupancy: Share
    """At least this share of general and acute beds in use ... [0-1]"""
    waiting: Count
    """... and at least so many patients waiting for a bed."""


@section
class _Ladder:
    """The levels and the measures."""

    look_every: Rhythm
    """Time between looks of the site team."""
    opel_2: Trigger
    """Level 2."""
    opel_3: Trigger
    """Level 3."""
    opel_4: Trigger
    """Level 4."""
    calm_looks: Annotated[PositiveCount, Field(le=100)]
    """So many looks running below a level's triggers, and it goes down by one [1-100]."""
    beds_opened_from: Level
    """A look that meets the triggers of this level opens the next block of escalation beds."""
    discharges_forward_from: Level | None = None
    """Stays are shortened, as by wards.pressure, from this level on; never by a level if not given."""
    electives_cancelled_from: Level | None = None
    """Electives may be cancelled ahead from this level on; never by a level if not given."""
    full_capacity_from: Level | None = None
    """Any ward makes room once outlying has not helped, from this level on; never by a level if not given."""


def _rises(ladder: _Ladder) -> _Ladder:
    for lower, upper in ((ladder.opel_2, ladder.opel_3), (ladder.opel_3, ladder.opel_4)):
        if upper.occupancy < lower.occupancy or upper.waiting < lower.waiting:
            raise refusal(
                "must have triggers that do not fall from level to level; "
                f"found occupancy {lower.occupancy:g} and waiting {lower.waiting}, "
                f"then {upper.occupancy:g} and {upper.waiting}"
            )
    return ladder


EscalationLadder = Annotated[_Ladder, AfterValidator(_rises)]
