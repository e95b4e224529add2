"""Infection control: beds closed to newcomers, on certain days and by outbreaks at random.

an outbreak begins --> on a ward, in proportion to its beds --> a bay or the whole ward closes --> reopens
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flowsim.pathways.blueprint import Resource
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.pathways.seasons import added_up, in_months
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.laws import Choice, Draw
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.infection_control import MOST_OUTBREAKS
from flowsim.scenario.sections.wards import CORE_WARDS
from flowsim.timeline import DAY

WARDS = tuple(ward for ward in CORE_WARDS if ward != "childrens_ward")
"""Where outbreaks begin."""


def lay_infection_control(
    hospital: Hospital, scenario: Scenario, origin: dt.datetime, beds: Mapping[str, Resource]
) -> None:
    """Lay the outbreaks of a season, and count the beds closed by them or on certain days.

    The count is a resource with as many places as beds are closed, none of which is ever taken, so that the
    log's table of places has it over time.
    """
    plan = scenario.infection_control
    on_certain_days = [(one.first, one.days, float(one.beds)) for one in scenario.wards.closures]
    closed = hospital.resource("closed_beds", added_up(on_certain_days, origin))
    if not plan.outbreaks_per_day:
        return
    season = in_months(plan.months, origin, hospital.end)
    outbreak = hospital.arrivals(
        "outbreak",
        arrivals=PoissonArrivals(
            rate=season.scaled(MOST_OUTBREAKS / DAY),
            factor=plan.outbreaks_per_day / MOST_OUTBREAKS,
            multiple=1.0,
        ),
        controller=True,
    )
    places = [int(beds[ward].places.levels.max()) for ward in WARDS]
    where = Draw("outbreak_ward", Choice([number / sum(places) for number in places[:-1]]))
    whole_wards = outbreak.branch("outbreak_size", plan.whole_ward)
    length = Draw("outbreak_length", plan.closed_for)
    over = Path(hospital)
    for path, size in ((outbreak, plan.bay), (whole_wards, plan.ward)):
        for ward, number, here in zip(WARDS, places, path.route(where, len(WARDS)), strict=True):
            most = min(size, number)
            here.capacity(beds[ward], -most)
            here.capacity(closed, most)
            here.delay(length)
            here.capacity(beds[ward], most)
            here.capacity(closed, -most)
            over.join(here)
    over.leave()
