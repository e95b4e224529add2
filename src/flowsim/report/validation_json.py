"""What `flowsim validate --json` prints."""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.outcomes import METRICS
from flowsim.report.json_form import Form, known
from flowsim.report.validation_report import beware
from flowsim.validation.beside_simple import Forecast, scored
from flowsim.validation.estimates import Estimate
from flowsim.validation.judging import counted
from flowsim.validation.validation import Validation


class EstimateJson(Form):
    """A figure of the model; null where there are too few replications for it."""

    mean: float | None
    ci_low: float | None
    ci_high: float | None
    single_low: float | None
    """The range that another single year lies in nine times in ten."""
    single_high: float | None


class TargetJson(Form):
    """A target and what the model says."""

    name: str
    metric: str
    group: str
    statistic: str
    unit: str
    record_low: float | None
    record_high: float | None
    tolerance: str
    use: str
    fitted: str
    model: EstimateJson | None
    """Null if nothing can be compared."""
    verdict: str
    clear: bool
    not_comparable: str


class PredictionJson(Form):
    """A figure of months whose record was not seen."""

    metric: str
    group: str
    unit: str
    effect: bool
    """Whether it is the difference from the months with a record."""
    model: EstimateJson


class ScoreJson(Form):
    """A model's scores of type 1 four-hour performance; smaller is better."""

    model: str
    months: int
    mean_absolute_error: float
    crps: float
    interval_score: float | None


class SimpleJson(Form):
    """The scores of all models, the smallest mean absolute error first."""

    on_the_months_used: list[ScoreJson]
    on_a_rolling_origin: list[ScoreJson]


class ValidateJson(Form):
    """What `flowsim validate --json` prints."""

    scenario: str
    parameter_sets: list[str]
    seed: int
    replications: int
    """Of each parameter set."""
    counts: dict[str, dict[str, int]]
    """By use, then by verdict."""
    targets: list[TargetJson]
    predictions: list[PredictionJson]
    simple: SimpleJson | None
    """Null if the record is too short for it."""
    beware: list[str]


def validate_json(found: Validation) -> ValidateJson:
    """Return what is printed for machines."""
    return ValidateJson(
        scenario=found.about.name,
        parameter_sets=list(found.sets),
        seed=found.about.seed,
        replications=len(found.planned.numbers),
        counts={use: dict(counts) for use, counts in counted(found.judged).items()},
        targets=[
            TargetJson(
                name=one.target.name,
                metric=one.target.metric,
                group=one.target.group,
                statistic=one.target.statistic,
                unit=one.target.unit if one.target.metric else "",
                record_low=known(one.target.low),
                record_high=known(one.target.high),
                tolerance=one.target.tolerance,
                use=one.target.use,
                fitted=one.target.fitted,
                model=_estimate(one.model) if one.model else None,
                verdict=one.verdict,
                clear=one.clear,
                not_comparable=one.target.not_comparable,
            )
            for one in found.judged
        ],
        predictions=[
            PredictionJson(
                metric=one.metric,
                group=one.group,
                unit=METRICS[one.metric].unit,
                effect=one.effect,
                model=_estimate(one.model),
            )
            for one in found.predictions
        ],
        simple=SimpleJson(
            on_the_months_used=_scores(found.simple.used), on_a_rolling_origin=_scores(found.simple.rolling)
        )
        if found.simple
        else None,
        beware=beware(found),
    )


def _estimate(one: Estimate) -> EstimateJson:
    return EstimateJson(
        mean=known(one.mean),
        ci_low=known(one.low),
        ci_high=known(one.high),
        single_low=known(one.single_low),
        single_high=known(one.single_high),
    )


def _scores(forecasts: Sequence[Forecast]) -> list[ScoreJson]:
    return [
        ScoreJson(
            model=one.model,
            months=one.months,
            mean_absolute_error=one.error,
            crps=one.crps,
            interval_score=known(one.interval_score),
        )
        for one in scored(forecasts)
    ]
