"""Worths: what one unit more of each lever changes, and what is waited for meanwhile."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.capacity.binding import Binding
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.differences import ALPHA, Differences, differences, holm
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Attained, Precision
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.capacity import CapacityLever
from flowsim.scenario.caveats import paragraphs, said
from flowsim.wording import known, unknown

if TYPE_CHECKING:
    import pandas as pd

MEASURES = (
    "four_hour_performance",
    "four_hour_performance_type1",
    "dta_waits_over_12h",
    "occupied_bed_days",
    "mffd_bed_days",
)
"""Metrics whose worths are tested together, for all levers; the levers are ranked by one of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class More:
    """The hospital with more of one thing.

    Parameters
    ----------
    lever : CapacityLever
    step : int
        How many units more.
    resources : tuple of str
        What it gives more of.
    results : Results
    """

    lever: CapacityLever
    step: int
    resources: tuple[str, ...]
    results: Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one unit more changes, in the metric's unit: the paired difference divided by the step."""

    mean: float
    low: float
    high: float
    p: float
    """Of the paired t test, for itself."""
    adjusted: float
    """The same for being one of many, by Holm's procedure; NaN for what is not tested together."""

    @property
    def clear(self) -> bool:
        """Whether it is there, the number of levers and measures looked at considered."""
        return self.adjusted < ALPHA


@dataclass(frozen=True, kw_only=True, eq=False)
class Bottlenecks:
    """What one more of everything is worth, and what binds when.

    Parameters
    ----------
    baseline : Results
    levers : tuple of More
        In the order of the schema.
    binding : Binding
        Of the baseline.
    without : tuple of CapacityLever
        Levers that have nothing to add to.
    rank_by : str
    asked : Precision or None
        What was asked for of the worths.
    """

    baseline: Results
    levers: tuple[More, ...]
    binding: Binding
    without: tuple[CapacityLever, ...] = ()
    rank_by: str = MEASURES[0]
    asked: Precision | None = None

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that all arms have, of all patients."""
        results = (self.baseline, *(more.results for more in self.levers))
        return tuple(name for name in METRICS if all((name, ALL) in one for one in results))

    def lever(self, name: str) -> More:
        """Return what was run with more of a lever.

        Raises
        ------
        InputError
            If there is none of that name, with those there are.
        """
        return known("lever", name, {more.lever.name: more for more in self.levers})

    def worth(self, lever: str, metric: str) -> Worth:
        """Return what one unit more of a lever changes.

        Raises
        ------
        InputError
            If there is no such lever or metric, with those there are.
        """
        more, found = self.lever(lever), self._differences[lever]
        if metric not in self.metrics:
            raise InputError(unknown("metric", metric, self.metrics))
        i = self.metrics.index(metric)
        mean, low, high = (
            float(each[i]) / more.step
            for each in (found.interval.mean, found.interval.low, found.interval.high)
        )
        adjusted = self._adjusted.get((lever, metric), float("nan"))
        return Worth(mean=mean, low=low, high=high, p=float(found.p[i]), adjusted=adjusted)

    def by_replication(self, lever: str, metric: str) -> Floats:
        """Return what one unit more changed in each replication, shape (n,)."""
        more = self.lever(lever)
        after, before = (one.by_replication(metric) for one in (more.results, self.baseline))
        return np.asarray((after - before) / more.step)

    def ranking(self, metric: str | None = None) -> tuple[More, ...]:
        """Return the levers by what one unit is worth, the best first."""
        metric = metric or self.rank_by
        better = 1 if METRICS[metric].direction == "lower" else -1
        return tuple(sorted(self.levers, key=lambda more: better * self.worth(more.lever.name, metric).mean))

    def waited_share(self, more: More) -> float:
        """Return the share of the time in which anybody waits for what a lever gives; NaN if for nothing."""
        at = [self.binding.resources.index(name) for name in more.resources]
        return float(max(self.binding.share_in_all[at], default=float("nan")))

    def utilisation(self, more: More) -> float:
        """Return how much of what a lever gives is in use, of the places there are; NaN if of nothing."""
        at = [self.binding.resources.index(name) for name in more.resources]
        return float(max(self.binding.utilisation_in_all[at], default=float("nan")))

    def targets_and_figures(self) -> tuple[Precision, list[Floats]]:
        """Return each target of what was asked for each lever, and figures that vary as its worth does.

        The baseline's mean is added, so that a width in percent is one of the metric.
        """
        assert self.asked is not None
        return self.asked.of_each(
            [more.lever.name for more in self.levers],
            lambda lever, metric: self.baseline.figure(metric).mean + self.by_replication(lever, metric),
        )

    @property
    def precision(self) -> tuple[tuple[str, Attained], ...]:
        """What became of the precision that was asked for, of each lever; nothing if none was."""
        if self.asked is None:
            return ()
        several, figures = self.targets_and_figures()
        names = [more.lever.name for more in self.levers for _ in self.asked.targets]
        return tuple(zip(names, several.attained(figures), strict=True))

    def summary(self) -> pd.DataFrame:
        """Return a table of worths, the best lever first.

        Columns: rank, lever, unit, now, step, waited_share, utilisation, metric, baseline, worth, ci_low,
        ci_high, p, p_holm, metric_unit. A worth is of one unit.
        """
        import pandas as pd

        rows = []
        for rank, more in enumerate(self.ranking(), 1):
            lever = more.lever
            for metric in self.metrics:
                worth = self.worth(lever.name, metric)
                rows.append(
                    {
                        "rank": rank,
                        "lever": lever.name,
                        "unit": lever.unit,
                        "now": lever.size,
                        "step": more.step,
                        "waited_share": self.waited_share(more),
                        "utilisation": self.utilisation(more),
                        "metric": metric,
                        "baseline": self.baseline.figure(metric).mean,
                        "worth": worth.mean,
                        "ci_low": worth.low,
                        "ci_high": worth.high,
                        "p": worth.p,
                        "p_holm": worth.adjusted,
                        "metric_unit": METRICS[metric].unit,
                    }
                )
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: lever, step, replication, metric, baseline, value, worth; of all patients."""
        import pandas as pd

        before = self._values(self.baseline)
        frames = []
        for more in self.levers:
            after = self._values(more.results)
            frames.append(
                pd.DataFrame(
                    {
                        "lever": more.lever.name,
                        "step": more.step,
                        "replication": np.repeat(
                            np.array(self.baseline.numbers, dtype=np.int32), len(self.metrics)
                        ),
                        "metric": list(self.metrics) * len(before),
                        "baseline": before.ravel(),
                        "value": after.ravel(),
                        "worth": ((after - before) / more.step).ravel(),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def caveats(self, figures: Iterable[str], levers: Iterable[More]) -> list[str]:
        """Return what must be said where these figures and levers are shown; resources are figures, too."""
        return said([self.baseline.about.caveats], figures, [more.lever.name for more in levers])

    def _repr_html_(self) -> str:
        table = self.summary()
        chosen = table[table.metric.isin(MEASURES)]
        wide = chosen.pivot(index=["rank", "lever", "unit", "step"], columns="metric", values="worth")
        count = len(self.baseline.numbers)
        head = f"{self.baseline.about.title}: what one unit more is worth, {count} replications"
        caveats = paragraphs(self.caveats(MEASURES, self.levers))
        return f"<p>{html.escape(head)}</p>{wide.to_html(float_format='{:,.4g}'.format)}{caveats}"

    @cached_property
    def _differences(self) -> dict[str, Differences]:
        before = self._values(self.baseline)
        return {more.lever.name: differences(before, self._values(more.results)) for more in self.levers}

    @cached_property
    def _adjusted(self) -> dict[tuple[str, str], float]:
        measures = [metric for metric in MEASURES if metric in self.metrics]
        tested = [(more.lever.name, metric) for more in self.levers for metric in measures]
        p = [self._differences[lever].p[self.metrics.index(metric)] for lever, metric in tested]
        return dict(zip(tested, holm(np.array(p)).tolist(), strict=True))

    def _values(self, results: Results) -> Floats:
        """Return the metrics in each replication, shape (n, m)."""
        return np.stack([results.by_replication(metric) for metric in self.metrics], axis=1)
