"""What `flowsim calibrate --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from flowsim.calibration.results import Calibration
from flowsim.report.calibration_table import rows_of, verdict
from flowsim.report.json_form import Form, known


class ParameterJson(Form):
    """What a calibration says of a parameter."""

    name: str
    verb: str
    """How the values below are applied to what the scenario says."""
    lowest: float | str
    highest: float | str
    """The range before."""
    plausible_5: float | str
    plausible_50: float | str
    plausible_95: float | str
    """Centiles of what agrees with the observed figures."""
    central: float | str
    spread_left: float
    """Standard deviation after over that before."""
    verdict: str


class ObservedJson(Form):
    """An observed figure and what the plausible parameter sets give."""

    metric: str
    group: str
    statistic: str
    """`mean` for the metric itself, or a pattern of the group's months."""
    observed_low: float
    observed_high: float
    """The same twice, or the ends of a range."""
    mean: float
    sd_of_members: float
    year_5: float
    year_95: float
    """Nine in ten single years of any member."""
    inside: bool
    source: str


class CalibrateJson(Form):
    """What `flowsim calibrate --json` prints."""

    scenario: str
    seed: int
    runs: int
    days: int
    share_left: list[float]
    """Of the ranges, after each wave."""
    emulators_within_two_sd: list[float | None]
    """Share of each wave's figures that the emulators had foretold before it; none for the first."""
    members: int
    parameters: list[ParameterJson]
    tied: list[tuple[str, str, float]]
    """Parameters known only together, with their correlation."""
    figures: list[ObservedJson]
    verdict: list[str]


def calibration_json(found: Calibration) -> CalibrateJson:
    """Return what `flowsim calibrate --json` prints."""
    return CalibrateJson(
        scenario=found.name,
        seed=found.seed,
        runs=found.runs,
        days=found.days,
        share_left=[wave.left for wave in found.matched.waves],
        emulators_within_two_sd=[known(wave.within) for wave in found.matched.waves],
        members=len(found.ensemble),
        parameters=[
            ParameterJson(name=row.pop("parameter"), lowest=row.pop("from"), highest=row.pop("to"), **row)
            for row in rows_of(found.of_parameters())
        ],
        tied=found.tied,
        figures=[
            ObservedJson(**{name: row[name] for name in ObservedJson.model_fields})
            for row in rows_of(found.of_figures())
        ],
        verdict=verdict(found),
    )
