"""Emergency attendances: when they come, how many by month, how they come and who they are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flowsim.experiments.runs.record import days_in
from flowsim.fitting.quality import Checked, as_date
from flowsim.fitting.small_numbers import disclosed, is_small
from flowsim.fitting.values import Value, Without, chi2_quantile, share_of, shares_of
from flowsim.scenario.sections.section import AGE_BANDS, STREAMS
from flowsim.timeline import DAY, HOUR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BAND_BEGINS = (0, 18, 45, 65, 75, 85)
"""The first year of age of each of `AGE_BANDS`."""
FEWEST_DAYS = 14
"""Days from which on the shape of a week and the spread of days are worked out; an assumption."""
FEWEST_IN_A_GROUP = 100
"""Patients from which on their shares are worked out; an assumption."""

EACH_HOUR, DAY_BY_HOUR = "each hour of the week", "weekday times hour of the day"


@dataclass(frozen=True, slots=True)
class Month:
    """Attendances of a month, of the days that the extract covers."""

    month: str
    days: int
    is_whole: bool
    attendances: int
    """Exact: only `small_numbers` may write it."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Mean attendances by weekday and hour.

    Parameters
    ----------
    all, ambulance : NDArray[np.float64]
        In one hour of one such day, shape (7, 24), from counts that may be shown.
    form : str
        Whether each hour of the week stands for itself.
    tells_ambulances : bool
        Whether those by ambulance have a shape of their own.
    """

    all: Floats
    ambulance: Floats
    form: str
    tells_ambulances: bool


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """What an extract of attendances tells of demand.

    Parameters
    ----------
    profile : Profile or None
    months : tuple of Month
    values : tuple of Value
    without : tuple of Without
    """

    profile: Profile | None
    months: tuple[Month, ...]
    values: tuple[Value, ...]
    without: tuple[Without, ...]


def age_band(age: Floats) -> Ints:
    """Return the position of each age among `AGE_BANDS`, -1 if it is not known."""
    band = np.searchsorted(BAND_BEGINS, age, side="right") - 1
    return np.where(np.isnan(age), -1, band).astype(np.int64)


def arrivals_of(checked: Checked) -> Arrivals:
    """Return what an extract of attendances tells of the type 1 department."""
    extract = checked.extract
    type1 = np.ones(len(extract), dtype=np.bool_)
    if "department" in extract.codes:
        type1 = extract.is_code("department", "type1")
    came = checked.came[type1]
    by_ambulance = extract.is_code("arrival_mode", "ambulance")[type1]
    on_foot = extract.is_code("arrival_mode", "other")[type1]
    found: list[Value | Without] = []
    profile: Profile | None = None
    months: tuple[Month, ...] = ()
    if len(came):
        profile, why = _profile(came, by_ambulance, on_foot, checked.start, checked.end)
        if profile is None:
            found.append(Without("demand.arrival_profile", why))
        elif not extract.has_hours[extract.kind.begins]:
            profile = None
            found.append(Without("demand.arrival_profile", "arrivals are dates without times"))
        months = tuple(_months(came, checked.start, checked.end))
        ways = [by_ambulance, on_foot] if on_foot.any() else []
        found.append(_day_cv(came, ways, checked.start, checked.end))
    age = extract.numbers.get("age", np.full(len(extract), np.nan))[type1]
    stream = extract.codes.get("stream", np.full(len(extract), -1))[type1]
    found += _who(by_ambulance, on_foot, age_band(age), stream)
    return Arrivals(
        profile,
        months,
        tuple(one for one in found if isinstance(one, Value)),
        tuple(one for one in found if isinstance(one, Without)),
    )


def _profile(
    came: Floats, by_ambulance: Bools, on_foot: Bools, first: float, end: float
) -> tuple[Profile | None, str]:
    """Return the shape of the week, or None and why not."""
    days = round((end - first) / DAY)
    if days < FEWEST_DAYS:
        return None, f"fewer than {FEWEST_DAYS} days"
    of_weekday = np.bincount(_weekday(_days(first, end)), minlength=7)
    tells = bool(by_ambulance.any() and on_foot.any())
    ways = [by_ambulance, on_foot] if tells else [np.ones(len(came), dtype=np.bool_)]
    counts = [_by_hour(came[way]) for way in ways]
    form = EACH_HOUR
    if any(is_small(cell) for table in counts for cell in table.flat):
        form = DAY_BY_HOUR
        margins = [margin for table in counts for axis in (0, 1) for margin in table.sum(axis=axis)]
        if any(is_small(margin) for margin in margins):
            return None, "too few in some hours or on some weekdays to be shown"
    shapes = [_shape(table, form) / of_weekday[:, None] for table in counts]
    # Who came by an unknown way is shared out as the others are.
    known = sum(float(disclosed(table.sum())) for table in counts)
    factor = float(disclosed(len(came))) / known
    ambulance = shapes[0] * factor if tells else shapes[0] / 2
    whole = sum(shapes[1:], start=shapes[0]) * factor if tells else shapes[0]
    return Profile(whole, ambulance, form, tells), ""


def _by_hour(came: Floats) -> Floats:
    """Return arrivals by weekday and hour, shape (7, 24)."""
    hour = (came % DAY // HOUR).astype(np.int64)
    return np.bincount(_weekday(came) * 24 + hour, minlength=168).reshape(7, 24).astype(np.float64)


def _shape(counts: Floats, form: str) -> Floats:
    if form == EACH_HOUR:
        return disclosed(counts)
    by_day, by_hour = disclosed(counts.sum(axis=1)), disclosed(counts.sum(axis=0))
    return np.asarray(np.outer(by_day, by_hour / by_hour.sum()))


def _days(first: float, end: float) -> Floats:
    """Return the midnights with which the days of an extract begin."""
    return np.asarray(first + DAY * np.arange(round((end - first) / DAY)), dtype=np.float64)


def _weekday(minutes: Floats) -> Ints:
    """Return the weekday of each time, Monday 0; 1970 began on a Thursday."""
    return np.asarray((np.floor(minutes / DAY).astype(np.int64) + 3) % 7)


def _months(came: Floats, first: float, end: float) -> Iterator[Month]:
    begins = _days(first, end)
    of_day = np.array([f"{as_date(one):%Y-%m}" for one in begins])
    counts = np.bincount(((came - first) // DAY).astype(np.int64), minlength=len(begins))
    for month in dict.fromkeys(of_day.tolist()):
        inside = of_day == month
        days = int(inside.sum())
        yield Month(month, days, days == days_in([month]), int(counts[inside].sum()))


def _day_cv(came: Floats, ways: list[Bools], first: float, end: float) -> Value | Without:
    """Return the spread of days beyond Poisson's, once month and weekday are in.

    Pearson's sum of squares over what was expected, for each way of coming by itself, as the model draws a
    factor a day for each: in expectation 1 + cv² times the mean of a day.
    """
    path = "demand.day_cv"
    starts = _days(first, end)
    days = len(starts)
    if days < 4 * FEWEST_DAYS:
        return Without(path, f"fewer than {4 * FEWEST_DAYS} days")
    month = np.unique([f"{as_date(one):%Y-%m}" for one in starts], return_inverse=True)[1]
    weekday = _weekday(starts)
    pearson, freedom, expected = 0.0, 0.0, []
    for way in ways or [np.ones(len(came), dtype=np.bool_)]:
        counts = np.bincount(((came[way] - first) // DAY).astype(np.int64), minlength=days).astype(np.float64)
        mean = _expected(counts, month, weekday)
        if mean.min() <= 0:
            return Without(path, "some months or weekdays have no arrivals")
        pearson += float(((counts - mean) ** 2 / mean).sum())
        freedom += days - (month.max() + 1) - 6
        expected.append(float(mean.mean()))
    typical = float(np.mean(expected))

    def cv_of(ratio: float) -> float:
        return math.sqrt(max(ratio - 1, 0.0) / typical)

    low, high = (cv_of(pearson / float(chi2_quantile(freedom, q))) for q in (0.975, 0.025))
    cv = cv_of(pearson / freedom)
    words = f"variance over mean of daily counts {pearson / freedom:.2f}, month and weekday taken out"
    if low == 0:
        said = f"{words}: 0 cannot be excluded; 95% interval 0 to {high:.3f}"
        return Value(path, 0, said, len(came), {"cv": (0.0, high)})
    said = f"{words}; 95% interval {low:.3f} to {high:.3f}"
    return Value(path, round(cv, 3), said, len(came), {"cv": (low, high)})


def _expected(counts: Floats, month: Ints, weekday: Ints) -> Floats:
    """Return what a Poisson law with a factor for each month and each weekday expects of each day."""
    by_month, by_weekday = np.ones(month.max() + 1), np.ones(7)
    for _ in range(20):  # alternating maximisation; a few rounds are exact to many digits
        by_month = np.bincount(month, counts) / np.bincount(month, by_weekday[weekday])
        by_weekday = np.bincount(weekday, counts, 7) / np.bincount(weekday, by_month[month], 7)
    return np.asarray(by_month[month] * by_weekday[weekday])


def _who(by_ambulance: Bools, on_foot: Bools, band: Ints, stream: Ints) -> Iterator[Value | Without]:
    """Yield shares of ways, ages and streams."""
    known_way, known_age, known_stream = by_ambulance | on_foot, band >= 0, stream >= 0
    ways, ages = int(known_way.sum()), int(known_age.sum())
    few = f"fewer than {FEWEST_IN_A_GROUP} patients of whom it is known"
    if ways >= FEWEST_IN_A_GROUP and by_ambulance.any():
        yield share_of("demand.ambulance_share", int(by_ambulance.sum()), ways, "share by ambulance")
    else:
        yield Without("demand.ambulance_share", few)
    if ages >= FEWEST_IN_A_GROUP:
        counts = np.bincount(band[known_age], minlength=len(AGE_BANDS))
        yield shares_of("demand.age_bands", AGE_BANDS, counts, "ages")
    else:
        yield Without("demand.age_bands", few)
    both = known_way & known_age
    of_band = np.bincount(band[both], minlength=len(AGE_BANDS))
    if of_band.min() >= FEWEST_IN_A_GROUP:
        came = np.bincount(band[both & by_ambulance], minlength=len(AGE_BANDS))
        each = [share_of("", int(k), int(n), "") for k, n in zip(came, of_band, strict=True)]
        yield Value(
            "demand.ambulance_odds",
            {key: one.value for key, one in zip(AGE_BANDS, each, strict=True)},
            "share by ambulance in each age band",
            int(of_band.sum()),
            {key: one.interval["share"] for key, one in zip(AGE_BANDS, each, strict=True)},
        )
    else:
        yield Without("demand.ambulance_odds", f"{few}, in some age band")
    adult = known_stream & (band > 0)
    for path, way, words in (
        ("front_door.ambulance_streams", by_ambulance, "streams of adults by ambulance"),
        ("front_door.walk_in_streams", on_foot, "streams of adults on foot"),
    ):
        if (adult & way).sum() >= FEWEST_IN_A_GROUP:
            counts = np.bincount(stream[adult & way], minlength=len(STREAMS))
            yield shares_of(path, STREAMS, counts, words)
        else:
            yield Without(path, few)
    children = known_stream & (band == 0)
    if (n := int(children.sum())) >= FEWEST_IN_A_GROUP:
        count = int((children & (stream == STREAMS.index("children"))).sum())
        yield share_of("front_door.children_to_children", count, n, "under 18 in the children's stream")
    else:
        yield Without("front_door.children_to_children", few)
