"""Choosing the best of many: which arms need more replications, until one is best for sure enough.

The procedure KN of Kim and Nelson is fully sequential: after every replication the arms that are clearly
worse than another drop out, so effort goes where it decides. It is made for common random numbers: what
counts is how much two arms *differ* from replication to replication. If the best arm is better than every
other by at least the indifference zone, it is chosen with at least the confidence asked for; among arms
nearer to one another than that, any of them may be chosen. It assumes normal figures; those of a year are
nearly that.

References
----------
S.-H. Kim, B. L. Nelson, A fully sequential procedure for indifference-zone selection in simulation, ACM
Transactions on Modeling and Computer Simulation 11 (2001), 251-273: section 3, with c = 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.period import Ints

FIRST = 10
"""Replications of every arm before any may drop out."""


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Where the choice stands; k arms.

    Parameters
    ----------
    dropped_after : NDArray[np.int64]
        Replications after which each arm dropped out, shape (k,); 0 for those still in.
    done : int
        Replications looked at.
    best : int or None
        The arm chosen; None while several are in and their replications do not decide.
    """

    dropped_after: Ints
    done: int
    best: int | None

    @property
    def still_in(self) -> Ints:
        """The arms that are still in, shape (m,)."""
        return np.flatnonzero(self.dropped_after == 0)


def select(figures: Sequence[Floats], *, indifference: float, confidence: float) -> Selection:
    """Return which arms are still in, and which is chosen.

    Parameters
    ----------
    figures : sequence of NDArray[np.float64]
        For each arm the figure of each of its replications, higher being better, those after it dropped out
        not looked at; shapes (n_i,), row by row the same replications.
    indifference : float
        The smallest difference worth detecting, > 0, in the figure's unit.
    confidence : float
        Wanted probability of choosing the best, above 1/k and below 1.

    Notes
    -----
    With n first replications, e = ((2 (1 - confidence) / (k - 1))^(-2 / (n - 1)) - 1) / 2, h² = 2 e (n - 1),
    the zone d and S² the variance of the difference of two arms over the first n, an arm is in after r
    replications if its mean is at most max(0, d / 2r (h² S² / d² - r)) below that of any arm still in.
    """
    k = len(figures)
    dropped = np.zeros(k, dtype=np.int64)
    if k == 1:
        return Selection(dropped, len(figures[0]), 0)
    if min(map(len, figures)) < FIRST:
        return Selection(dropped, 0, None)
    first = np.stack([values[:FIRST] for values in figures])
    eta = ((2 * (1 - confidence) / (k - 1)) ** (-2 / (FIRST - 1)) - 1) / 2
    reach = 2 * eta * (FIRST - 1) * _variance_of_differences(first) / indifference**2
    still_in = np.arange(k)
    r = FIRST
    while True:
        means = np.array([figures[i][:r].mean() for i in still_in.tolist()])
        margin = np.maximum(0.0, indifference / (2 * r) * (reach[np.ix_(still_in, still_in)] - r))
        keeps = (means[:, None] >= means[None, :] - margin).all(axis=1)
        dropped[still_in[~keeps]] = r
        enough = r > np.floor(reach[np.ix_(still_in, still_in)]).max()
        means, still_in = means[keeps], still_in[keeps]
        if len(still_in) == 1 or enough:
            return Selection(dropped, r, int(still_in[np.argmax(means)]))
        if min(len(figures[i]) for i in still_in) <= r:
            return Selection(dropped, r, None)
        r += 1


def _variance_of_differences(values: Floats) -> Floats:
    """Return the variance of the difference of every two rows, shape (k, k)."""
    covariance = np.cov(values)
    own = np.diag(covariance)
    return np.asarray(np.maximum(own[:, None] + own[None, :] - 2 * covariance, 0.0))
