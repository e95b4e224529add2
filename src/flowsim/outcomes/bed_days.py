"""Bed days on other bases than midnights, by night of the stay, and the beds and slots that were open.

A bed day by the hour is 24 hours in a bed; started bed days are the dates on which somebody was in one, so
that a spell has its length of stay and one more. Whoever leaves at 24:00 exactly is there on the date that
begins then, as in the difference of dates. Excess bed days are the nights of a stay beyond a trim point.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.outcomes.beds import (
    KH03,
    WARDS,
    bed_census,
    bed_nights,
    d2a_occupancy,
    places_at_midnight,
)
from flowsim.outcomes.census import time_present_by
from flowsim.outcomes.observations import Key, Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.registry import PLACE, Pool, metric
from flowsim.timeline import DAY

BY_WARD = ("month", "resource")
BY_SERVICE = ("month", "resource", "pathway", *PLACE, "pathway_council")

LAST_NIGHT = 60
"""Nights of a stay that are told apart; later ones are one group."""
NIGHTS = (*map(str, range(1, LAST_NIGHT + 1)), f"{LAST_NIGHT + 1}+")


@metric(
    label="Occupied bed days, by the hour",
    unit="bed days",
    direction="lower",
    definition="Hours that patients spent in general and acute beds within the period / 24.",
    source="ours; the average of queueing theory",
    pool=Pool.TOTAL,
    groups=BY_WARD,
    needs=("ga_beds",),
)
def bed_days_by_the_hour(observed: Observed) -> Observations:
    days, names, stays = observed.calendar.starts, observed.period.ga_beds, observed.bed_stays
    edges = observed.calendar.edges
    taken = time_present_by(stays.resource, len(names), stays.started, stays.ended, edges) / DAY
    wards = Key(np.repeat(np.arange(len(names)), len(days)), names)
    return Observations(taken.ravel(), np.tile(days, len(names)), keys={"resource": wards})


@metric(
    label="Started bed days",
    unit="bed days",
    direction="lower",
    definition=(
        "Dates of the period on which a patient was in a general and acute bed, summed over patients; on the "
        "date of a move in the bed left last. A whole spell has its nights and one more."
    ),
    source="some planning models, such as the New Hospital Programme's, count length of stay + 1",
    pool=Pool.TOTAL,
    groups=BY_WARD,
    needs=("ga_beds",),
)
def bed_days_started(observed: Observed) -> Observations:
    nights, last = bed_nights(observed), _last_dates(observed)
    assert nights.patient is not None and last.patient is not None
    wards, more = nights.keys["resource"], last.keys["resource"]
    return Observations(
        np.concatenate([nights.values, last.values]),
        np.concatenate([nights.when, last.when]),
        np.concatenate([nights.patient, last.patient]),
        keys={"resource": Key(np.concatenate([wards.codes, more.codes]), wards.labels)},
    )


def _last_dates(observed: Observed) -> Observations:
    """Return the date, within the period, on which each patient who left the beds did so.

    Who leaves one bed and takes another on the same date has left none; who takes it later has left twice.
    """
    stays = observed.bed_stays
    order = np.lexsort((stays.started, stays.patient))
    patient, ended = stays.patient[order], stays.ended[order]
    left = np.full(len(order), -1, dtype=np.int64)
    over = np.isfinite(ended)
    left[over] = observed.period.day(ended[over])
    again = np.zeros(len(order), dtype=np.bool_)
    again[:-1] = (patient[1:] == patient[:-1]) & (observed.period.day(stays.started[order][1:]) == left[:-1])
    rows = np.flatnonzero(over & ~again & observed.within(ended))
    wards = Key(stays.resource[order][rows], observed.period.ga_beds)
    return Observations(np.ones(len(rows)), ended[rows], patient[rows], keys={"resource": wards})


@metric(
    label="Occupied bed days, by night of the stay",
    unit="bed days",
    direction="lower",
    definition=(
        "Occupied bed days, by how many dates the night lies after the admission's, and one; those of nights "
        "beyond a trim point are excess bed days."
    ),
    source="NHS England, National Tariff: long-stay trim points, counted here by night and not by spell",
    pool=Pool.TOTAL,
    groups=("night",),
    needs=("ga_beds", "admitted"),
)
def bed_days_by_night(observed: Observed) -> Observations:
    nights = bed_nights(observed)
    assert nights.patient is not None
    admitted = observed.mark("admitted")[nights.patient]
    known = np.flatnonzero(~np.isnan(admitted))
    number = observed.period.day(nights.when[known]) - observed.period.day(admitted[known])
    return Observations(
        nights.values[known],
        nights.when[known],
        keys={"night": Key(np.clip(number, 0, LAST_NIGHT), NIGHTS)},
    )


@metric(
    label="Open bed days",
    unit="bed days",
    direction="neutral",
    definition="General and acute beds open at 24:00, summed over the nights of the period.",
    source=KH03,
    pool=Pool.TOTAL,
    groups=WARDS,
    needs=("ga_beds",),
)
def open_bed_days(observed: Observed) -> Observations:
    census = bed_census(observed)
    assert census.per is not None
    return census.per


@metric(
    label="Open escalation bed days",
    unit="bed days",
    direction="neutral",
    definition="Of the open bed days those of escalation beds.",
    source=KH03,
    pool=Pool.TOTAL,
    needs=("escalation",),
)
def open_escalation_bed_days(observed: Observed) -> Observations:
    assert observed.period.escalation is not None
    return places_at_midnight(observed, observed.period.escalation)


@metric(
    label="Discharge-to-assess slot days open",
    unit="slot days",
    direction="neutral",
    definition="Slots of pathways 1 to 3 open at 24:00, summed over the nights of the period.",
    source="ours",
    pool=Pool.TOTAL,
    groups=BY_SERVICE,
    needs=("d2a",),
)
def d2a_slot_days(observed: Observed) -> Observations:
    census = d2a_occupancy(observed)
    assert census.per is not None
    return census.per


@metric(
    label="Discharge-to-assess slot days used",
    unit="slot days",
    direction="neutral",
    definition=("Patients in a slot of pathways 1 to 3 at 24:00, summed over the nights of the period."),
    source="ours",
    pool=Pool.TOTAL,
    groups=BY_SERVICE,
    needs=("d2a",),
)
def d2a_slot_days_used(observed: Observed) -> Observations:
    return replace(d2a_occupancy(observed), per=None)
