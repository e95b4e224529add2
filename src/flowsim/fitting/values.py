"""What was found for one value of a scenario, with its interval; shares from counts that may be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from flowsim.fitting.duration_fit import Z95, FamilyFit
from flowsim.fitting.small_numbers import disclosed
from flowsim.timeline import DAY, HOUR

DIGITS = 4
"""Decimals of a share, significant digits of a mean."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a scenario.

    Parameters
    ----------
    path : str
        Dotted.
    value : object
        As YAML has it.
    words : str
        What it was worked out from, with its interval.
    patients : int
        How many; exact: only `small_numbers` may write it.
    interval : Mapping[str, tuple of float]
        95 %, by the part of the value.
    """

    path: str
    value: Any
    words: str
    patients: int
    interval: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Without:
    """A value that was not found, and why."""

    path: str
    why: str


def wilson(count: float, of: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share."""
    if of <= 0:
        return 0.0, 1.0
    share, z2 = count / of, Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def chi2_quantile(freedom: float, share: float) -> float:
    """Return what a chi-squared variable does not exceed with a probability."""
    return 2 * float(gammaincinv(freedom / 2, share))


def share_of(path: str, count: float, of: float, words: str) -> Value:
    """Return a share as a value, from disclosed counts."""
    part, whole = float(disclosed(count)), float(disclosed(of))
    low, high = wilson(part, whole)
    value = round(min(part / whole, 1.0), DIGITS)
    said = f"{words}; 95% interval {low:.3f} to {high:.3f}"
    return Value(path, value, said, int(of), {"share": (low, high)})


def shares_of(path: str, keys: Sequence[str], counts: ArrayLike, words: str) -> Value:
    """Return shares that add up to exactly 1 as a value, from disclosed counts."""
    parts = disclosed(counts)
    whole = float(parts.sum())
    steps = np.rint(parts / whole * 10**DIGITS).astype(int)
    steps[int(np.argmax(steps))] += 10**DIGITS - int(steps.sum())
    intervals = {key: wilson(float(part), whole) for key, part in zip(keys, parts, strict=True)}
    widest = max((high - low) / 2 for low, high in intervals.values())
    value = {key: float(step) / 10**DIGITS for key, step in zip(keys, steps, strict=True)}
    said = f"{words}; 95% intervals at most ±{widest:.3f}"
    return Value(path, value, said, int(np.sum(counts)), intervals)


def law_of(path: str, fit: FamilyFit, words: str, patients: int) -> Value:
    """Return a fitted distribution as a value."""
    inner: dict[str, Any] = {"mean": as_duration(fit.mean)}
    intervals = {"mean": fit.mean_interval}
    said = f"mean {between(*fit.mean_interval)}"
    if fit.family != "exponential":
        inner["cv"] = float(f"{fit.cv:.{DIGITS - 1}g}")
        low, high = fit.cv_interval
        intervals["cv"] = fit.cv_interval
        said += f", cv {low:.3g} to {high:.3g}"
    return Value(path, {fit.family: inner}, f"{words}; 95% intervals: {said}", patients, intervals)


def as_duration(minutes: float) -> str:
    """Return minutes as a duration of four digits in the unit that reads best."""
    for unit, size in (("days", DAY), ("h", HOUR), ("min", 1.0)):
        if minutes >= 2 * size or unit == "min":
            amount = minutes / size
            decimals = max(DIGITS - 1 - math.floor(math.log10(amount)), 0) if amount > 0 else 0
            text = f"{amount:.{decimals}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"
    raise AssertionError


def between(low: float, high: float) -> str:
    """Return an interval of minutes in words, in the unit that suits its end."""
    return f"{as_duration(low)} to {as_duration(high)}"
