"""What is not known, drawn together: the luck of years, the true mean, parameters, prices.

A draw is one way in which all could be. Of chance it has two parts: how far the mean of the replications may
be from the truth, and which years will come. The first is a Bayesian bootstrap, widened so that its interval
is Student's; the second picks a replication for each year. Both are weights on the replications, so that all
quantities move together. Every price has a stream of its own: one more moves no other.

References
----------
D. B. Rubin, The Bayesian bootstrap, Annals of Statistics 9 (1981), 130-134.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri, stdtrit

from flowsim.experiments.statistics.intervals import CONFIDENCE, Floats
from flowsim.sampling.streams import stream, uniforms

CHANCE, YEARS, PARAMETERS = "finance/mean", "finance/years", "finance/parameters"


def chance_weights(seed: int, draws: int, years: int, replications: int) -> Floats:
    """Return weights on replications that stand for the years to come, shape (draws, years, replications).

    Those of a year add up to 1; some are below 0. Weights times figures are figures of a year.

    Parameters
    ----------
    seed, draws, years : int
    replications : int
        At least 2.
    """
    n = replications
    shares = stream(seed, 0, CHANCE).dirichlet(np.ones(n), size=draws)
    student = stdtrit(n - 1, 0.5 + CONFIDENCE / 2) / ndtri(0.5 + CONFIDENCE / 2)
    of_mean = 1 / n + (shares - 1 / n) * np.sqrt((n + 1) / (n - 1)) * student
    picked = stream(seed, 0, YEARS).integers(n, size=(draws, years))
    of_year = (np.eye(n)[picked] - 1 / n) * np.sqrt(n / (n - 1))
    return np.asarray(of_mean[:, None, :] + of_year)


def parameter_sets(seed: int, draws: int, sets: int) -> np.typing.NDArray[np.int64]:
    """Return which set of parameters each draw has, shape (draws,)."""
    return stream(seed, 0, PARAMETERS).integers(sets, size=draws)


def triangular(seed: int, draws: int, name: str, low: float, top: float, high: float) -> Floats:
    """Return draws from a triangle between two bounds with its top at a value, shape (draws,)."""
    u = uniforms(seed, 0, f"finance/price/{name}", draws)
    if low == high:
        return np.full(draws, top)
    left = (top - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (top - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - top))
    return np.asarray(np.where(u < left, rising, falling))
