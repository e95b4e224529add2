"""What `run` and `check` print with `--json`, as types from which their JSON Schemas are made."""

from __future__ import annotations

from typing import Literal

from pydantic import RootModel

from flowsim.experiments.runs.results import Figure, Results
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report.json_form import Form, known
from flowsim.scenario.caveats import said


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


def run_json(results: Results) -> RunJson:
    """Return what `flowsim run --json` prints."""
    about, timing, warm_up = results.about, results.timing, results.warm_up
    return RunJson(
        scenario=about.name,
        engine=about.engine,
        seed=about.seed,
        replications=len(results.numbers),
        metrics=metrics_of(results),
        timing=TimingJson(
            sample_s=timing.sample_s,
            simulate_s=timing.simulate_s,
            measure_s=timing.measure_s,
            total_s=timing.total_s,
        ),
        precision=[AttainedJson(**one.as_json()) for one in results.precision],
        warm_up=WarmUpJson(**warm_up.as_json()) if warm_up else None,
        caveats=said([about.caveats], names_of(results)),
        warnings=list(about.warnings),
    )


def names_of(results: Results) -> list[str]:
    """Return the metrics of all patients that results have."""
    return [name for name, group in zip(results.metric, results.group, strict=True) if group == ALL]


def metrics_of(results: Results) -> dict[str, FigureJson]:
    """Return those metrics with their figures."""
    return {name: figure_of(results.figure(name), METRICS[name].unit) for name in names_of(results)}


def figure_of(figure: Figure, unit: str) -> FigureJson:
    """Return a figure as it is printed."""
    return FigureJson(
        mean=known(figure.mean),
        sd=known(figure.sd),
        ci_low=known(figure.low),
        ci_high=known(figure.high),
        unit=unit,
    )
