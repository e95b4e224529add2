"""The least of a smooth function of one or two variables, and how it bends there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DIFFERENCE = 1e-3
"""Between what derivatives are taken: the variables are logarithms."""
SMALL_STEP, MOST_STEPS = 1e-7, 50


def least(loss: Callable[[Floats], float], x: Floats, bounds: Sequence[tuple[float, float]]) -> Floats | None:
    """Return where the loss is least, by Newton's method, never going up; None if that is at a bound."""
    low, high = np.array(bounds).T
    value = loss(x)
    for _ in range(MOST_STEPS):
        slope, bend = slope_and_bend(loss, x)
        lowest = float(np.linalg.eigvalsh(bend).min())
        if lowest <= 1e-6:  # not yet in the bowl: lean on the slope
            bend = bend + (0.1 - lowest) * np.eye(len(x))
        step = np.clip(-np.linalg.solve(bend, slope), -1.0, 1.0)
        while loss(np.clip(x + step, low, high)) > value:
            step = step / 2
            if np.abs(step).max() < SMALL_STEP:
                break
        before, x = x, np.clip(x + step, low, high)
        value = min(loss(x), value)
        if np.abs(x - before).max() < SMALL_STEP:
            break
    return None if np.minimum(x - low, high - x).min() < SMALL_STEP else x


def slope_and_bend(loss: Callable[[Floats], float], x: Floats) -> tuple[Floats, Floats]:
    """Return the gradient and the matrix of second derivatives, by central differences."""
    n = len(x)
    steps = np.eye(n) * DIFFERENCE
    middle = loss(x)
    ahead, behind = (np.array([loss(x + sign * step) for step in steps]) for sign in (1, -1))
    bend = np.diag((ahead + behind - 2 * middle) / DIFFERENCE**2)
    for i, j in combinations(range(n), 2):
        across = loss(x + steps[i] + steps[j]) - loss(x + steps[i] - steps[j])
        across += loss(x - steps[i] - steps[j]) - loss(x - steps[i] + steps[j])
        bend[i, j] = bend[j, i] = across / (4 * DIFFERENCE**2)
    return (ahead - behind) / (2 * DIFFERENCE), bend
