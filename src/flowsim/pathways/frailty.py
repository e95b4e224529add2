"""The Frailty Intervention Team (FIT).

referred and frail, in hours --> assessment --+--> on to the specialty
+--> crisis support at home --> left within about two hours
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.laws import Draw
from flowsim.scenario.schema import Scenario


class FrailtyInterventionTeam:
    """Assessors with hours, and the crisis support that they can call on."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
        plan = scenario.frailty
        hours = plan.fit_hours.over(origin, hospital.unrolled)
        places = hours.scaled(plan.fit_assessors)
        self.team = hospital.resource("fit", places)
        self.closed = hospital.calendar("fit closed", places.inverted())
        self.support = hospital.resource("crisis_support", plan.crisis_support_places)
        self.assessment = Draw("fit_assessment", plan.fit_assessment)
        self.leaving = Draw("supported_discharge", plan.supported_discharge)
        self.supported = Draw("crisis_support", plan.crisis_support)
        self.avoids = plan.fit_avoids

    def see(self, patient: Path, admitted: float, decision: Draw) -> None:
        """Lay the team's part of a referral; those who are not turned round go on here.

        Parameters
        ----------
        patient : Path
            Referred patients, in a space of the department.
        admitted : float
            Chance of admission after the specialty's review ...
        decision : Draw
            ... and the draw that decides it: an admission is avoided only where there would have been one.
        """
        ways = patient.sort("frailty")
        frail = ways["frail"]
        without = frail.seize(self.team, slot="fit", closing=self.closed)
        frail.mark("fit_seen")
        frail.delay(self.assessment)
        frail.release("fit")
        turned_round = frail.branch("fit_avoids", self.avoids)
        no_support = turned_round.seize(self.support, slot="crisis_support", patience=0)
        patient.join(ways["not_frail"], without, frail, no_support)

        would_be_admitted = turned_round.branch(decision, admitted)
        would_be_admitted.mark("fit_avoided")
        turned_round.join(would_be_admitted)
        turned_round.delay(self.leaving)
        turned_round.mark("departed")
        turned_round.release("space")
        turned_round.delay(self.supported)
        turned_round.release("crisis_support")
        turned_round.leave()
