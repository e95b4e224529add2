"""Continuing healthcare (CHC): where the decision is made that some patients of pathway 3 need.

assessed --> decision, in the acute bed --> funding
in the placement --> decision, while the stay goes on --> slot free when both are over
"""

from __future__ import annotations

import numpy as np

from flowsim.pathways.path import Path
from flowsim.sampling.laws import Chance, Column, Derived, Draw, Floats
from flowsim.scenario.schema import Scenario


class ContinuingHealthcare:
    """Who needs a decision, where it is made and how long it takes, which is the same in both places."""

    def __init__(self, scenario: Scenario) -> None:
        plan = scenario.integrated_discharge.continuing_healthcare
        self.in_acute_bed = plan.share * plan.in_acute_bed
        self.in_placement = plan.share * (1 - plan.in_acute_bed)
        self.place = Draw("chc_place", Chance())
        self.decision = Draw("chc_decision", plan.decision)

    def decide_in_acute_bed(self, patient: Path) -> None:
        """Lay the wait of those whose decision is made before anything else is arranged."""
        deciding = patient.branch(self.place, self.in_acute_bed)
        self._decide(deciding)
        patient.join(deciding)

    def stay_in_placement(self, patient: Path, stay: Column) -> None:
        """Lay the stay in the placement, which lasts until the decision, if that is made there."""
        decided, deciding = patient.split(self.place, [self.in_acute_bed, self.in_placement])
        patient.join(decided)
        patient.delay(stay)
        self._decide(deciding)
        deciding.delay(Derived((stay, self.decision), _left))
        patient.join(deciding)

    def _decide(self, patient: Path) -> None:
        patient.delay(self.decision)
        patient.mark("chc_decided")


def _left(stay: Floats, decision: Floats) -> Floats:
    """Return what is left of a stay after the decision."""
    left: Floats = np.maximum(stay - decision, 0.0)
    return left
