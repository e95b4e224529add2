"""Children referred for admission.

referral --> community nurses (COAST, in their hours) --+--> home with support
                                                        +--> specialty review --> home | decision to admit

decision to admit --+--> observation unit (open, a place free) --> home | children's ward (place kept)
                    +--> children's ward
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.laws import Chance, Derived, Draw
from flowsim.scenario.schema import Scenario


class ChildrensServices:
    """What there is for children but the ward."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
        plan = scenario.children
        nursing, unit = plan.community_nursing, plan.observation_unit
        hours = nursing.hours.over(origin, hospital.unrolled)
        places = hours.scaled(nursing.nurses)
        self.nurses = hospital.resource("childrens_nurses", places)
        self.nurses_gone = hospital.calendar("childrens nurses gone", places.inverted())
        self.assessment = Draw("coast_assessment", nursing.assessment)
        self.leaving = Draw("coast_leaving", nursing.leaving)
        self.avoids = nursing.avoids
        hours = unit.hours.over(origin, hospital.unrolled)
        self.unit = hospital.resource("childrens_observation", hours.scaled(unit.places))
        self.suitable, self.can_observe = Draw("observation", Chance()), unit.share
        stay, outcome = Draw("observation_stay", unit.stay), Draw("observation_outcome", Chance())
        limit, home = unit.longest_stay, unit.home
        self.observed = Derived((stay,), lambda minutes: np.minimum(minutes, limit))
        self.to_ward = Derived(
            (stay, outcome), lambda minutes, u: np.where((minutes <= limit) & (u < home), 0.0, 1.0)
        )

    def see(self, patient: Path, admitted: float, decision: Draw) -> None:
        """Lay the nurses' part of a referral; those who are not turned round go on here.

        Parameters
        ----------
        patient : Path
            Referred patients, in a space of the department.
        admitted : float
            Chance of admission after the specialty's review ...
        decision : Draw
            ... and the draw that decides it: an admission is avoided only where there would have been one.
        """
        ways = patient.sort("specialty")
        child = ways.pop("children")
        without = child.seize(self.nurses, slot="childrens_nurse", closing=self.nurses_gone)
        child.mark("coast_seen")
        child.delay(self.assessment)
        child.release("childrens_nurse")
        turned_round = child.branch("coast_avoids", self.avoids)
        patient.join(*ways.values(), without, child)

        would_be_admitted = turned_round.branch(decision, admitted)
        would_be_admitted.mark("coast_avoided")
        turned_round.join(would_be_admitted)
        turned_round.delay(self.leaving)
        turned_round.mark("departed")
        turned_round.release("space")
        turned_round.leave()

    def take(self, patient: Path) -> Path:
        """Return those who have a place of the observation unit; the others go on here."""
        suitable = patient.branch(self.suitable, self.can_observe)
        full_or_shut = suitable.seize(self.unit, slot="observation", patience=0)
        patient.join(full_or_shut)
        return suitable

    def observe(self, patient: Path) -> Path:
        """Return those who go home from the unit; those who need the ward keep their place and go on here."""
        patient.mark("observed")
        patient.delay(self.observed)
        home, to_ward = patient.route(self.to_ward, 2)
        patient.join(to_ward)
        return home
