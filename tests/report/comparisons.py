"""A comparison written by hand: a baseline, two interventions and both together, three replications."""

from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.experiments.comparisons.fates import AWAITED, COUNTED
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.comparisons.who_changed import COLUMNS
from flowsim.experiments.runs.results import About, Results

METRICS = ("four_hour_performance_type1", "mffd_patients", "bed_occupancy", "dta_waits_over_12h")
WORDS = (
    *((counted, "all") for counted in COUNTED),
    *(("breaches", f"awaited={awaited}") for awaited in AWAITED),
)
BASELINE = np.array([[0.80, 190.0, 0.95, 20.0], [0.70, 200.0, 0.96, 30.0], [0.75, 210.0, 0.97, 10.0]])
CHANGES = {
    # Type 1: +2 points on average, from +1 to +3; twelve-hour waits no different.
    "earlier": np.array([[0.01, -10.0, -0.01, 0.0], [0.03, -12.0, -0.01, 0.0], [0.02, -8.0, -0.01, 0.0]]),
    "later": np.array([[-0.01, 1.0, 0.01, 5.0], [-0.01, -1.0, 0.02, 6.0], [-0.01, 0.0, 0.01, 4.0]]),
}
CHANGES["elsewhere"] = np.zeros((3, 4))
CHANGES["earlier+later"] = CHANGES["earlier"] + CHANGES["later"] - [0.005, 0.0, 0.0, 0.0]


def _results(name: str, title: str, values: np.ndarray) -> Results:
    return Results(
        about=About(name=name, title=title, start=dt.date(2016, 4, 1), days=365, engine="simpy", seed=7),
        numbers=tuple(range(len(values))),
        metric=METRICS,
        group=("all",) * len(METRICS),
        values=values,
    )


def by_hand(*names: str, replications: int = 3) -> Comparison:
    """Return a comparison of some arms: `earlier`, `later`, both, and `elsewhere`, which does nothing."""
    arms = []
    for name in names:
        changed = np.zeros((replications, len(WORDS), len(COLUMNS)))
        changed[:, WORDS.index(("breaches", "all")), :2] = [300.0, 100.0]
        changed[:, WORDS.index(("breaches", "awaited=bed")), :2] = [300.0, 0.0]
        changed[:, WORDS.index(("breaches", "awaited=handover")), :2] = [0.0, 100.0]
        changed[:, WORDS.index(("patients", "all")), 2:] = [7.0, 3.0]
        values = (BASELINE + CHANGES[name])[:replications]
        parts = ("earlier", "later") if "+" in name else ()
        arms.append(
            Compared(
                name=name,
                title=name.capitalize(),
                results=_results(name, name, values),
                parts=parts,
                changed=changed,
            )
        )
    return Comparison(
        baseline=_results("base", "A hospital", BASELINE[:replications]), arms=tuple(arms), words=WORDS
    )
