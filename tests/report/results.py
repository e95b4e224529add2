"""Results written by hand: three months of two metrics, with a record of the first two."""

from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.experiments.runs.record import Published
from flowsim.experiments.runs.results import About, Results
from flowsim.outcomes import Growing

GROUPS = ("all", "month=2016-08", "month=2016-09", "month=2016-10", "months=2016-08 to 2016-09")
METRICS = ("four_hour_performance", "four_hour_performance_type1")


def by_hand(replications: int = 2, **about: object) -> Results:
    """Return results in which replication k has a share of 0.8 + k / 100, type 1 a tenth less."""
    each = np.repeat(np.arange(replications)[:, None] / 100 + 0.8, len(GROUPS), axis=1)
    described = {
        "name": "by-hand",
        "title": "A hospital",
        "start": dt.date(2016, 8, 1),
        "days": 92,
        "engine": "simpy",
        "seed": 7,
        "published": tuple(
            Published("four_hour_performance", group, 0.79, "The publisher")
            for group in ("month=2016-08", "month=2016-09", "months=2016-08 to 2016-09")
        ),
    }
    return Results(
        about=About(**{**described, **about}),  # type: ignore[arg-type]
        numbers=tuple(range(replications)),
        metric=(METRICS[0],) * len(GROUPS) + (METRICS[1],) * len(GROUPS),
        group=GROUPS * 2,
        values=np.hstack([each, each - 0.1]),
        growing=tuple(
            (k, Growing("p2_FG", dt.date(2016, 9, 1), 0.4 + k / 10, 41.0)) for k in range(replications)
        ),
    )
