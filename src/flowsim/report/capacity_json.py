"""What `flowsim bottlenecks --json` and `flowsim seek --json` print, as types."""

from __future__ import annotations

from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.seeking import Point
from flowsim.experiments.capacity.worths import MEASURES, Bottlenecks
from flowsim.outcomes import METRICS
from flowsim.report.json_form import Form, known
from flowsim.report.seek_table import verdict


class WorthJson(Form):
    """What one unit more changes; bounds are null with one replication."""

    baseline: float | None
    worth: float | None
    """The paired difference divided by the step."""
    ci_low: float | None
    ci_high: float | None
    p_holm: float | None
    """Of the difference, adjusted for all levers and measures."""
    unit: str
    """`share` is 0-1."""


class LeverJson(Form):
    """A lever of capacity that was moved."""

    lever: str
    unit: str
    """The word for one, such as `bed`."""
    now: int
    step: int
    """Units by which it was moved."""
    resources: list[str]
    """What it gives more of."""
    waited_share: float | None
    """Share of the time in which anybody waits for that."""
    utilisation: float | None
    worth: dict[str, WorthJson]
    """By metric."""


class ResourceJson(Form):
    """What is waited for, by hour of the week from Monday 00:00; null for hours that did not come."""

    resource: str
    waited_share: float | None
    mean_waiting: float | None
    utilisation: float | None
    waited_share_by_hour: list[float | None]
    utilisation_by_hour: list[float | None]


class FoundJson(Form):
    """What one more of everything is worth, and what is waited for."""

    scenario: str
    seed: int
    replications: int
    ranked_by: str
    levers: list[LeverJson]
    """The best first."""
    without: dict[str, str]
    """Levers that have nothing to add to, and why."""
    binding: list[ResourceJson]


class BottlenecksJson(FoundJson):
    """What `flowsim bottlenecks --json` prints."""

    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


class PointJson(Form):
    """A value of each lever that was tried."""

    values: dict[str, float]
    """By lever; a duration's are minutes."""
    text: str
    cost: float | None
    mean: float | None
    ci_low: float | None
    ci_high: float | None
    p_met: float
    p_low: float
    p_high: float
    replications: int
    meets: bool
    sure: bool
    """Whether the interval of P leaves no doubt of that."""


class SeekJson(Form):
    """What `flowsim seek --json` prints."""

    scenario: str
    seed: int
    target: str
    probability: float
    levers: list[str]
    found: bool
    answer: PointJson | None
    best: PointJson
    """The answer, or what came nearest."""
    verdict: list[str]
    points: list[PointJson]
    obstacles: FoundJson | None
    """At the best point, if nothing in range meets the target."""
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


def bottlenecks_json(found: Bottlenecks) -> BottlenecksJson:
    """Return what `flowsim bottlenecks --json` prints."""
    caveats = found.caveats((*found.metrics, *found.binding.resources), found.levers)
    return BottlenecksJson(**dict(_found(found)), caveats=caveats, warnings=list(found.baseline.warnings))


def _found(found: Bottlenecks) -> FoundJson:
    about, bound = found.baseline.about, found.binding
    return FoundJson(
        scenario=about.name,
        seed=about.seed,
        replications=len(found.baseline.numbers),
        ranked_by=found.rank_by,
        levers=[
            LeverJson(
                lever=more.lever.name,
                unit=more.lever.unit,
                now=more.lever.size,
                step=more.step,
                resources=list(more.resources),
                waited_share=known(found.waited_share(more)),
                utilisation=known(found.utilisation(more)),
                worth={
                    metric: _worth(found, more.lever.name, metric)
                    for metric in MEASURES
                    if metric in found.metrics
                },
            )
            for more in found.ranking()
        ],
        without={lever.name: lever.why_not for lever in found.without},
        binding=[
            ResourceJson(
                resource=name,
                waited_share=known(float(bound.share_in_all[i])),
                mean_waiting=known(float(bound.queue_in_all[i])),
                utilisation=known(float(bound.utilisation_in_all[i])),
                waited_share_by_hour=[known(share) for share in bound.share[i].tolist()],
                utilisation_by_hour=[known(share) for share in bound.utilisation[i].tolist()],
            )
            for i, name in enumerate(bound.resources)
        ],
    )


def seek_json(found: Seek) -> SeekJson:
    """Return what `flowsim seek --json` prints."""
    planned, there = found.planned, found.obstacles
    return SeekJson(
        scenario=found.about.name,
        seed=planned.baseline.seed,
        target=planned.clause.text,
        probability=planned.rule.probability,
        levers=[lever.name for lever in planned.levers],
        found=found.found,
        answer=_point(found, found.answer) if found.answer else None,
        best=_point(found, found.best),
        verdict=verdict(found),
        points=[_point(found, point) for point in found.points],
        obstacles=_found(there) if there else None,
        caveats=found.caveats(
            there.binding.resources if there else (),
            [more.lever.name for more in there.levers] if there else (),
        ),
        warnings=found.warnings,
    )


def _worth(found: Bottlenecks, lever: str, metric: str) -> WorthJson:
    one = found.worth(lever, metric)
    return WorthJson(
        baseline=known(found.baseline.figure(metric).mean),
        worth=known(one.mean),
        ci_low=known(one.low),
        ci_high=known(one.high),
        p_holm=known(one.adjusted),
        unit=METRICS[metric].unit,
    )


def _point(found: Seek, point: Point) -> PointJson:
    planned, figure, chance = found.planned, point.figure, point.chance
    return PointJson(
        values={name: float(value) for name, value in found.value(point).items()},
        text=planned.text(point.index),
        cost=known(planned.cost(point.index)),
        mean=known(figure.mean),
        ci_low=known(figure.low),
        ci_high=known(figure.high),
        p_met=chance.share,
        p_low=chance.low,
        p_high=chance.high,
        replications=chance.of,
        meets=planned.rule.meets(point),
        sure=planned.rule.is_sure(point),
    )
