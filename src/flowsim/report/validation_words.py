"""How the figures of a validation are written: estimates, targets and their groups."""

from __future__ import annotations

import math

from flowsim.experiments.runs.record import months_of_group
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.validation.estimates import Estimate
from flowsim.validation.judging import MET, MISSED, Judged
from flowsim.validation.statistics import STATISTICS
from flowsim.validation.targets import Target

POINTS = "points"
"""Unit of a difference or a spread of shares, shown in percentage points."""


def unit_of(target: Target) -> str:
    """Return the unit that a target's figures are shown in."""
    spread = target.statistic in ("sd", "months_sd")
    return POINTS if spread and target.unit == "share" else target.unit


def figure(value: float, unit: str) -> str:
    """Return a figure with its unit."""
    if math.isnan(value):
        return wording.NO_FIGURE
    if unit == POINTS:
        return f"{100 * value:.1f} points"
    if unit == "correlation":
        return f"{value:.2f}".replace("-", "−")
    if unit == "o'clock":
        return f"{int(value):02}:{round(60 * (value % 1)):02}"
    return wording.with_unit(value, unit)


def between(low: float, high: float, unit: str) -> str:
    """Return two bounds."""
    if math.isnan(low) or math.isnan(high):
        return wording.NO_FIGURE
    if unit in (POINTS, "correlation", "o'clock"):
        ends = [figure(bound, unit).removesuffix(" points") for bound in (low, high)]
        return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    return wording.span(low, high, unit, high).replace("–", " to ")


def model(estimate: Estimate | None, unit: str) -> str:
    """Return the mean and its interval."""
    if estimate is None:
        return wording.NO_FIGURE
    interval = between(estimate.low, estimate.high, unit)
    return figure(estimate.mean, unit) + (f" ({interval})" if interval != wording.NO_FIGURE else "")


def single(estimate: Estimate | None, unit: str) -> str:
    """Return the range of single years."""
    return between(estimate.single_low, estimate.single_high, unit) if estimate else wording.NO_FIGURE


def record(target: Target) -> str:
    """Return what is known."""
    unit, low, high = unit_of(target), target.low, target.high
    if math.isnan(low) and math.isnan(high):
        return "kept back"
    if math.isnan(low) or math.isnan(high):
        return f"at most {figure(high, unit)}" if math.isnan(low) else f"at least {figure(low, unit)}"
    return figure(low, unit) if low == high else f"{figure(low, unit)} to {figure(high, unit)}"


def tolerance(target: Target) -> str:
    """Return how far the model may be off."""
    text = target.tolerance
    if text == "":
        return "the range" if target.judged else wording.NO_FIGURE
    if text[0].isdigit() and not text.endswith("%"):
        if unit_of(target) in ("share", POINTS):
            size = 100 * float(text)
            return f"{size:g} point" + ("" if size == 1 else "s")
        return text + (" h" if unit_of(target) == "o'clock" else wording.SUFFIX.get(unit_of(target), ""))
    return text.replace("%", " %")


def name(target: Target) -> str:
    """Return what a target is of."""
    words = STATISTICS[target.statistic].words if target.metric else ""
    return f"{target.name}: {words}" if words else target.name


def group(label: str) -> str:
    """Return the months of a group in words."""
    if label in ("", ALL):
        return "year" if label else wording.NO_FIGURE
    key, _, value = label.partition("=")
    if key == "months":
        return wording.months(months_of_group(label))
    return wording.months([value]) if key == "month" else label


def verdict(judged: Judged) -> str:
    """Return the verdict, with a word of warning where the interval does not say the same."""
    known = judged.model is not None and not math.isnan(judged.model.low)
    if judged.verdict in (MET, MISSED) and known and not judged.clear:
        return f"{judged.verdict}, not surely"
    return judged.verdict


def label(metric: str) -> str:
    """Return the label of a metric."""
    return METRICS[metric].label
