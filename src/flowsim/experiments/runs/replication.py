"""One replication: a cohort drawn, its run, and its figures. The log is dropped; only figures remain.

Replication k of a scenario and a seed is the same alone or among many, in any process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.engines import simulator
from flowsim.engine.log import Log
from flowsim.experiments.runs.cohorts import COHORTS, drawn_by
from flowsim.experiments.runs.hospitals import hospital_of
from flowsim.experiments.runs.record import months_of_group
from flowsim.experiments.runs.reporting import reporting_period
from flowsim.experiments.runs.warm_up import filling
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes import METRICS, Growing, Measured, Pool, growing_queues, measure
from flowsim.scenario.schema import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What every replication of a run has in common; it can be sent to another process.

    Parameters
    ----------
    scenario : Scenario
    engine : str
        A key of `ENGINES`.
    seed : int
    pooled : tuple of (str, str)
        Metrics that are wanted for several months together, each with such a group.
    only : tuple of (str, str)
        The figures that are wanted, each a metric and a group, if not all; then only these are given, in this
        order, and measuring takes a fraction of the time.
    """

    scenario: Scenario
    engine: str
    seed: int
    pooled: tuple[tuple[str, str], ...] = ()
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds, of one replication or summed over several."""

    sample_s: float = 0.0
    simulate_s: float = 0.0
    measure_s: float = 0.0

    @property
    def total_s(self) -> float:
        """All three together."""
        return self.sample_s + self.simulate_s + self.measure_s

    def __add__(self, other: Timing) -> Timing:
        return Timing(
            sample_s=self.sample_s + other.sample_s,
            simulate_s=self.simulate_s + other.simulate_s,
            measure_s=self.measure_s + other.measure_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replication:
    """The figures of one replication.

    Parameters
    ----------
    number : int
        From 0.
    metric, group : tuple of str
        What each figure is; the same in every replication of a setup.
    values : NDArray[np.float64]
        Shape (n_figures,).
    growing : tuple of Growing
        Queues that still grew at the end.
    timing : Timing
    filling : NDArray[np.float64]
        What the warm-up is judged by, shape (n_days,); see `warm_up.filling`.
    """

    number: int
    metric: tuple[str, ...]
    group: tuple[str, ...]
    values: Floats
    growing: tuple[Growing, ...]
    timing: Timing = field(default_factory=Timing)
    filling: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """One replication simulated and not yet measured: the log, large, to be dropped soon.

    Parameters
    ----------
    number : int
    log : Log
    child : NDArray[np.int32]
        For each patient the row of their return, or -1.
    timing : Timing
    """

    number: int
    log: Log
    child: NDArray[np.int32]
    timing: Timing


class Replicator:
    """A hospital, built once, and a way to run any of its replications."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.hospital = hospital_of(setup.scenario)
        self.program = self.hospital.compiled.program
        self.drawn = drawn_by(self.hospital)
        self.period = reporting_period(setup.scenario)

    def replicate(self, number: int) -> Replication:
        """Return one replication."""
        return self.measured(self.simulated(number))

    def simulated(self, number: int) -> Simulated:
        """Return one replication's log."""
        began = perf_counter()
        cohort = COHORTS.cohort(self.hospital, self.drawn, self.setup.seed, number)
        sampled = perf_counter()
        log = simulator(self.setup.engine)(self.program, cohort, self.hospital.end)
        timing = Timing(sample_s=sampled - began, simulate_s=perf_counter() - sampled)
        return Simulated(number=number, log=log, child=cohort.child, timing=timing)

    def measured(self, run: Simulated) -> Replication:
        """Return the figures of a replication."""
        began = perf_counter()
        metric, group, values = self._figures(run)
        growing = growing_queues(run.log, self.period)
        filled = filling(run.log, self.period)
        return Replication(
            number=run.number,
            metric=metric,
            group=group,
            values=values,
            growing=growing,
            timing=run.timing + Timing(measure_s=perf_counter() - began),
            filling=filled,
        )

    def _figures(self, run: Simulated) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
        """Return all figures, or those wanted: metrics, groups, values."""
        only, together = self.setup.only, self.setup.pooled
        if only:
            metrics = dict.fromkeys(metric for metric, _ in only)
            keys = {"month" if months_of_group(group) else group.partition("=")[0] for _, group in only}
            measured = measure(run.log, self.period, metrics=metrics, groups=keys, child=run.child)
            values = [pooled(measured, *one) if months_of_group(one[1]) else measured[one] for one in only]
            return tuple(metric for metric, _ in only), tuple(group for _, group in only), np.array(values)
        measured = measure(run.log, self.period, child=run.child)
        values = [pooled(measured, metric, group) for metric, group in together]
        return (
            measured.metric + tuple(metric for metric, _ in together),
            measured.group + tuple(group for _, group in together),
            np.concatenate([measured.value, values]),
        )


def pooled(measured: Measured, metric: str, group: str) -> float:
    """Return the figure of several months together: sums first, then one division."""
    sums = np.array([measured.fraction(metric, f"month={month}") for month in months_of_group(group)])
    numerator, denominator = sums.sum(axis=0)
    if METRICS[metric].pool is Pool.TOTAL:
        return float(numerator)
    return float(numerator / denominator) if denominator else float("nan")
