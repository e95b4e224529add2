"""What `flowsim compare --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from math import isinf
from typing import Literal

from flowsim.experiments.comparisons.results import Compared, Comparison, net
from flowsim.experiments.comparisons.waterfall import waterfall
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.intervals import interval
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report.json_form import Form, known
from flowsim.report.run_json import AttainedJson


class DifferenceJson(Form):
    """A metric of an arm less that of the baseline; null where there is no figure."""

    baseline: float | None
    value: float | None
    difference: float | None
    ci_low: float | None
    """Bounds of the 95 % interval of the mean difference, paired."""
    ci_high: float | None
    p: float | None
    """Of the paired t test, for itself."""
    p_holm: float | None
    """The same adjusted for all headline differences looked at together; null for other metrics."""
    clear: bool
    """Whether `p_holm` is below 0.05."""
    replications_saved: float | None
    """How many times the replications other patients in each arm would have taken for such an interval."""
    unit: str
    """`share` is 0-1."""


class ChangedJson(Form):
    """Of the same patients, the mean over replications of what was avoided and caused."""

    avoided: float
    caused: float
    in_baseline_only: float
    """Of patients who come in the baseline only."""
    in_arm_only: float
    net: float
    """The arm less the baseline."""
    net_ci_low: float | None
    net_ci_high: float | None


class StepJson(Form):
    """One step of a package's waterfall: a mean difference from the baseline."""

    kind: Literal["alone", "sum", "interaction", "together"]
    arm: str
    difference: float | None
    ci_low: float | None
    ci_high: float | None


class ComparedJson(Form):
    """One arm."""

    arm: str
    title: str
    parts: list[str]
    """The interventions that a package combines."""
    differences: dict[str, DifferenceJson]
    """By metric, of all patients."""
    who_changed: dict[str, dict[str, ChangedJson]]
    """By what is counted, then by group: `all` or one `key=value`."""
    waterfall: dict[str, list[StepJson]]
    """By metric; empty but for packages whose interventions were also run alone."""


class ArmAttainedJson(AttainedJson):
    """What became of a precision that was asked for, in one arm."""

    arm: str


class CompareJson(Form):
    """What `flowsim compare --json` prints."""

    baseline: str
    title: str
    engine: str
    seed: int
    replications: int
    arms: list[ComparedJson]
    precision: list[ArmAttainedJson]
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


def compare_json(comparison: Comparison) -> CompareJson:
    """Return what `flowsim compare --json` prints."""
    about = comparison.baseline.about
    return CompareJson(
        baseline=about.name,
        title=about.title,
        engine=about.engine,
        seed=about.seed,
        replications=len(comparison.numbers),
        arms=[_arm(comparison, arm) for arm in comparison.arms],
        precision=[ArmAttainedJson(arm=arm, **one.as_json()) for arm, one in comparison.precision],
        caveats=comparison.caveats(comparison.baseline.metric),
        warnings=comparison.warnings,
    )


def _arm(comparison: Comparison, arm: Compared) -> ComparedJson:
    both = [
        metric
        for metric, group in zip(arm.results.metric, arm.results.group, strict=True)
        if group == ALL and (metric, ALL) in comparison.baseline
    ]
    changed: dict[str, dict[str, ChangedJson]] = {}
    for counted, group in comparison.words:
        changed.setdefault(counted, {})[group] = _changed(comparison, arm, counted, group)
    packages = {package.name for package in comparison.packages}
    return ComparedJson(
        arm=arm.name,
        title=arm.title,
        parts=list(arm.parts),
        differences={metric: _difference(comparison, arm, metric) for metric in both},
        who_changed=changed,
        waterfall={
            metric: _steps(comparison, arm, metric)
            for metric in HEADLINES
            if arm.name in packages and metric in both
        },
    )


def _difference(comparison: Comparison, arm: Compared, metric: str) -> DifferenceJson:
    one = comparison.difference(arm.name, metric)
    return DifferenceJson(
        baseline=known(one.baseline),
        value=known(one.arm),
        difference=known(one.mean),
        ci_low=known(one.low),
        ci_high=known(one.high),
        p=known(one.p),
        p_holm=known(one.adjusted),
        clear=one.clear,
        replications_saved=None if isinf(one.saved) else known(one.saved),
        unit=METRICS[metric].unit,
    )


def _changed(comparison: Comparison, arm: Compared, counted: str, group: str) -> ChangedJson:
    values = comparison.changed(arm.name, counted, group)
    avoided, caused, before, after = values.mean(axis=0).tolist()
    mean, low, high = interval(net(values))
    return ChangedJson(
        avoided=avoided,
        caused=caused,
        in_baseline_only=before,
        in_arm_only=after,
        net=mean,
        net_ci_low=known(low),
        net_ci_high=known(high),
    )


def _steps(comparison: Comparison, arm: Compared, metric: str) -> list[StepJson]:
    return [
        StepJson(
            kind=step.kind,
            arm=step.name,
            difference=known(step.mean),
            ci_low=known(step.low),
            ci_high=known(step.high),
        )
        for step in waterfall(comparison, arm.name, metric)
    ]
