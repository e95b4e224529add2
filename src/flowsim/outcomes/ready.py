"""Ready to leave and still here: medically fit, delayed transfers, long stays, the wait for a service.

Stocks are counted while the spell lasts, so patients still in at the end count. Medically fit
(`medically_fit`) is the local clinical view of those on the complex-discharge list; a delayed transfer is
the historic national return and only a part of them. No line may be drawn from the one to the other. Who
falls ill again while waiting for a service stays medically fit here: about 1 in 100 such nights.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from flowsim.outcomes.beds import bed_nights
from flowsim.outcomes.observations import (
    Key,
    Observations,
    at_eight,
    at_midnight,
    of_patients,
    per_day,
    shared,
)
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Floats, midnight_before
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric
from flowsim.timeline import DAY

DAILY_REPORT = "NHS England, urgent and emergency care daily situation reports, long stays at 08:00"
DTOC = "NHS England, monthly delayed transfers of care, definitions and guidance, version 1.09, October 2015"
READY_DATE = "NHS England, discharge ready date"
WEEK = dt.timedelta(days=7)
WAITING = (*TIME, "pathway", *PLACE, "pathway_council")
MFFD = ("medically_fit", "discharged")


def _delayed_nights(observed: Observed, begins: Floats) -> Observations:
    return at_midnight(observed, begins, observed.mark("discharged"))


@shared
def _nights_of_delayed_transfers(observed: Observed) -> Observations:
    """Return the nights of adults who are delayed transfers of care, by who that is attributed to."""
    no, *attributed = observed.log.levels["delayed_transfer"]
    assert no == "no"
    level = observed.level("delayed_transfer")
    delayed = (level > 0) & (level <= len(attributed)) & ~observed.is_level("age_band", "0-17")
    nights = _delayed_nights(observed, np.where(delayed, observed.mark("medically_fit"), np.nan))
    return replace(nights, keys={"attribution": Key(level[nights.patient] - 1, tuple(attributed))})


@metric(
    label="Medically fit bed days",
    unit="bed days",
    direction="lower",
    definition=(
        "Medically fit patients awaiting a complex discharge, in hospital at 24:00, summed over the nights."
    ),
    source=READY_DATE,
    pool=Pool.TOTAL,
    groups=WAITING,
    needs=MFFD,
)
@shared
def mffd_bed_days(observed: Observed) -> Observations:
    return _delayed_nights(observed, observed.mark("medically_fit"))


@metric(
    label="Beds lost to delay",
    unit="beds",
    direction="lower",
    definition="Medically fit bed days / days of the period.",
    source=READY_DATE,
    pool=Pool.MEAN,
    groups=WAITING,
    needs=MFFD,
)
def beds_lost_to_delay(observed: Observed) -> Observations:
    return replace(mffd_bed_days(observed), per=per_day(observed))


@metric(
    label="Medically fit, share of occupied beds",
    unit="share",
    direction="lower",
    definition="Medically fit bed days / occupied bed days.",
    source="ours",
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE),
    needs=(*MFFD, "ga_beds"),
)
def mffd_share_of_occupied_beds(observed: Observed) -> Observations:
    return replace(mffd_bed_days(observed), per=bed_nights(observed))


@metric(
    label="Medically fit at 08:00",
    unit="patients",
    direction="lower",
    definition=(
        "Medically fit patients awaiting a complex discharge, in hospital at 08:00, mean over the days."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=MFFD,
)
def mffd_patients(observed: Observed) -> Observations:
    return at_eight(observed, observed.mark("medically_fit"), observed.mark("discharged"))


@metric(
    label="Days already waited by the medically fit at 08:00",
    unit="bed days",
    direction="lower",
    definition=(
        "Medically fit patients awaiting a complex discharge, in hospital at 08:00: time since they were "
        "fit, summed over them, mean over the days."
    ),
    source="ours; the bed days beside the trust's count of the medically fit, as the press gave both",
    pool=Pool.MEAN,
    groups=TIME,
    needs=MFFD,
)
def mffd_days_waited(observed: Observed) -> Observations:
    waiting = mffd_patients(observed)
    assert waiting.patient is not None
    since = observed.mark("medically_fit")[waiting.patient]
    return replace(waiting, values=(waiting.when - since) / DAY)


@metric(
    label="Complex discharges",
    unit="patients a day",
    direction="neutral",
    definition="Medically fit patients awaiting a complex discharge who left in the period, per day of it.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=MFFD,
)
def complex_discharges_per_day(observed: Observed) -> Observations:
    discharged = observed.mark("discharged")
    rows = observed.rows(discharged, observed.has("medically_fit"))
    return of_patients(1.0, discharged, rows, per_day(observed))


@metric(
    label="Delayed transfer of care days",
    unit="bed days",
    direction="lower",
    definition=(
        "Adults formally reported as delayed, in hospital at 24:00, summed over the nights of the period."
    ),
    source=DTOC,
    pool=Pool.TOTAL,
    groups=(*WAITING, "attribution"),
    needs=("delayed_transfer", *MFFD),
)
def delayed_transfer_days(observed: Observed) -> Observations:
    return _nights_of_delayed_transfers(observed)


@metric(
    label="Delayed transfers, share of occupied beds",
    unit="share",
    direction="lower",
    definition="Delayed transfer of care days / occupied bed days.",
    source=DTOC,
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE, "attribution"),
    needs=("delayed_transfer", *MFFD, "ga_beds"),
)
def delayed_transfer_rate(observed: Observed) -> Observations:
    return replace(delayed_transfer_days(observed), per=bed_nights(observed))


@metric(
    label="Delayed transfers on the last Thursday",
    unit="patients",
    direction="lower",
    definition=(
        "Adults formally reported as delayed at 24:00 on the last Thursday of a month, mean over the months."
    ),
    source=DTOC,
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("delayed_transfer", *MFFD),
)
def delayed_transfers_last_thursday(observed: Observed) -> Observations:
    last = np.array([d.isoweekday() == 4 and (d + WEEK).month != d.month for d in observed.calendar.dates])
    nights = observed.calendar.midnights - DAY
    counted = nights[last[observed.calendar.position(nights)]]
    delayed = _nights_of_delayed_transfers(observed)
    there = last[observed.calendar.position(delayed.when)]
    assert delayed.patient is not None
    return Observations(
        delayed.values[there],
        delayed.when[there],
        delayed.patient[there],
        per=Observations(np.ones(len(counted)), counted),
    )


@shared
def long_stays(observed: Observed, days: int) -> Observations:
    """Return adults in at 08:00 whose date of admission lies at least `days` days back."""
    adult = observed.inpatient & ~observed.is_level("age_band", "0-17")
    admitted = observed.mark("admitted")
    rows = np.flatnonzero(adult)
    offset = midnight_before(observed.period.origin)
    counts_from = np.full(len(admitted), np.nan)
    counts_from[rows] = (observed.period.day(admitted[rows]) + days) * DAY - offset
    return at_eight(observed, counts_from, observed.spell_end)


@metric(
    label="Stranded, 7 days or more",
    unit="patients",
    direction="lower",
    definition=(
        "Adult in-patients at 08:00 whose date is 7 or more days after their admission's, mean over the days."
    ),
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE, "frailty"),
    needs=("admitted", "discharged"),
)
def stranded_patients(observed: Observed) -> Observations:
    return long_stays(observed, 7)


@metric(
    label="Super-stranded, 21 days or more",
    unit="patients",
    direction="lower",
    definition="As stranded, for 21 or more days; they are among the stranded.",
    source=DAILY_REPORT,
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE, "frailty"),
    needs=("admitted", "discharged"),
)
def super_stranded_patients(observed: Observed) -> Observations:
    return long_stays(observed, 21)


@metric(
    label="Wait for a discharge-to-assess service, mean",
    unit="days",
    direction="lower",
    definition=(
        "Services (pathways 1 to 3) begun in the period: ready for the service to its start; who "
        "still waits is not in."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("ready_for_service", "service_started"),
)
def d2a_wait_mean_days(observed: Observed) -> Observations:
    started, ready = observed.mark("service_started"), observed.mark("ready_for_service")
    return of_patients((started - ready) / DAY, started, observed.rows(started, ~np.isnan(ready)))


@metric(
    label="Waiting for a discharge-to-assess service at 08:00",
    unit="patients",
    direction="lower",
    definition="Ready for a discharge-to-assess service and still in hospital at 08:00, mean over the days.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("ready_for_service", "service_started"),
)
def d2a_waiting_patients(observed: Observed) -> Observations:
    waited_until = np.fmin(observed.mark("service_started"), observed.mark("discharged"))
    return at_eight(observed, observed.mark("ready_for_service"), waited_until)


@metric(
    label="Days from ready to discharge, mean",
    unit="days",
    direction="lower",
    definition=(
        "Medically fit patients discharged in the period: dates from first ready to discharge, an acute "
        "episode between them included; it rises when a backlog clears."
    ),
    source=READY_DATE,
    pool=Pool.MEAN,
    groups=WAITING,
    needs=MFFD,
)
def discharge_delay_mean_days(observed: Observed) -> Observations:
    fit, discharged = observed.mark("medically_fit"), observed.mark("discharged")
    rows = observed.rows(discharged, ~np.isnan(fit))
    days = observed.period.day(discharged[rows]) - observed.period.day(fit[rows])
    return Observations(days.astype(np.float64), discharged[rows], rows)
