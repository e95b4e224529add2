"""Whether a warm-up is long enough: MSER-5 on the patients in general and acute beds each midnight.

A hospital starts empty and fills over months. The series that is judged is the warm-up's own, from the first
midnight of the run to the beginning of what is reported, averaged over replications: the reported year has a
winter, which a rule that looks for the flattest stretch would take for a trend. A warm-up of less than
`SHORTEST` days is judged by the first `SHORTEST` days of the run, as far as it has them.

MSER-5 takes means of five days and leaves out as many at the beginning as make the standard error of the mean
of the rest smallest. It says that the hospital had settled by then if that lies in the first half of the
series; later, there is too little left to tell a level from a slope, and a longer warm-up is called for.

Limits: seasons reach into a warm-up, too. A rise before the reported period looks like filling, and a fall
may hide it, so that judgements near the half may go either way. It sees beds, not the queues behind them.

References
----------
K. P. White, M. J. Cobb, S. C. Spratt, A comparison of five steady-state truncation heuristics for simulation,
Proceedings of the 2000 Winter Simulation Conference, 755-760: MSER-5.
K. Hoad, S. Robinson, R. Davies, Automating warm-up length estimation, Journal of the Operational Research
Society 61 (2010), 1389-1403: chosen among 42 methods; the last five means cannot be candidates; the half.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from flowsim.engine.log import Log
from flowsim.experiments.intervals import Floats
from flowsim.outcomes.census import present
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import ReportingPeriod, midnight_before
from flowsim.timeline import DAY

BATCH = 5
"""Days in a mean."""

NO_CANDIDATES = 5
"""Means at the end at which nothing may be cut: a handful of means can be nearly equal by chance."""

FEWEST = 2 * NO_CANDIDATES * BATCH
"""Days in which there is nothing to judge."""

SHORTEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A warm-up, judged.

    Parameters
    ----------
    days : float
        As the scenario has it.
    judged_days : int
        From the beginning of the run, of which the judgement is made.
    settled_after_days : int or None
        The truncation point of MSER-5; None if there are too few days for it.
    """

    days: float
    judged_days: int
    settled_after_days: int | None

    @property
    def long_enough(self) -> bool | None:
        """Whether the hospital had settled; None if that cannot be said."""
        if self.settled_after_days is None:
            return None
        return self.settled_after_days <= min(self.days, self.judged_days / 2)

    @property
    def warning(self) -> str | None:
        """What to beware of; None if there is nothing."""
        if self.settled_after_days is None:
            return (
                f"the warm-up of {self.days:g} days cannot be judged: that takes {FEWEST} days of the run, "
                f"and it has {self.judged_days}. A hospital starts empty, and its first weeks show it."
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


def occupied_beds(log: Log, period: ReportingPeriod) -> Floats:
    """Return the patients in general and acute beds at each midnight that a warm-up is judged by.

    Parameters
    ----------
    log : Log
    period : ReportingPeriod

    Returns
    -------
    NDArray[np.float64]
        Shape (n_days,), from the first 24:00 of the run on.
    """
    first = DAY - midnight_before(period.origin)
    until = min(max(period.begins, SHORTEST * DAY), period.ends)
    midnights = np.arange(first, until + 1, DAY)
    stays = Observed(log, period).bed_stays
    _, when = present(stays.started, stays.ended, midnights, midnight=True)
    return np.bincount(when, minlength=len(midnights)).astype(np.float64)


def judge(occupied: Floats, days: float) -> WarmUp:
    """Return the judgement of a warm-up.

    Parameters
    ----------
    occupied : NDArray[np.float64]
        From `occupied_beds`, shape (n_replications, n_days).
    days : float
        The warm-up.
    """
    return WarmUp(days=days, judged_days=occupied.shape[1], settled_after_days=mser5(occupied.mean(axis=0)))


def mser5(series: Floats) -> int | None:
    """Return how many values at the beginning to leave out, or None if there are fewer than `FEWEST`.

    Parameters
    ----------
    series : NDArray[np.float64]
        Shape (n,). Values beyond a whole number of batches are left out at the end.

    Notes
    -----
    With batch means z_1 … z_k it is five times the d in 0 … k - 6 for which

        sum over i > d of (z_i - mean of z_{d+1} … z_k)² / (k - d)²

    is smallest, the smallest such d.
    """
    if len(series) < FEWEST:
        return None
    k = len(series) // BATCH
    means = series[: k * BATCH].reshape(k, BATCH).mean(axis=1)
    # The spread about any level is the same; about the overall one the sums lose no digits.
    rest = (means - means.mean())[::-1]
    count = np.arange(1, k + 1)
    squares = np.cumsum(rest**2) - np.cumsum(rest) ** 2 / count
    error = (squares / count**2)[::-1]
    return BATCH * int(np.argmin(error[: k - NO_CANDIDATES]))
