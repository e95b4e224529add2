"""What `run`, `check` and `sweep` print with `--json`, as types from which their JSON Schemas are made."""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from flowsim.experiments.runs.results import Figure, Results
from flowsim.experiments.sweeps.results import Sweep
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.caveats import said


class Form(BaseModel):
    """A JSON object with exactly these keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class FigureJson(Form):
    """A metric over replications; bounds are null with one replication, all are if nobody has a figure."""

    mean: float | None
    sd: float | None
    """Standard deviation between replications."""
    ci_low: float | None
    """Bounds of the 95 % interval of the mean."""
    ci_high: float | None
    unit: str
    """`share` is 0-1."""


class TimingJson(Form):
    """Seconds, summed over replications."""

    sample_s: float
    simulate_s: float
    measure_s: float
    total_s: float


class AttainedJson(Form):
    """What became of a precision that was asked for."""

    target: str
    half_width: float | None
    reached: bool
    replications_needed: int | None


class WarmUpJson(Form):
    """A warm-up, judged."""

    days: float
    judged_days: int
    settled_after_days: int | None
    long_enough: bool | None
    warning: str | None


class RunJson(Form):
    """What `flowsim run --json` prints."""

    scenario: str
    engine: str
    seed: int
    replications: int
    metrics: dict[str, FigureJson]
    """By name, of all patients."""
    timing: TimingJson
    precision: list[AttainedJson]
    warm_up: WarmUpJson | None
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


class CheckedJson(Form):
    """A scenario that can be run."""

    scenario: str
    ok: Literal[True] = True
    name: str
    warnings: list[str]


class RefusedJson(Form):
    """A scenario that cannot be run."""

    scenario: str
    ok: Literal[False] = False
    message: str


class CheckJson(RootModel[list[CheckedJson | RefusedJson]]):
    """What `flowsim check --json` prints."""


class SweptJson(Form):
    """An arm of a sweep."""

    arm: str
    title: str
    key: str
    """What identifies the scenario."""
    varied: dict[str, Any]
    """What was set, by axis."""
    metrics: dict[str, FigureJson]
    differences: dict[str, FigureJson]
    """From the baseline, paired; nothing for the baseline itself."""


class ExpectationJson(Form):
    """What became of an expectation in one arm."""

    that: str
    on: str
    arm: str
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    met: bool


class ChoiceJson(Form):
    """The choice of the best arm."""

    indifference: float
    """Differences below this were of no interest."""
    confidence: float
    arm: str | None
    """The best; null if the most replications did not decide."""


class SweepJson(Form):
    """What `flowsim sweep --json` prints."""

    sweep: str
    title: str
    baseline: str
    seed: int
    replications: int
    ranked_by: str
    choice: ChoiceJson | None
    """The choice of the best arm, if that was asked for."""
    ranking: list[str]
    """Arms but the baseline, the best first."""
    arms: list[SweptJson]
    """The baseline first."""
    expectations: list[ExpectationJson]
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    ok: bool
    """Whether every expectation was met."""


def run_json(results: Results) -> RunJson:
    """Return what `flowsim run --json` prints."""
    about, timing, warm_up = results.about, results.timing, results.warm_up
    return RunJson(
        scenario=about.name,
        engine=about.engine,
        seed=about.seed,
        replications=len(results.numbers),
        metrics=_metrics(results),
        timing=TimingJson(
            sample_s=timing.sample_s,
            simulate_s=timing.simulate_s,
            measure_s=timing.measure_s,
            total_s=timing.total_s,
        ),
        precision=[AttainedJson(**one.as_json()) for one in results.precision],
        warm_up=WarmUpJson(**warm_up.as_json()) if warm_up else None,
        caveats=said([about.caveats], _names(results)),
        warnings=list(about.warnings),
    )


def sweep_json(swept: Sweep) -> SweepJson:
    """Return what `flowsim sweep --json` prints."""
    base = swept.baseline.results
    return SweepJson(
        sweep=swept.name,
        title=swept.title,
        baseline=swept.baseline.name,
        seed=base.about.seed,
        replications=len(swept.numbers),
        ranked_by=swept.rank_by,
        choice=ChoiceJson(**asdict(swept.choice)) if swept.choice else None,
        ranking=[row.arm.name for row in swept.ranking()],
        arms=[
            SweptJson(
                arm=arm.name,
                title=arm.title,
                key=arm.key,
                varied=dict(arm.varied),
                metrics=_metrics(arm.results),
                differences={
                    name: _figure(swept.difference(arm.name, name), METRICS[name].unit)
                    for name in _names(base)
                    if arm is not swept.baseline
                },
            )
            for arm in swept.arms
        ],
        expectations=[
            ExpectationJson(
                that=one.expectation.that.text,
                on=one.expectation.on,
                arm=one.arm,
                mean=known(one.figure.mean),
                ci_low=known(one.figure.low),
                ci_high=known(one.figure.high),
                met=one.met,
            )
            for one in swept.verdicts
        ],
        caveats=swept.caveats([*_names(base), *(one.expectation.that.figure for one in swept.verdicts)]),
        ok=swept.ok,
    )


def _names(results: Results) -> list[str]:
    return [name for name, group in zip(results.metric, results.group, strict=True) if group == ALL]


def _metrics(results: Results) -> dict[str, FigureJson]:
    return {name: _figure(results.figure(name), METRICS[name].unit) for name in _names(results)}


def _figure(figure: Figure, unit: str) -> FigureJson:
    return FigureJson(
        mean=known(figure.mean),
        sd=known(figure.sd),
        ci_low=known(figure.low),
        ci_high=known(figure.high),
        unit=unit,
    )


def known(value: float) -> float | None:
    """Return a figure as JSON has it: nobody's is null."""
    return None if isnan(value) else value
