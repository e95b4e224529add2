"""Observations: what a metric saw, when and of whom, and the few ways in which nearly all of them arise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from flowsim.outcomes.census import present
from flowsim.outcomes.observed import Observed, open_ended
from flowsim.outcomes.period import Floats, Ints
from flowsim.timeline import DAY


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """Which group each observation belongs to: the position of its label, beyond the last for none."""

    codes: Ints | NDArray[np.int8]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """What a metric saw; n rows.

    Parameters
    ----------
    values : NDArray[np.float64]
        What is summed or ranked, shape (n,).
    when : NDArray[np.float64]
        Minutes, shape (n,): to which month and week a row belongs.
    patient : NDArray[np.int64] or None
        Row of the patient, for groups by attribute. None: the rows belong to no patient, and count in full in
        each such group (a denominator of days).
    keys : Mapping[str, Key]
        Groups that do not come from the patient.
    per : Observations or None
        The denominator of a mean; None means the number of rows.
    """

    values: Floats
    when: Floats
    patient: Ints | None = None
    keys: Mapping[str, Key] = field(default_factory=dict)
    per: Observations | None = None


Made = TypeVar("Made")
More = ParamSpec("More")


def shared(
    function: Callable[Concatenate[Observed, More], Made],
) -> Callable[Concatenate[Observed, More], Made]:
    """Make a function give the same answer again for the same `Observed`, for what several metrics need."""

    @wraps(function)
    def once(observed: Observed, /, *args: More.args, **kwargs: More.kwargs) -> Made:
        key = (once, *args, *kwargs.items())
        if key not in observed.made:
            observed.made[key] = function(observed, *args, **kwargs)
        answer: Made = observed.made[key]
        return answer

    return once


def of_patients(values: ArrayLike, when: Floats, rows: Ints, per: Observations | None = None) -> Observations:
    """Return one observation of each patient in `rows`.

    Parameters
    ----------
    values, when : array of float or bool
        Of all patients, shape (n_patients,), or a single value.
    rows : NDArray[np.int64]
    per : Observations or None
    """
    everyone = np.asarray(values)
    values = everyone[rows] if everyone.ndim else np.broadcast_to(everyone, rows.shape)
    return Observations(values.astype(np.float64), when[rows], rows, per=per)


def marked_per_day(observed: Observed, mark: str) -> Observations:
    """Return one observation of each patient given a mark in the period, per day of it."""
    when = observed.mark(mark)
    return of_patients(1.0, when, observed.rows(when), per_day(observed))


def nothing_known(observed: Observed) -> Observations:
    """Return what makes a figure unknown; the sum over nobody would be 0."""
    return Observations(np.full(1, np.nan), np.full(1, observed.period.begins))


def per_day(observed: Observed) -> Observations:
    """Return the days of the period as a denominator."""
    return Observations(observed.calendar.share, observed.calendar.starts)


def per_eight(observed: Observed) -> Observations:
    """Return the counts at 08:00 as a denominator."""
    return Observations(np.ones(len(observed.calendar.eights)), observed.calendar.eights)


def at_eight(observed: Observed, begins: Floats, ends: Floats, patient: Ints | None = None) -> Observations:
    """Return one observation of each presence at an 08:00 of the period, per 08:00.

    Parameters
    ----------
    observed : Observed
    begins, ends : NDArray[np.float64]
        Shape (n,). NaN in `begins` = never there; NaN or infinity in `ends` = still there.
    patient : NDArray[np.int64] or None
        Whose interval each is, shape (n,); None if there is one for each patient.
    """
    moments = observed.calendar.eights
    rows = np.flatnonzero(~np.isnan(begins))
    which, when = present(begins[rows], open_ended(ends[rows]), moments)
    who = rows[which] if patient is None else patient[rows[which]]
    return Observations(np.ones(len(which)), moments[when], who, per=per_eight(observed))


def at_midnight(
    observed: Observed, begins: Floats, ends: Floats, patient: Ints | None = None
) -> Observations:
    """Return one observation of each presence at a 24:00, dated to the day that ends; else as `at_eight`."""
    moments = observed.calendar.midnights
    rows = np.flatnonzero(~np.isnan(begins))
    which, when = present(begins[rows], open_ended(ends[rows]), moments, midnight=True)
    who = rows[which] if patient is None else patient[rows[which]]
    return Observations(np.ones(len(which)), moments[when] - DAY, who)
