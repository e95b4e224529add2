"""The results of a search: every point that was tried, the answer, and what stands in the way of one."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flowsim.experiments.capacity.seeking import Point
from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.experiments.runs.expectations import Clause
from flowsim.experiments.runs.results import About
from flowsim.experiments.runs.warm_up import not_judged
from flowsim.scenario.caveats import paragraphs, said

if TYPE_CHECKING:
    import pandas as pd
from flowsim.experiments.capacity.seek_plan import SeekPlan


@dataclass(frozen=True, kw_only=True, eq=False)
class Seek:
    """What a search found.

    Parameters
    ----------
    planned : SeekPlan
    points : tuple of Point
        Every point that was tried, in the order of values.
    answer : Point or None
        The first that meets the target; None if none does.
    obstacles : Bottlenecks or None
        At the best point, if none meets the target.
    """

    planned: SeekPlan
    points: tuple[Point, ...]
    answer: Point | None
    obstacles: Bottlenecks | None = None

    @property
    def about(self) -> About:
        """What was run."""
        return self.planned.baseline.planned.about

    @property
    def found(self) -> bool:
        """Whether any point meets the target."""
        return self.answer is not None

    @cached_property
    def best(self) -> Point:
        """The answer, or the point that came nearest."""
        return self.answer or best_of(self.points, self.planned.clause)

    @property
    def before(self) -> Point | None:
        """Of one lever, the nearest value tried before the answer; None if there is none."""
        if self.answer is None or len(self.answer.index) > 1:
            return None
        earlier = [point for point in self.points if point.index < self.answer.index]
        return max(earlier, key=lambda point: point.index, default=None)

    def value(self, point: Point) -> dict[str, float]:
        """Return the values of the levers at a point, by name."""
        names = [lever.name for lever in self.planned.levers]
        return dict(zip(names, self.planned.values(point.index), strict=True))

    def summary(self) -> pd.DataFrame:
        """Return a table of the points tried.

        A column for each lever, then cost, mean, ci_low, ci_high, p_met, p_low, p_high, replications, meets,
        sure; the mean is that of what the target is about, `sure` whether P's interval leaves no doubt.
        """
        import pandas as pd

        rows = []
        for point in self.points:
            figure, chance = point.figure, point.chance
            rows.append(
                {
                    **self.value(point),
                    "cost": self.planned.cost(point.index),
                    "mean": figure.mean,
                    "ci_low": figure.low,
                    "ci_high": figure.high,
                    "p_met": chance.share,
                    "p_low": chance.low,
                    "p_high": chance.high,
                    "replications": chance.of,
                    "meets": self.planned.rule.meets(point),
                    "sure": self.planned.rule.is_sure(point),
                }
            )
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return tidy rows: a column for each lever, then replication, value, met."""
        import pandas as pd

        frames = [
            pd.DataFrame(
                {
                    **self.value(point),
                    "replication": np.arange(len(point.figures), dtype=np.int32),
                    "value": point.figures,
                    "met": point.met,
                }
            )
            for point in self.points
        ]
        return pd.concat(frames, ignore_index=True)

    @property
    def warnings(self) -> list[str]:
        """What to beware of in the hospital, and that its warm-up was not judged if it is short."""
        days = self.about.warm_up_days
        short = None if days is None else not_judged(days).warning
        return [*self.about.warnings, *([short] if short else [])]

    def caveats(self, figures: Iterable[str] = (), levers: Iterable[str] = ()) -> list[str]:
        """Return what must be said where the search and these figures and levers are shown."""
        planned = self.planned
        sought = [lever.name for lever in planned.levers]
        return said([self.about.caveats], [planned.clause.figure, *figures], [*sought, *levers])

    def _repr_html_(self) -> str:
        answer = self.planned.text(self.answer.index) if self.answer else "no value in range does it"
        head = html.escape(f"{self.about.title}: {self.planned.clause.text}: {answer}")
        table = self.summary().to_html(index=False, float_format="{:,.4g}".format)
        return f"<p>{head}</p>{table}{paragraphs(self.caveats())}"


def best_of(points: Sequence[Point], clause: Clause) -> Point:
    """Return the point that is likeliest to meet a target, of equal ones that with the best mean."""
    better = 1 if clause.operator[0] == ">" else -1
    return max(points, key=lambda point: (point.chance.share, better * point.figure.mean))
