"""Quarters and financial years of a run: the months that the NHS reports together.

A quarter begins in January, April, July or October, a financial year in April. Only those of which a run
reports every day are given, and a year only if the run reports more than it. Their groups are named as those
of the published record, `months=2016-04 to 2016-06`. Medians and centiles have none, since those of months do
not give them.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.experiments.runs.record import months_group
from flowsim.outcomes import METRICS

QUARTER, YEAR = 3, 12
"""Months."""


def quarters_and_years(months: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the quarters, then the financial years, that lie in consecutive months such as 2016-04."""
    quarters = _of_length(QUARTER, months)
    years = [one for one in _of_length(YEAR, months) if one[0].endswith("-04") and len(one) < len(months)]
    return quarters + years


def _of_length(length: int, months: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the runs of so many months that begin with a quarter."""
    begun = [i for i, month in enumerate(months) if int(month[-2:]) % QUARTER == 1]
    return [tuple(months[i : i + length]) for i in begun if i + length <= len(months)]


def groups_of(months: Sequence[str]) -> list[tuple[str, str]]:
    """Return each metric that is pooled by sums with each quarter and financial year of some months."""
    sums = [name for name, one in METRICS.items() if one.pool.quantile is None and "month" in one.groups]
    return [(name, months_group(together)) for name in sums for together in quarters_and_years(months)]
