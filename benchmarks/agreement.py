"""Whether an engine is R1: its mean outputs beside the reference means."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from r1 import REFERENCE, Outputs, Reference
from scipy import stats

FALSE_ALARM = 0.01
"""Chance that a right engine is refused, over all its outputs together (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One output of one engine beside its reference."""

    output: str
    reference: Reference
    mean: float
    low: float
    """Lower end of the t interval, the reference's own error and rounding included."""
    high: float
    z: float
    """Distance of the mean from the reference mean, in standard errors that use the reference's sd."""

    @property
    def agrees(self) -> bool:
        """Whether the reference mean lies in the interval."""
        return self.low <= self.reference.mean <= self.high


def reference_from(outputs: Sequence[Outputs]) -> dict[str, Reference]:
    """Return the reference that replications of an engine known to be R1 give, rounded as `REFERENCE` is."""
    reference = {}
    for name, published in REFERENCE.items():
        values = [float(getattr(replication, name)) for replication in outputs]
        sd = stdev(values)
        reference[name] = Reference(
            round(mean(values), published.decimals), sd / math.sqrt(len(values)), sd, published.decimals
        )
    return reference


def compare(outputs: Sequence[Outputs], references: Mapping[str, Reference] = REFERENCE) -> list[Comparison]:
    """Return a comparison an output, in the order of the reference table.

    Parameters
    ----------
    outputs : Sequence[Outputs]
        Independent replications, at least 2; at least 10 for a verdict worth having.
    references : Mapping[str, Reference]
        By name of output; those of a year if not given.

    Returns
    -------
    list[Comparison]
        One an output.

    Notes
    -----
    With n replications of mean m and sd s, and the reference mean r with standard error e, the interval is
    m ± (t sqrt(s²/n + e²) + half a unit in the last printed place of r), where t is the quantile with n - 1
    degrees of freedom at 1 - FALSE_ALARM / (2 × number of outputs). z is (m - r) / sqrt(sd²/n + e²), with the
    sd of one replication that the reference gives.
    """
    n = len(outputs)
    t = float(stats.t.ppf(1 - FALSE_ALARM / (2 * len(references)), n - 1))
    comparisons = []
    for name, reference in references.items():
        values = [float(getattr(replication, name)) for replication in outputs]
        centre = mean(values)
        half = t * math.hypot(stdev(values) / math.sqrt(n), reference.standard_error) + reference.rounding
        z = (centre - reference.mean) / math.hypot(reference.sd / math.sqrt(n), reference.standard_error)
        comparisons.append(Comparison(name, reference, centre, centre - half, centre + half, z))
    return comparisons
