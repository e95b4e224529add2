"""Time as flowsim keeps it: minutes since the scenario's start, on a grid of 1/1024 minute.

On that grid every sum and difference of times is exact in float64 (a century is 2**26 minutes), so the
order of adding cannot matter and two engines cannot drift apart. A `StepFunction` is a level that changes at
known times: opening hours, a roster, an arrival rate. Neither knows anything of scenarios, YAML or dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

GRID = 1024
"""Steps of the time grid in one minute."""

HOUR = 60.0
DAY = 1440.0
WEEK = 10080.0


def to_grid(minutes: ArrayLike) -> NDArray[np.float64]:
    """Return the times rounded to the nearest 1/1024 minute."""
    return np.rint(np.asarray(minutes, dtype=np.float64) * GRID) / GRID


@dataclass(frozen=True, eq=False, slots=True)
class StepFunction:
    """A level over time, constant between changes and closed on the left.

    Parameters
    ----------
    times : NDArray[np.float64]
        Minutes of the changes, shape (k,), strictly increasing, the first one 0.
    levels : NDArray[np.float64]
        The level from each time on, shape (k,), finite and not negative. The last level holds for ever.
    """

    times: NDArray[np.float64]
    levels: NDArray[np.float64]

    def __post_init__(self) -> None:
        times = to_grid(self.times)
        levels = np.asarray(self.levels, dtype=np.float64)
        if times.ndim != 1 or times.shape != levels.shape or len(times) == 0:
            raise ValueError("a step function needs as many levels as times, and at least one")
        if times[0] != 0 or np.any(np.diff(times) <= 0):
            raise ValueError(f"times of a step function must start at 0 and increase; found {self.times}")
        if not np.all(np.isfinite(levels)) or np.any(levels < 0):
            raise ValueError(f"levels of a step function must be finite and >= 0; found {self.levels}")
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "levels", levels)

    @classmethod
    def constant(cls, level: float) -> StepFunction:
        """Return the same level at all times."""
        return cls(np.zeros(1), np.array([level], dtype=np.float64))

    @classmethod
    def repeating(cls, levels: Sequence[float], *, step: float, end: float) -> StepFunction:
        """Return `levels`, each lasting `step` minutes, repeated until `end`."""
        count = int(np.ceil(end / step)) + 1
        return cls(
            np.arange(count, dtype=np.float64) * step, np.resize(np.asarray(levels, dtype=np.float64), count)
        ).merged()

    def merged(self) -> StepFunction:
        """Return the same function without the changes that change nothing."""
        keep = np.concatenate([[True], np.diff(self.levels) != 0])
        return StepFunction(self.times[keep], self.levels[keep])

    def at(self, t: ArrayLike) -> NDArray[np.float64]:
        """Return the level at each time."""
        return self.levels[np.searchsorted(self.times, t, side="right") - 1]

    def integral(self, t: ArrayLike) -> NDArray[np.float64]:
        """Return the area under the function from 0 to each time [level x minutes]."""
        t = np.asarray(t, dtype=np.float64)
        areas = np.concatenate([[0.0], np.cumsum(self.levels[:-1] * np.diff(self.times))])
        i = np.searchsorted(self.times, t, side="right") - 1
        return np.asarray(areas[i] + self.levels[i] * (t - self.times[i]))

    def after(self, moment: float) -> StepFunction:
        """Return the same function with a level of 0 before a moment."""
        if moment <= 0:
            return self
        later = self.times > moment
        return StepFunction(
            np.concatenate([[0.0, moment], self.times[later]]),
            np.concatenate([[0.0, float(self.at(moment))], self.levels[later]]),
        ).merged()

    def scaled(self, factor: float) -> StepFunction:
        """Return the same function with its levels times a factor."""
        return StepFunction(self.times, self.levels * factor)

    def inverted(self) -> StepFunction:
        """Return 1 where the level is 0, and 0 elsewhere: closed for open."""
        return StepFunction(self.times, (self.levels == 0).astype(np.float64)).merged()

    def ever_above(self, level: float = 0.0) -> bool:
        """Return whether the function is ever above `level`."""
        return bool(np.any(self.levels > level))
