"""Monotonicity: what any sound model of a hospital does when there is more of something, or less delay.

Half a year each, the same patients in every arm. Differences count as chance within four standard errors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import flowsim
from flowsim.experiments.comparisons.comparison import Comparison
from flowsim.experiments.work.workers import available_cores
from flowsim.scenario.capacity import capacity_levers
from flowsim.scenario.interventions import Intervention

pytestmark = pytest.mark.slow

HALF_A_YEAR = {"run.days": {"set": 182}, "run.warm_up": {"set": "100 days"}}
REPLICATIONS = 10
FOUR_HOUR = "four_hour_performance_type1"
BEDS = {
    "acute_medicine.amu_beds": 58,
    "acute_medicine.short_stay_beds": 46,
    "acute_medicine.acute_frailty_beds": 28,
    "wards.beds.specialty_medicine": 268,
    "wards.beds.older_people": 200,
    "wards.beds.surgery": 208,
    "wards.beds.trauma_orthopaedics": 128,
}
"""Beds of adults in the baseline, among which more or fewer are shared out."""

SPACES = "emergency_department.spaces."
"""Spaces in which patients wait for clinicians and beds: more let them in sooner, to be seen no sooner."""

Levers = Mapping[str, Mapping[str, Any]]


def compared(arms: Mapping[str, Levers], replications: int = REPLICATIONS) -> Comparison:
    """Return arms beside the baseline."""
    return flowsim.compare(
        "portsmouth-2016",
        *(Intervention.of(name, name, levers) for name, levers in arms.items()),
        changes=HALF_A_YEAR,
        replications=replications,
        parts=False,
        jobs=available_cores(),
    )


def more_beds(number: int) -> dict[str, dict[str, int]]:
    """Return the levers that share out more beds, or fewer."""
    every = sum(BEDS.values())
    return {lever: {"add": round(number * beds / every)} for lever, beds in BEDS.items()}


def clearly_below_zero(differences: NDArray[np.float64]) -> bool:
    """Return whether differences, one a replication, are below zero beyond chance."""
    error = differences.std(ddof=1) / math.sqrt(len(differences))
    return bool(differences.mean() + 4 * error < 0)


def clearly_above_zero(differences: NDArray[np.float64]) -> bool:
    """Return whether differences, one a replication, are above zero beyond chance."""
    return clearly_below_zero(-differences)


# Capacity


def test_a_tenth_more_of_any_capacity_but_spaces_does_not_worsen_four_hour_performance() -> None:
    levers = capacity_levers(flowsim.load_scenario("portsmouth-2016").value)
    movable = {
        f"more-{i}": lever
        for i, lever in enumerate(levers)
        if lever.most and not lever.name.startswith(SPACES)
    }
    assert len(movable) > 30
    arms = {}
    for name, lever in movable.items():
        change = lever.more(min(lever.most, max(1, math.ceil(lever.size / 10))))
        arms[name] = {change.path: {change.verb: change.operand}}
    comparison = compared(arms)
    worse = {
        name: change
        for name, change in arms.items()
        if clearly_below_zero(comparison.by_replication(name, FOUR_HOUR))
    }
    if worse:
        # Of forty levers one may look worse by chance in ten half-years; forty others tell.
        again = compared(worse, replications=5 * REPLICATIONS)
        others = {name: again.by_replication(name, FOUR_HOUR)[REPLICATIONS:] for name in worse}
        worse = {name: change for name, change in worse.items() if clearly_below_zero(others[name])}
    assert worse == {}


@pytest.mark.parametrize(
    "fewer",
    [
        {"acute_medicine.amu_beds": {"add": -6}},
        {"wards.beds.older_people": {"add": -20}},
        {"community.P1.places.P": {"add": -5}},
        {
            "emergency_department.clinicians": {
                "set": {"Mon-Sun": {"00:00": 4, "08:00": 6, "12:00": 8, "22:00": 7}}
            }
        },
    ],
    ids=lambda levers: next(iter(levers)),
)
def test_fewer_of_what_is_short_does_worsen_it_so_that_the_test_above_can_fail(fewer: Levers) -> None:
    assert clearly_below_zero(compared({"fewer": fewer}).by_replication("fewer", FOUR_HOUR))


def test_more_majors_spaces_let_patients_in_sooner_and_make_them_wait_inside() -> None:
    # Whoever comes in sooner asks for the same clinicians and beds, in a queue that then stands before those
    # who only wait to be told their results and would have been in time. Where an ED grew from 28 to 53
    # beds, stays and waits for a bed became longer, too (Han and others, Academic Emergency Medicine, 2007).
    comparison = compared({"more": {f"{SPACES}majors": {"add": 4}}})

    def difference(metric: str) -> NDArray[np.float64]:
        return comparison.by_replication("more", metric)

    assert clearly_below_zero(difference("left_without_being_seen"))
    assert not clearly_above_zero(difference("ambulance_handover_mean"))
    assert not clearly_below_zero(difference("dta_to_bed_median"))
    assert clearly_above_zero(difference("time_to_first_clinician_median"))
    assert clearly_below_zero(difference(FOUR_HOUR))
    assert difference(FOUR_HOUR).mean() > -0.02


# Delay


SHORTER: dict[str, Levers] = {
    "referral": {"integrated_discharge.referral.gamma.mean": {"times": 0.5}},
    "one-assessment": {"integrated_discharge.second_assessment": {"set": 0}},
    "chc-elsewhere": {"integrated_discharge.continuing_healthcare.in_acute_bed": {"set": 0}},
    "all-self-funded": {"integrated_discharge.self_funded": {"set": {"P1": 1, "P2": 1, "P3": 1}}},
    **{
        f"{stage}-{pathway.lower()}": {f"integrated_discharge.{stage}.{pathway}.gamma.mean": {"times": 0.5}}
        for stage in ("funding", "brokerage")
        for pathway in ("P1", "P2", "P3")
    },
    "transport": {"integrated_discharge.transport.gamma.mean": {"times": 0.5}},
    "starts": {
        f"community.{pathway}.starts": {"set": {"Mon-Fri": 1, "Sat-Sun": 0.7}}
        for pathway in ("P1", "P2", "P3")
    },
    "no-long-term-care": {"community.blocked_by_long_term_care": {"set": {"P": 0, "FG": 0, "SEH": 0}}},
}


def test_no_stage_of_discharge_that_becomes_shorter_raises_occupancy() -> None:
    comparison = compared(SHORTER)
    raised = {
        name: comparison.by_replication(name, "bed_occupancy")
        for name in SHORTER
        if clearly_above_zero(comparison.by_replication(name, "bed_occupancy"))
    }
    assert raised == {}
    assert clearly_below_zero(comparison.by_replication("brokerage-p1", "bed_occupancy"))


def test_a_longer_stage_of_discharge_does_raise_occupancy_so_that_the_test_above_can_fail() -> None:
    longer = {"integrated_discharge.brokerage.P1.gamma.mean": {"times": 2}}
    assert clearly_above_zero(compared({"longer": longer}).by_replication("longer", "bed_occupancy"))


# Beds

STEPS = (0, 40, 80, 120, 160)


@cache
def ladder() -> Comparison:
    """Return more and more beds, and fifteen fewer from the top of the ladder and from the baseline."""
    arms = {f"beds-{step}": more_beds(step) for step in STEPS[1:]}
    return compared({**arms, "top-less-15": more_beds(STEPS[-1] - 15), "less-15": more_beds(-15)})


def four_hour_at(step: int) -> NDArray[np.float64]:
    """Return what so many beds more give in each replication."""
    return ladder().by_replication(f"beds-{step}", FOUR_HOUR) if step else np.zeros(REPLICATIONS)


def test_each_forty_beds_more_give_less_than_the_forty_before() -> None:
    gains = [four_hour_at(b) - four_hour_at(a) for a, b in pairwise(STEPS)]
    for first, then in pairwise(gains):
        assert not clearly_above_zero(then - first)
    assert clearly_above_zero(gains[0])
    assert clearly_above_zero(gains[0] - gains[-1])


def test_closing_beds_at_85_percent_hardly_matters_and_at_the_baselines_occupancy_it_does() -> None:
    occupancy = ladder().difference(f"beds-{STEPS[-1]}", "bed_occupancy")
    assert 0.80 < occupancy.baseline + occupancy.mean < 0.87
    at_85 = ladder().by_replication("top-less-15", FOUR_HOUR) - four_hour_at(STEPS[-1])
    at_94 = ladder().by_replication("less-15", FOUR_HOUR)
    assert abs(at_85.mean()) < 0.002
    assert at_94.mean() < -0.005
    assert clearly_below_zero(at_94 - at_85)
