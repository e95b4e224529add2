"""Times met in the middle: how much longer what has begun already will last.

A time of which so much has gone by follows its law, given that it is longer than that (`lasting`). Of a
service met at a moment that knows nothing of it, the rest follows the law of the forward recurrence time
(`Remaining`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flowsim.sampling.distribution import Distribution
from flowsim.sampling.laws import AttributeCode, Chance, Column, Derived, Draw, Duration, Value

Floats = NDArray[np.float64]

LAST_SHARE = 1 - 1e-12
"""Beyond it a quantile may be infinite; whoever has outlasted all but that is over at once."""

STEPS = 4096
"""Of the table of a forward recurrence time; means are right to 1 in 1,000 (see its test)."""


def lasting(draw: Draw, elapsed: Draw, levels: Mapping[str, Sequence[str]]) -> Derived:
    """Return the whole of a time of which some minutes are known to have gone by.

    Parameters
    ----------
    draw : Draw
        The time as it is drawn for whoever begins it: a duration, its distribution perhaps by an attribute.
    elapsed : Draw
        Minutes gone by.
    levels : Mapping[str, sequence of str]
        The levels of every attribute.

    Returns
    -------
    Derived
        Minutes, never less than have gone by.
    """
    law = draw.law
    if not isinstance(law, Duration):
        assert isinstance(law, Distribution), f"{draw.stream} must be a duration"
        law = Duration(law)
    sources: list[Column] = [draw.through(Chance()), elapsed, Value(law.factor)]
    if isinstance(law.distribution, Mapping):
        assert law.by is not None
        sources.append(AttributeCode(law.by))
        of_level = [law.distribution.get(level) for level in levels[law.by]]
    else:
        of_level = [law.distribution]

    def whole(u: Floats, gone: Floats, factor: Floats, code: Floats | None = None) -> Floats:
        takes_time = factor > 0
        minutes = np.where(takes_time, np.nan, 0.0)
        for position, distribution in enumerate(of_level):
            rows = takes_time if code is None else takes_time & (code == position)
            if distribution is None or not rows.any():
                continue
            assert isinstance(distribution, Distribution)
            before = distribution.cdf(gone[rows] / factor[rows])
            share = np.minimum(before + u[rows] * (1 - before), LAST_SHARE)
            minutes[rows] = distribution.quantile(share) * factor[rows]
        return np.asarray(np.maximum(minutes, gone))

    return Derived(tuple(sources), whole)


@dataclass(frozen=True)
class Remaining:
    """The forward recurrence time of a law: what is left of a service met at any moment of it.

    Parameters
    ----------
    whole : Distribution
        The law of the service from its beginning.
    """

    whole: Distribution

    def quantile(self, u: ArrayLike) -> Floats:
        """Return the minutes left that a share `u` of such services does not exceed, shape of `u`."""
        minutes, shares = self._table
        return np.asarray(np.interp(np.asarray(u, dtype=np.float64), shares, minutes))

    @cached_property
    def _table(self) -> tuple[Floats, Floats]:
        # Half the steps in equal shares, half in powers of ten towards the end: long tails weigh much.
        shares = np.concatenate([np.linspace(0, 0.99, STEPS // 2), 1 - np.geomspace(0.01, 1e-9, STEPS // 2)])
        ends = np.unique(self.whole.quantile(shares))
        minutes = np.unique(np.concatenate([[0.0], np.linspace(0, ends[0], 9), ends]))
        longer = 1 - self.whole.cdf((minutes[1:] + minutes[:-1]) / 2)
        area = np.concatenate([[0.0], np.cumsum(longer * np.diff(minutes))])
        if not area[-1] > 0:
            return np.zeros(2), np.array([0.0, 1.0])
        return minutes, area / area[-1]
