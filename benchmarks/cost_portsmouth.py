"""What a replication of the shipped Portsmouth scenario costs: as it is, longer, or larger."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from cost import Cost, cost_of

from flowsim import load_scenario
from flowsim.engine.engines import DEFAULT
from flowsim.engine.log import Log
from flowsim.experiments.runs.reporting import reporting_period
from flowsim.outcomes import ReportingPeriod, growing_queues, measure
from flowsim.pathways.builder import Hospital
from flowsim.pathways.hospital import build
from flowsim.sampling.cohort import Cohort
from flowsim.scenario.levers import get

SCENARIO = "portsmouth-2016"

SIZED = (
    "run.superset",
    "demand.volume.emergency_call",
    "demand.volume.walk_in",
    "other_units.type2.volume",
    "other_units.type3.volume",
    "other_units.treatment_centre.volume",
    "demand.volume.direct",
    "elective.volume",
    "front_door.assessment_bays",
    "front_door.assessment_nurses",
    "front_door.gps",
    "emergency_department.spaces",
    "emergency_department.clinicians",
    "emergency_department.specialty_teams",
    "frailty.fit_assessors",
    "frailty.crisis_support_places",
    "acute_medicine.ambulatory_care.chairs",
    "acute_medicine.amu_beds",
    "acute_medicine.short_stay_beds",
    "acute_medicine.acute_frailty_beds",
    "wards.beds",
    "wards.escalation.block",
    "escalation_ladder.opel_3.waiting",
    "escalation_ladder.opel_4.waiting",
    "wards.pressure.waiting",
    "elective.cancelled_when_waiting",
    "integrated_discharge.assessors",
    "community.P1.places",
    "community.P2.places",
    "community.P3.places",
)
"""What a hospital twice as large has twice as much of: patients, places, staff, queues that matter."""


def numbers(path: str, value: Any) -> Iterator[str]:
    """Yield the paths of the numbers in a part of a scenario."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(f"{path}.{key}", inner)
    elif isinstance(value, int | float):
        yield path


@cache
def built(days: int | None, warm_up_days: int | None, size: int) -> tuple[Hospital, ReportingPeriod]:
    """Return the hospital and what of it is measured, once a process."""
    changes: dict[str, dict[str, Any]] = {}
    if days is not None:
        changes["run.days"] = {"set": days}
    if warm_up_days is not None:
        changes["run.warm_up"] = {"set": f"{warm_up_days} days"}
    if size != 1:
        tree = load_scenario(SCENARIO).tree
        sized = (path for part in SIZED for path in numbers(part, get(tree, part)))
        changes |= {path: {"times": size} for path in sized}
    scenario = load_scenario(SCENARIO, changes).value
    return build(scenario), reporting_period(scenario)


def replicate(
    seed: int,
    *,
    engine: str = DEFAULT,
    days: int | None = None,
    warm_up_days: int | None = None,
    size: int = 1,
) -> Cost:
    """Run one replication.

    Parameters
    ----------
    seed : int
        Number of the replication.
    engine : str
    days, warm_up_days : int, optional
        Days reported, and before them; those of the scenario if not given.
    size : int
        Patients, places and staff as a multiple of the scenario's.
    """
    hospital, period = built(days, warm_up_days, size)

    def figures(log: Log, cohort: Cohort) -> None:
        measure(log, period, child=cohort.child)
        growing_queues(log, period)

    return cost_of(hospital, figures, engine=engine, seed=1, replication=seed)
