"""Durations as far as they are known: exactly, to the day, longer than so far, or only if they are long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.timeline import DAY

Floats = NDArray[np.float64]


PARTS = 8
"""Times of day over which somebody known by dates alone is spread, all alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Durations:
    """Durations in minutes, with how many patients have each; n rows.

    Of differences of dates, `low` is the nights times a day: the duration itself may be up to a day less, by
    the time of day at which it began, which is not known.

    Parameters
    ----------
    low, high : NDArray[np.float64]
        Between which a duration lies, shape (n,): equal if it is known, `high` infinite for those still in.
    weight : NDArray[np.float64]
        Patients, shape (n,).
    above : float
        Durations up to this are not among them, by choice; of differences of dates those below it.
    step : float
        What durations are rounded to [min].
    """

    low: Floats
    high: Floats
    weight: Floats
    above: float = 0.0
    step: float = 1.0

    @property
    def patients(self) -> int:
        """How many."""
        return int(self.weight.sum())

    @property
    def ended(self) -> int:
        """How many of them have ended."""
        return int(self.weight[np.isfinite(self.high)].sum())

    @property
    def by_dates(self) -> bool:
        """Whether they are differences of dates."""
        return self.step == DAY

    @property
    def less(self) -> Floats:
        """What may have to be taken off, all alike [min], shape (k,)."""
        return (np.arange(PARTS) + 0.5) / PARTS * DAY if self.by_dates else np.zeros(1)

    @property
    def middle(self) -> Floats:
        """Where a curve has each, shape (n,): at its nights, at its middle, or for those still in so far."""
        by_curve = self.low if self.by_dates else (self.low + self.high) / 2
        return np.where(np.isfinite(self.high), by_curve, self.low)


def durations_of(minutes: Floats, so_far: Floats, *, by_dates: bool = False, above: float = 0.0) -> Durations:
    """Return durations from those that ended and from those that have not.

    Parameters
    ----------
    minutes : NDArray[np.float64]
        That ended, shape (m,).
    so_far : NDArray[np.float64]
        Of those still in, shape (k,).
    by_dates : bool
        Whether both are differences of dates.
    above : float
        Leave out those up to this [min]; of differences of dates those below.
    """
    if by_dates:
        low, high = minutes, minutes + DAY
        known, waiting = minutes >= above, so_far >= above
    else:  # a clock has whole minutes: below one, it is somewhere below one
        low, high = np.where(minutes < 1, 0.0, minutes), np.where(minutes < 1, 1.0, minutes)
        known, waiting = (minutes > above) | (above == 0), (so_far > above) | (above == 0)
    open_ended = np.maximum(so_far[waiting], 0.0)
    table = np.stack(
        [
            np.concatenate([low[known], open_ended]),
            np.concatenate([high[known], np.full(len(open_ended), np.inf)]),
        ],
        axis=1,
    )
    pairs, counts = np.unique(table, axis=0, return_counts=True) if len(table) else (table, np.zeros(0))
    step = DAY if by_dates else 1.0
    return Durations(pairs[:, 0], pairs[:, 1], counts.astype(np.float64), above, step)


def kaplan_meier(durations: Durations) -> tuple[Floats, Floats, Floats]:
    """Return when stays ended, the share still in just after, and how many were at risk just before.

    Parameters
    ----------
    durations : Durations

    Returns
    -------
    times, survival, at_risk : NDArray[np.float64]
        Shape (k,); given that a stay is longer than `durations.above`.
    """
    times, where = np.unique(durations.middle, return_inverse=True)
    ended = np.isfinite(durations.high)
    ends = np.bincount(where, durations.weight * ended, minlength=len(times))
    leaves = np.bincount(where, durations.weight, minlength=len(times))
    at_risk = durations.weight.sum() - np.concatenate([[0.0], np.cumsum(leaves)[:-1]])
    survival = np.cumprod(1 - ends / at_risk)
    happened = ends > 0
    return times[happened], survival[happened], at_risk[happened]
