"""Whether a warm-up is long enough: MSER-5 on the patients in general and acute beds each midnight.

A hospital starts empty and fills over months. Its seasons would pass for filling, so from the count of each
midnight that of 364 days later is subtracted, the same day of the week: what is left grows to nothing as the
hospital fills. The series is as long as the warm-up, but at least `SHORTEST` days as far as the run goes. A
run that has too few days of which there is a later year is not judged.

MSER-5 takes means of five days and leaves out as many at the beginning as make the standard error of the mean
of the rest smallest. It says that the hospital had settled by then if that lies in the first half of the
series; later, there is too little left to tell a level from a slope, and a longer warm-up is called for. What
is averaged over replications is the squared standard error. The mean of the series would lose its noise with
ever more of them, until MSER-5 cut for the smallest of differences.

Limits: what grows from one year to the next, such as demand or a queue without end, looks like filling. It
sees beds, not the queues behind them. Few replications are noisy, so fewer than `ENOUGH` are not judged.

References
----------
K. P. White, M. J. Cobb, S. C. Spratt, A comparison of five steady-state truncation heuristics for simulation,
Proceedings of the 2000 Winter Simulation Conference, 755-760: MSER-5.
K. Hoad, S. Robinson, R. Davies, Automating warm-up length estimation, Journal of the Operational Research
Society 61 (2010), 1389-1403: chosen among 42 methods; the last five means are no candidates; the half.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from flowsim.engine.log import Log
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.census import present
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import ReportingPeriod, midnight_before
from flowsim.timeline import DAY

BATCH = 5
"""Days in a mean."""

NO_CANDIDATES = 5
"""Means at the end at which nothing may be cut: a handful of means can be nearly equal by chance."""

FEWEST = 3 * NO_CANDIDATES * BATCH
"""Days below which there are hardly candidates in the second half."""

ENOUGH = 10
"""Replications."""

SHORTEST = 100
"""Days of a warm-up that need not be warned of if it cannot be judged."""

YEAR = 364
"""Days: whole weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A warm-up, judged.

    Parameters
    ----------
    days : float
        As the scenario has it.
    judged_days : int
        From the beginning of the run, of which the judgement is made; 0 if none could be.
    settled_after_days : int or None
        The truncation point of MSER-5; None if it was not judged.
    """

    days: float
    judged_days: int
    settled_after_days: int | None

    @property
    def long_enough(self) -> bool | None:
        """Whether the hospital had settled; None if it was not judged."""
        if self.settled_after_days is None:
            return None
        return self.settled_after_days < min(self.days, self.judged_days / 2)

    @property
    def warning(self) -> str | None:
        """What to beware of; None if there is nothing."""
        if self.settled_after_days is None:
            if self.days >= SHORTEST:
                return None
            return (
                f"a warm-up of {self.days:g} days may be too short: a hospital starts empty. It was not "
                f"judged, which takes {ENOUGH} replications of {FEWEST + YEAR} days."
            )
        if self.long_enough:
            return None
        return (
            f"the warm-up of {self.days:g} days seems too short: in the first {self.judged_days} days of the "
            f"run the number in general and acute beds settled only after day {self.settled_after_days} "
            f"(MSER-5). Try a run.warm_up of {2 * self.settled_after_days} days or more."
        )

    def as_json(self) -> dict[str, Any]:
        """Return what a manifest and `--json` say of it."""
        return {**asdict(self), "long_enough": self.long_enough, "warning": self.warning}


def filling(log: Log, period: ReportingPeriod) -> Floats:
    """Return how many more patients are in general and acute beds each midnight than a year later.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod

    Returns
    -------
    NDArray[np.float64]
        Shape (n_days,), from the first 24:00 of the run on; empty if it ends within a year.
    """
    midnights = np.arange(DAY - midnight_before(period.origin), period.ends + 1, DAY)
    days = min(max(int(period.begins // DAY), SHORTEST), len(midnights) - YEAR)
    if days <= 0:
        return np.empty(0)
    stays = Observed(log, period).bed_stays
    now, later = (
        np.bincount(present(stays.started, stays.ended, when, midnight=True)[1], minlength=days)
        for when in (midnights[:days], midnights[YEAR : YEAR + days])
    )
    return (now - later).astype(np.float64)


def judge(series: Floats, days: float) -> WarmUp:
    """Return the judgement of a warm-up.

    Parameters
    ----------
    series : NDArray[np.float64]
        From `filling`, shape (n_replications, n_days).
    days : float
        The warm-up.
    """
    if len(series) < ENOUGH or series.shape[1] < FEWEST:
        return not_judged(days)
    return WarmUp(days=days, judged_days=series.shape[1], settled_after_days=mser5(series))


def not_judged(days: float) -> WarmUp:
    """Return a warm-up of so many days of which no judgement is made."""
    return WarmUp(days=days, judged_days=0, settled_after_days=None)


def mser5(series: Floats) -> int:
    """Return how many days at the beginning to leave out.

    Parameters
    ----------
    series : NDArray[np.float64]
        Shape (n_replications, n_days), at least 30 days. Those beyond a whole number of batches are left out
        at the end.

    Notes
    -----
    With a replication's batch means z_1 … z_k it is five times the d in 0 … k - 6 for which the mean over
    replications of

        sum over i > d of (z_i - mean of z_{d+1} … z_k)² / (k - d)²

    is smallest, the smallest such d.
    """
    k = series.shape[1] // BATCH
    means = series[:, : k * BATCH].reshape(len(series), k, BATCH).mean(axis=2)
    # The spread about any level is the same; about the overall one the sums lose no digits.
    rest = (means - means.mean(axis=1, keepdims=True))[:, ::-1]
    count = np.arange(1, k + 1)
    squares = np.cumsum(rest**2, axis=1) - np.cumsum(rest, axis=1) ** 2 / count
    error = (squares / count**2).mean(axis=0)[::-1]
    return BATCH * int(np.argmin(error[: k - NO_CANDIDATES]))
