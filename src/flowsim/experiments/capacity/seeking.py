"""The search behind `flowsim seek`: how sure it is that a target is met, and where it begins to be.

P, the chance that a year meets the target, is the share of replications that do; every value sees the same
patients. A value is judged on `first` replications, then on twice as many, and so on up to `most`, for as
long as the 95 % interval of P (Clopper and Pearson) holds the probability asked for: so the effort goes to
values near the boundary. It meets the target if the share does. The search relies on this: going on in the
direction of a lever never makes it less likely that the target is met.

References
----------
C. J. Clopper, E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the
binomial, Biometrika 26 (1934), 404-413.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from flowsim.experiments.runs.results import Figure
from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats, intervals

Bools = NDArray[np.bool_]
Index = tuple[int, ...]
"""Which value of each lever, counted from 0 in the direction in which the target comes nearer."""


@dataclass(frozen=True, slots=True)
class Chance:
    """P, the chance that the target is met, from so many replications that did of so many."""

    met: int
    of: int

    @property
    def share(self) -> float:
        """The estimate of P."""
        return self.met / self.of

    @property
    def low(self) -> float:
        """The lower bound of its 95 % interval (Clopper and Pearson)."""
        tail = (1 - CONFIDENCE) / 2
        return float(betaincinv(self.met, self.of - self.met + 1, tail)) if self.met else 0.0

    @property
    def high(self) -> float:
        """The upper bound of its 95 % interval."""
        tail = (1 - CONFIDENCE) / 2
        missed = self.of - self.met
        return 1.0 - (float(betaincinv(missed, self.met + 1, tail)) if missed else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A value of each lever, tried.

    Parameters
    ----------
    index : tuple of int
    figures : NDArray[np.float64]
        What the target is about, in each replication, shape (n,).
    met : NDArray[np.bool_]
        Whether each met the target, shape (n,).
    """

    index: Index
    figures: Floats
    met: Bools

    @property
    def chance(self) -> Chance:
        """How likely it is that the target is met."""
        return Chance(int(self.met.sum()), len(self.met))

    @property
    def figure(self) -> Figure:
        """The mean of what the target is about, with its interval."""
        found = intervals(self.figures[:, None])
        return Figure(*(float(column[0]) for column in (found.mean, found.sd, found.low, found.high)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a point is judged.

    Parameters
    ----------
    probability : float
        That is asked for, 0-1.
    first, most : int
        Replications of each point at first, and at most.
    """

    probability: float
    first: int
    most: int

    def meets(self, point: Point) -> bool:
        """Return whether a point meets the target often enough."""
        return point.chance.share >= self.probability

    def is_sure(self, point: Point) -> bool:
        """Return whether the interval of P leaves no doubt of that."""
        chance = point.chance
        return chance.low >= self.probability or chance.high < self.probability

    def count(self, point: Point | None) -> int:
        """Return how many replications there should be of a point; as many as there are if it is judged."""
        if point is None:
            return min(self.first, self.most)
        reached = len(point.met)
        return reached if self.is_sure(point) else min(2 * reached, self.most)


Try = Callable[[Index, Sequence[int]], tuple[Floats, Bools]]
"""Of a point and the numbers of replications: the figures of these, and whether each met the target."""


class Search:
    """The points tried so far; each is tried once.

    Parameters
    ----------
    attempt : callable
    rule : Rule
    """

    def __init__(self, attempt: Try, rule: Rule) -> None:
        self.attempt, self.rule = attempt, rule
        self.points: dict[Index, Point] = {}

    def judged(self, index: Index) -> Point:
        """Return a point with as many replications as its judgement takes."""
        point = self.points.get(index)
        while (count := self.rule.count(point)) > (reached := len(point.met) if point else 0):
            figures, met = self.attempt(index, range(reached, count))
            if point:
                figures, met = np.append(point.figures, figures), np.append(point.met, met)
            point = Point(index, figures, met)
        assert point is not None
        self.points[index] = point
        return point

    def meets(self, index: Index) -> bool:
        """Return whether a point meets the target often enough."""
        return self.rule.meets(self.judged(index))

    def first_that_meets(self, count: int) -> Index | None:
        """Return the first of the values of one lever that meets the target, by halving; None if none does.

        Where the last one does not, some between are tried before that is said.
        """
        if self.meets((0,)):
            return (0,)
        last = count - 1
        probes = [last, *(last * quarter // 4 for quarter in (2, 3, 1))]
        high = next((i for i in probes if i > 0 and self.meets((i,))), None)
        if high is None:
            return None
        low = max(i for (i,) in self.points if i < high and not self.meets((i,)))
        while high - low > 1:
            middle = (low + high) // 2
            if self.meets((middle,)):
                high = middle
            else:
                low = middle
        return (high,)

    def cheapest_that_meets(self, costs: Floats) -> Index | None:
        """Return the cheapest mix that meets the target; None if not even the most of everything does.

        A mix that fails rules out all with no more of anything, one that does not all that cost as much.
        The next one tried is that which rules out most whichever way it falls.

        Parameters
        ----------
        costs : NDArray[np.float64]
            Of each mix, an axis a lever.
        """
        best: Index | None = None
        top: Index = tuple(length - 1 for length in costs.shape)
        candidates = np.ones(costs.shape, dtype=np.bool_)
        if not self.meets(top):
            return None
        best, candidates = top, candidates & (costs < costs[top])
        while candidates.any():
            index = _most_telling(candidates, costs)
            if self.meets(index):
                best, candidates = index, candidates & (costs < costs[index])
            else:
                candidates[tuple(slice(0, i + 1) for i in index)] = False
        return best


def _most_telling(candidates: Bools, costs: Floats) -> Index:
    """Return the candidate whose trial rules out most candidates, whichever way it falls."""
    below = candidates.astype(np.int64)
    for axis in range(candidates.ndim):
        below = below.cumsum(axis=axis)
    ordered = np.sort(costs[candidates])
    as_dear = len(ordered) - np.searchsorted(ordered, costs, side="left")
    worth = np.where(candidates, np.minimum(below, as_dear), -1)
    return tuple(int(i) for i in np.unravel_index(int(worth.argmax()), worth.shape))
