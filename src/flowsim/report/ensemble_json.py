"""What `run` and `compare` print with `--ensemble --json`, as types."""

from __future__ import annotations

from flowsim.report.json_form import Form, known
from flowsim.sensitivity.over_ensemble import OverEnsemble


class SplitJson(Form):
    """A figure, or a difference, over an ensemble."""

    arm: str
    metric: str
    mean: float | None
    ci_low: float | None
    """Bounds of the 95 % interval of the mean, over members."""
    ci_high: float | None
    year_low: float | None
    """Bounds of 95 % of single years of any member: parameters and chance."""
    year_high: float | None
    variance_of_parameters: float | None
    """Unbiased, so it can be below 0."""
    variance_of_chance: float | None
    share_of_parameters: float | None
    share_low: float | None
    share_high: float | None


class EnsembleJson(Form):
    """What `flowsim run --ensemble --json` and `flowsim compare --ensemble --json` print."""

    scenario: str
    seed: int
    members: int
    replications_of_each: int
    figures: list[SplitJson]
    """Of the scenario itself figures, of the other arms paired differences from it."""


def ensemble_json(found: OverEnsemble) -> EnsembleJson:
    """Return what `--ensemble --json` prints."""
    rows = found.summary().to_dict("records")
    return EnsembleJson(
        scenario=found.name,
        seed=found.seed,
        members=len(found.baseline),
        replications_of_each=found.baseline.shape[1],
        figures=[
            SplitJson.model_validate({name: known(value) for name, value in row.items()}) for row in rows
        ],
    )
