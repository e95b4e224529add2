"""Judging: the model's figure beside each target, and whether it is within the tolerance fixed beforehand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.validation.estimates import Estimate, estimate
from flowsim.validation.statistics import STATISTICS
from flowsim.validation.targets import NOT_JUDGED, USES, Target

MET, MISSED, NOT_COMPARABLE = "within", "not within", "not comparable"


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and what the model says.

    Parameters
    ----------
    target : Target
    model : Estimate or None
        None if nothing can be compared.
    """

    target: Target
    model: Estimate | None

    @property
    def verdict(self) -> str:
        """Whether the model's mean is within tolerance."""
        if self.model is None:
            return NOT_COMPARABLE
        if not self.target.judged:
            return NOT_JUDGED
        return MET if self.target.allows(self.model.mean) else MISSED

    @property
    def clear(self) -> bool:
        """Whether all of the interval of the mean says the same as the mean; False without one."""
        if self.model is None or not self.target.judged or math.isnan(self.model.low):
            return False
        low, high = self.model.low, self.model.high
        if self.verdict == MET:
            return self.target.allows(low) and self.target.allows(high)
        return high < self.target.allowed_low or low > self.target.allowed_high

    @property
    def off(self) -> float:
        """How far the mean is beyond what is allowed, in widths of that; 0 if it is inside or not judged."""
        if self.verdict != MISSED or self.model is None:
            return 0.0
        target, mean = self.target, self.model.mean
        if math.isnan(mean):
            return math.inf
        beyond = max(target.allowed_low - mean, mean - target.allowed_high)
        width = target.allowed_high - target.allowed_low
        return beyond / width if 0 < width < math.inf else beyond / max(abs(mean), 1e-9)


def judge(targets: Sequence[Target], sets: Mapping[str, Results]) -> tuple[Judged, ...]:
    """Return every target with what the parameter sets say of it, in the order of the targets."""
    return tuple(
        Judged(
            one, None if one.not_comparable else estimate([_each(one, results) for results in sets.values()])
        )
        for one in targets
    )


def _each(target: Target, results: Results) -> Floats:
    return STATISTICS[target.statistic].of_each(results, target.metric, target.group)


def bad_first(judged: Sequence[Judged]) -> list[Judged]:
    """Return what was missed, the furthest off first, then what was met, then what is not judged."""
    rank = {MISSED: 0, MET: 1, NOT_JUDGED: 2, NOT_COMPARABLE: 3}
    return sorted(judged, key=lambda one: (rank[one.verdict], -one.off))


def counted(judged: Sequence[Judged]) -> dict[str, Counter[str]]:
    """Return how many targets of each use came out how."""
    counts: dict[str, Counter[str]] = {}
    for use in USES:
        of_use = Counter(one.verdict for one in judged if one.target.use == use)
        if of_use:
            counts[use] = of_use
    return counts
