"""Electives: planned overnight work that shares the surgical beds.

arrives --> cancelled ahead (many wait for a bed)
--> bed --> stay --> discharge
--> no bed by the end of the patience --> cancelled on the day
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.blueprint import is_waited_for
from flowsim.pathways.builder import Hospital
from flowsim.pathways.rates import dated_rate
from flowsim.pathways.wards import Wards
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.cohort import Always, AttributeLaw, Drawn
from flowsim.sampling.laws import Draw
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import LOCALITIES


def lay_electives(hospital: Hospital, scenario: Scenario, origin: dt.datetime, wards: Wards) -> None:
    """Add elective admissions."""
    plan = scenario.elective
    attributes: dict[str, AttributeLaw] = {
        "locality": Drawn([scenario.demand.locality[x] for x in LOCALITIES[:-1]]),
        "phase": Always("under_65"),
        "pathway": Always("P4"),
    }
    patient = hospital.arrivals(
        "elective",
        arrivals=PoissonArrivals(
            rate=dated_rate(plan.per_day, plan.weekdays, plan.hours, origin, hospital.end),
            factor=plan.volume,
            multiple=scenario.run.superset,
        ),
        attributes=attributes,
    )
    many_wait = patient.when(is_waited_for(wards.bed_requests, plan.cancelled_when_waiting))
    cancelled = many_wait.branch("cancelled_ahead", plan.cancelled_ahead)
    patient.join(many_wait)
    orthopaedic = patient.branch("elective_orthopaedic", plan.orthopaedic)
    surgery, trauma = wards.beds["surgery"], wards.beds["trauma_orthopaedics"]
    for path, own, other in ((patient, surgery, trauma), (orthopaedic, trauma, surgery)):
        no_bed = path.seize(
            own,
            other.preferred(1),
            slot="first_bed",
            site="elective_bed",
            priority=1,
            patience=plan.waits_for_bed,
            waiting=hospital.waiting_list("elective_requests"),
        )
        cancelled.join(no_bed)
    patient.join(orthopaedic)
    patient.mark("admitted")
    patient.delay(Draw("elective_stay", plan.stay))
    wards.discharge.leave_from(patient, "first_bed")
    cancelled.mark("cancelled")
    cancelled.leave()
