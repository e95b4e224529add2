"""How the interventions of a package work together: each alone, their sum, and what the package adds to it.

The interaction is worked out within each replication, from the same patients in every arm, so its interval is
its own and not what the interval of the others would leave of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.statistics.intervals import Floats, interval
from flowsim.outcomes.measurement import ALL
from flowsim.wording import quoted

Kind = Literal["alone", "sum", "interaction", "together"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall: a mean difference from the baseline and its 95 % interval.

    Parameters
    ----------
    kind : str
        An intervention alone, the sum of all, the interaction, or the package together.
    name, title : str
        Of the arm; for a sum or an interaction those of the package.
    mean, low, high : float
        In the metric's unit; the interval is NaN with fewer than two replications.
    """

    kind: Kind
    name: str
    title: str
    mean: float
    low: float
    high: float


def waterfall(comparison: Comparison, package: str, metric: str, group: str = ALL) -> tuple[Step, ...]:
    """Return the steps of a package: each intervention alone, the sum, the interaction, all together.

    Raises
    ------
    InputError
        If there is no such arm or figure, or its interventions were not run alone.
    """
    arm = comparison.arm(package)
    if arm not in comparison.packages:
        raise InputError(
            "a waterfall must be of a package whose interventions were also run alone; "
            f"found {quoted(package)}"
        )
    alone = [comparison.by_replication(part, metric, group) for part in arm.parts]
    together = comparison.by_replication(package, metric, group)
    total: Floats = np.sum(alone, axis=0)
    parts = [comparison.arm(part) for part in arm.parts]
    return (
        *(_step("alone", part.name, part.title, values) for part, values in zip(parts, alone, strict=True)),
        _step("sum", arm.name, arm.title, total),
        _step("interaction", arm.name, arm.title, together - total),
        _step("together", arm.name, arm.title, together),
    )


def _step(kind: Kind, name: str, title: str, values: Floats) -> Step:
    return Step(kind, name, title, *interval(values))
