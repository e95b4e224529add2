"""How money is written: amounts, probabilities, what beds are used for, what a price does not say."""

from __future__ import annotations

import math
from collections.abc import Iterator

from flowsim.finance.appraised import Appraised, Range, Worth
from flowsim.finance.finance import Finance
from flowsim.finance.price_forms import Assumption
from flowsim.report import wording

KIND = {
    "cash_releasing": "Cash-releasing: wards and bays closed",
    "cost_avoided": "Cost avoided: escalation beds",
    "opportunity": "Opportunity value, mostly in kind",
    "cost": "Cost of the change",
}
BACKFILL = {"close": "close", "electives": "do electives", "fill": "fill with others"}
CONTRACT = {"payment_by_results": "Payment by results", "block": "Block contract"}
EFFECT_COSTS = "its effect costs money: with less of it the change would be worth more"
"""Of what has no multiple of its effect from which it pays."""
NOTHING = "it costs and yields nothing here"
"""Of what neither acts nor is priced."""
FEWEST = 0.005
"""Share of the draws below which there is none worth a figure."""
LEAST = 0.5
"""GBP a year of cash from which it is said to move."""


def pounds(value: float) -> str:
    """Return money in thousands or millions, with its sign."""
    size = abs(value)
    sign = "−" if value < 0 else ""
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.2f}m"
    return f"{sign}£{size / 1e3:,.0f}k" if size >= 500 else f"{sign}£{size:,.0f}"


def less(saved: float) -> str:
    """Return how much less is paid, or more if nothing is saved."""
    return f"{pounds(abs(saved))} {'more' if saved < 0 else 'less'}"


def whole(value: float) -> str:
    """Return a count without decimals, with its sign as `pounds` writes it."""
    return f"{value:,.0f}".replace("-", "−")


def span(one: Range) -> str:
    """Return the bounds of an amount."""
    return f"{pounds(one.low)} to {pounds(one.high)}"


def with_range(one: Range) -> str:
    """Return an amount with its bounds."""
    return f"{pounds(one.value)} ({span(one)})"


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.0f}%"


def probability(share: float) -> str:
    """Return a share of draws in percent; draws can show neither that nothing nor that everything pays."""
    return "<1%" if share < FEWEST else ">99%" if share > 1 - FEWEST else percent(share)


def effect_needed(one: Worth) -> str:
    """Return from which multiple of its effect an arm pays, if there is one."""
    times = one.break_even
    if one.is_nothing:
        return NOTHING
    if times is None:
        return EFFECT_COSTS
    if times == 0:
        return "it would pay without any effect"
    if math.isinf(times):
        return "not even ten times the effect would pay"
    return f"it pays from {100 * times:.0f}% of the effect on"


def costs_of(arm: Appraised) -> Iterator[str]:
    """Yield what the cost of the change has and has not, so that nothing unpriced looks free."""
    prices = arm.case.book.every_price()
    kinds = {"running": "a year to run", "investment": "once"}
    for kind, words in kinds.items():
        for name in arm.case.costs(kind):
            one = prices[name]
            yield (
                f"Priced: {name.rpartition('.')[0]}, {pounds(one.value)} ({pounds(one.low)} to "
                f"{pounds(one.high)}) {words}, by {wording.plain(one.source)}."
            )
    for name, text in arm.notes:
        yield f"{name}: {wording.plain(text)}."
    for name in arm.unpriced:
        yield (
            f"Warning: the price book does not say what {wording.plain(name)} costs; only beds and slots "
            "are priced, so it may look free."
        )


def harm_of(found: Finance, arm: Appraised) -> Iterator[str]:
    """Yield deaths that go with late admissions, and what must be said of them."""
    one = arm.harm
    yield (
        "Deaths within 30 days that go with more than 6 hours from arrival to a bed, fewer a year: "
        f"{deaths(one)}."
    )
    yield of_harm(found.book.harm.deaths_per_late_admission)


def deaths(fewer: Range) -> str:
    """Return a number of deaths with its bounds."""
    return f"{fewer.value:z.1f} ({fewer.low:z.1f} to {fewer.high:z.1f})".replace("-", "−")


def of_harm(rate: Assumption) -> str:
    """Return what the deaths that go with late admissions rest on, and what they do not say."""
    return (
        f"That is {rate.value:g} ({rate.low:g} to {rate.high:g}) for each patient fewer, by "
        f"{wording.plain(rate.source)}. It is an association, not a proof that waiting is the cause; "
        "the model has no such deaths, and no amount of money here counts them."
    )
