"""The tables of `flowsim slots`: the sensible delay in words, what numbers of slots cost and save."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf, isnan

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.finance.appraised import Range
from flowsim.finance.slot_curve import Curve
from flowsim.finance.slots import SlotCurves
from flowsim.report import wording
from flowsim.report.finance_words import BACKFILL, percent
from flowsim.report.terminal import add_figures, grid, note

BEYOND = 0.005
"""Share of the draws from which it is said that they lie outside what was tried."""
PAYER = {
    "acute_trust": "the acute trust",
    "commissioner": "commissioners",
    "council": "councils",
    "community_provider": "the community provider",
}


def slots_table(found: SlotCurves) -> RenderableType:
    """Return all that the terminal shows of curves of slots, 80 columns wide."""
    about = found.baseline.about
    parts: list[RenderableType] = [
        Text(wording.plain(about.title), style="bold"),
        Text(f"{wording.about(found.baseline)}, seed {about.seed}"),
        Text(f"The same patients with every number of slots; money in {found.book.prices_of} prices"),
    ]
    for one in found.curves:
        answer, *more = verdict(one)
        parts += [Text(), Text(answer, style="bold"), *map(Text, more)]
        parts += [Text(), _levels(one), Text(), _steps(one)]
    parts += [Text(), *_remarks(found)]
    return Group(*parts)


def verdict(one: Curve) -> Iterator[str]:
    """Yield the answer for a service in sentences, the first of them the answer itself."""
    best, least, most = one.optimum, one.levels[0], one.levels[-1]
    name, now = one.service.name, f"{one.now} slots and {_days(one.present.delay.value)} now"
    if best.slots.value == float("inf"):
        yield (
            f"{name}: one more slot saves more than it costs even at {most.slots} slots, the most tried "
            f"({now})."
        )
        yield f"The sensible mean delay is shorter than the {_days(most.delay.value)} there: try --more."
    elif best.slots.value == -float("inf"):
        yield (
            f"{name}: one more slot costs more than it saves even at {least.slots} slots, the fewest tried "
            f"({now})."
        )
        yield f"The sensible mean delay is longer than the {_days(least.delay.value)} there: try --more -N."
    else:
        yield (
            f"{name}: one more slot costs what it saves at {best.slots.value:.0f} slots, a mean delay of "
            f"{_days(best.delay.value)} ({now})."
        )
    if isinf(best.slots.low) and isinf(best.slots.high):
        yield "The 95% interval spans all that was tried: this cannot tell where it lies."
    else:
        yield f"95% interval: {_slots_span(one)}; {_delay_span(one)}."
    for share, words in ((best.below, "fewer slots than were tried"), (best.above, "more than were tried")):
        if share > BEYOND:
            yield f"In {percent(share)} of the draws it lies at {words}."


def _slots_span(one: Curve) -> str:
    low, high = one.optimum.slots.low, one.optimum.slots.high
    if isinf(low):
        return f"fewer than {one.levels[0].slots} slots" + ("" if isinf(high) else f" to {high:.0f}")
    return f"{low:.0f} to " + (
        f"more than {one.levels[-1].slots} slots" if isinf(high) else f"{high:.0f} slots"
    )


def _delay_span(one: Curve) -> str:
    low, high = one.optimum.delay.low, one.optimum.delay.high
    first = f"less than {_number(one.levels[-1].delay.value, 1)}" if isinf(low) else _number(low, 1)
    last = f"more than {_number(one.levels[0].delay.value, 1)}" if isinf(high) else _number(high, 1)
    return f"a delay of {first} to {last} days"


def _levels(one: Curve) -> Table:
    table = grid()
    heads = (("Slots", 6), ("Delay, days", 20), ("Bed days released", 27), ("Net cost, £m a year", 23))
    add_figures(table, *heads)
    for level in one.levels:
        now = level.slots == one.now
        table.add_row(
            f"{level.slots}",
            _span(level.delay, 1),
            "now" if now else _span(level.released, 0),
            "now" if now else _signed_span(level.net, 1e6),
            style="bold" if now else "",
        )
    return table


def _steps(one: Curve) -> Table:
    heads = (("One more slot", 13), ("costs, £k", 9), ("saves, £k", 21), ("bed days", 22), ("£ each", 8))
    table = grid()
    add_figures(table, *heads)
    for step in one.steps:
        known = step.released.low > 0
        table.add_row(
            f"{step.first}–{step.last}",
            _number(step.cost.value / 1e3, 1),
            _span(step.saved, 0, 1e3),
            _span(step.released, 0),
            _number(step.cost.value / step.released.value, 0) if known else wording.NO_FIGURE,
        )
    return table


def _remarks(found: SlotCurves) -> Iterator[RenderableType]:
    yield note(
        "Delay: from medically fit to discharge, the mean of the service's patients. Bed days at midnight, "
        "core and escalation, are those of all patients, net of whoever takes the beds instead. What is "
        f"saved is all but the slots: beds that fall free {BACKFILL[found.backfill]}, escalation beds, "
        "electives done more, less readmissions; much of it is worth in kind, not cash."
    )
    for one in found.curves:
        paid = ", ".join(f"{PAYER[who]} {percent(share)}" for who, share in one.payers.items())
        yield note(f"A slot of {one.service.name} is paid by {paid}; what it saves falls to the acute trust.")
    yield note(
        f"In brackets 95% of {found.draws:,} joint draws of chance, years to come and prices; the model's "
        "parameters are taken as they stand. Each slot more is taken to save no more than the one before; "
        "between numbers tried the curve is drawn straight. £ each: cost of a bed day released."
    )
    for text in found.caveats():
        yield note(text, "Assumption: ")
    for text in found.warnings:
        yield note(text, "Warning: ")


def _span(one: Range, decimals: int, unit: float = 1.0) -> str:
    value, low, high = (_number(each / unit, decimals) for each in (one.value, one.low, one.high))
    return f"{value} ({low} to {high})"


def _signed_span(one: Range, unit: float) -> str:
    """Return a difference in money, positive with its sign, too."""
    value, low, high = (wording.signed(each / unit, "ratio") for each in (one.value, one.low, one.high))
    return f"{value} ({low} to {high})"


def _number(value: float, decimals: int) -> str:
    return wording.NO_FIGURE if isnan(value) else f"{value:,.{decimals}f}".replace("-", "−")


def _days(value: float) -> str:
    return f"{_number(value, 1)} days"
