"""Demand: the classes of patients, their rates over time and who they are.

the record's months x the shape of the week --> emergency_call, walk_in, type2, type3
direct (not through the ED)        treatment_centre (another provider's)
returning (readmissions, spawned by discharge)        sent_on (spawned by other units)
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from pathlib import Path as File

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError, Problem
from flowsim.pathways.admission_avoidance import demand_factors
from flowsim.pathways.ambulance_service import Calls, ambulance_chance, calls_behind_arrivals
from flowsim.pathways.builder import Hospital
from flowsim.pathways.nhs_111 import through_111
from flowsim.pathways.other_units import (
    SECOND_ATTENDANCE,
    SENDING_ON,
    UNITS,
    attendances_of_units,
    share_of_themselves,
)
from flowsim.pathways.path import Path
from flowsim.pathways.rates import dated_rate, monthly_rate, read_profile, read_volumes, week_of
from flowsim.pathways.winter import declare_seasons, seasonal_attributes, surge_of_arrivals
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.draw_plan import Always, AttributeLaw, Drawn, FromOthers, Returning
from flowsim.sampling.laws import By, Chance, Draw, Number, Product
from flowsim.sampling.people import People
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import (
    AGE_BANDS,
    COUNCILS,
    LOCALITIES,
    PATHWAYS,
    RESPONSIBLE,
    SPECIALTIES,
    STREAMS,
)

PHASES = ("zero_day", "under_65", "65_plus_not_frail", "frail")
"""Groups that share a law of the acute phase."""

RESERVED_BELOW = 0.2
"""Return rows are reserved for this share of patients; no scenario may have more readmissions."""

READMITTED = Draw("readmission", Chance())

READMISSION = Returning(as_class="returning", draw=READMITTED, below=RESERVED_BELOW, times=2)
"""Of whoever is discharged after an emergency admission."""

PATHWAYS_AND_SIMPLE = (*PATHWAYS, "P4")
"""How patients leave: Discharge-to-Assess 1-3, or simply."""


def declare_attributes(hospital: Hospital, scenario: Scenario) -> None:
    """Declare who patients can be."""
    declare_seasons(hospital, scenario)
    hospital.attribute("locality", LOCALITIES)
    hospital.attribute("age_band", AGE_BANDS)
    hospital.attribute("frailty", ("not_frail", "frail"))
    hospital.attribute("care_home", ("no", "yes"))
    hospital.attribute("high_intensity", ("no", "yes"))
    hospital.attribute("through_111", ("no", "yes"))
    hospital.attribute("stream", STREAMS)
    hospital.attribute("arrival_mode", ("by_ambulance", "on_foot"))
    hospital.attribute("presentation", ("mental_health", "physical"))
    hospital.attribute("specialty", (*SPECIALTIES, "children"))
    hospital.attribute("hours_only", ("no", "yes"))
    hospital.attribute("phase", PHASES)
    hospital.attribute("pathway", PATHWAYS_AND_SIMPLE)
    hospital.attribute("delayed_transfer", ("no", *RESPONSIBLE))


def lay_emergency_arrivals(hospital: Hospital, scenario: Scenario, origin: dt.datetime) -> dict[str, Path]:
    """Add the classes of emergency patients; return their paths by class."""
    demand, run = scenario.demand, scenario.run
    if scenario.discharge.readmitted > RESERVED_BELOW:
        raise InputError(
            f"discharge.readmitted must be at most {RESERVED_BELOW}; found {scenario.discharge.readmitted}"
        )
    volumes = read_volumes(File(demand.volumes))
    by_ambulance, on_foot = read_profile(File(demand.arrival_profile))
    first_visits = volumes["type1"] * (1 - demand.returning_share)
    calls = calls_behind_arrivals(scenario)
    units = attendances_of_units(scenario, volumes)
    recorded = {
        "emergency_call": first_visits * demand.ambulance_share * calls.per_arrival,
        "walk_in": first_visits * (1 - demand.ambulance_share),
        **units,
    }
    plans = {unit: getattr(scenario.other_units, unit) for unit in UNITS}
    shapes = {
        "emergency_call": by_ambulance,
        "walk_in": on_foot,
        **{unit: on_foot * week_of(plan.hours) for unit, plan in plans.items()},
    }
    rates = {name: monthly_rate(recorded[name], shapes[name], origin, hospital.end) for name in recorded}
    # Patients start with the request for a visit, so that they reach the hospital at the recorded hours.
    at_hospital = origin + dt.timedelta(minutes=scenario.admission_avoidance.home_visits.visit)
    rates["direct"] = dated_rate(
        demand.direct_per_day, demand.direct_weekdays, demand.direct_hours, at_hospital, hospital.end
    )
    thinned = demand_factors(scenario)
    factors: dict[str, Number] = {
        name: plans[name].volume if name in plans else getattr(demand.volume, name) * thinned.get(name, 1.0)
        for name in rates
    }
    if scenario.winter.surges:
        surges = surge_of_arrivals(scenario)
        factors |= {name: surges * factors[name] for name in ("emergency_call", "walk_in", "direct")}
    _check_superset(scenario, factors)
    factors["walk_in"] *= share_of_themselves(recorded["walk_in"], scenario, units)
    back: dict[str, Returning | None] = {
        **dict.fromkeys(rates, READMISSION),
        **dict.fromkeys(SENDING_ON, SECOND_ATTENDANCE),
        "type2": None,
    }
    attributes = _attributes(scenario, calls, origin, hospital.end)
    paths = {}
    for name, rate in rates.items():
        arrivals = PoissonArrivals(
            rate=rate, factor=factors[name], multiple=run.superset, day_cv=demand.day_cv
        )
        paths[name] = hospital.arrivals(
            name, arrivals=arrivals, attributes=attributes[name], returning=back[name]
        )
    paths["sent_on"] = hospital.arrivals("sent_on", returning=READMISSION)
    paths["returning"] = hospital.arrivals("returning", returning=READMISSION)
    return paths


def _check_superset(scenario: Scenario, factors: Mapping[str, Number]) -> None:
    """Refuse levers beyond the superset before anything is drawn."""
    most = scenario.run.superset
    problems = []
    highest_of = {
        f"other_units.{name}.volume" if name in UNITS else f"demand.volume.{name}": _highest(factor)
        for name, factor in factors.items()
    }
    for path, highest in {**highest_of, "elective.volume": scenario.elective.volume}.items():
        if highest > most:
            message = (
                f"must be at most {most:g} times the record, admission_avoidance and winter.surges included, "
                f"for arrivals are drawn at that multiple; found {highest:g}. Raise run.superset for more."
            )
            problems.append(Problem("", path, message))
    if problems:
        raise InputError(problems)


def _highest(number: Number) -> float:
    """Return the most that a number can be for anybody."""
    if isinstance(number, Product):
        return math.prod(map(_highest, number.factors))
    if isinstance(number, By):
        return max([*number.values.values(), *([] if number.otherwise is None else [number.otherwise])])
    return number


# Who they are


def _adding_to_1(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shares in proportion; equal ones where there are none, since nobody is then drawn by them."""
    total = shares.sum()
    return shares / total if total else np.full(len(shares), 1 / len(shares))


def _attributes(
    scenario: Scenario, calls: Calls, origin: dt.datetime, end: float
) -> dict[str, dict[str, AttributeLaw]]:
    demand, front_door = scenario.demand, scenario.front_door
    ages = np.array([demand.age_bands[band] for band in AGE_BANDS])
    chance = np.array([ambulance_chance(demand).values[band] for band in AGE_BANDS])
    children = front_door.children_to_children

    def streams(adults: Mapping[str, float]) -> Drawn:
        under_18 = {"gp": 0.0, "minors": 1 - children, "majors": 0.0, "resus": 0.0}
        return Drawn(
            [
                By("age_band", {"0-17": under_18[s], **dict.fromkeys(AGE_BANDS[1:], adults[s])})
                for s in STREAMS[:-1]
            ]
        )

    common, through = common_attributes(scenario, origin, end), through_111(scenario)

    def emergency(age_shares: NDArray[np.float64], stream: AttributeLaw) -> dict[str, AttributeLaw]:
        return {
            "locality": Drawn([demand.locality[x] for x in LOCALITIES[:-1]]),
            "age_band": Drawn(_adding_to_1(age_shares)[:-1].tolist()),
            "stream": stream,
            **common,
        }

    on_foot = {
        **emergency(ages * (1 - chance), streams(dict(front_door.walk_in_streams))),
        "arrival_mode": Always("on_foot"),
    }
    return {
        "emergency_call": {
            **emergency(np.array(calls.ages), streams(dict(front_door.ambulance_streams))),
            "arrival_mode": Always("by_ambulance"),
            "frailty": Drawn([calls.not_frail]),
            "through_111": through["emergency_call"],
        },
        "walk_in": {**on_foot, "through_111": through["walk_in"]},
        "type2": {"locality": on_foot["locality"]},
        # Who is sent on from a unit is like anybody who walks in.
        **dict.fromkeys(SENDING_ON, on_foot),
        # Whoever was admitted directly and comes back through the ED goes to majors.
        "direct": {
            **emergency(np.array([demand.direct_age_bands[band] for band in AGE_BANDS]), Always("majors")),
            "presentation": Always("physical"),
        },
    }


def common_attributes(scenario: Scenario, origin: dt.datetime, end: float) -> dict[str, AttributeLaw]:
    """Return the attributes that follow from age and stream, the same for all emergency classes."""
    demand, wards, discharge = scenario.demand, scenario.wards, scenario.discharge

    def attributed(who: str) -> By:
        return By("locality", {place: discharge.attribution[COUNCILS[place]][who] for place in LOCALITIES})

    often = scenario.admission_avoidance.high_intensity.share
    overnight = {phase: 0.0 if phase == "zero_day" else 1.0 for phase in PHASES}
    in_majors = By("stream", {"majors": 1.0}, otherwise=0.0)
    return {
        "arrival_mode": Drawn([ambulance_chance(demand)]),
        "presentation": Drawn([in_majors * By("age_band", dict(scenario.mental_health.share_of_majors))]),
        "frailty": Drawn([By("age_band", {band: 1 - demand.frail[band] for band in AGE_BANDS})]),
        "care_home": Drawn([By("age_band", {band: 1 - demand.care_home[band] for band in AGE_BANDS})]),
        "high_intensity": Drawn([By("age_band", {band: 1 - share for band, share in often.items()})]),
        **seasonal_attributes(scenario, origin, end),
        "specialty": Drawn(
            [
                By("age_band", {"0-17": 0.0, **dict.fromkeys(AGE_BANDS[1:], wards.specialty[s])})
                for s in SPECIALTIES
            ]
        ),
        "hours_only": Drawn([1 - wards.zero_day]),
        "phase": FromOthers(phase_of),
        "pathway": Drawn(
            [
                By("phase", {**overnight, **dict(discharge.complex)}) * discharge.pathway[pathway]
                for pathway in PATHWAYS
            ]
        ),
        "delayed_transfer": Drawn(
            [
                1 - discharge.delayed_transfer,
                *(discharge.delayed_transfer * attributed(who) for who in RESPONSIBLE[:-1]),
            ]
        ),
    }


def phase_of(people: People) -> NDArray[np.int64]:
    """Return the group whose law of the acute phase each patient follows."""
    old = people.codes("age_band") >= AGE_BANDS.index("65-74")
    frail = people.is_level("frailty", "frail")
    group = np.where(frail, PHASES.index("frail"), np.where(old, PHASES.index("65_plus_not_frail"), 1))
    return np.where(people.is_level("hours_only", "yes"), 0, group)
