"""Integrated discharge: the days that medically fit patients spend in each stage on their way out.

Spells ended in the period, of those who went through the whole stage. The stages follow one another without
a gap; whoever found another way out waited for a service, but never had it, and is not in that stage.
Decisions on continuing healthcare (CHC) are those of the period, wherever the patient is.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from flowsim.outcomes.observations import Observations, of_patients
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.ready import WAITING
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric
from flowsim.timeline import DAY


def _stage(observed: Observed, begins: str, ends: str) -> Observations:
    days = (observed.mark(ends) - observed.mark(begins)) / DAY
    discharged = observed.mark("discharged")
    through = observed.has(begins) & observed.has(ends)
    return of_patients(days, discharged, observed.rows(discharged, through))


@metric(
    label="Days until referred to IDS, mean",
    unit="days",
    direction="lower",
    definition="Spells ended in the period: medically fit to the referral's arrival at IDS.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("medically_fit", "ids_referred", "discharged"),
)
def ids_referral_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "medically_fit", "ids_referred")


@metric(
    label="Days until assessed, mean",
    unit="days",
    direction="lower",
    definition="Spells ended in the period: referral to the end of the last IDS assessment.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("ids_referred", "ids_assessed", "discharged"),
)
def ids_assessment_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "ids_referred", "ids_assessed")


@metric(
    label="Days until funding is agreed, mean",
    unit="days",
    direction="lower",
    definition=(
        "Spells ended in the period: end of assessment to funding, with a continuing healthcare decision "
        "made in the acute bed; 0 for those who pay themselves and need no decision."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("ids_assessed", "funding_agreed", "discharged"),
)
def funding_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "ids_assessed", "funding_agreed")


@metric(
    label="Days of brokerage, mean",
    unit="days",
    direction="lower",
    definition="Spells ended in the period: funding agreed to a service found, ready for it.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("funding_agreed", "ready_for_service", "discharged"),
)
def brokerage_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "funding_agreed", "ready_for_service")


@metric(
    label="Days until the service can start, mean",
    unit="days",
    direction="lower",
    definition=(
        "Spells ended in the period: ready for the service to its slot, day and hour, when transport is "
        "asked for."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("ready_for_service", "transport_booked", "discharged"),
)
def service_wait_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "ready_for_service", "transport_booked")


@metric(
    label="Days waiting for patient transport, mean",
    unit="days",
    direction="lower",
    definition="Spells ended in the period: hour of discharge to a service, to leaving the bed.",
    source="ours",
    pool=Pool.MEAN,
    groups=WAITING,
    needs=("transport_booked", "discharged"),
)
def transport_mean_days(observed: Observed) -> Observations:
    return _stage(observed, "transport_booked", "discharged")


@metric(
    label="CHC decisions in an acute bed",
    unit="share",
    direction="lower",
    definition="Continuing healthcare decisions of the period: made before the patient left the acute bed.",
    source="NHS England, quality premium 2017 to 2019: under 15 % of full assessments",
    pool=Pool.MEAN,
    groups=(*TIME, *PLACE),
    needs=("chc_decided", "discharged"),
)
def chc_in_acute_bed_share(observed: Observed) -> Observations:
    decided = observed.mark("chc_decided")
    in_bed = ~(observed.mark("discharged") <= decided)
    return of_patients(in_bed, decided, observed.rows(decided))
