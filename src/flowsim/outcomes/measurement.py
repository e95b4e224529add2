"""From a log to figures: every metric over the whole period and by each of its groups.

A mean is the ratio of two pooled sums, never a mean of means; each figure keeps both. Nobody gives NaN for
a mean or a centile and 0 for a total; a metric that the log does not model gives NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.errors import InputError
from flowsim.outcomes.observations import Key, Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Floats, Ints, ReportingPeriod
from flowsim.outcomes.registry import METRICS, Metric, Pool
from flowsim.timeline import GRID
from flowsim.wording import unknown

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Figures in tidy rows.

    Parameters
    ----------
    metric, group : tuple of str
        A group is `all` or one `key=value`.
    value : NDArray[np.float64]
    numerator : NDArray[np.float64]
        NaN for medians and centiles.
    denominator : NDArray[np.float64]
        For medians and centiles the number of observations, NaN for totals.
    """

    metric: tuple[str, ...]
    group: tuple[str, ...]
    value: Floats
    numerator: Floats
    denominator: Floats
    _row: dict[tuple[str, str], int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_row", {key: i for i, key in enumerate(zip(self.metric, self.group, strict=True))}
        )

    def __getitem__(self, key: str | tuple[str, str]) -> float:
        """Return the figure of a metric, or of `(metric, group)`."""
        return float(self.value[self._row[(key, ALL) if isinstance(key, str) else key]])

    def __len__(self) -> int:
        return len(self.value)

    def fraction(self, metric: str, group: str = ALL) -> tuple[float, float]:
        """Return the numerator and the denominator of a figure."""
        row = self._row[metric, group]
        return float(self.numerator[row]), float(self.denominator[row])

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a table with columns metric, group, value, numerator, denominator."""
        import pandas as pd

        columns = ("metric", "group", "value", "numerator", "denominator")
        return pd.DataFrame({name: getattr(self, name) for name in columns})


def measure(
    log: Log,
    period: ReportingPeriod,
    *,
    metrics: Iterable[str] | None = None,
    child: NDArray[np.int32] | None = None,
) -> Measured:
    """Return every metric of a run.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod
    metrics : iterable of str, optional
        Names; all if not given.
    child : NDArray[np.int32], optional
        `Cohort.child`: for each patient the row of their return. Without it readmissions are not modelled.

    Raises
    ------
    InputError
        If a metric or resource is not known, or the run ends before the period does.
    """
    names = tuple(METRICS if metrics is None else metrics)
    for name in names:
        if name not in METRICS:
            raise InputError(unknown("metric", name, METRICS))
    observed = Observed(log, period, child)
    rows: list[str] = []
    groups: list[str] = []
    figures: list[NDArray[np.float64]] = []
    for name in names:
        for labels, values in _figures(METRICS[name], observed):
            rows += [name] * len(labels)
            groups += labels
            figures.append(values)
    table = np.concatenate(figures, axis=1) if figures else np.empty((3, 0))
    return Measured(tuple(rows), tuple(groups), *table)


def _figures(metric: Metric, observed: Observed) -> Iterator[tuple[list[str], Floats]]:
    """Yield the labels of all and of each key, with (value, numerator, denominator), shape (3, n_labels)."""
    if not all(map(observed.knows, metric.needs)):
        yield [ALL], np.full((3, 1), np.nan)
        return
    seen = metric.function(observed)
    pooled = _Centiles(seen, metric.pool) if metric.pool.quantile else _Sums(seen, metric.pool)
    yield [ALL], pooled.by(None, None, 1)
    position = observed.calendar.position(seen.when)
    per_position = None if seen.per is None else observed.calendar.position(seen.per.when)
    for name in metric.groups:
        key = _key(name, seen, observed, position)
        if key is None:
            continue
        per = (
            None if seen.per is None or per_position is None else _key(name, seen.per, observed, per_position)
        )
        figures = pooled.by(key.codes, per.codes if per else None, len(key.labels))
        yield [f"{name}={label}" for label in key.labels], figures


def _key(name: str, seen: Observations, observed: Observed, position: Ints) -> Key | None:
    """Return which group of a key each row is in, -1 for none; None if the rows know nothing of the key."""
    calendar = observed.calendar
    if name == "month":
        return Key(calendar.month_of_day[position], calendar.months)
    if name == "week":
        return Key(calendar.week_of_day[position], calendar.weeks)
    if name in seen.keys:
        return seen.keys[name]
    if seen.patient is None or name not in observed.log.levels:
        return None
    return Key(
        observed.log.patients.attributes[name][seen.patient].astype(np.int64), observed.log.levels[name]
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Totals and ratios of sums."""

    seen: Observations
    pool: Pool

    def by(self, codes: Ints | None, per_codes: Ints | None, groups: int) -> Floats:
        seen = self.seen
        numerator = _sum(seen.values, codes, groups)
        if self.pool is Pool.TOTAL:
            return np.stack([numerator, numerator, np.full(groups, np.nan)])
        if seen.per is None:
            denominator = (
                _sum(None, codes, groups) if codes is not None else np.array([float(len(seen.values))])
            )
        elif per_codes is None:
            denominator = np.full(groups, seen.per.values.sum())
        else:
            denominator = _sum(seen.per.values, per_codes, groups)
        value = np.full(groups, np.nan)
        np.divide(numerator, denominator, out=value, where=denominator != 0)
        return np.stack([value, numerator, denominator])


def _sum(values: Floats | None, codes: Ints | None, groups: int) -> Floats:
    """Return the sum of values, or the number of rows, by group; code -1 is in no group."""
    if codes is None:
        return np.array([0.0 if values is None else values.sum()])
    return np.bincount(codes + 1, values, minlength=groups + 1)[1:].astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Centiles:
    """Medians and centiles of times, by linear interpolation between the two nearest."""

    seen: Observations
    pool: Pool

    def by(self, codes: Ints | None, per_codes: Ints | None, groups: int) -> Floats:
        share = self.pool.quantile
        assert share is not None
        # Group and time in one integer, times being on the grid: a plain sort then serves all groups.
        steps = np.rint(self.seen.values * GRID).astype(np.int64)
        group = np.zeros(len(steps), dtype=np.int64) if codes is None else codes
        ordered = np.sort((group << _BITS) + steps)
        bounds = np.searchsorted(ordered, np.arange(groups + 1, dtype=np.int64) << _BITS)
        first, count = bounds[:-1], np.diff(bounds)
        value = np.full(groups, np.nan)
        some = count > 0
        rank = first[some] + share * (count[some] - 1)
        low = np.floor(rank).astype(np.int64)
        high = np.minimum(low + 1, bounds[1:][some] - 1)
        at = ordered & ((1 << _BITS) - 1)
        value[some] = (at[low] + (rank - low) * (at[high] - at[low])) / GRID
        return np.stack([value, np.full(groups, np.nan), count.astype(np.float64)])


_BITS = 48
"""Of the grid steps of a time within the sorted integers: five centuries."""
