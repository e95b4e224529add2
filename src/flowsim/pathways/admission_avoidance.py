"""Admission avoidance: whom schemes for some people keep from the door.

999 call, walk-in ----> high-intensity user with a plan: fewer come
999 call -------------> resident of a home with a team: fewer call, more of them are admitted
walk-in --------------> in hours, low acuity: sees a general practitioner instead
request for a visit --> visiting service, soon --> treated at home | (direct admission)
+--> later -------------------> (direct admission)
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.blueprint import is_open
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.laws import By, Number
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.admission_avoidance import CareHomeTeam

OLD = By("age_band", {"65-74": 1.0, "75-84": 1.0, "85+": 1.0}, otherwise=0.0)
LOW_ACUITY = By("stream", {"gp": 1.0, "minors": 1.0}, otherwise=0.0)


def demand_factors(scenario: Scenario) -> dict[str, Number]:
    """Return the demand of some classes relative to the record."""
    team = scenario.admission_avoidance.care_homes
    users = By("high_intensity", {"no": 1.0, "yes": scenario.admission_avoidance.high_intensity.attendances})
    return {"emergency_call": users * for_residents(team, team.calls), "walk_in": users}


def for_residents(team: CareHomeTeam, effect: float) -> By:
    """Return an effect on residents of care homes, of which some have the team, and 1 for everybody else."""
    return By("care_home", {"no": 1.0, "yes": 1 - team.covered + team.covered * effect})


def visit_at_home(patient: Path, scenario: Scenario) -> None:
    """Lay the way from a request for a visit to the hospital; some are treated at home."""
    plan = scenario.admission_avoidance.home_visits
    soon = patient.branch("visiting_service", By("locality", dict(plan.covered)) * OLD)
    treated = soon.branch("treated_at_home", plan.avoided)
    treated.mark("treated_at_home")
    treated.leave()
    patient.delay(plan.visit)
    soon.delay(plan.early_visit)
    patient.join(soon)


def offer_appointment(walk_in: Path, hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> None:
    """Lay the way of walk-ins who see a general practitioner elsewhere; the others go on."""
    plan = scenario.admission_avoidance.enhanced_access
    hours = hospital.calendar("enhanced access", plan.hours.over(origin, hospital.unrolled))
    in_hours = walk_in.when(is_open(hours))
    elsewhere = in_hours.branch("enhanced_access", By("locality", dict(plan.diverted)) * LOW_ACUITY)
    elsewhere.mark("enhanced_access")
    elsewhere.leave()
    walk_in.join(in_hours)
