"""NHS 111 and the Clinical Assessment Service.

    999 call, walk-in --+--> not through 111 --------------------------+--> on
                        +--> through 111 --+--> out of hours ----------+
                                           +--> in hours: assessment --+
                                                                +--> diverted: does not come

Calls that 111 itself sends elsewhere, seven in ten, are nobody here.
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.blueprint import is_open
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.draw_plan import Drawn
from flowsim.sampling.laws import By, Chance, Draw
from flowsim.scenario.schema import Scenario


def through_111(scenario: Scenario) -> dict[str, Drawn]:
    """Return the law of the attribute `through_111` for each class that has it."""
    plan = scenario.nhs_111
    return {"emergency_call": Drawn([1 - plan.emergency_calls]), "walk_in": Drawn([1 - plan.walk_ins])}


class NHS111:
    """What becomes of dispositions to an ambulance or the ED."""

    def __init__(self, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
        plan = scenario.nhs_111.clinical_assessment
        self.hours = hospital.calendar("clinical assessment", plan.hours.over(origin, hospital.unrolled))
        self.diversion = Draw("clinical_assessment", Chance())
        localities, streams = By("locality", dict(plan.localities)), By("stream", dict(plan.assessed))
        self.diverted = localities * streams * plan.diverted

    def dispose(self, patient: Path) -> None:
        """Lay the way of those who came through 111; whoever is diverted does not go on."""
        through = patient.sort("through_111")
        patient.join(through["no"])
        disposed = through["yes"]
        disposed.mark("nhs_111")
        in_hours = disposed.when(is_open(self.hours))
        diverted = in_hours.branch(self.diversion, self.diverted)
        diverted.mark("cas_diverted")
        diverted.leave()
        patient.join(disposed, in_hours)
