"""Where one more costs what it saves: the best number on a curve that is known at a few numbers only.

The slope of what is saved net between two numbers is taken to hold halfway between them. One more is taken
to save no more than the one before, so slopes that rise, by luck or in steps, are pooled with their
neighbours; between the halves the slope is a straight line. The best number is where it comes to nothing.
"""

from __future__ import annotations

import numpy as np

from flowsim.experiments.statistics.intervals import Floats


def slopes(at: Floats, values: Floats) -> Floats:
    """Return what one more brings between each number and the next, shape (draws, n - 1).

    Parameters
    ----------
    at : NDArray[np.float64]
        Rising, shape (n,).
    values : NDArray[np.float64]
        Shape (draws, n).
    """
    return np.asarray(np.diff(values, axis=1) / np.diff(at))


def falling(slopes: Floats, widths: Floats) -> Floats:
    """Return the slopes nearest to some that do not rise, in least squares with widths as weights.

    Parameters
    ----------
    slopes : NDArray[np.float64]
        Shape (draws, k).
    widths : NDArray[np.float64]
        Shape (k,).

    References
    ----------
    R. E. Barlow and others, Statistical inference under order restrictions (1972), the min-max formula.
    """
    total = np.cumsum(np.insert(slopes * widths, 0, 0.0, axis=1), axis=1)
    width = np.cumsum(np.insert(widths, 0, 0.0))
    pooled = np.empty_like(slopes)
    for i in range(len(widths)):
        highest = [
            np.max(
                [(total[:, b] - total[:, a]) / (width[b] - width[a]) for b in range(i + 1, len(width))],
                axis=0,
            )
            for a in range(i + 1)
        ]
        pooled[:, i] = np.min(highest, axis=0)
    return pooled


def best(at: Floats, saved: Floats) -> Floats:
    """Return the number from which one more saves nothing net, shape (draws,).

    Minus infinity where the first step already saves nothing, infinity where the last still saves: then it
    lies outside what is known.

    Parameters
    ----------
    at : NDArray[np.float64]
        Rising, shape (n,), at least 3.
    saved : NDArray[np.float64]
        Net, shape (draws, n).
    """
    widths = np.diff(at)
    halves = (at[:-1] + at[1:]) / 2
    slope = falling(slopes(at, saved), widths)
    after = (slope > 0).sum(axis=1)
    inside = (after > 0) & (after < len(halves))
    found = np.where(after == 0, -np.inf, np.inf)
    rows, right = np.flatnonzero(inside), after[inside]
    above, below = slope[rows, right - 1], slope[rows, right]
    found[rows] = halves[right - 1] + above / (above - below) * (halves[right] - halves[right - 1])
    return found


def along(at: Floats, values: Floats, where: Floats) -> Floats:
    """Return values on straight lines between what is known, shape (draws,); NaN outside.

    Parameters
    ----------
    at : NDArray[np.float64]
        Rising, shape (n,).
    values : NDArray[np.float64]
        Shape (draws, n).
    where : NDArray[np.float64]
        Shape (draws,).
    """
    each = (np.interp(x, at, one, np.nan, np.nan) for x, one in zip(where, values, strict=True))
    return np.fromiter(each, dtype=np.float64, count=len(where))
