"""What `flowsim sensitivity --json` prints, as types."""

from __future__ import annotations

from typing import Any

from flowsim.outcomes import METRICS
from flowsim.report.json_form import Form, known
from flowsim.sensitivity.results import Sensitivity


class EffectJson(Form):
    """What a parameter changes of a metric; bounds are of 95 % intervals, null if nothing can be said."""

    rank: int
    mu: float | None
    """Mean effect of the whole range."""
    mu_star: float | None
    """Mean absolute effect."""
    mu_star_low: float | None
    mu_star_high: float | None
    sigma: float | None
    """Standard deviation of the effect."""
    sigma_low: float | None
    sigma_high: float | None
    mu_star_by_chance: float | None
    """What `mu_star` would be without any effect."""
    p_holm: float | None
    """Of the test that there is no effect at all, adjusted for the number of parameters."""
    beyond_chance: bool
    """Whether `p_holm` is below 0.05."""


class EndJson(Form):
    """What one end of a range changes, paired with the scenario as written."""

    value: int | float | str
    difference: float | None
    ci_low: float | None
    ci_high: float | None


class IndexJson(Form):
    """Shares of the variance that parameters make, by Sobol; bounds of 95 % intervals."""

    first: float | None
    first_low: float | None
    first_high: float | None
    total: float | None
    total_low: float | None
    total_high: float | None


class VarianceJson(Form):
    """What makes the variance of single years over the whole ranges, and how good the emulator is."""

    parameters: float | None
    chance: float | None
    share_of_parameters: float | None
    share_low: float | None
    share_high: float | None
    emulator_doubt: float | None
    """What it does not know at a point, as a share of the variance that parameters make."""
    emulator_foretold: float | None
    """Share of the variance of runs that it had not seen."""


class ParameterJson(Form):
    """An uncertain parameter."""

    parameter: str
    levers: list[str]
    verb: str
    remark: str
    """What the scenario's file says beside it."""
    effects: dict[str, EffectJson]
    """By metric."""
    indices: dict[str, IndexJson]
    """By metric; empty if not asked for."""
    low_end: dict[str, EndJson]
    high_end: dict[str, EndJson]


class SensitivityJson(Form):
    """What `flowsim sensitivity --json` prints."""

    scenario: str
    seed: int
    metrics: list[str]
    """The first is what parameters are ranked by."""
    units: dict[str, str]
    """By metric; `share` is 0-1."""
    as_written: dict[str, float | None]
    trajectories: int
    replications_at_ends: int
    variance: dict[str, VarianceJson]
    """By metric; empty if not asked for."""
    parameters: list[ParameterJson]
    """The one that matters most first."""
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""


def sensitivity_json(found: Sensitivity) -> SensitivityJson:
    """Return what `flowsim sensitivity --json` prints."""
    effects = {(row["parameter"], row["metric"]): row for row in found.of_effects().to_dict("records")}
    ends = {(row["parameter"], row["metric"], row["end"]): row for row in found.of_ends().to_dict("records")}
    indices = {(row["parameter"], row["metric"]): row for row in found.of_indices().to_dict("records")}
    variance = {row["metric"]: row for row in found.of_variance().to_dict("records")}
    axes = [found.parameters.axes[i] for i in found.ranking()]
    return SensitivityJson(
        scenario=found.name,
        seed=found.seed,
        metrics=list(found.metrics),
        units={metric: METRICS[metric].unit for metric in found.metrics},
        as_written={metric: known(found.written[:, j].mean()) for j, metric in enumerate(found.metrics)},
        trajectories=len(found.effects.each),
        replications_at_ends=len(found.written),
        variance={metric: _form(VarianceJson, row) for metric, row in variance.items()},
        parameters=[
            ParameterJson(
                parameter=axis.name,
                levers=list(axis.paths),
                verb=axis.verb,
                remark=found.remarks[axis.name],
                effects={metric: _form(EffectJson, effects[axis.name, metric]) for metric in found.metrics},
                indices={
                    metric: _form(IndexJson, indices[axis.name, metric])
                    for metric in (found.metrics if indices else ())
                },
                low_end={metric: _form(EndJson, ends[axis.name, metric, "from"]) for metric in found.metrics},
                high_end={metric: _form(EndJson, ends[axis.name, metric, "to"]) for metric in found.metrics},
            )
            for axis in axes
        ],
        caveats=list(found.caveats),
    )


def _form(form: type[Any], row: dict[Any, Any]) -> Any:
    return form(**{name: known(row[name]) for name in form.model_fields})
