"""Other units: the trust's type 2 and type 3 departments, and another provider's treatment centre.

    type 2 --------------------> seen --> home
    type 3, treatment centre --> seen --+--> home
                                        +--> sent on: a second attendance, as a walk-in of the ED

The record's type 1 attendances include those sent on. So others walk in the fewer: of the record's walk-ins,
who are drawn whatever is sent on, only a share come of themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.pathways.path import Path
from flowsim.sampling.draw_plan import Returning
from flowsim.sampling.laws import By, Chance, Draw
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import MONTHS

DAYS_OF_MONTHS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

SENDING_ON = ("type3", "treatment_centre")
"""Units that send patients on to the ED."""

UNITS = ("type2", *SENDING_ON)

SENT_ON_BELOW = 0.1
"""Rows are reserved for this share of their patients; no scenario may send on more."""

SENT_ON = Draw("sent_on", Chance())

SECOND_ATTENDANCE = Returning(as_class="sent_on", draw=SENT_ON, below=SENT_ON_BELOW)


def attendances_of_units(
    scenario: Scenario, volumes: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Return the baseline's attendances of each unit by month of the year, shape (12,)."""
    return {
        "type2": volumes["type2"],
        "type3": volumes["type3"],
        "treatment_centre": scenario.other_units.treatment_centre.per_day * DAYS_OF_MONTHS,
    }


def share_of_themselves(
    walk_ins: NDArray[np.float64], scenario: Scenario, attendances: Mapping[str, NDArray[np.float64]]
) -> By:
    """Return the share of each month's recorded walk-ins who come of themselves: no unit sent them on.

    Raises
    ------
    InputError
        If units send on more than may return, or more than walk in.
    """
    of_themselves = walk_ins
    for unit in SENDING_ON:
        share = getattr(scenario.other_units, unit).sent_on
        if share > SENT_ON_BELOW:
            raise InputError(f"other_units.{unit}.sent_on must be at most {SENT_ON_BELOW}; found {share}")
        of_themselves = of_themselves - share * attendances[unit]
    if (of_themselves < 0).any():
        raise InputError("other_units must not send on more patients than walk in in any month")
    shares = np.divide(of_themselves, walk_ins, out=np.ones(len(walk_ins)), where=walk_ins > 0)
    return By("month_of_arrival", dict(zip(MONTHS, shares.tolist(), strict=True)))


def lay_other_units(arriving: Mapping[str, Path], scenario: Scenario) -> None:
    """Lay the ways of the units' patients."""
    plan = scenario.other_units
    stay, travel = Draw("other_unit", plan.stay), Draw("travel_to_ed", plan.travel)
    for unit in UNITS:
        patient = arriving[unit]
        patient.delay(stay)
        patient.mark("departed")
        if unit in SENDING_ON:
            sent_on = patient.branch(SENT_ON, getattr(plan, unit).sent_on)
            sent_on.mark("sent_on")
            sent_on.spawn(travel)
            patient.join(sent_on)
        patient.leave()
