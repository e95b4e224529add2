"""Bed days and occupancy, by the three conventions that never agree: midnight, 08:00 and time.

General and acute beds, the escalation beds among them, in the numerator and in the denominator while they
are open. Occupancy above 1 is possible and is not clipped: places that close keep their patient. A bed held
for somebody who is still in the department is not occupied yet. Same-day care has no bed here.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.outcomes.census import capacity_at, empty_time, open_time, present, time_present
from flowsim.outcomes.observations import Key, Observations, at_midnight, nothing_known, shared
from flowsim.outcomes.observed import Intervals, Observed
from flowsim.outcomes.registry import MOST_OCCUPANCY, PLACE, TIME, Pool, metric
from flowsim.timeline import DAY, HOUR

KH03 = "NHS England, KH03 bed availability and occupancy, beds open overnight"
DAILY_REPORT = "NHS England, urgent and emergency care daily situation reports"
WARDS = (*TIME, "resource")


@shared
def bed_nights(observed: Observed) -> Observations:
    """Return patients in a general and acute bed at each 24:00 of the period."""
    return replace(bed_census(observed), per=None)


@shared
def bed_census(observed: Observed) -> Observations:
    """Return patients in general and acute beds per beds open, at each 24:00 of the period."""
    return _census(observed, observed.bed_stays, observed.period.ga_beds, midnight=True)


@shared
def bed_census_at_eight(observed: Observed) -> Observations:
    """Return patients in general and acute beds per beds open, at each 08:00 of the period."""
    return _census(observed, observed.bed_stays, observed.period.ga_beds, midnight=False)


@shared
def beds_at_eight(observed: Observed) -> Observations:
    """Return patients in a general and acute bed at each 08:00 of the period."""
    return replace(bed_census_at_eight(observed), per=None)


def _census(observed: Observed, stays: Intervals, names: tuple[str, ...], *, midnight: bool) -> Observations:
    """Return presences in some resources per places open, at each 24:00 or 08:00."""
    moments = observed.calendar.midnights if midnight else observed.calendar.eights
    which, when = present(stays.started, stays.ended, moments, midnight=midnight)
    dates = moments - DAY if midnight else moments
    places = [
        capacity_at(observed.log, observed.log.resource(name), moments, midnight=midnight) for name in names
    ]
    available = Observations(
        np.concatenate(places).astype(np.float64),
        np.tile(dates, len(names)),
        keys={"resource": Key(np.repeat(np.arange(len(names)), len(moments)), names)},
    )
    return Observations(
        np.ones(len(which)),
        dates[when],
        stays.patient[which],
        keys={"resource": Key(stays.resource[which], names)},
        per=available,
    )


def places_at_midnight(observed: Observed, name: str) -> Observations:
    """Return the places of a resource at each 24:00 of the period."""
    moments = observed.calendar.midnights
    places = capacity_at(observed.log, observed.log.resource(name), moments, midnight=True)
    return Observations(places.astype(np.float64), moments - DAY)


@metric(
    label="Occupied bed days",
    unit="bed days",
    direction="lower",
    definition="Patients in a general and acute bed at 24:00, summed over the nights of the period.",
    source=KH03,
    pool=Pool.TOTAL,
    groups=(*WARDS, "pathway", *PLACE, "frailty"),
    needs=("ga_beds",),
)
def occupied_bed_days(observed: Observed) -> Observations:
    return bed_nights(observed)


@metric(
    label="Bed occupancy, midnight",
    unit="share",
    direction="lower",
    definition="Occupied bed days / bed days open at 24:00; escalation beds in both while open.",
    source=KH03,
    pool=Pool.MEAN,
    groups=WARDS,
    needs=("ga_beds",),
    most=MOST_OCCUPANCY,
)
def bed_occupancy(observed: Observed) -> Observations:
    return bed_census(observed)


@metric(
    label="Bed occupancy, 08:00",
    unit="share",
    direction="lower",
    definition=(
        "Patients in general and acute beds at 08:00 / beds open then, summed over the days of the period."
    ),
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=WARDS,
    needs=("ga_beds",),
    most=MOST_OCCUPANCY,
)
def bed_occupancy_8am(observed: Observed) -> Observations:
    return bed_census_at_eight(observed)


@metric(
    label="Bed occupancy over time",
    unit="share",
    direction="lower",
    definition="Time in general and acute beds / time beds were open, within the period.",
    source="ours; the average of queueing theory",
    pool=Pool.MEAN,
    groups=TIME,
    needs=("ga_beds",),
    most=MOST_OCCUPANCY,
)
def bed_occupancy_over_time(observed: Observed) -> Observations:
    days, edges, stays = observed.calendar.starts, observed.calendar.edges, observed.bed_stays
    available = sum(
        (open_time(observed.log, observed.log.resource(name), edges) for name in observed.period.ga_beds),
        start=np.zeros(len(days)),
    )
    return Observations(
        time_present(stays.started, stays.ended, edges), days, per=Observations(available, days)
    )


@metric(
    label="Turnover interval of a bed",
    unit="hours",
    direction="lower",
    definition=(
        "Time that open general and acute beds stood empty in the period / stays in them that ended: from "
        "one patient to the next, for cleaning, for allocation, for the move or for want of patients."
    ),
    source="NHS hospital bed statistics: (available - occupied bed days) / discharges; here by the minute",
    pool=Pool.MEAN,
    groups=WARDS,
    needs=("ga_beds",),
)
def bed_turnover_interval_hours(observed: Observed) -> Observations:
    days, edges = observed.calendar.starts, observed.calendar.edges
    stays, names = observed.bed_stays, observed.period.ga_beds
    empty = []
    for position, name in enumerate(names):
        mine = stays.resource == position
        resource = observed.log.resource(name)
        empty.append(empty_time(observed.log, resource, stays.started[mine], stays.ended[mine], edges))
    wards = Key(np.repeat(np.arange(len(names)), len(days)), names)
    over = np.flatnonzero(observed.within(stays.ended))
    left = Observations(
        np.ones(len(over)), stays.ended[over], keys={"resource": Key(stays.resource[over], names)}
    )
    return Observations(
        np.concatenate(empty) / HOUR, np.tile(days, len(names)), keys={"resource": wards}, per=left
    )


@metric(
    label="Beds filled over the weekend",
    unit="beds",
    direction="lower",
    definition=(
        "Occupied at 24:00 on Sundays less occupied at 24:00 on Fridays, each as the mean over its nights of "
        "the period; bank holidays as they fall."
    ),
    source="ours; the weekly swing of occupancy",
    pool=Pool.TOTAL,
    groups=(),
    needs=("ga_beds",),
)
def beds_filled_over_weekend(observed: Observed) -> Observations:
    nights = bed_nights(observed)
    calendar = observed.calendar
    weekday = np.array([date.isoweekday() for date in calendar.dates])
    of_night = weekday[calendar.position(calendar.midnights - DAY)]
    if not np.isin((5, 7), of_night).all():
        return nothing_known(observed)
    of_patient = weekday[calendar.position(nights.when)]
    values = np.zeros(len(of_patient))
    for day, sign in ((5, -1.0), (7, 1.0)):
        values[of_patient == day] = sign / np.count_nonzero(of_night == day)
    return Observations(values, nights.when)


@metric(
    label="Beds closed for infection",
    unit="bed days",
    direction="lower",
    definition="Beds closed for infection at 24:00, empty or not, summed over the nights of the period.",
    source="NHS England, winter daily situation reports, beds closed for diarrhoea and vomiting",
    pool=Pool.TOTAL,
    needs=("closed_beds",),
)
def closed_bed_days(observed: Observed) -> Observations:
    assert observed.period.closed_beds is not None
    return places_at_midnight(observed, observed.period.closed_beds)


@metric(
    label="Escalation bed days",
    unit="bed days",
    direction="lower",
    definition="Patients in an escalation bed at 24:00, summed over the nights of the period.",
    source=DAILY_REPORT,
    pool=Pool.TOTAL,
    groups=(*TIME, *PLACE),
    needs=("escalation",),
)
def escalation_bed_days(observed: Observed) -> Observations:
    assert observed.period.escalation is not None
    stays = observed.ward(observed.period.escalation)
    return at_midnight(observed, stays.started, stays.ended, stays.patient)


@metric(
    label="Occupancy of discharge-to-assess services",
    unit="share",
    direction="neutral",
    definition=(
        "Patients in a discharge-to-assess slot at 24:00 / slots open, summed over the nights of the period."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=(*WARDS, "pathway", *PLACE, "pathway_council"),
    needs=("d2a",),
    most=MOST_OCCUPANCY,
)
@shared
def d2a_occupancy(observed: Observed) -> Observations:
    names = tuple(observed.period.d2a)
    census = _census(observed, observed.stays(names), names, midnight=True)
    assert census.per is not None
    places = replace(census.per, keys=_by_service(observed, census.per))
    return replace(census, keys=_by_service(observed, census), per=places)


def _by_service(observed: Observed, slots: Observations) -> dict[str, Key]:
    """Return the keys of slots with the pathway and the locality that they serve."""
    services = slots.keys["resource"]
    keys = dict(slots.keys)
    for i, attribute in enumerate(("pathway", "locality")):
        served = [where[i] for where in observed.period.d2a.values()]
        labels = tuple(dict.fromkeys(served))
        position = np.array([labels.index(label) for label in served], dtype=np.int64)
        keys[attribute] = Key(position[services.codes], labels)
    return keys
