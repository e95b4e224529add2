"""The results of a comparison: figures of every arm, how they differ from the baseline's, and who changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.experiments.comparisons.who_changed import COLUMNS, Words
from flowsim.experiments.runs.results import Results, warnings_of
from flowsim.experiments.statistics.differences import ALPHA, HEADLINES, Differences, differences, holm
from flowsim.experiments.statistics.intervals import Floats, intervals
from flowsim.experiments.statistics.precision import Attained, Precision
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.caveats import paragraphs, said
from flowsim.wording import known, unknown

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A metric of an arm less that of the baseline, over the replications that both have a figure in."""

    baseline: float
    arm: float
    mean: float
    low: float
    high: float
    p: float
    """Of the paired t test, for itself."""
    adjusted: float
    """The same for being one of many, by Holm's procedure; NaN for what is not tested together."""
    saved: float
    """How many times the replications independent seeds would have needed for as narrow an interval."""

    @property
    def clear(self) -> bool:
        """Whether it is there, the number of differences looked at considered."""
        return self.adjusted < ALPHA


@dataclass(frozen=True, kw_only=True, eq=False)
class Compared:
    """One arm beside the baseline; n replications, m figures that both have.

    Parameters
    ----------
    name, title : str
    results : Results
    parts : tuple of str
        The arms that a package combines.
    changed : NDArray[np.float64]
        Who changed, shape (n, n_rows, 4).
    """

    name: str
    title: str
    results: Results
    parts: tuple[str, ...]
    changed: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """A baseline and arms, replication by replication the same patients.

    Parameters
    ----------
    baseline : Results
    arms : tuple of Compared
    words : tuple of (str, str)
        The rows of who changed.
    asked : Precision or None
        What was asked for of the differences.
    """

    baseline: Results
    arms: tuple[Compared, ...]
    words: Words
    asked: Precision | None = None
    _adjusted: dict[tuple[str, str], float] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        tested = [(arm.name, m) for arm in self.arms for m in HEADLINES if (m, ALL) in self._columns(arm)]
        p = [self._differences[arm].p[self._columns(self.arm(arm))[m, ALL]] for arm, m in tested]
        adjusted = holm(np.array(p, dtype=np.float64)).tolist()
        object.__setattr__(self, "_adjusted", dict(zip(tested, adjusted, strict=True)))

    def __repr__(self) -> str:
        arms = ", ".join(arm.name for arm in self.arms)
        return f"<Comparison of {self.baseline.about.name} with {arms}: {len(self.numbers)} replications>"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The replications, in order."""
        return self.baseline.numbers

    @property
    def packages(self) -> tuple[Compared, ...]:
        """Arms whose parts are arms, too."""
        names = {arm.name for arm in self.arms}
        return tuple(arm for arm in self.arms if arm.parts and names.issuperset(arm.parts))

    def arm(self, name: str) -> Compared:
        """Return an arm by its name.

        Raises
        ------
        InputError
            If there is none, with those there are.
        """
        return known("arm", name, {arm.name: arm for arm in self.arms})

    def differs(self, arm: str) -> bool:
        """Return whether any figure of an arm differs from the baseline's in any replication."""
        return not np.array_equal(*self._aligned(self.arm(arm)), equal_nan=True)

    def by_replication(self, arm: str, metric: str, group: str = ALL) -> Floats:
        """Return a figure of an arm less the baseline's in each replication, shape (n,)."""
        return self.arm(arm).results.by_replication(metric, group) - self.baseline.by_replication(
            metric, group
        )

    def difference(self, arm: str, metric: str, group: str = ALL) -> Difference:
        """Return how an arm differs from the baseline.

        Raises
        ------
        InputError
            If there is no such arm, metric or group, with those there are.
        """
        of = self.arm(arm)
        for results in (self.baseline, of.results):
            results.position(metric, group)  # refuses in words what it has not
        i, found = self._columns(of)[metric, group], self._differences[arm]
        return Difference(
            baseline=float(found.baseline[i]),
            arm=float(found.arm[i]),
            mean=float(found.interval.mean[i]),
            low=float(found.interval.low[i]),
            high=float(found.interval.high[i]),
            p=float(found.p[i]),
            adjusted=self._adjusted.get((arm, metric), np.nan) if group == ALL else np.nan,
            saved=float(found.saved[i]),
        )

    def targets_and_figures(self) -> tuple[Precision, list[Floats]]:
        """Return each target of what was asked for each arm, and figures that vary as its difference does.

        The baseline's mean is added, so that a width in percent is one of the metric.
        """
        assert self.asked is not None
        return self.asked.of_each(
            [arm.name for arm in self.arms],
            lambda arm, metric: self.baseline.figure(metric).mean + self.by_replication(arm, metric),
        )

    @property
    def precision(self) -> tuple[tuple[str, Attained], ...]:
        """What became of the precision that was asked for, in each arm; nothing if none was."""
        if self.asked is None:
            return ()
        several, figures = self.targets_and_figures()
        names = [arm.name for arm in self.arms for _ in self.asked.targets]
        return tuple(zip(names, several.attained(figures), strict=True))

    def summary(self) -> pd.DataFrame:
        """Return a table of the mean differences.

        Columns: arm, metric, group, baseline, value, difference, ci_low, ci_high, sd, p, p_holm,
        replications_saved, unit.
        """
        import pandas as pd

        return pd.concat([self._summary(arm) for arm in self.arms], ignore_index=True)

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: arm, replication, metric, group, baseline, value, difference."""
        import pandas as pd

        frames = []
        for arm in self.arms:
            columns = self._columns(arm)
            before, after = self._aligned(arm)
            frames.append(
                pd.DataFrame(
                    {
                        "arm": arm.name,
                        "replication": np.repeat(np.array(self.numbers, dtype=np.int32), len(columns)),
                        "metric": [metric for metric, _ in columns] * len(self.numbers),
                        "group": [group for _, group in columns] * len(self.numbers),
                        "baseline": before.ravel(),
                        "value": after.ravel(),
                        "difference": (after - before).ravel(),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def who_changed(self) -> pd.DataFrame:
        """Return the mean over replications of who changed, with 95 % intervals.

        Columns: arm, counted, group, then avoided, caused, in_baseline_only, in_arm_only and net (the arm
        less the baseline), each with its ci_low and ci_high.
        """
        import pandas as pd

        frames = []
        for arm in self.arms:
            table: dict[str, object] = {
                "arm": arm.name,
                "counted": [counted for counted, _ in self.words],
                "group": [group for _, group in self.words],
            }
            columns = {name: arm.changed[:, :, i] for i, name in enumerate(COLUMNS)}
            columns["net"] = net(arm.changed)
            for name, values in columns.items():
                found = intervals(values)
                table |= {name: found.mean, f"{name}_ci_low": found.low, f"{name}_ci_high": found.high}
            frames.append(pd.DataFrame(table))
        return pd.concat(frames, ignore_index=True)

    def who_changed_by_replication(self) -> pd.DataFrame:
        """Return tidy rows: arm, replication, counted, group, and the columns of who changed."""
        import pandas as pd

        rows, n = len(self.words), len(self.numbers)
        frames = [
            pd.DataFrame(
                {
                    "arm": arm.name,
                    "replication": np.repeat(np.array(self.numbers, dtype=np.int32), rows),
                    "counted": [counted for counted, _ in self.words] * n,
                    "group": [group for _, group in self.words] * n,
                    **{name: arm.changed[:, :, i].ravel() for i, name in enumerate(COLUMNS)},
                }
            )
            for arm in self.arms
        ]
        return pd.concat(frames, ignore_index=True)

    def changed(self, arm: str, counted: str, group: str = ALL) -> Floats:
        """Return who changed in each replication, shape (n, 4): avoided, caused, in one arm only.

        Raises
        ------
        InputError
            If it is not counted, with what is.
        """
        of = self.arm(arm)
        if (counted, group) not in self.words:
            names = [f"{name}, {where}" for name, where in self.words]
            raise InputError(unknown("count", f"{counted}, {group}", names))
        return of.changed[:, self.words.index((counted, group))]

    def caveats(self, figures: Iterable[str] = (), arms: Iterable[str] | None = None) -> list[str]:
        """Return what must be said where these figures of arms, all if not given, are shown."""
        chosen = self.arms if arms is None else [self.arm(name) for name in arms]
        return said([one.about.caveats for one in (self.baseline, *(arm.results for arm in chosen))], figures)

    @property
    def warnings(self) -> list[str]:
        """What to beware of in the baseline or an arm."""
        return warnings_of([self.baseline, *(arm.results for arm in self.arms)])

    def _repr_html_(self) -> str:
        table = self.summary()
        chosen = table[table.metric.isin(HEADLINES) & (table.group == ALL)]
        shown = str(chosen.drop(columns="group").to_html(index=False, float_format="{:,.4g}".format))
        return shown + paragraphs(self.caveats(HEADLINES))

    @cached_property
    def _differences(self) -> dict[str, Differences]:
        return {arm.name: differences(*self._aligned(arm)) for arm in self.arms}

    def _columns(self, arm: Compared) -> dict[tuple[str, str], int]:
        """Return the figures that the baseline and an arm both have, with their position in this order."""
        return self._columns_of[arm.name]

    @cached_property
    def _columns_of(self) -> dict[str, dict[tuple[str, str], int]]:
        keys = list(zip(self.baseline.metric, self.baseline.group, strict=True))
        return {
            arm.name: {key: i for i, key in enumerate(key for key in keys if key in arm.results)}
            for arm in self.arms
        }

    def _aligned(self, arm: Compared) -> tuple[Floats, Floats]:
        """Return the figures that the baseline and an arm both have, each of shape (n, m)."""
        columns = self._columns(arm)
        if len(columns) == len(self.baseline.metric) == len(arm.results.metric):
            return self.baseline.values, arm.results.values
        before, after = (
            np.stack([results.by_replication(*key) for key in columns], axis=1)
            for results in (self.baseline, arm.results)
        )
        return before, after

    def _summary(self, arm: Compared) -> pd.DataFrame:
        import pandas as pd

        columns, found = self._columns(arm), self._differences[arm.name]
        adjusted = [
            self._adjusted.get((arm.name, metric), np.nan) if group == ALL else np.nan
            for metric, group in columns
        ]
        return pd.DataFrame(
            {
                "arm": arm.name,
                "metric": [metric for metric, _ in columns],
                "group": [group for _, group in columns],
                "baseline": found.baseline,
                "value": found.arm,
                "difference": found.interval.mean,
                "ci_low": found.interval.low,
                "ci_high": found.interval.high,
                "sd": found.interval.sd,
                "p": found.p,
                "p_holm": adjusted,
                "replications_saved": found.saved,
                "unit": [METRICS[metric].unit if metric in METRICS else "" for metric, _ in columns],
            }
        )


def net(changed: Floats) -> NDArray[np.float64]:
    """Return the arm less the baseline from who changed: the last axis goes."""
    avoided, caused, before, after = np.moveaxis(changed, -1, 0)
    return np.asarray(caused - avoided + after - before)
