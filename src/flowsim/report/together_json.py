"""What `flowsim together --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from flowsim.experiments.runs.together import Together
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report.json_form import Form, known
from flowsim.scenario.caveats import said


class SharingJson(Form):
    """What sharing does to one figure of one hospital; the interval is null with one replication."""

    apart: float | None
    sharing: float | None
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    unit: str


class TogetherJson(Form):
    """What `flowsim together --json` prints."""

    shared: list[str]
    seed: int
    replications: int
    hospitals: dict[str, dict[str, SharingJson]]
    """By hospital, then by metric."""
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


def together_json(found: Together) -> TogetherJson:
    """Return what is printed for machines."""
    first = next(iter(found.apart.values()))
    return TogetherJson(
        shared=list(found.shared),
        seed=first.about.seed,
        replications=len(first.numbers),
        hospitals={name: _of_hospital(found, name) for name in found.apart},
        caveats=said([one.about.caveats for one in found.apart.values()], first.metric),
        warnings=found.warnings,
    )


def _of_hospital(found: Together, name: str) -> dict[str, SharingJson]:
    apart, paired = found.apart[name], found.differences(name)
    between = paired.interval
    figures = {}
    for i, (metric, group) in enumerate(zip(apart.metric, apart.group, strict=True)):
        if group == ALL:
            figures[metric] = SharingJson(
                apart=known(float(paired.baseline[i])),
                sharing=known(float(paired.arm[i])),
                difference=known(float(between.mean[i])),
                ci_low=known(float(between.low[i])),
                ci_high=known(float(between.high[i])),
                unit=METRICS[metric].unit,
            )
    return figures
