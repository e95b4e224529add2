"""A sweep written by hand: a baseline, an arm that is better for sure and one that is worse by luck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.experiments.runs.expectations import Clause, Expectation
from flowsim.experiments.sweeps.results import Sweep, SweptArm
from tests.report.results import by_hand


def swept_by_hand(replications: int = 4, shift: float = 0.02, **more: object) -> Sweep:
    """Return a sweep whose arm `beds+4` is better than its baseline by about `shift`."""
    results = by_hand(replications)
    noise = np.cos(np.arange(replications))[:, None]
    arms = (
        ("by-hand", "A hospital", {}, results.values),
        ("luck", "Another *hospital*", {"interventions": "luck"}, results.values - 0.01 * (noise + 0.4)),
        ("beds+4", "beds+4", {"beds": 4}, results.values + shift * (1 + noise / 100)),
    )
    described = {
        "name": "by-hand",
        "title": "A sweep of <b>",
        "rank_by": "four_hour_performance",
        "expect": (
            Expectation(that=Clause.parse("difference(four_hour_performance) >= 0.5pp")),
            Expectation(that=Clause.parse("four_hour_performance >= 70%"), on="mean", arms=("luck",)),
        ),
    }
    return Sweep(
        **{**described, **more},  # type: ignore[arg-type]
        arms=tuple(
            SweptArm(
                name=name,
                title=title,
                key=name,
                varied=varied,
                results=replace(results, values=values, growing=()),
            )
            for name, title, varied, values in arms
        ),
    )
