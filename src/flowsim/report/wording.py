"""How figures, months and queues are written in tables and pictures."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from flowsim import words
from flowsim.experiments.comparisons.results import Compared
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.precision import Attained
from flowsim.outcomes import METRICS

NO_FIGURE = "–"

SUFFIX = {"minutes": " min", "days": " days", "patients a day": " a day", "hours a day": " h/day"}
"""What follows a number of each unit; nothing for counts, whose label says what is counted."""

SHORT = {
    "dta_waits_over_12h": "Waits over 12 h for a bed",
    "d2a_wait_mean_days": "Wait for pathways 1 to 3, mean",
}
"""Labels that a table of 80 columns has no room for, as it has them."""

NOTHING_DIFFERED = "Nothing differed in any replication: in this period it may not act at all."
"""Of an arm every figure of which is the baseline's."""

FEW = 100
"""Below it a figure has a decimal, from it on none."""


def number(value: float, unit: str, beside: float | None = None, more_decimals: int = 0) -> str:
    """Return a figure without its unit: a share in percent, a count with separators.

    With `beside` it has the decimals of that figure, so that a bound reads like its mean.
    """
    if math.isnan(value):
        return NO_FIGURE
    if unit == "share":
        return f"{100 * value:.{1 + more_decimals}f}"
    if value == 0:
        return "0"
    size = abs(value if beside is None else beside)
    decimals = 2 if unit == "ratio" else 1 if size < FEW else 0
    return f"{value:,.{decimals + more_decimals}f}"


def row(metric: str) -> RenderableType:
    """Return the head of a metric's row, a little to the right of the section's."""
    return Padding(Text(SHORT.get(metric, METRICS[metric].label)), (0, 0, 0, 1))


def with_unit(value: float, unit: str) -> str:
    """Return a figure with its unit."""
    suffix = "%" if unit == "share" else SUFFIX.get(unit, "")
    return number(value, unit) + ("" if math.isnan(value) else suffix)


def span(low: float, high: float, unit: str, beside: float) -> str:
    """Return two bounds, without their unit and in the decimals of the figure between them.

    No metric is below 0 and no share above 1, so a bound beyond is shown there.
    """
    if math.isnan(low):
        return NO_FIGURE
    low, high = max(low, 0.0), min(high, 1.0) if unit == "share" else high
    return number(low, unit, beside) + ("" if low == high else f"–{number(high, unit, beside)}")


def with_interval(mean: float, low: float, high: float, unit: str) -> str:
    """Return a figure without its unit, its interval in brackets if it has one."""
    return number(mean, unit) + in_brackets(low, high, unit, mean)


def in_brackets(low: float, high: float, unit: str, beside: float) -> str:
    """Return what follows a figure: its interval in brackets, or nothing if it has none."""
    return "" if math.isnan(low) else f" ({span(low, high, unit, beside)})"


def signed(value: float, unit: str, beside: float | None = None) -> str:
    """Return a difference with its sign and without its unit; a share's is in percentage points."""
    return _with_sign(value, number(abs(value), unit, beside))


def signed_with_unit(value: float, unit: str) -> str:
    """Return a difference with its sign and its unit."""
    suffix = " pts" if unit == "share" else SUFFIX.get(unit, "")
    return signed(value, unit) + ("" if math.isnan(value) else suffix)


def signed_span(low: float, high: float, unit: str, beside: float) -> str:
    """Return the two bounds of a difference, in the decimals of the difference between them.

    A bound that is not 0 but would read as 0 has one more, so that it is seen on which side of 0 it lies.
    """
    if math.isnan(low):
        return NO_FIGURE
    ends = [_bound(value, unit, beside) for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _bound(value: float, unit: str, beside: float) -> str:
    for more_decimals in (0, 1):
        text = number(abs(value), unit, beside, more_decimals)
        if _is_more_than_nought(text):
            return _with_sign(value, text)
    return signed(value, unit, beside)


def _with_sign(value: float, text: str) -> str:
    if math.isnan(value) or not _is_more_than_nought(text):
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def _is_more_than_nought(text: str) -> bool:
    return any(digit in text for digit in "123456789")


def date(day: dt.date) -> str:
    """Return a date as 1 April 2016."""
    return f"{day.day} {day:%B %Y}"


def months(labels: Sequence[str]) -> str:
    """Return consecutive months such as 2016-04 and after as April to October 2016."""
    first, last = (dt.date.fromisoformat(f"{label}-01") for label in (labels[0], labels[-1]))
    if first == last:
        return f"{first:%B %Y}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"


def plain(text: str) -> str:
    """Return a title from a scenario without characters that would move the cursor or turn the text round."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))


def sentence(text: str) -> str:
    """Return text with its first letter as that of a sentence."""
    return text[:1].upper() + text[1:]


def titles(arms: Sequence[Compared]) -> dict[str, str]:
    """Return what each arm is called for people, by its name: its title, with the name if two share it."""
    said = {arm.name: plain(arm.title) for arm in arms}
    several = list(said.values())
    return {name: f"{title} ({name})" if several.count(title) > 1 else title for name, title in said.items()}


def how_many(count: int, what: str) -> str:
    """Return `1 replication` or `20 replications`."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def about(results: Results) -> str:
    """Return in one line what was run."""
    run = results.about
    return f"{date(run.start)} to {date(run.last)}, {how_many(len(results.numbers), 'replication')}"


def precision(results: Results) -> list[str]:
    """Return a sentence for each target of a precision: that it was reached, or what it would take."""
    return [_attained(one, how_many(len(results.numbers), "replication")) for one in results.precision]


def caveats(texts: Iterable[str]) -> str:
    """Return caveats as they stand in the last lines of a picture, on new lines; empty if there are none."""
    return "".join(f"\n{text}" for text in texts)


def _attained(one: Attained, replications: str) -> str:
    label = METRICS[one.target.metric].label
    if math.isnan(one.half_width):
        return f"{label}: fewer than two replications have a figure, so nothing can be said."
    unit = "% of its mean" if one.target.relative else " points"
    known = f"{label} is known to ± {one.percent:.2g}{unit} after {replications}"
    if one.reached:
        return f"{known}, as was asked for (± {one.target.percent:g}{unit})."
    sentence = f"{known}, not to the ± {one.target.percent:g}{unit} asked for."
    if one.needed is None:
        return sentence
    return f"{sentence} About {one.needed:,} would probably do: --max-replications {one.needed}."


def overload(results: Results) -> list[str]:
    """Return a sentence for each queue that still grew at the end in any replication."""
    sentences = []
    for name in dict.fromkeys(queue.resource for _, queue in results.growing):
        queues = [queue for _, queue in results.growing if queue.resource == name]
        slope = float(np.median([queue.per_day for queue in queues]))
        waiting = float(np.median([queue.waiting for queue in queues]))
        since = sorted(queue.since for queue in queues)[len(queues) // 2]
        sentences.append(
            f"in {len(queues)} of {how_many(len(results.numbers), 'replication')} the queue for "
            f"{words.resource(name)} was still growing at the end, from {date(since)} on by about "
            f"{slope:{',.0f' if slope >= 10 else '.2g'}} patients a day to {waiting:,.0f} waiting. A longer "
            "run would give longer waits: read them as getting worse, not as a level."
        )
    return sentences
