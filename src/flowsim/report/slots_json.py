"""What `flowsim slots --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from math import isfinite

from flowsim.finance.appraised import Range
from flowsim.finance.slot_curve import Curve
from flowsim.finance.slots import SlotCurves
from flowsim.report.finance_json import RangeJson
from flowsim.report.json_form import Form


class WithinJson(Form):
    """A figure and the bounds of 95 % of the draws; null outside what was tried, or where there is none."""

    value: float | None
    low: float | None
    high: float | None


class LevelJson(Form):
    """One number of slots; money and bed days of a year, against what there is now."""

    slots: int
    delay_days: WithinJson
    bed_days_released: RangeJson
    slots_cost: RangeJson
    saved: RangeJson
    net_cost: RangeJson


class StepJson(Form):
    """What one more slot does in a year on the way from one number to the next."""

    slots_from: int
    slots_to: int
    costs: RangeJson
    saves: RangeJson
    bed_days_released: RangeJson


class CurveJson(Form):
    """One service."""

    service: str
    slots_now: int
    levels: list[LevelJson]
    steps: list[StepJson]
    optimum_slots: WithinJson
    """Where one more slot costs what it saves."""
    sensible_delay_days: WithinJson
    draws_with_fewer_than_tried: float
    """Share of the draws in which the optimum is below all that was tried."""
    draws_with_more_than_tried: float


class SlotsJson(Form):
    """What `flowsim slots --json` prints; money in GBP."""

    baseline: str
    seed: int
    replications: int
    prices_of: str
    backfill: str
    draws: int
    services: list[CurveJson]
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


def slots_json(found: SlotCurves) -> SlotsJson:
    """Return what `flowsim slots --json` prints."""
    about = found.baseline.about
    return SlotsJson(
        baseline=about.name,
        seed=about.seed,
        replications=len(found.baseline.numbers),
        prices_of=found.book.prices_of,
        backfill=found.backfill,
        draws=found.draws,
        services=[_curve(one) for one in found.curves],
        caveats=found.caveats(),
        warnings=found.warnings,
    )


def _curve(one: Curve) -> CurveJson:
    return CurveJson(
        service=one.service.name,
        slots_now=one.now,
        levels=[
            LevelJson(
                slots=level.slots,
                delay_days=_within(level.delay),
                bed_days_released=RangeJson.of(level.released),
                slots_cost=RangeJson.of(level.cost),
                saved=RangeJson.of(level.saved),
                net_cost=RangeJson.of(level.net),
            )
            for level in one.levels
        ],
        steps=[
            StepJson(
                slots_from=step.first,
                slots_to=step.last,
                costs=RangeJson.of(step.cost),
                saves=RangeJson.of(step.saved),
                bed_days_released=RangeJson.of(step.released),
            )
            for step in one.steps
        ],
        optimum_slots=_within(one.optimum.slots),
        sensible_delay_days=_within(one.optimum.delay),
        draws_with_fewer_than_tried=one.optimum.below,
        draws_with_more_than_tried=one.optimum.above,
    )


def _within(one: Range) -> WithinJson:
    value, low, high = (each if isfinite(each) else None for each in (one.value, one.low, one.high))
    return WithinJson(value=value, low=low, high=high)
