"""The horizon of a run: when minute 0 is, and which minutes are reported.

A run either warms up before its first day, or goes on from a census. Then minute 0 is the midnight before the
longest stay in it began: those who are there come when they really came, and all others from the census on.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from flowsim.scenario.census import Census, read_census
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY, HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """What a run covers.

    Parameters
    ----------
    origin : datetime
        The moment of minute 0, a midnight.
    begins, ends : float
        The minutes reported, [begins, ends).
    census : Census or None
        Who is there at `begins`; None after a warm-up.
    """

    origin: dt.datetime
    begins: float
    ends: float
    census: Census | None = None


def horizon_of(scenario: Scenario) -> Horizon:
    """Return the horizon of a scenario.

    Raises
    ------
    InputError
        If its census cannot be read.
    """
    run, state = scenario.run, scenario.initial_state
    first_day, begins, census = run.warm_up, run.warm_up, None
    if state is not None:
        census = read_census(state.census)
        first_day = max(0.0, math.ceil((census.longest * HOUR - state.taken) / DAY)) * DAY
        begins = first_day + state.taken
    return Horizon(
        origin=dt.datetime.combine(run.start, dt.time()) - dt.timedelta(minutes=first_day),
        begins=begins,
        ends=first_day + run.days * DAY,
        census=census,
    )
