"""Which minutes of a scenario's run are reported, and what each resource of the hospital counts as."""

from __future__ import annotations

from flowsim.outcomes.period import ReportingPeriod
from flowsim.pathways.census import ELECTIVE_ON
from flowsim.pathways.elective import CANCELLED, ELECTIVE, PUT_OFF
from flowsim.pathways.horizon import horizon_of
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS, LOCALITIES, PATHWAYS
from flowsim.scenario.sections.wards import GENERAL_AND_ACUTE


def service(pathway: str, locality: str) -> str:
    """Return the resource of the slots of a pathway that serve a locality."""
    return f"{pathway.lower()}_{locality}"


def reporting_period(scenario: Scenario) -> ReportingPeriod:
    """Return the reporting period of a scenario: its days, after its warm-up or from its census on."""
    horizon = horizon_of(scenario)
    return ReportingPeriod(
        origin=horizon.origin,
        begins=horizon.begins,
        ends=horizon.ends,
        ga_beds=GENERAL_AND_ACUTE,
        escalation="escalation",
        amu="amu",
        d2a={
            service(pathway, locality): (pathway, locality) for pathway in PATHWAYS for locality in LOCALITIES
        },
        councils=COUNCILS,
        opel="opel",
        closed_beds="closed_beds",
        cancelled=CANCELLED,
        put_off=PUT_OFF if scenario.elective.pauses else None,
        elective=(ELECTIVE, *ELECTIVE_ON.values()),
        sdec_counts_as_admission=scenario.run.sdec_counts_as_admission,
    )
