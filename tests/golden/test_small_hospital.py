"""The figures of a short run of the baseline, as they were when they were last looked at.

A golden is no theory: it shows that figures moved, and the commit that rewrites it (`make golden`) says why.
"""

from __future__ import annotations

import math

from pytest_regressions.file_regression import FileRegressionFixture

from flowsim.experiments.runs.run import run

CHANGES = {"run.days": {"set": 14}, "run.warm_up": {"set": "7 days"}}
KEYS = ("all", "stream", "locality", "council", "specialty", "frailty")
DIGITS = 5


def rounded(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.{DIGITS}g}"


def test_the_figures_of_two_weeks_are_as_recorded(file_regression: FileRegressionFixture) -> None:
    results = run("portsmouth-2016", changes=CHANGES, replications=2, seed=1)
    lines = ["metric,group,replication_0,replication_1"]
    for i, (metric, group) in enumerate(zip(results.metric, results.group, strict=True)):
        if group.partition("=")[0] in KEYS:
            lines.append(",".join([metric, group, *map(rounded, results.values[:, i])]))
    file_regression.check("\n".join(lines) + "\n", extension=".csv")
