"""Predictions: what the model says of the months whose record it has not seen, and of the winter.

The attendances of those months are an input; nothing else of them is known. A winter effect is the figure of
the months without a record less that of the months with one, of the same single year; of what is counted (the
waits over twelve hours) it is the difference a month of 365/12 days, since winter's months are shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.experiments.runs.record import days_in, months_group, months_of_group
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS, Pool
from flowsim.validation.estimates import Estimate, estimate
from flowsim.validation.plan import PREDICTED, ValidationPlan

A_MONTH = 365 / 12
"""Days."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of a figure that it has not seen.

    Parameters
    ----------
    metric, group : str
        A month, or all months without a record together; for an effect the latter.
    model : Estimate
    effect : bool
        Whether it is the difference from the months with a record.
    """

    metric: str
    group: str
    model: Estimate
    effect: bool = False


def predict(planned: ValidationPlan, sets: Mapping[str, Results]) -> tuple[Prediction, ...]:
    """Return every prediction: by metric, each month, then all together, then the effect."""
    seen, unseen = planned.recorded, planned.predicted
    if not unseen:
        return ()
    groups = [f"month={month}" for month in unseen] + ([months_group(unseen)] if len(unseen) > 1 else [])
    found = []
    for metric in PREDICTED:
        found += [
            Prediction(metric, group, estimate([one.by_replication(metric, group) for one in sets.values()]))
            for group in groups
        ]
        each = [_effect(one, metric, months_group(seen), groups[-1]) for one in sets.values()]
        found.append(Prediction(metric, groups[-1], estimate(each), effect=True))
    return tuple(found)


def _effect(results: Results, metric: str, before: str, after: str) -> Floats:
    """Return the difference of two groups of months in each replication; of totals, a month."""
    last, first = (results.by_replication(metric, group) for group in (after, before))
    if METRICS[metric].pool is Pool.TOTAL:
        last, first = last * A_MONTH / _days(after), first * A_MONTH / _days(before)
    return last - first


def _days(group: str) -> int:
    return days_in(months_of_group(group) or (group.removeprefix("month="),))
