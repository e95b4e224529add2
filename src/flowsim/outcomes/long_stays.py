"""Long stays as shares of the beds in use, at 08:00: 7, 14 and 21 days or more, as in national reports."""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

from flowsim.outcomes.beds import beds_at_eight
from flowsim.outcomes.observations import Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.ready import DAILY_REPORT, long_stays
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric

GROUPS = (*TIME, *PLACE)
NEEDS = ("admitted", "discharged", "ga_beds")


def _share_of_long_stays(observed: Observed, days: int) -> Observations:
    return replace(long_stays(observed, days), per=beds_at_eight(observed))


@metric(
    label="Beds with stays of 7 days or more",
    unit="share",
    direction="lower",
    definition="Stranded patients / patients in general and acute beds, at 08:00, summed over the days.",
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def stays_of_7_days_share(observed: Observed) -> Observations:
    return _share_of_long_stays(observed, 7)


@metric(
    label="Beds with stays of 14 days or more",
    unit="share",
    direction="lower",
    definition="As of 7 days or more, for 14.",
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def stays_of_14_days_share(observed: Observed) -> Observations:
    return _share_of_long_stays(observed, 14)


@metric(
    label="Beds with stays of 21 days or more",
    unit="share",
    direction="lower",
    definition="As of 7 days or more, for 21.",
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=NEEDS,
)
def stays_of_21_days_share(observed: Observed) -> Observations:
    return _share_of_long_stays(observed, 21)
