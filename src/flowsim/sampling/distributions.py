"""Distributions of durations, each stated by figures that analysts know and drawn by inverting a uniform.

Inversion means that a patient's own draw moves smoothly when a parameter moves, so two scenarios differ by
what was changed and not by luck. All durations are minutes. A distribution is one class in this file: its
name in lower case is its key in YAML, its fields stand under that key. Nothing here knows of streams.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import numpy as np
from pydantic import PlainSerializer, PlainValidator, Strict, ValidationInfo, WithJsonSchema
from scipy import special

from flowsim.sampling.distribution import REGISTRY as REGISTRY
from flowsim.sampling.distribution import Distribution as Distribution
from flowsim.sampling.distribution import DistributionField as DistributionField
from flowsim.sampling.distribution import Floats, exactly_one, finite, registered
from flowsim.sampling.gamma import gamma_quantile
from flowsim.units import (
    DURATION_PATTERN,
    Duration,
    DurationOrZero,
    NonNegative,
    format_duration,
    parse_duration,
    refusal,
)
from flowsim.wording import quoted

SMALLEST_CV, LARGEST_CV = 0.001, 20.0
"""Coefficients of variation between which a shape is found accurately; 0 stands for no variation at all."""

_Z90 = float(special.ndtri(0.9))


@registered
@dataclass(frozen=True, slots=True)
class Fixed(Distribution):
    """The same duration for everyone."""

    value: DurationOrZero
    """The duration [>= 0]."""

    def __post_init__(self) -> None:
        finite("value", self.value)

    def _quantile(self, u: Floats) -> Floats:
        return np.full(np.shape(u), float(self.value))

    def _cdf(self, x: Floats) -> Floats:
        return (x >= self.value).astype(np.float64)

    def _average(self) -> float:
        return float(self.value)


@registered
@dataclass(frozen=True, slots=True)
class Exponential(Distribution):
    """The memoryless law."""

    mean: Duration
    """The mean [> 0]."""

    def __post_init__(self) -> None:
        finite("mean", self.mean, strictly=True)

    def _quantile(self, u: Floats) -> Floats:
        return np.asarray(-self.mean * np.log1p(-u) + 0.0)

    def _cdf(self, x: Floats) -> Floats:
        return np.asarray(-np.expm1(-np.maximum(x, 0.0) / self.mean))

    def _average(self) -> float:
        return float(self.mean)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal(Distribution):
    """A duration whose logarithm is normal: give `mean` or `median`, and one of `sd`, `cv`, `p90`.

    `p90` goes with `median` alone, since a mean and a 90th percentile leave two laws to choose from.
    """

    mean: Duration | None = None
    """The mean [> 0]."""
    median: Duration | None = None
    """The median [> 0]."""
    sd: DurationOrZero | None = None
    """The standard deviation [>= 0]."""
    cv: NonNegative | None = None
    """The standard deviation / the mean [>= 0]."""
    p90: Duration | None = None
    """The duration that one in ten exceeds [>= median]."""

    def __post_init__(self) -> None:
        exactly_one([("mean", self.mean), ("median", self.median)])
        exactly_one([("sd", self.sd), ("cv", self.cv), ("p90", self.p90)])
        for name in ("mean", "median"):
            _finite_if_given(name, getattr(self, name), strictly=True)
        for name in ("sd", "cv"):
            _finite_if_given(name, getattr(self, name))
        if self.p90 is not None:
            finite("p90", self.p90, strictly=True)
            if self.median is None:
                raise ValueError("p90 goes with median; with mean give sd or cv")
            if self.p90 < self.median:
                raise ValueError(f"p90 must be >= median, {self.median:g} min; found {self.p90:g} min")
        else:
            middle = self.mean if self.mean is not None else self.median
            assert middle is not None
            _not_too_varied(_variation(middle, self.sd, self.cv))

    def _log(self) -> tuple[float, float]:
        """Return the mean and the standard deviation of the logarithm."""
        if self.p90 is not None and self.median is not None:
            return math.log(self.median), math.log(self.p90 / self.median) / _Z90
        if self.median is not None:
            square = self.cv**2 if self.cv is not None else _square_from_median(self.sd or 0.0, self.median)
            return math.log(self.median), math.sqrt(math.log1p(square))
        assert self.mean is not None
        variance = math.log1p((self.cv if self.cv is not None else (self.sd or 0.0) / self.mean) ** 2)
        return math.log(self.mean) - variance / 2, math.sqrt(variance)

    def _quantile(self, u: Floats) -> Floats:
        mu, sigma = self._log()
        if not sigma:
            return np.full(np.shape(u), math.exp(mu))
        return np.asarray(np.exp(mu + sigma * special.ndtri(u)))

    def _cdf(self, x: Floats) -> Floats:
        mu, sigma = self._log()
        if not sigma:
            return (x >= math.exp(mu)).astype(np.float64)
        with np.errstate(divide="ignore"):
            return np.asarray(special.ndtr((np.log(np.maximum(x, 0.0)) - mu) / sigma))

    def _average(self) -> float:
        mu, sigma = self._log()
        return math.exp(mu + sigma**2 / 2)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Gamma(Distribution):
    """A gamma law: give the mean, and one of `sd` and `cv`."""

    mean: Duration
    """The mean [> 0]."""
    sd: DurationOrZero | None = None
    """The standard deviation [>= 0]."""
    cv: NonNegative | None = None
    """The standard deviation / the mean [>= 0]."""

    def __post_init__(self) -> None:
        _mean_and_spread(self.mean, self.sd, self.cv)

    def _quantile(self, u: Floats) -> Floats:
        cv = _variation(self.mean, self.sd, self.cv)
        if not cv:
            return np.full(np.shape(u), float(self.mean))
        return gamma_quantile(cv**-2, u) * (self.mean * cv**2)

    def _cdf(self, x: Floats) -> Floats:
        cv = _variation(self.mean, self.sd, self.cv)
        if not cv:
            return (x >= self.mean).astype(np.float64)
        return np.asarray(special.gammainc(cv**-2, np.maximum(x, 0.0) / (self.mean * cv**2)))

    def _average(self) -> float:
        return float(self.mean)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Weibull(Distribution):
    """A Weibull law: give the mean, and one of `sd` and `cv`."""

    mean: Duration
    """The mean [> 0]."""
    sd: DurationOrZero | None = None
    """The standard deviation [>= 0]."""
    cv: NonNegative | None = None
    """The standard deviation / the mean [>= 0]."""

    def __post_init__(self) -> None:
        _mean_and_spread(self.mean, self.sd, self.cv)

    def _shape_and_scale(self) -> tuple[float, float]:
        shape = _weibull_shape(_variation(self.mean, self.sd, self.cv))
        return shape, self.mean / math.gamma(1 + 1 / shape)

    def _quantile(self, u: Floats) -> Floats:
        if not _variation(self.mean, self.sd, self.cv):
            return np.full(np.shape(u), float(self.mean))
        shape, scale = self._shape_and_scale()
        return np.asarray(scale * (-np.log1p(-u) + 0.0) ** (1 / shape))

    def _cdf(self, x: Floats) -> Floats:
        if not _variation(self.mean, self.sd, self.cv):
            return (x >= self.mean).astype(np.float64)
        shape, scale = self._shape_and_scale()
        return np.asarray(-np.expm1(-((np.maximum(x, 0.0) / scale) ** shape)))

    def _average(self) -> float:
        return float(self.mean)


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Triangular(Distribution):
    """A triangle from `low` to `high` with its peak at `mode`: for guesses by people who know the work."""

    low: DurationOrZero
    """The shortest duration [>= 0]."""
    mode: DurationOrZero
    """The most usual duration [low to high]."""
    high: DurationOrZero
    """The longest duration [>= mode]."""

    def __post_init__(self) -> None:
        for name in ("low", "mode", "high"):
            finite(name, getattr(self, name))
        if not self.low <= self.mode <= self.high:
            found = ", ".join(f"{name} {getattr(self, name):g} min" for name in ("low", "mode", "high"))
            raise ValueError(f"must have low <= mode <= high; found {found}")

    def _quantile(self, u: Floats) -> Floats:
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = self.low + np.sqrt(u * width * rise)
        falling = self.high - np.sqrt((1 - u) * width * fall)
        return np.asarray(np.where(u * width <= rise, rising, falling))

    def _cdf(self, x: Floats) -> Floats:
        width, rise, fall = self.high - self.low, self.mode - self.low, self.high - self.mode
        rising = np.maximum(x - self.low, 0.0) ** 2 / (width * rise) if rise else np.zeros(np.shape(x))
        falling = 1 - np.maximum(self.high - x, 0.0) ** 2 / (width * fall) if fall else np.ones(np.shape(x))
        return np.where(x < self.low, 0.0, np.where(x < self.mode, rising, falling))

    def _average(self) -> float:
        return (self.low + self.mode + self.high) / 3


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform(Distribution):
    """Every duration from `low` to `high` alike."""

    low: DurationOrZero
    """The shortest duration [>= 0]."""
    high: DurationOrZero
    """The longest duration [>= low]."""

    def __post_init__(self) -> None:
        finite("low", self.low)
        finite("high", self.high)
        if self.low > self.high:
            raise ValueError(f"must have low <= high; found low {self.low:g} min, high {self.high:g} min")

    def _quantile(self, u: Floats) -> Floats:
        return self.low + (self.high - self.low) * u

    def _cdf(self, x: Floats) -> Floats:
        return _piecewise_cdf(np.array([self.low, self.high]), np.array([0.0, 1.0]), x)

    def _average(self) -> float:
        return (self.low + self.high) / 2


def _check_quantiles(value: Any, info: ValidationInfo) -> dict[float, float]:
    """Read `{0: 0 min, 0.5: 3 h, 1: 2 days}`; JSON has the shares as text."""
    if not isinstance(value, Mapping):
        example = '"{0: 0 min, 0.5: 3 h, 1: 9 h}"'
        raise refusal(f"must map shares to durations, such as {example}; found {quoted(value)}")
    result = {}
    for key, duration in value.items():
        try:
            result[float(key)] = duration if info.mode == "python" else parse_duration(duration)
        except ValueError as error:
            raise refusal(f"at {quoted(key)}: {error}") from None
    return result


def _quantiles_to_yaml(quantiles: Mapping[float, float]) -> dict[float, str]:
    return {share: format_duration(minutes) for share, minutes in quantiles.items()}


Quantiles = Annotated[
    Mapping[float, float],
    PlainValidator(_check_quantiles),
    PlainSerializer(_quantiles_to_yaml, when_used="json"),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": "string", "pattern": DURATION_PATTERN}}
    ),
]


@registered
@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """Measured quantiles, joined by straight lines."""

    quantiles: Quantiles
    """The duration at each share [0 and 1 among them; never falling]."""

    def __post_init__(self) -> None:
        if not isinstance(self.quantiles, Mapping) or len(self.quantiles) < 2:
            found = quoted(self.quantiles)
            raise ValueError(f"quantiles must map shares, 0 and 1 among them, to durations; found {found}")
        for share, minutes in self.quantiles.items():
            finite("share of quantiles", share)
            finite(f"quantiles at {share:g}", minutes)
        ordered = dict(sorted((float(share), float(minutes)) for share, minutes in self.quantiles.items()))
        shares = list(ordered)
        if shares[0] != 0 or shares[-1] != 1:
            raise ValueError(f"quantiles must run from 0 to 1; found {shares[0]:g} to {shares[-1]:g}")
        durations = list(ordered.values())
        for i in range(1, len(shares)):
            if durations[i] < durations[i - 1]:
                before, after = format_duration(durations[i - 1]), format_duration(durations[i])
                found = f"{before} at {shares[i - 1]:g} and {after} at {shares[i]:g}"
                raise ValueError(f"quantiles must not fall; found {found}")
        object.__setattr__(self, "quantiles", ordered)

    def __hash__(self) -> int:
        return hash(tuple(self.quantiles.items()))

    def _quantile(self, u: Floats) -> Floats:
        return np.interp(u, list(self.quantiles), list(self.quantiles.values()))

    def _cdf(self, x: Floats) -> Floats:
        return _piecewise_cdf(np.array(list(self.quantiles.values())), np.array(list(self.quantiles)), x)

    def _average(self) -> float:
        return float(np.trapezoid(list(self.quantiles.values()), list(self.quantiles)))


@registered
@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture(Distribution):
    """Several kinds of patient who cannot be told apart beforehand: parts in proportion to their weights."""

    weights: Annotated[tuple[NonNegative, ...], Strict(False)]
    """How many of each kind; only their proportions matter [>= 0, not all 0]."""
    parts: Annotated[tuple[DistributionField, ...], Strict(False)]
    """The distribution of each kind, as many as there are weights."""

    def __post_init__(self) -> None:
        if not isinstance(self.weights, Sequence) or not isinstance(self.parts, Sequence):
            raise ValueError("weights and parts must be lists")
        for weight in self.weights:
            finite("each of weights", weight)
        if len(self.weights) != len(self.parts) or not any(self.weights):
            found = f"{list(self.weights)} for {len(self.parts)} parts"
            raise ValueError(f"weights must be as many as parts, and not all 0; found {found}")
        for part in self.parts:
            if not isinstance(part, Distribution):
                raise ValueError(f"each of parts must be a distribution; found {quoted(part)}")
        object.__setattr__(self, "weights", tuple(map(float, self.weights)))
        object.__setattr__(self, "parts", tuple(self.parts))

    def _weighted(self) -> list[tuple[float, Distribution]]:
        """Return the parts that occur, with weights that add up to 1."""
        pairs, total = zip(self.weights, self.parts, strict=True), math.fsum(self.weights)
        return [(weight / total, part) for weight, part in pairs if weight]

    def _quantile(self, u: Floats) -> Floats:
        """Return the inverse of the mixed cdf, by bisection between the parts' own quantiles."""
        u = np.clip(u, 0.0, np.nextafter(1.0, 0.0))
        own = [part.quantile(u) for _, part in self._weighted()]
        return _bisect(self.cdf, u, np.minimum.reduce(own), np.maximum.reduce(own))

    def _cdf(self, x: Floats) -> Floats:
        total = np.zeros(np.shape(x))
        for weight, part in self._weighted():
            total = total + weight * part.cdf(x)
        return total

    def _average(self) -> float:
        return math.fsum(weight * part.average() for weight, part in self._weighted())


def _bisect(cdf: Callable[[Floats], Floats], u: Floats, low: Floats, high: Floats) -> Floats:
    """Return the least x between `low` and `high` with cdf(x) >= u, to a millionth of a minute."""
    while np.any(high - low > 1e-6 + 1e-14 * high):
        middle = (low + high) / 2
        enough = cdf(middle) >= u
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def _piecewise_cdf(durations: Floats, shares: Floats, x: Floats) -> Floats:
    """Return the cdf whose inverse joins the points by straight lines; equal durations are a jump."""
    i = np.clip(np.searchsorted(durations, x, side="right"), 1, len(durations) - 1)
    width = durations[i] - durations[i - 1]
    part = (x - durations[i - 1]) / np.where(width > 0, width, 1.0)
    inside = shares[i - 1] + np.clip(part, 0.0, 1.0) * (shares[i] - shares[i - 1])
    return np.where(x < durations[0], 0.0, np.where(x >= durations[-1], 1.0, inside))


def _square_from_median(sd: float, median: float) -> float:
    """Return cv squared of a lognormal with this sd and median: w - 1 where w (w - 1) = (sd / median)**2."""
    ratio = 4 * (sd / median) ** 2
    return ratio / (2 * (1 + math.sqrt(1 + ratio)))


def _finite_if_given(name: str, value: float | None, *, strictly: bool = False) -> None:
    if value is not None:
        finite(name, value, strictly=strictly)


def _mean_and_spread(mean: float, sd: float | None, cv: float | None) -> None:
    """Check a mean with exactly one measure of spread."""
    finite("mean", mean, strictly=True)
    exactly_one([("sd", sd), ("cv", cv)])
    _finite_if_given("sd", sd)
    _finite_if_given("cv", cv)
    _not_too_varied(_variation(mean, sd, cv))


def _not_too_varied(found: float) -> None:
    if found and not SMALLEST_CV <= found <= LARGEST_CV:
        raise ValueError(f"sd / mean must be 0, or from {SMALLEST_CV} to {LARGEST_CV:g}; found {found:g}")


def _variation(mean: float, sd: float | None, cv: float | None) -> float:
    return float(cv) if cv is not None else (sd or 0.0) / mean


@cache
def _weibull_shape(cv: float) -> float:
    """Return the shape with this coefficient of variation, which falls as the shape rises."""
    low, high = 0.05, 1e4
    while high / low > 1 + 1e-14:
        shape = math.sqrt(low * high)
        square = math.expm1(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape))
        low, high = (shape, high) if square > cv**2 else (low, shape)
    return high
