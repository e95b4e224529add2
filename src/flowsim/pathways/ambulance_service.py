"""999 calls: heard, seen, or conveyed to the door.

    call --+--> hear and treat: advice on the telephone
           +--> see and treat: treated where they are, or taken elsewhere than to the ED
           +--> conveyed --> (front door)

The record has arrivals at the door. Calls of each age and frailty are worked back from them: as many as are
conveyed, over the chance of conveyance. A call has the time at which its ambulance arrives, or would have.
"""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.errors import InputError
from flowsim.pathways.admission_avoidance import for_residents
from flowsim.pathways.path import Path
from flowsim.sampling.laws import By, Chance, Draw, Number
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.demand import Demand
from flowsim.scenario.sections.section import AGE_BANDS


@dataclass(frozen=True, slots=True)
class Calls:
    """The 999 calls behind the record's arrivals by ambulance.

    Parameters
    ----------
    per_arrival : float
        Calls for each patient conveyed.
    ages : tuple of float
        Share of calls in each age band.
    not_frail : By
        Chance that a caller of an age is not frail.
    conveyed : Number
        Chance of conveyance in the record, by age and frailty.
    """

    per_arrival: float
    ages: tuple[float, ...]
    not_frail: By
    conveyed: Number


def calls_behind_arrivals(scenario: Scenario) -> Calls:
    """Return the calls that give the record's arrivals by ambulance, their ages and their frailty.

    Raises
    ------
    InputError
        If somebody would have to be conveyed more often than they call.
    """
    plan, demand = scenario.ambulance_service, scenario.demand
    if plan.not_conveyed == 1:
        raise InputError("ambulance_service.not_conveyed must be below 1; found 1")
    by_ambulance = ambulance_chance(demand).values
    arriving = [demand.age_bands[band] * by_ambulance[band] for band in AGE_BANDS]
    relative = [plan.conveyance_by_age[band] for band in AGE_BANDS]
    frail = [demand.frail[band] / plan.conveyance_when_frail for band in AGE_BANDS]
    not_frail = [1 - demand.frail[band] for band in AGE_BANDS]
    # Calls of a band, but for the scale of the chances of conveyance.
    calls = [a * (f + n) / r for a, r, f, n in zip(arriving, relative, frail, not_frail, strict=True)]
    conveyed = 1 - plan.not_conveyed
    scale = conveyed * sum(calls) / sum(arriving) if sum(arriving) else conveyed
    highest = scale * max(relative) * max(1.0, plan.conveyance_when_frail)
    if highest > 1:
        raise InputError(
            "ambulance_service.conveyance_by_age: with not_conveyed and conveyance_when_frail, the chance of "
            f"conveyance must be at most 1 for everybody; found {highest:.3g}"
        )
    return Calls(
        1 / conveyed,
        tuple(c / (sum(calls) or 1.0) for c in calls),
        By("age_band", {band: n / (f + n) for band, f, n in zip(AGE_BANDS, frail, not_frail, strict=True)}),
        By("age_band", {band: scale * r for band, r in zip(AGE_BANDS, relative, strict=True)})
        * By("frailty", {"not_frail": 1.0, "frail": plan.conveyance_when_frail}),
    )


def ambulance_chance(demand: Demand) -> By:
    """Return the chance, in each age band, that a type 1 attendance is by ambulance."""
    mean = sum(demand.ambulance_odds[band] * demand.age_bands[band] for band in AGE_BANDS)
    scale = demand.ambulance_share / mean if mean else 0.0
    return By("age_band", {band: min(1.0, demand.ambulance_odds[band] * scale) for band in AGE_BANDS})


def answer_calls(calling: Path, scenario: Scenario) -> None:
    """Lay the way of calls; those who are conveyed go on."""
    plan = scenario.ambulance_service
    calling.mark("emergency_call")
    team = scenario.admission_avoidance.care_homes
    lever = By("stream", dict(plan.conveyance)) * for_residents(team, team.conveyance)
    chance = calls_behind_arrivals(scenario).conveyed * lever
    conveyed = calling.branch(Draw("conveyance", Chance()), chance)
    heard = calling.branch("hear_and_treat", plan.hear_and_treat)
    calling.mark("see_and_treat")
    calling.leave()
    heard.mark("hear_and_treat")
    heard.leave()
    calling.join(conveyed)
