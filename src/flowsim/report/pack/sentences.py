"""Sentences about a difference, made from its numbers: they claim no more than the interval does.

A difference is better or worse only if it is clear with all headline differences looked at together (Holm).
One whose own interval leaves out 0, but that is not clear, may be luck, and is said to be that.
"""

from __future__ import annotations

import math
from typing import Literal

from flowsim.experiments.comparisons.results import Compared, Comparison, Difference, net
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.intervals import interval
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording

Verdict = Literal["better", "worse", "changed", "perhaps", "nothing clear", "unknown"]

LEADS = ("four_hour_performance_type1", "four_hour_performance", *HEADLINES)
"""What the first sentence is about: the first of these that the arms have."""


def verdict(metric: str, one: Difference) -> Verdict:
    """Return what may be said of a difference."""
    if math.isnan(one.low):
        return "unknown"
    if one.low <= 0 <= one.high:
        return "nothing clear"
    if not one.clear:
        return "perhaps"
    direction = METRICS[metric].direction
    if direction == "neutral":
        return "changed"
    return "better" if (one.mean > 0) == (direction == "higher") else "worse"


def headlines(comparison: Comparison) -> list[str]:
    """Return the headline metrics that the baseline and every arm have."""
    every = [comparison.baseline, *(arm.results for arm in comparison.arms)]
    return [metric for metric in HEADLINES if all((metric, ALL) in results for results in every)]


def lead(comparison: Comparison) -> str | None:
    """Return the metric that the first sentence is about, if the arms have any."""
    known = headlines(comparison)
    return next((metric for metric in LEADS if metric in known), None)


def first(comparison: Comparison, arm: Compared) -> str:
    """Return the first sentence about an arm; empty if it has no headline."""
    if not comparison.differs(arm.name):
        return wording.NOTHING_DIFFERED
    metric = lead(comparison)
    return in_words(metric, comparison.difference(arm.name, metric)) if metric else ""


def change(one: Difference, unit: str) -> str:
    """Return a difference with its interval, such as `+0.9 pts (+0.6 to +1.2)`."""
    if math.isnan(one.mean):
        return wording.NO_FIGURE
    span = "no interval" if math.isnan(one.low) else wording.signed_span(one.low, one.high, unit, one.mean)
    return f"{wording.signed_with_unit(one.mean, unit)} ({span})"


def in_words(metric: str, one: Difference) -> str:
    """Return the sentence about one difference."""
    entry = METRICS[metric]
    if math.isnan(one.mean):
        return f"{entry.label} has no figure."
    levels = f"from {wording.with_unit(one.baseline, entry.unit)} to {wording.with_unit(one.arm, entry.unit)}"
    found = verdict(metric, one)
    if found == "unknown":
        return (
            f"{entry.label} differs by {wording.signed_with_unit(one.mean, entry.unit)}, {levels}, in the "
            "one replication there is. That may be chance: nothing can be concluded."
        )
    interval = f"95% interval of the change {wording.signed_span(one.low, one.high, entry.unit, one.mean)}"
    if found == "nothing clear":
        return (
            f"{entry.label}: no change that can be told from chance, "
            f"{wording.signed_with_unit(one.mean, entry.unit)} ({interval})."
        )
    size = _size(one.mean, entry.unit)
    moves = f"{entry.label} {'rises' if one.mean > 0 else 'falls'} by {size}, {levels} ({interval})"
    said = {
        "better": "which is better",
        "worse": "which is worse",
        "changed": "which is neither better nor worse by itself",
        "perhaps": "which may be luck, with so many differences looked at",
    }
    return f"{moves}, {said[found]}."


def patients(comparison: Comparison, arm: Compared) -> str:
    """Return how many breaches fewer or more that is, with its interval; empty if nothing is counted."""
    if ("breaches", ALL) not in comparison.words or not comparison.differs(arm.name):
        return ""
    days = wording.how_many(comparison.baseline.about.days, "day")
    mean, low, high = interval(net(comparison.changed(arm.name, "breaches")))
    if math.isnan(low):
        return f"That is {_fewer(mean)} type 1 four-hour breaches over {days}, without an interval."
    if not round(low) and not round(high):
        return f"Over {days} that is no type 1 four-hour breach more or fewer (95% interval)."
    if low <= 0 <= high:
        return (
            f"Over {days} that is anything between {_fewer(low)} and {_fewer(high)} type 1 four-hour "
            "breaches (95% interval)."
        )
    near, far = sorted((low, high), key=abs)
    return (
        f"That is {_fewer(mean)} type 1 four-hour breaches over {days} (95% interval {abs(round(near)):,} to "
        f"{_fewer(far)})."
    )


def counts(comparison: Comparison, arm: Compared) -> str:
    """Return how many headlines are better, worse, or not to be told apart; empty if nothing differed."""
    if not comparison.differs(arm.name):
        return ""
    known = headlines(comparison)
    found = [verdict(metric, comparison.difference(arm.name, metric)) for metric in known]
    if "unknown" in found:
        return "One replication gives no interval, so none of the headlines can be judged."
    words = {
        "better": "better",
        "worse": "worse",
        "changed": "changed without being better or worse",
        "perhaps": "different perhaps by luck",
        "nothing clear": "not to be told from no change",
    }
    parts = [f"{found.count(key)} {text}" for key, text in words.items() if key in found]
    return f"Of {wording.how_many(len(known), 'headline')}: {', '.join(parts)}." if parts else ""


def _size(value: float, unit: str) -> str:
    """Return the size of a change, in words a Board reads."""
    suffix = " percentage points" if unit == "share" else wording.SUFFIX.get(unit, "")
    text = wording.number(abs(value), unit)
    if not any(digit in text for digit in "123456789"):
        least = "0.01" if unit == "ratio" else "0.1"
        return f"less than {least}{suffix}"
    return text + suffix


def _fewer(value: float) -> str:
    """Return a count of breaches as so many fewer or more."""
    count = round(value)
    return f"{abs(count):,} {'fewer' if count < 0 else 'more'}" if count else "no fewer"
