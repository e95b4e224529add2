"""Simple models of occupancy beside the simulation, by quarter, since beds are published by quarter.

Each says from the quarters before one what that quarter's occupancy at midnight will be. The offered load
needs admissions by month, which are published from the first month that is run on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.quarters import quarters_and_years
from flowsim.experiments.runs.record import months_group, quarterly_beds
from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.validation.beside_simple import AS_IT_IS, LEVEL_SET, public_months_of
from flowsim.validation.estimates import Estimate, estimate
from flowsim.validation.offered_load import QUARTER, occupancy_from
from flowsim.validation.plan import ValidationPlan

METRIC = "bed_occupancy"
YEAR = 4
"""Quarters."""
PERSISTENCE, LAST_YEAR, SEASONAL, LOAD = (
    "persistence",
    "same quarter last year",
    "seasonal mean",
    "offered load",
)
SIMPLE = (PERSISTENCE, LAST_YEAR, SEASONAL)
MODELS = (*SIMPLE, LOAD, AS_IT_IS, LEVEL_SET)


@dataclass(frozen=True, slots=True)
class Quarter:
    """One quarter.

    Parameters
    ----------
    group : str
        Its months, such as months=2016-04 to 2016-06.
    record : float
        NaN if it is not known.
    said : Mapping[str, float]
        What each model said, by its name; NaN if it cannot.
    model : Estimate
        The simulation as it is.
    """

    group: str
    record: float
    said: Mapping[str, float]
    model: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class BedsBesideSimple:
    """Occupancy by quarter, and how far off the simple models were over a longer record.

    Parameters
    ----------
    quarters : tuple of Quarter
        All that are run.
    longer : Mapping[str, float]
        Mean absolute error of each simple model, one quarter ahead.
    tried : int
        Quarters that this is over.
    """

    quarters: tuple[Quarter, ...]
    longer: Mapping[str, float]
    tried: int


def beds_beside_simple(planned: ValidationPlan, sets: Mapping[str, Results]) -> BedsBesideSimple:
    """Return the simulation's occupancy beside that of the simple models."""
    history = _history(planned)
    groups = [months_group(one) for one in quarters_and_years(planned.months) if len(one) == QUARTER]
    known = [months_group(months) for months in history]
    recorded = list(history.values())
    model = {
        group: estimate([one.by_replication(METRIC, group) for one in sets.values()]) for group in groups
    }
    loads = _offered(planned, groups)
    quarters = []
    for i, group in enumerate(groups):
        have = known.index(group) if group in known else len(recorded)
        ahead = 1 if group in known else i - sum(one in known for one in groups) + 1
        said = {name: _simple(name, recorded[:have], ahead) for name in SIMPLE}
        said[LOAD] = loads[i] if i else np.nan
        said[AS_IT_IS] = model[group].mean
        seen = [one for one in groups[:i] if one in known]
        shift = [recorded[known.index(one)] - model[one].mean for one in seen]
        said[LEVEL_SET] = model[group].mean + float(np.mean(shift)) if shift else np.nan
        record = recorded[known.index(group)] if group in known else np.nan
        quarters.append(Quarter(group, record, said, model[group]))
    off = {
        name: [abs(_simple(name, recorded[:i], 1) - recorded[i]) for i in range(YEAR, len(recorded))]
        for name in SIMPLE
    }
    return BedsBesideSimple(
        quarters=tuple(quarters),
        longer={name: float(np.mean(each)) for name, each in off.items() if each},
        tried=len(off[PERSISTENCE]),
    )


def _history(planned: ValidationPlan) -> dict[tuple[str, ...], float]:
    """Return the published occupancy of every quarter to the end of the run, by its months."""
    file = planned.first.loaded.value.run.record_of_beds
    assert file is not None
    return {
        row.months: row.sums["occupied_bed_days"] / row.sums["open_bed_days"]
        for row in quarterly_beds(file)
        if row.months[-1] <= planned.months[-1]
    }


def _simple(name: str, seen: list[float], ahead: int) -> float:
    """Return what a simple model says of the quarter so many after the last seen."""
    back = len(seen) - YEAR + (ahead - 1) % YEAR
    if not seen or (name != PERSISTENCE and back < 0):
        return np.nan
    if name == PERSISTENCE:
        return seen[-1]
    if name == LAST_YEAR:
        return seen[back]
    whole = np.array(seen[len(seen) % YEAR :]).reshape(-1, YEAR)  # years that end with the last quarter seen
    deviation = float((whole - whole.mean(axis=1, keepdims=True))[:, (ahead - 1) % YEAR].mean())
    return float(whole[-1].mean()) + deviation


def _offered(planned: ValidationPlan, groups: list[str]) -> Floats:
    """Return the occupancy of each quarter that the offered load implies from the last recorded before it.

    Of a quarter with a record the admissions of its months are worked out from its attendances, as if they
    were not known.
    """
    own = public_months_of(planned)
    found = np.full(len(groups), np.nan)
    last = int(np.sum(~np.isnan(own.occupancy[0, : len(groups)])))
    for i in range(1, len(groups)):
        base = min(i, last) - 1
        seen = QUARTER * (base + 1)
        admissions = own.admissions.copy()
        conversion = admissions[0, :seen].sum() / own.attendances[0, :seen].sum()
        admissions[0, seen:] = conversion * own.attendances[0, seen:]
        months = occupancy_from(admissions, own.months, own.occupancy[:, base], base)
        found[i] = months[0, QUARTER * i : QUARTER * (i + 1)].mean()
    return found
