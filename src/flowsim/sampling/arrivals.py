"""When patients come: non-homogeneous Poisson streams, drawn as a superset and thinned.

The superset is drawn at `multiple` times the baseline's rate, each candidate with an acceptance mark. A lever
that moves demand up or down moves the acceptance line, so everybody else stays the same person at the same
minute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from flowsim.errors import InputError
from flowsim.sampling.laws import Number
from flowsim.sampling.streams import stream, uniforms
from flowsim.timeline import DAY, StepFunction, to_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class PoissonArrivals:
    """Arrivals at a rate that follows a step function.

    Parameters
    ----------
    rate : StepFunction
        The baseline's patients a minute.
    factor : Number
        Demand relative to the baseline, by attributes if need be; at most `multiple`.
    multiple : float
        The superset's rate relative to the baseline's.
    day_cv : float
        Coefficient of variation of a gamma factor on each day's rate; 0 leaves the days Poisson, as the daily
        record of Portsmouth is (variance/mean 0.9, winter situation reports 2015/16).
    """

    rate: StepFunction
    factor: Number = 1.0
    multiple: float = 1.25
    day_cv: float = 0.0

    def after(self, moment: float, *, delayed: bool) -> PoissonArrivals:
        """Return the same arrivals without those before a moment."""
        return replace(self, rate=self.rate.after(moment))

    def times(self, seed: int, replication: int, name: str, end: float) -> NDArray[np.float64]:
        """Return the superset's arrival times before `end`, sorted, on the grid, shape (n,).

        Unit-rate exponential gaps are mapped through the inverse of the cumulative rate, so a longer horizon
        begins with the same patients.
        """
        rate = self._with_day_factors(seed, replication, name, end) if self.day_cv else self.rate
        expected = float(rate.integral(end)) * self.multiple
        if expected == 0:
            return np.empty(0)
        gaps = stream(seed, replication, f"{name}.arrivals")
        total = np.cumsum(gaps.standard_exponential(int(expected + 8 * np.sqrt(expected) + 20)))
        while total[-1] < expected:
            total = np.concatenate([total, total[-1] + np.cumsum(gaps.standard_exponential(1000))])
        knots = np.append(rate.times[rate.times < end], end)
        areas = rate.integral(knots) * self.multiple
        # Where the rate is 0 the cumulative rate is flat and has no inverse: keep the first knot of each flat
        # part for the values up to it and step over to the last one for the values beyond.
        total = total[: np.searchsorted(total, expected)]
        # Both are sorted: it is quicker to look up the few knots among the many values than the other way.
        reached = np.bincount(np.searchsorted(total, areas, side="right"), minlength=len(total) + 1)
        position = np.cumsum(reached)[: len(total)]
        below, above = areas[position - 1], areas[position]
        share = (total - below) / (above - below)
        times = to_grid(knots[position - 1] + share * (knots[position] - knots[position - 1]))
        return times[times < end]

    def _with_day_factors(self, seed: int, replication: int, name: str, end: float) -> StepFunction:
        shape = 1.0 / self.day_cv**2
        days = int(np.ceil(end / DAY))
        factors = gammaincinv(shape, uniforms(seed, replication, f"{name}.day", days)) / shape
        times = np.union1d(self.rate.times[self.rate.times < end], np.arange(days) * DAY)
        return StepFunction(times, self.rate.at(times) * factors[(times // DAY).astype(int)])

    def accepted(
        self, marks: NDArray[np.float64], factor: NDArray[np.float64], name: str
    ) -> NDArray[np.bool_]:
        """Return which candidates come, given their marks and their demand relative to the baseline.

        Raises
        ------
        InputError
            If somebody's demand is beyond the superset.
        """
        if len(factor) and factor.max() > self.multiple:
            raise InputError(
                f"{name}: demand of {factor.max():.3g} times the baseline is beyond the superset of "
                f"{self.multiple:g} times; raise `run.superset` to at least {factor.max():.3g}"
            )
        return marks * self.multiple < factor


@dataclass(frozen=True, slots=True)
class GivenArrivals:
    """Arrivals at times written out: for traces, controllers and a census.

    Parameters
    ----------
    at : sequence of float
        Minutes, not decreasing.
    """

    at: tuple[float, ...]

    def after(self, moment: float, *, delayed: bool) -> GivenArrivals:
        """Return the same arrivals without those before a moment, or with these delayed until then."""
        return GivenArrivals(tuple(max(t, moment) for t in self.at if delayed or t >= moment))

    def times(self, seed: int, replication: int, name: str, end: float) -> NDArray[np.float64]:
        """Return the times before `end`, on the grid."""
        times = to_grid(self.at)
        if np.any(np.diff(times) < 0):
            raise ValueError(f"{name}: arrival times must not decrease")
        return times[times < end]


Arrivals = PoissonArrivals | GivenArrivals
