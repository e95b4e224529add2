"""Month by month: the record beside the mean of the model, its interval and its range of single years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.results import Results
from flowsim.validation.estimates import Estimate, estimate
from flowsim.validation.plan import ValidationPlan

BY_MONTH = (
    "four_hour_performance_type1",
    "four_hour_performance",
    "attendances_type1",
    "emergency_admissions",
    "dta_waits_over_12h",
    "bed_occupancy",
    "mffd_patients",
)
"""What is told of each month."""


@dataclass(frozen=True, slots=True)
class Month:
    """A metric in one month; `record` is NaN where nothing is published or handed out."""

    metric: str
    month: str
    record: float
    model: Estimate

    @property
    def inside(self) -> bool | None:
        """Whether the record lies in the model's range of single years; None if one is missing."""
        return self.model.has_in_a_single_year(self.record)


def by_month(planned: ValidationPlan, sets: Mapping[str, Results]) -> tuple[Month, ...]:
    """Return every metric of every month, the record among the targets and the published figures."""
    published = {(one.metric, one.group): one.value for one in planned.first.planned.about.published}
    targets = {
        (one.metric, one.group): one.low
        for one in planned.targets
        if one.statistic == "mean" and one.low == one.high
    }
    record = targets | published
    return tuple(
        Month(
            metric,
            month,
            record.get((metric, f"month={month}"), np.nan),
            estimate([one.by_replication(metric, f"month={month}") for one in sets.values()]),
        )
        for metric in BY_MONTH
        for month in planned.months
    )
