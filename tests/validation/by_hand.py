"""Results of a validation written by hand: every figure is a given number, the same each month."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from flowsim.experiments.runs.record import months_group
from flowsim.experiments.runs.results import Results
from flowsim.validation.by_month import BY_MONTH
from flowsim.validation.plan import PREDICTED, ValidationPlan, plan_validation

Figures = Mapping[tuple[str, str], object]


@cache
def baseline_plan(replications: int = 20) -> ValidationPlan:
    return plan_validation("portsmouth-2016", replications=replications)


def by_hand(given: Figures | None = None, *, planned: ValidationPlan | None = None) -> Results:
    """Return results in which every figure is 0.7 and replication k is k thousandths above that.

    Parameters
    ----------
    given : mapping
        Of (metric, group): other figures, a number or one for each replication.
    """
    planned = planned or baseline_plan()
    n = len(planned.numbers)
    metrics = dict.fromkeys(
        [*(one.metric for one in planned.targets if one.metric), *PREDICTED, *BY_MONTH, "bed_occupancy"]
    )
    groups = ["all", *(f"month={month}" for month in planned.months)]
    keys = dict.fromkeys([*((metric, group) for metric in metrics for group in groups), *planned.pooled])
    quarters = [months_group(planned.months[i : i + 3]) for i in range(0, len(planned.months), 3)]
    keys |= dict.fromkeys(("bed_occupancy", group) for group in quarters)
    keys |= dict.fromkeys(("beds_occupied_on_the_hour", f"hour={hour:02}") for hour in range(24))
    keys |= {
        (metric, f"week={week}"): None
        for metric in ("four_hour_performance_type1", "bed_occupancy")
        for week in range(5)
    }
    keys |= dict.fromkeys(given or {})
    every = np.tile((0.7 + np.arange(n) / 1000)[:, None], len(keys))
    for i, key in enumerate(keys):
        if given and key in given:
            every[:, i] = np.asarray(given[key], dtype=np.float64)
    return Results(
        about=planned.first.planned.about,
        numbers=planned.numbers,
        metric=tuple(metric for metric, _ in keys),
        group=tuple(group for _, group in keys),
        values=every,
    )
