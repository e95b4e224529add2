"""Step costs: beds save money when a whole ward or bay can close, and for as long as it stays closed.

Beds are free in a week if on the mean of its nights so many fewer are taken. A ward or bay counts as closed
in the weeks of every run, long enough in a row, in each week of which all its beds are free: wards first,
then bays of what is left. So three beds free close nothing, and twelve free every other week close nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.experiments.statistics.intervals import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """What closed; n replications.

    Parameters
    ----------
    wards, bays : NDArray[np.float64]
        Beds closed as wards and as bays, the mean over the weeks, shape (n,).
    """

    wards: Floats
    bays: Floats


def closed_beds(free: Floats, *, bay: int, ward: int, weeks: int) -> Closed:
    """Return the beds that close.

    Parameters
    ----------
    free : NDArray[np.float64]
        Beds free in each week, shape (n, n_weeks).
    bay, ward : int
        Beds of each.
    weeks : int
        In a row, for which they must be free.
    """
    if not free.shape[1]:
        return Closed(np.zeros(len(free)), np.zeros(len(free)))
    wards = ward * _steps(free, ward, weeks)
    bays = bay * _steps(free - wards, bay, weeks)
    return Closed(wards.mean(axis=1), bays.mean(axis=1))


def chance_of_closing(free: Floats, beds: int, weeks: int) -> float:
    """Return the share of replications in which so many beds stay free for so many weeks in a row."""
    return float(in_long_runs(free >= beds, weeks).any(axis=1).mean())


def in_long_runs(there: NDArray[np.bool_], weeks: int) -> NDArray[np.bool_]:
    """Return which weeks belong to a run of at least so many, shape (n, n_weeks)."""
    n, length = there.shape
    if length < weeks:
        return np.zeros((n, length), dtype=np.bool_)
    so_far = np.concatenate([np.zeros((n, 1)), np.cumsum(there, axis=1)], axis=1)
    starts = so_far[:, weeks:] - so_far[:, :-weeks] == weeks
    found = np.zeros((n, length), dtype=np.bool_)
    for shift in range(weeks):
        found[:, shift : shift + starts.shape[1]] |= starts
    return found


def _steps(free: Floats, size: int, weeks: int) -> Floats:
    """Return how many units of a size are closed in each week, shape (n, n_weeks)."""
    most = int(max(free.max(initial=0.0), 0.0) // size)
    levels = [in_long_runs(free >= size * level, weeks) for level in range(1, most + 1)]
    return np.sum(levels, axis=0, dtype=np.float64) if levels else np.zeros(free.shape)
