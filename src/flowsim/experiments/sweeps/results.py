"""The results of a sweep: figures of every arm, and their paired differences from the baseline's."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.folders.writing import SETTINGS
from flowsim.experiments.runs.expectations import Expectation, Verdict
from flowsim.experiments.runs.results import Figure, Results, warnings_of
from flowsim.experiments.statistics.differences import Differences, differences, holm
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.caveats import paragraphs, said
from flowsim.wording import known

if TYPE_CHECKING:
    import pandas as pd


BEFORE, AFTER = "before", "after"
"""The arms of `changed`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SweptArm:
    """One scenario of a sweep.

    Parameters
    ----------
    name, title : str
    key : str
        What identifies its scenario.
    varied : Mapping
        What was set in it, by axis.
    results : Results
    """

    name: str
    title: str
    key: str
    varied: Mapping[str, Any]
    results: Results


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of the best arm.

    Parameters
    ----------
    indifference : float
        Differences below this were of no interest, in the unit of the metric that arms are ranked by.
    confidence : float
    arm : str or None
        The name of the best; None if the most replications did not decide.
    """

    indifference: float
    confidence: float
    arm: str | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An arm in a ranking.

    Parameters
    ----------
    arm : SweptArm
    figure, difference : Figure
        Of the metric that arms are ranked by, and its paired difference from the baseline.
    p : float
        Of the difference, adjusted by Holm's procedure for the number of arms.
    """

    arm: SweptArm
    figure: Figure
    difference: Figure
    p: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """Figures of every arm of a sweep; the baseline is the first.

    Parameters
    ----------
    name, title : str
    arms : tuple of SweptArm
    rank_by : str
        The metric that arms are ranked by.
    expect : tuple of Expectation
    choice : Choice or None
        Of the best arm, if that was asked for.
    """

    name: str
    title: str
    arms: tuple[SweptArm, ...]
    rank_by: str
    expect: tuple[Expectation, ...] = ()
    choice: Choice | None = None
    _differences: dict[str, Differences] = field(default_factory=dict, repr=False)

    @property
    def baseline(self) -> SweptArm:
        """The arm that the others are compared with."""
        return self.arms[0]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The baseline's replications; every arm has them, or as many of the first as it was given."""
        return self.baseline.results.numbers

    def arm(self, name: str) -> SweptArm:
        """Return an arm.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        return known("arm", name, {arm.name: arm for arm in self.arms})

    def figure(self, arm: str, metric: str, group: str = ALL) -> Figure:
        """Return the mean of an arm's figure and its interval."""
        return self.arm(arm).results.figure(metric, group)

    def difference(self, arm: str, metric: str, group: str = ALL) -> Figure:
        """Return the mean of an arm's figure less the baseline's, and the paired interval."""
        i = self.baseline.results.position(metric, group)
        found = self._differences_of(self.arm(arm)).interval
        return Figure(*(float(column[i]) for column in (found.mean, found.sd, found.low, found.high)))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What became of each expectation, in each arm that it is about."""
        verdicts = []
        for one in self.expect:
            clause = one.that
            for name in one.arms or [arm.name for arm in self.arms[1:]]:
                judged = self.difference if clause.difference else self.figure
                figure = judged(name, clause.metric, clause.group)
                verdicts.append(Verdict(one, name, figure, clause.holds(figure, one.on)))
        return tuple(verdicts)

    @property
    def same(self) -> bool:
        """Whether every arm has the baseline's figures, bit for bit."""
        base = self.baseline.results
        return all(
            (arm.results.metric, arm.results.group) == (base.metric, base.group)
            and arm.results.values.tobytes() == base.values.tobytes()
            for arm in self.arms
        )

    @property
    def ok(self) -> bool:
        """Whether every expectation was met."""
        return all(verdict.met for verdict in self.verdicts)

    def ranking(self, metric: str | None = None) -> tuple[Ranked, ...]:
        """Return the arms but the baseline, the best first.

        Parameters
        ----------
        metric : str, optional
            What they are ranked by; as the file says if not given.
        """
        metric = metric or self.rank_by
        i, others = self.baseline.results.position(metric), self.arms[1:]
        p = holm(np.array([self._differences_of(arm).p[i] for arm in others]))
        rows = [
            Ranked(arm, arm.results.figure(metric), self.difference(arm.name, metric), float(each))
            for arm, each in zip(others, p, strict=True)
        ]
        better = 1 if METRICS[metric].direction == "lower" else -1
        return tuple(sorted(rows, key=lambda row: better * row.difference.mean))

    def ranked(self, metric: str | None = None) -> pd.DataFrame:
        """Return the ranking as a table.

        Returns
        -------
        DataFrame
            rank, arm, title, mean, difference, ci_low, ci_high, p, unit. The interval is that of the
            difference; `p` is adjusted by Holm's procedure for the number of arms.
        """
        import pandas as pd

        metric = metric or self.rank_by
        rows = [
            (
                rank,
                row.arm.name,
                row.arm.title,
                row.figure.mean,
                row.difference.mean,
                row.difference.low,
                row.difference.high,
                row.p,
                METRICS[metric].unit,
            )
            for rank, row in enumerate(self.ranking(metric), 1)
        ]
        columns = ["rank", "arm", "title", "mean", "difference", "ci_low", "ci_high", "p", "unit"]
        return pd.DataFrame(rows, columns=columns)

    def summary(self) -> pd.DataFrame:
        """Return a table of arm, metric, mean, sd, ci_low, ci_high, unit: figures of all patients."""
        import pandas as pd

        parts = []
        for arm in self.arms:
            frame = arm.results.summary()
            frame = frame[frame["group"] == ALL].drop(columns=["group", "published"])
            frame.insert(0, "arm", arm.name)
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def differences(self) -> pd.DataFrame:
        """Return a table of every figure's paired difference from the baseline.

        Returns
        -------
        DataFrame
            arm, metric, group, baseline, mean, difference, sd, ci_low, ci_high, unit; the standard deviation
            and the interval are those of the difference, and all are of the replications that both have.
        """
        import pandas as pd

        base = self.baseline.results
        words = {"metric": pd.Categorical(base.metric), "group": pd.Categorical(base.group)}
        units = pd.Categorical([METRICS[name].unit for name in base.metric])
        parts = []
        for arm in self.arms[1:]:
            paired = self._differences_of(arm)
            found = paired.interval
            parts.append(
                pd.DataFrame(
                    {
                        "arm": arm.name,
                        **words,
                        "baseline": paired.baseline,
                        "mean": paired.arm,
                        "difference": found.mean,
                        "sd": found.sd,
                        "ci_low": found.low,
                        "ci_high": found.high,
                        "unit": units,
                    }
                )
            )
        frame = pd.concat(parts, ignore_index=True)
        return frame.astype({"arm": "category"})

    def varied(self) -> pd.DataFrame:
        """Return a table of arm, title, key and what was set in it, a column for each axis."""
        import pandas as pd

        axes = dict.fromkeys(axis for arm in self.arms for axis in arm.varied)
        rows = [
            {
                "arm": arm.name,
                "title": arm.title,
                "key": arm.key,
                **{axis: _text(arm.varied[axis]) if axis in arm.varied else "" for axis in axes},
            }
            for arm in self.arms
        ]
        return pd.DataFrame(rows)

    def judged(self) -> pd.DataFrame:
        """Return a table of that, on, arm, mean, ci_low, ci_high, met: what became of each expectation."""
        import pandas as pd

        rows = [
            {
                "that": one.expectation.that.text,
                "on": one.expectation.on,
                "arm": one.arm,
                "mean": one.figure.mean,
                "ci_low": one.figure.low,
                "ci_high": one.figure.high,
                "met": one.met,
            }
            for one in self.verdicts
        ]
        return pd.DataFrame(rows, columns=["that", "on", "arm", "mean", "ci_low", "ci_high", "met"])

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: scenario (the arm), replication, metric, group, value."""
        import pandas as pd

        frames = [arm.results.to_frame() for arm in self.arms]
        words = {
            column: pd.api.types.union_categoricals([frame[column] for frame in frames])
            for column in ("scenario", "metric", "group")
        }
        return pd.concat(frames, ignore_index=True).assign(**words)

    def query(self, sql: str) -> pd.DataFrame:
        """Return what a question in SQL finds in the tables `metrics`, `differences`, `summary` and `arms`.

        It can read nothing else: no file and no network.

        Raises
        ------
        InputError
            If the question cannot be answered.

        Examples
        --------
        sweep.query("SELECT arm, mean FROM summary WHERE metric = 'bed_occupancy' ORDER BY mean")
        """
        tables = {
            "metrics": self.to_frame,
            "differences": self.differences,
            "summary": self.summary,
            "arms": self.varied,
        }
        settings = {**SETTINGS, "enable_external_access": False, "python_enable_replacements": False}
        with duckdb.connect(config=settings) as database:
            for name, table in tables.items():
                database.register(name, table())
            try:
                return database.execute(sql).df()
            except duckdb.Error as error:
                raise InputError(f"must be a question in DuckDB's SQL; {error}") from None

    def caveats(self, figures: Iterable[str] = ()) -> list[str]:
        """Return what must be said where these figures of all arms are shown."""
        return said([arm.results.about.caveats for arm in self.arms], figures)

    @property
    def warnings(self) -> list[str]:
        """What to beware of in any arm."""
        return warnings_of(arm.results for arm in self.arms)

    def _repr_html_(self) -> str:
        frame = self.ranked().set_index("rank")
        about = f"{len(self.arms) - 1} arms beside {self.baseline.name}, {len(self.numbers)} replications"
        label = METRICS[self.rank_by].label
        head = html.escape(f"{self.title}: {about}, ranked by {label}")
        return f"<p>{head}</p>{frame.to_html()}{paragraphs(self.caveats([self.rank_by]))}"

    def _differences_of(self, arm: SweptArm) -> Differences:
        if arm.name not in self._differences:
            base = self.baseline.results
            before = _only(base, arm.results.numbers)
            self._differences[arm.name] = differences(before.values, _aligned(arm.results, base))
        return self._differences[arm.name]


def changed(before: Sweep, after: Sweep) -> tuple[Sweep, ...]:
    """Return for each arm that two results of a sweep share what came before beside what came after.

    Each is a sweep of the arm's name, with the arms `before`, its baseline, and `after`; it has the
    replications that both have.
    """
    earlier = {arm.name: arm for arm in before.arms}
    pairs = []
    for arm in after.arms:
        there = earlier[arm.name].results.numbers if arm.name in earlier else ()
        both = [number for number in arm.results.numbers if number in there]
        if both:
            arms = [
                replace(one, name=name, results=_only(one.results, both))
                for name, one in ((BEFORE, earlier[arm.name]), (AFTER, arm))
            ]
            pairs.append(Sweep(name=arm.name, title=arm.title, arms=tuple(arms), rank_by=after.rank_by))
    return tuple(pairs)


def _only(results: Results, numbers: Sequence[int]) -> Results:
    """Return results of some of their replications."""
    if results.numbers == tuple(numbers):
        return results
    rows = [results.numbers.index(number) for number in numbers]
    return replace(results, numbers=tuple(numbers), values=results.values[rows])


def _aligned(results: Results, like: Results) -> Floats:
    """Return the figures of results in the order of others, NaN where they have none."""
    if (results.metric, results.group) == (like.metric, like.group):
        return results.values
    position = {key: i for i, key in enumerate(zip(results.metric, results.group, strict=True))}
    columns = [position.get(key, -1) for key in zip(like.metric, like.group, strict=True)]
    padded = np.column_stack([results.values, np.full(len(results.values), np.nan)])
    return np.asarray(padded[:, columns])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
