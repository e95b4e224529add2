"""Bottlenecks and searches written by hand: a baseline of 70, 72, 74 and 76 % and what levers make of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

import numpy as np

from flowsim.experiments.capacity.binding import HOURS, Binding
from flowsim.experiments.capacity.seek_plan import SeekPlan, plan_seek
from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.seeking import Index, Point
from flowsim.experiments.capacity.worths import Bottlenecks, More
from flowsim.experiments.runs.results import About, Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.calendars import Roster
from flowsim.scenario.capacity import CapacityLever
from tests.experiments.small import SMALL

BASELINE = np.array([0.70, 0.72, 0.74, 0.76])
ABOUT = About(name="small", title="A hospital", start=dt.date(2016, 4, 1), days=365, engine="simpy", seed=7)


def results(four_hours: Floats, waits: Floats) -> Results:
    return Results(
        about=ABOUT,
        numbers=tuple(range(len(four_hours))),
        metric=("four_hour_performance", "dta_waits_over_12h"),
        group=("all", "all"),
        values=np.stack([four_hours, waits], axis=1),
    )


def bottlenecks_by_hand(replications: int = 4, /, **levers: tuple[Floats, int]) -> Bottlenecks:
    """Return bottlenecks of one resource, waited for a quarter of the time, and of levers of it.

    Parameters
    ----------
    replications : int
        The first of the four.
    **levers : tuple
        Four-hour performance with a lever moved, shape (4,), and by how many units.
    """
    waits = np.array([30.0, 20.0, 25.0, 15.0])[:replications]
    nothing = np.zeros((1, HOURS))
    return Bottlenecks(
        baseline=results(BASELINE[:replications], waits),
        levers=tuple(
            More(
                lever=CapacityLever(path=name.replace("__", "."), unit="bed", value=20 * step),
                step=step,
                resources=("beds",),
                results=results(values[:replications], waits),
            )
            for name, (values, step) in levers.items()
        ),
        binding=Binding(
            resources=("beds",),
            minutes=np.full(HOURS, 60.0),
            waited=nothing + 15.0,
            waiting=nothing + 30.0,
            used=nothing + 60.0,
            places=nothing + 120.0,
        ),
        without=(CapacityLever(path="night_team", unit="nurse", value=Roster.parse(0)),),
    )


@cache
def plan_by_hand(levers: tuple[str, ...] = ("acute_medicine.amu_beds",)) -> SeekPlan:
    return plan_seek(
        "portsmouth-2016",
        lever=levers,
        until="four_hour_performance >= 0.75",
        between=[(58, 61)] * len(levers),
        cost=dict.fromkeys(levers, 2.0) if len(levers) > 1 else None,
        changes=SMALL,
        replications=4,
        max_replications=4,
    )


def seek_by_hand(
    figures: Mapping[Index, Floats], answer: Index | None, obstacles: Bottlenecks | None = None
) -> Seek:
    """Return a search among 58 to 61 AMU beds, or mixes with surgical ones, in which these were found."""
    two = len(next(iter(figures))) == 2
    planned = plan_by_hand(("acute_medicine.amu_beds", "wards.beds.surgery")[: 1 + two])
    points = {index: Point(index, each, each >= 0.75) for index, each in figures.items()}
    return Seek(
        planned=planned,
        points=tuple(points[index] for index in sorted(points)),
        answer=points[answer] if answer else None,
        obstacles=obstacles,
    )
