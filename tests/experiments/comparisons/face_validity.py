"""Face validity: whether an intervention moves what it must, the way it must, and leaves what it must leave.

An intervention file says what it expects. A figure moves if the paired 95 % interval of its difference lies
on one side of zero. It stays if that interval lies within `NEGLIGIBLE` of nothing: pairing is so sharp that
ten patients of 140,000 can be told from none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowsim.errors import InputError
from flowsim.experiments.comparisons.results import Comparison, Difference
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.interventions import Intervention
from flowsim.wording import quoted, unknown

STAYS = "stays"

NEGLIGIBLE = 0.01
"""Of the baseline's figure: what a Board would not call a change. Assumption."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one expectation.

    Parameters
    ----------
    metric, group : str
    expected : str
        `up`, `down` or `stays`.
    difference : Difference
    """

    metric: str
    group: str
    expected: str
    difference: Difference

    @property
    def as_expected(self) -> bool:
        """Whether the figure did what was expected."""
        low, high = self.difference.low, self.difference.high
        if self.expected == STAYS:
            margin = NEGLIGIBLE * abs(self.difference.baseline)
            return -margin <= low and high <= margin
        return low > 0 if self.expected == "up" else high < 0


def verdicts(comparison: Comparison, intervention: Intervention) -> tuple[Verdict, ...]:
    """Return what became of each expectation of an intervention that is an arm of a comparison.

    Raises
    ------
    InputError
        If it expects something of a figure that there is not.
    """
    return tuple(
        Verdict(metric, group, expected, comparison.difference(intervention.name, metric, group))
        for metric, group, expected in expectations(intervention)
    )


def expectations(intervention: Intervention) -> Iterator[tuple[str, str, str]]:
    """Yield the metric, the group and the direction of each expectation."""
    for written, direction in intervention.must_move.items():
        yield *read_figure(written), direction
    for written in intervention.must_not_move:
        yield *read_figure(written), STAYS


def read_figure(written: str) -> tuple[str, str]:
    """Return the metric and the group of `METRIC` or `METRIC[GROUP]`.

    Raises
    ------
    InputError
        With the nearest name, if there is no such metric, or it has no such groups.
    """
    metric, bracket, rest = written.partition("[")
    if metric not in METRICS:
        raise InputError(unknown("metric", metric, METRICS))
    if not bracket:
        return metric, ALL
    if not rest.endswith("]"):
        raise InputError(f"a figure must be METRIC or METRIC[GROUP]; found {quoted(written)}")
    group = rest.removesuffix("]")
    key = group.partition("=")[0]
    if key not in METRICS[metric].groups:
        raise InputError(unknown(f"group of {metric}", key, METRICS[metric].groups))
    return metric, group
