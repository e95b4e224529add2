"""The model beside simple models of four-hour performance: on the months used, and on a rolling origin.

On a rolling origin each sees the months up to one and says what the next will be. The simple models have
nothing else to be set. The simulation is not set again at each origin, which would take a calibration each:
it stands as it is, whatever months it was set by; and once more with its level alone set at each origin,
moved by the mean of record less model over the months seen. So both see at least what a simple model sees,
and as it is it has seen more: a comparison that is in its favour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.record import months_of_group
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats, interval
from flowsim.footprints.published import of_template
from flowsim.validation.estimates import single_years
from flowsim.validation.offered_load import QUARTER, Slope, slope_of_performance
from flowsim.validation.plan import ValidationPlan
from flowsim.validation.public_months import PERFORMANCE, PublicMonths, other_trusts, own_months
from flowsim.validation.scores import crps, interval_score
from flowsim.validation.simple_models import SIMPLE_MODELS, Rule, errors

AS_IT_IS, LEVEL_SET = "flowsim, as it is", "flowsim, level set"
FEWEST_MONTHS = 2 * QUARTER
"""Recorded months from which models are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What one model says of one month.

    Parameters
    ----------
    model : str
    month : str
    ahead : int
        Months after the last seen; 0 if the month itself was among those used.
    point : float
    sample : NDArray[np.float64]
        Its distribution, as equally likely values.
    record : float
        NaN if it is not known.
    """

    model: str
    month: str
    ahead: int
    point: float
    sample: Floats
    record: float

    @property
    def low(self) -> float:
        """The lower end of the 90 % interval; NaN if the sample is too small for one."""
        return single_years(self.sample)[0]

    @property
    def high(self) -> float:
        """The upper end of the 90 % interval; NaN if the sample is too small for one."""
        return single_years(self.sample)[1]

    @property
    def error(self) -> float:
        """How far off the point is."""
        return abs(self.point - self.record)


@dataclass(frozen=True, slots=True)
class Scores:
    """A model's scores over some months, each a mean; smaller is better, but for `covered`.

    Parameters
    ----------
    model : str
    months : int
    error : float
        Mean absolute error of the point.
    interval_score, crps : float
    width : float
        Mean width of the 90 % interval.
    covered : int
        Months inside it.
    """

    model: str
    months: int
    error: float
    interval_score: float
    crps: float
    width: float
    covered: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BesideSimple:
    """Everything that is compared.

    Parameters
    ----------
    used, rolling, ahead : tuple of Forecast
        Of the months used, each one month ahead, and of the months without a record.
    slope : Slope
    others : int
        Other trusts whose errors are the simple models' distributions.
    """

    used: tuple[Forecast, ...]
    rolling: tuple[Forecast, ...]
    ahead: tuple[Forecast, ...]
    slope: Slope
    others: int


def can_be_compared(planned: ValidationPlan) -> bool:
    """Return whether the record is long enough: consecutive months from the first day run, and its beds."""
    months, recorded = planned.months, planned.recorded
    run = planned.first.loaded.value.run
    return (
        len(recorded) >= FEWEST_MONTHS
        and tuple(months[: len(recorded)]) == recorded
        and run.record is not None
        and run.record_of_beds is not None
        and any(one.metric == "bed_occupancy" for one in planned.first.planned.about.published)
    )


def beside_simple(planned: ValidationPlan, sets: Mapping[str, Results]) -> BesideSimple:
    """Return the model beside the simple ones."""
    months, n = planned.months, len(planned.recorded)
    others = other_trusts(planned.recorded)
    slope = slope_of_performance(others)
    own = public_months_of(planned)
    model = _Model(sets, own)
    used = [*_used(own, others, slope.value, n)]
    used += [model.as_it_is(i, 0) for i in range(n)]
    rolling: list[Forecast] = []
    for one in SIMPLE_MODELS:
        off = errors(one, others, 1, slope.value)
        for seen in range(1, n):
            point = float(one.rule(own, seen, 1, slope.value)[0])
            rolling.append(Forecast(one.name, months[seen], 1, point, point + off, own.performance[0, seen]))
    rolling += [model.as_it_is(seen, 1) for seen in range(1, n)]
    rolling += [model.level_set(seen, 1) for seen in range(1, n)]
    ahead: list[Forecast] = []
    for one in SIMPLE_MODELS:
        for step in range(1, len(months) - n + 1):
            off = errors(one, others, min(step, n - 1), slope.value)
            point = float(one.rule(own, n, step, slope.value)[0])
            ahead.append(Forecast(one.name, months[n + step - 1], step, point, point + off, np.nan))
    ahead += [model.as_it_is(i, i - n + 1) for i in range(n, len(months))]
    ahead += [model.level_set(n, i - n + 1) for i in range(n, len(months))]
    return BesideSimple(
        used=tuple(used),
        rolling=tuple(rolling),
        ahead=tuple(ahead),
        slope=slope,
        others=len(others.performance),
    )


def public_months_of(planned: ValidationPlan) -> PublicMonths:
    """Return what is published of the place that is judged."""
    published = of_template(planned.first.loaded.value)
    volumes = [float(published.volumes[month]["type1_attendances"]) for month in planned.months]
    about = planned.first.planned.about
    quarters = [
        one.group
        for one in about.published
        if one.metric == "bed_occupancy" and len(months_of_group(one.group)) == QUARTER
    ]
    return own_months(about.published, planned.months, volumes, quarters)


class _Model:
    """The simulation as a forecaster: its single years of each month, all parameter sets alike."""

    def __init__(self, sets: Mapping[str, Results], own: PublicMonths) -> None:
        self.own = own
        self.years = [
            np.concatenate([one.by_replication(PERFORMANCE, f"month={month}") for one in sets.values()])
            for month in own.months
        ]

    def as_it_is(self, i: int, ahead: int) -> Forecast:
        return self._forecast(AS_IT_IS, i, ahead, 0.0)

    def level_set(self, seen: int, ahead: int) -> Forecast:
        """Return the forecast from an origin, its level set by the months seen."""
        model = np.array([years.mean() for years in self.years[:seen]])
        shift = float((self.own.performance[0, :seen] - model).mean())
        return self._forecast(LEVEL_SET, seen + ahead - 1, ahead, shift)

    def _forecast(self, name: str, i: int, ahead: int, shift: float) -> Forecast:
        years = self.years[i] + shift
        record = float(self.own.performance[0, i])
        return Forecast(name, self.own.months[i], ahead, float(years.mean()), years, record)


def _used(own: PublicMonths, others: PublicMonths, slope: float, n: int) -> list[Forecast]:
    """Return what simple models say of the months that set them; persistence has nothing to say of those."""
    found = []
    for one in SIMPLE_MODELS[1:]:
        points = [_of_a_month_seen(one.rule, own, slope, n, i)[0] for i in range(n)]
        off = np.concatenate(
            [others.performance[:, i] - _of_a_month_seen(one.rule, others, slope, n, i) for i in range(n)]
        )
        found += [
            Forecast(one.name, own.months[i], 0, float(points[i]), points[i] + off, own.performance[0, i])
            for i in range(n)
        ]
    return found


def _of_a_month_seen(rule: Rule, places: PublicMonths, slope: float, n: int, i: int) -> Floats:
    """Return what a rule that has seen all n months says of month i of them."""
    return rule(places, n, i - n + 1, slope)


def scored(forecasts: Sequence[Forecast]) -> list[Scores]:
    """Return the scores of each model, the smallest mean absolute error first."""
    found = []
    for name in dict.fromkeys(one.model for one in forecasts):
        mine = [one for one in forecasts if one.model == name]
        found.append(
            Scores(
                name,
                len(mine),
                float(np.mean([one.error for one in mine])),
                float(np.mean([interval_score(one.low, one.high, one.record) for one in mine])),
                float(np.mean([crps(one.sample, one.record) for one in mine])),
                float(np.mean([one.high - one.low for one in mine])),
                sum(one.low <= one.record <= one.high for one in mine),
            )
        )
    return sorted(found, key=lambda one: one.error)


def further_off(forecasts: Sequence[Forecast], model: str, other: str) -> tuple[float, float, float]:
    """Return by how much more one model misses than another, month by month: the mean, its 95 % interval."""
    off = {(one.model, one.month): one.error for one in forecasts}
    months = [one.month for one in forecasts if one.model == model]
    return interval(np.array([off[model, month] - off[other, month] for month in months]))
