"""The results of a run: every figure of every replication, with what is needed to read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.runs.record import Published
from flowsim.experiments.runs.replication import Replication, Timing
from flowsim.experiments.runs.trajectory import Milestone
from flowsim.experiments.runs.warm_up import WarmUp, judge
from flowsim.experiments.statistics.intervals import Floats, Intervals, intervals
from flowsim.experiments.statistics.precision import Attained, Precision
from flowsim.outcomes import METRICS, Growing
from flowsim.outcomes.measurement import ALL
from flowsim.wording import unknown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric over replications; the interval is NaN with fewer than two."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was run.

    Parameters
    ----------
    name, title : str
        Of the scenario.
    start : date
        The first day reported.
    days : int
    engine : str
    seed : int
    published : tuple of Published
        The record of the same months.
    trajectory : tuple of Milestone
        What was agreed or expected, of any month.
    warnings : tuple of str
        What looks unwise about the hospital.
    warm_up_days : float or None
        Before the first day reported; None if the run goes on from a census.
    precision : Precision or None
        What was asked for in place of a number of replications.
    caveats : Mapping[str, str]
        Those that stand, from `caveats.standing`.
    """

    name: str
    title: str
    start: dt.date
    days: int
    engine: str
    seed: int
    published: tuple[Published, ...] = ()
    trajectory: tuple[Milestone, ...] = ()
    warnings: tuple[str, ...] = ()
    warm_up_days: float | None = 0.0
    precision: Precision | None = None
    caveats: Mapping[str, str] = field(default_factory=dict)

    @property
    def last(self) -> dt.date:
        """The last day reported."""
        return self.start + dt.timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """Figures of some replications; n replications and m figures.

    Parameters
    ----------
    about : About
    numbers : tuple of int
        The replications, in order.
    metric, group : tuple of str
        What each figure is, shape (m,). A group is `all` or one `key=value`.
    values : NDArray[np.float64]
        Shape (n, m); NaN where a replication has no figure.
    growing : tuple of (int, Growing)
        Queues that still grew at the end, each with its replication.
    timing : Timing
        Summed over replications.
    warm_up : WarmUp or None
        Whether the warm-up was long enough; None if it was not judged.
    """

    about: About
    numbers: tuple[int, ...]
    metric: tuple[str, ...]
    group: tuple[str, ...]
    values: Floats
    growing: tuple[tuple[int, Growing], ...] = ()
    timing: Timing = field(default_factory=Timing)
    warm_up: WarmUp | None = None
    _intervals: Intervals = field(init=False, repr=False)
    _position: dict[tuple[str, str], int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_intervals", intervals(self.values))
        keys = zip(self.metric, self.group, strict=True)
        object.__setattr__(self, "_position", {key: i for i, key in enumerate(keys)})

    @classmethod
    def of(cls, about: About, replications: Sequence[Replication]) -> Results:
        """Return the results of replications that came in any order."""
        inorder = sorted(replications, key=lambda one: one.number)
        first = inorder[0]
        return cls(
            about=about,
            numbers=tuple(one.number for one in inorder),
            metric=first.metric,
            group=first.group,
            values=np.stack([one.values for one in inorder]),
            growing=tuple((one.number, queue) for one in inorder for queue in one.growing),
            timing=sum((one.timing for one in inorder), start=Timing()),
            warm_up=None
            if about.warm_up_days is None
            else judge(np.stack([one.filling for one in inorder]), about.warm_up_days),
        )

    def __repr__(self) -> str:
        days = f"{self.about.start} to {self.about.last}"
        figures = f"{len(self.metric)} figures of {len(self.numbers)} replications"
        return f"<Results of {self.about.name}, {days}: {figures}>"

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to beware of: the hospital's, and that of its warm-up."""
        warm_up = self.warm_up.warning if self.warm_up else None
        return self.about.warnings + ((warm_up,) if warm_up else ())

    @property
    def precision(self) -> tuple[Attained, ...]:
        """What became of the precision that was asked for; nothing if none was."""
        asked = self.about.precision
        return asked.attained([self.by_replication(one.metric) for one in asked.targets]) if asked else ()

    def __contains__(self, key: tuple[str, str]) -> bool:
        return key in self._position

    def figure(self, metric: str, group: str = ALL) -> Figure:
        """Return the mean of a figure and its interval.

        Raises
        ------
        InputError
            If the metric has no such group, with those it has.
        """
        i = self.position(metric, group)
        found = self._intervals
        return Figure(*(float(column[i]) for column in (found.mean, found.sd, found.low, found.high)))

    def by_replication(self, metric: str, group: str = ALL) -> Floats:
        """Return a figure of each replication, shape (n,)."""
        return self.values[:, self.position(metric, group)]

    def summary(self) -> pd.DataFrame:
        """Return a table of metric, group, mean, sd, ci_low, ci_high, unit, published."""
        import pandas as pd

        published = {(one.metric, one.group): one.value for one in self.about.published}
        found = self._intervals
        return pd.DataFrame(
            {
                "metric": self.metric,
                "group": self.group,
                "mean": found.mean,
                "sd": found.sd,
                "ci_low": found.low,
                "ci_high": found.high,
                "unit": [METRICS[name].unit if name in METRICS else "" for name in self.metric],
                "published": [published.get(key, np.nan) for key in self._position],
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: scenario, replication, metric, group, value."""
        import pandas as pd

        n, m = self.values.shape
        return pd.DataFrame(
            {
                "scenario": _repeated((self.about.name,), n * m),
                "replication": np.repeat(np.array(self.numbers, dtype=np.int32), m),
                "metric": _repeated(self.metric, n),
                "group": _repeated(self.group, n),
                "value": self.values.ravel(),
            }
        )

    def position(self, metric: str, group: str = ALL) -> int:
        """Return which figure is that of a metric and a group.

        Raises
        ------
        InputError
            If the metric has no such group, with those it has.
        """
        if (metric, group) not in self._position:
            groups = [g for name, g in self._position if name == metric]
            if not groups:
                raise InputError(unknown("metric", metric, set(self.metric)))
            raise InputError(unknown(f"group of {metric}", group, groups))
        return self._position[metric, group]


def warnings_of(every: Iterable[Results]) -> list[str]:
    """Return what to beware of in several results, each once."""
    return list(dict.fromkeys(text for one in every for text in one.warnings))


def sharing_words(first: Replication, other: Replication) -> Replication:
    """Return a replication that shares its words with another, so that thousands of them stay small."""
    assert (first.metric, first.group) == (other.metric, other.group), "replications have the same figures"
    return replace(other, metric=first.metric, group=first.group)


def _repeated(words: tuple[str, ...], times: int) -> pd.Categorical:
    import pandas as pd

    codes = pd.Categorical(words)
    return pd.Categorical.from_codes(np.tile(codes.codes, times), codes.categories)
