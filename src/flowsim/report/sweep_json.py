"""What `flowsim sweep --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flowsim.experiments.sweeps.results import Sweep
from flowsim.outcomes import METRICS
from flowsim.report.json_form import Form, known
from flowsim.report.run_json import FigureJson, figure_of, metrics_of, names_of


class SweptJson(Form):
    """An arm of a sweep."""

    arm: str
    title: str
    key: str
    """What identifies the scenario."""
    varied: dict[str, Any]
    """What was set, by axis."""
    replications: int
    """That it had, the first of the baseline's; its differences are of the same ones."""
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
    warnings: list[str]
    ok: bool
    """Whether every expectation was met."""


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
                replications=len(arm.results.numbers),
                metrics=metrics_of(arm.results),
                differences={
                    name: figure_of(swept.difference(arm.name, name), METRICS[name].unit)
                    for name in names_of(base)
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
        caveats=swept.caveats([*names_of(base), *(one.expectation.that.figure for one in swept.verdicts)]),
        warnings=swept.warnings,
        ok=swept.ok,
    )
