"""From a log to figures: every metric over the whole period and by each of its groups.

A mean is the ratio of two pooled sums, never a mean of means; each figure keeps both. Nobody gives NaN for
a mean or a centile and 0 for a total; a metric that the log does not model gives NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.errors import InputError
from flowsim.outcomes.observations import Key, Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Calendar, Floats, ReportingPeriod
from flowsim.outcomes.registry import METRICS, TIME, Metric, Pool
from flowsim.timeline import GRID
from flowsim.wording import unknown

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"

BY_DAY = "day"
"""The group of what is given by month and week, in a short period by day as well."""

LONGEST_BY_DAY = 31
"""Days of a period that is given by day."""

TIME_BITS = 48
"""Of the grid steps of a time in an integer that holds a group as well: five centuries."""


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
        return float(self.value[self._row_of(*((key, ALL) if isinstance(key, str) else key))])

    def __len__(self) -> int:
        return len(self.value)

    def fraction(self, metric: str, group: str = ALL) -> tuple[float, float]:
        """Return the numerator and the denominator of a figure."""
        row = self._row_of(metric, group)
        return float(self.numerator[row]), float(self.denominator[row])

    def _row_of(self, metric: str, group: str) -> int:
        if (metric, group) not in self._row:
            there = [other for name, other in self._row if name == metric]
            raise InputError(unknown(f"group of {metric}", group, there))
        return self._row[metric, group]

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
    groups: Iterable[str] | None = None,
    child: NDArray[np.int32] | None = None,
) -> Measured:
    """Return every metric of a run.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod
    metrics : iterable of str, optional
        Names; all if not given.
    groups : iterable of str, optional
        Keys to group by, such as `month`; every key that a metric has if not given. Without any it takes half
        the time.
    child : NDArray[np.int32], optional
        `Cohort.child`: for each patient the row of their return. Without it readmissions are not modelled.

    Returns
    -------
    Measured
        A value for each metric and group, in the unit of the metric's entry; NaN where nobody is counted.

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
    keys = None if groups is None else frozenset(groups)
    rows: list[str] = []
    labelled: list[str] = []
    figures: list[NDArray[np.float64]] = []
    for name in names:
        for labels, values in _figures(METRICS[name], observed, keys):
            rows += [name] * len(labels)
            labelled += labels
            figures.append(values)
    table = np.concatenate(figures, axis=1) if figures else np.empty((3, 0))
    return Measured(tuple(rows), tuple(labelled), *table)


def _figures(
    metric: Metric, observed: Observed, keys: frozenset[str] | None
) -> Iterator[tuple[list[str], Floats]]:
    """Yield the labels of all and of each key, with (value, numerator, denominator), shape (3, n_labels)."""
    if not all(map(observed.knows, metric.needs)):
        yield [ALL], np.full((3, 1), np.nan)
        return
    seen = metric.function(observed)
    yield [ALL], _pooled(metric.pool, seen, None, None)
    names = [name for name in metric.groups if keys is None or name in keys]
    dated = None
    if any(name in TIME for name in names):
        dated = _Dated(metric.pool, seen, observed.calendar)
        if len(observed.calendar.dates) <= LONGEST_BY_DAY and (keys is None or BY_DAY in keys):
            names.append(BY_DAY)
    for name in names:
        if dated is not None and name in (*TIME, BY_DAY):
            yield dated.by(name)
            continue
        key = _key(name, seen, observed)
        if key is not None:
            per = _key(name, seen.per, observed) if seen.per else None
            yield _labelled(name, key.labels), _pooled(metric.pool, seen, key, per)


def _labelled(name: str, labels: tuple[str, ...]) -> list[str]:
    return [f"{name}={label}" for label in labels]


def _key(name: str, seen: Observations, observed: Observed) -> Key | None:
    """Return which group of a key each row is in; None if the rows know nothing of the key."""
    if name in seen.keys:
        return seen.keys[name]
    if name == "council":
        locality = _key("locality", seen, observed)
        return _renamed(locality, observed.period.councils) if locality else None
    if name == "pathway_council":
        pathway, council = _key("pathway", seen, observed), _key("council", seen, observed)
        return _crossed(pathway, council) if pathway and council else None
    if seen.patient is None or name not in observed.log.levels:
        return None
    return Key(observed.level(name)[seen.patient], observed.log.levels[name])


def _renamed(key: Key, names: Mapping[str, str]) -> Key | None:
    """Return a coarser key: each label goes by its name, one without a name is in no group."""
    labels = tuple(dict.fromkeys(names[label] for label in key.labels if label in names))
    position = [labels.index(names[label]) if label in names else len(labels) for label in key.labels]
    return Key(np.array([*position, len(labels)], dtype=np.int64)[key.codes], labels) if labels else None


def _crossed(first: Key, second: Key) -> Key:
    """Return the key of each pair of labels, such as `P1 Portsmouth`."""
    labels = tuple(f"{a} {b}" for a in first.labels for b in second.labels)
    known = (first.codes < len(first.labels)) & (second.codes < len(second.labels))
    crossed = first.codes.astype(np.int64) * len(second.labels) + second.codes
    return Key(np.where(known, crossed, len(labels)), labels)


class _Dated:
    """Figures by month and by week; sums go by day first, since days are few."""

    def __init__(self, pool: Pool, seen: Observations, calendar: Calendar) -> None:
        self.pool, self.seen, self.calendar = pool, seen, calendar
        self.days = calendar.position(seen.when)
        if pool.quantile is None:
            each_day = tuple(map(str, range(len(calendar.dates))))
            day = Key(self.days, each_day)
            per = Key(calendar.position(seen.per.when), each_day) if seen.per else None
            self.sums = _pooled(pool, seen, day, per)[1:]

    def by(self, name: str) -> tuple[list[str], Floats]:
        """Return the labels of months, weeks or days, and their figures."""
        calendar = self.calendar
        if name == "month":
            labels, of_day = calendar.months, calendar.month_of_day
        elif name == "week":
            labels, of_day = calendar.weeks, calendar.week_of_day
        else:
            labels, of_day = tuple(map(str, calendar.dates)), np.arange(len(calendar.dates))
        if self.pool.quantile is not None:
            figures = _centiles(self.seen.values, Key(of_day[self.days], labels), self.pool.quantile)
        else:
            numerator, denominator = (_sums(day, Key(of_day, labels)) for day in self.sums)
            figures = _ratios(self.pool, numerator, denominator)
        return _labelled(name, labels), figures


def _pooled(pool: Pool, seen: Observations, key: Key | None, per: Key | None) -> Floats:
    """Return (value, numerator, denominator) of each group of a key, or of all, shape (3, n_groups)."""
    if pool.quantile is not None:
        return _centiles(seen.values, key, pool.quantile)
    numerator = _sums(seen.values, key)
    if pool is Pool.TOTAL:
        denominator = np.full(len(numerator), np.nan)
    elif seen.per is None:
        denominator = _counts(seen.values, key)
    elif key is not None and per is None:
        denominator = np.full(len(numerator), seen.per.values.sum())
    else:
        denominator = _sums(seen.per.values, per)
    return _ratios(pool, numerator, denominator)


def _ratios(pool: Pool, numerator: Floats, denominator: Floats) -> Floats:
    if pool is Pool.TOTAL:
        return np.array([numerator, numerator, denominator])
    value = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=value, where=denominator != 0)
    return np.array([value, numerator, denominator])


def _sums(values: Floats, key: Key | None) -> Floats:
    if key is None:
        return np.array([values.sum()])
    groups = len(key.labels)
    return np.asarray(np.bincount(key.codes, values, minlength=groups)[:groups], dtype=np.float64)


def _counts(values: Floats, key: Key | None) -> Floats:
    if key is None:
        return np.array([float(len(values))])
    groups = len(key.labels)
    return np.bincount(key.codes, minlength=groups)[:groups].astype(np.float64)


def _centiles(values: Floats, key: Key | None, share: float) -> Floats:
    """Return centiles of times in each group, by linear interpolation between the two nearest."""
    groups = 1 if key is None else len(key.labels)
    # Group and time in one integer, times being on the grid: a plain sort then serves all groups.
    ordered = np.rint(values * GRID).astype(np.int64)
    if key is not None:
        ordered += key.codes.astype(np.int64) << TIME_BITS
    ordered.sort()
    bounds = np.searchsorted(ordered, np.arange(groups + 1, dtype=np.int64) << TIME_BITS)
    count = np.diff(bounds)
    some = count > 0
    rank = bounds[:-1][some] + share * (count[some] - 1)
    low = np.floor(rank).astype(np.int64)
    high = np.minimum(low + 1, bounds[1:][some] - 1)
    time = ordered & ((1 << TIME_BITS) - 1)
    value = np.full(groups, np.nan)
    value[some] = (time[low] + (rank - low) * (time[high] - time[low])) / GRID
    return np.stack([value, np.full(groups, np.nan), count.astype(np.float64)])
