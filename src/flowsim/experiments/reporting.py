"""Which minutes of a scenario's run are reported, and what each resource of the hospital counts as."""

from __future__ import annotations

from flowsim.outcomes.period import ReportingPeriod
from flowsim.pathways.hospital import origin_of
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS, LOCALITIES, PATHWAYS
from flowsim.timeline import DAY

GENERAL_AND_ACUTE = (
    "amu",
    "short_stay",
    "acute_frailty_unit",
    "specialty_medicine",
    "older_people",
    "surgery",
    "trauma_orthopaedics",
    "childrens_ward",
    "escalation",
)
"""Resources whose places are general and acute beds."""


def reporting_period(scenario: Scenario) -> ReportingPeriod:
    """Return the reporting period of a scenario: its days, after its warm-up."""
    run = scenario.run
    return ReportingPeriod(
        origin=origin_of(scenario),
        begins=run.warm_up,
        ends=run.warm_up + run.days * DAY,
        ga_beds=GENERAL_AND_ACUTE,
        escalation="escalation",
        amu="amu",
        d2a={
            f"{pathway.lower()}_{locality}": (pathway, locality)
            for pathway in PATHWAYS
            for locality in LOCALITIES
        },
        councils=COUNCILS,
        rebooking="cancelled_electives",
        sdec_counts_as_admission=run.sdec_counts_as_admission,
    )
