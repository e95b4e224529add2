"""What `flowsim finance --json` prints, as types from which its JSON Schema is made."""

from __future__ import annotations

from math import isfinite

from flowsim.finance.appraised import Appraised, Range, Worth
from flowsim.finance.bed_days import Bases
from flowsim.finance.finance import Finance
from flowsim.report.json_form import Form


class RangeJson(Form):
    """A figure, and the bounds that 95 % of the draws lie between."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, one: Range) -> RangeJson:
        """Return a range as it is printed."""
        return cls(value=one.value, low=one.low, high=one.high)


class WorthJson(Form):
    """What an arm is worth over the horizon; money in GBP."""

    npv: RangeJson
    """Net present value to the system."""
    pays: float
    """Share of the draws in which it is above 0."""
    cash_npv: RangeJson
    """What of it is cash."""
    pays_in_cash: float
    payback_years: float | None
    """Null if not within the horizon."""
    payback_cash_years: float | None
    break_even_effect: float | None
    """The multiple of the effect from which it pays; null if ten times does not, or it costs money."""
    break_even_effect_cash: float | None


class SwingJson(Form):
    """Net present value with one price at its low and at its high."""

    price: str
    npv_at_low: float
    npv_at_high: float


class AppraisedJson(Form):
    """One arm."""

    arm: str
    title: str
    released: dict[str, RangeJson]
    """Bed days a year, with the Student interval of the replications."""
    bay_closes: float
    """Share of replications in which a bay's beds stay free for long enough in a row."""
    ward_closes: float
    worth: dict[str, WorthJson]
    """By what the freed beds are used for."""
    kinds: dict[str, dict[str, RangeJson]]
    """By use and kind: GBP a year to the system at full effect."""
    parties: dict[str, dict[str, dict[str, RangeJson]]]
    """By use, contract and party: cash, GBP a year at full effect."""
    invested: float
    cost_per_bed_day: RangeJson | None
    cost_per_four_hour_point: RangeJson | None
    npv_by_source_of_uncertainty: dict[str, RangeJson]
    swings: list[SwingJson]
    unpriced: list[str]
    """Interventions of which the price book does not say what they cost."""
    not_priced: dict[str, str]
    """What the price book says is not priced of an intervention."""
    deaths_fewer_a_year: RangeJson | None
    """That go with late admissions, priced in nothing; null unless asked for."""


class ReturnJson(Form):
    """The occupied-bed return beside the model: beds at midnight, on the mean."""

    months: list[str]
    published: float
    model: float


class FinanceJson(Form):
    """What `flowsim finance --json` prints."""

    baseline: str
    seed: int
    replications: int
    prices_of: str
    backfill: str
    contract: str
    """Whose cash the headlines follow."""
    draws: int
    bed_days: dict[str, float]
    """Of the baseline, by basis."""
    returns: list[ReturnJson]
    arms: list[AppraisedJson]
    caveats: list[str]
    """Assumptions that the figures rest on and that could be taken for facts."""
    warnings: list[str]


def finance_json(found: Finance) -> FinanceJson:
    """Return what `flowsim finance --json` prints."""
    about, bases = found.baseline.about, Bases.of(found.baseline)
    return FinanceJson(
        baseline=about.name,
        seed=about.seed,
        replications=len(found.baseline.numbers),
        prices_of=found.book.prices_of,
        backfill=found.backfill,
        contract=found.book.contract,
        draws=found.draws,
        bed_days=dict(bases.by_basis),
        returns=[
            ReturnJson(months=list(one.months), published=one.published, model=one.model)
            for one in bases.returns
        ],
        arms=[_arm(arm, harm=found.harm) for arm in found.arms],
        caveats=found.caveats(),
        warnings=found.warnings,
    )


def _arm(arm: Appraised, *, harm: bool) -> AppraisedJson:
    return AppraisedJson(
        arm=arm.name,
        title=arm.title,
        released={name: RangeJson.of(one) for name, one in arm.released.items()},
        bay_closes=arm.bay_closes,
        ward_closes=arm.ward_closes,
        worth={way: _worth(one) for way, one in arm.worths.items()},
        kinds={
            way: {kind: RangeJson.of(one) for kind, one in kinds.items()} for way, kinds in arm.kinds.items()
        },
        parties={
            way: {
                contract: {party: RangeJson.of(one) for party, one in parties.items()}
                for contract, parties in contracts.items()
            }
            for way, contracts in arm.parties.items()
        },
        invested=arm.invested,
        cost_per_bed_day=RangeJson.of(arm.per_bed_day) if arm.per_bed_day else None,
        cost_per_four_hour_point=RangeJson.of(arm.per_point) if arm.per_point else None,
        npv_by_source_of_uncertainty={name: RangeJson.of(one) for name, one in arm.uncertain.items()},
        swings=[
            SwingJson(price=name, npv_at_low=low, npv_at_high=high)
            for name, (low, high) in arm.swings.items()
        ],
        unpriced=list(arm.unpriced),
        not_priced=dict(arm.notes),
        deaths_fewer_a_year=RangeJson.of(arm.harm) if harm else None,
    )


def _worth(one: Worth) -> WorthJson:
    return WorthJson(
        npv=RangeJson.of(one.value),
        pays=one.pays,
        cash_npv=RangeJson.of(one.cash),
        pays_in_cash=one.pays_cash,
        payback_years=_finite(one.payback),
        payback_cash_years=_finite(one.payback_cash),
        break_even_effect=_finite(one.break_even),
        break_even_effect_cash=_finite(one.break_even_cash),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
