"""Community services: what the wait for them does to patients, and what keeps their slots.

Counted when it happens within the period, whoever is still in. Patients keep the pathway they were
listed for.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from flowsim.outcomes.observations import Observations, at_midnight, of_patients
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.ready import WAITING
from flowsim.outcomes.registry import PLACE, TIME, Pool, metric


@metric(
    label="Declined while waiting for pathway 1",
    unit="patients",
    direction="lower",
    definition=(
        "Patients waiting in the acute bed for support at home whose strength fell until they needed "
        "a bed of pathway 2."
    ),
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, *PLACE),
    needs=("declined",),
)
def declined_while_waiting(observed: Observed) -> Observations:
    declined = observed.mark("declined")
    return of_patients(1.0, declined, observed.rows(declined))


@metric(
    label="Services in place of another",
    unit="patients",
    direction="neutral",
    definition="Services begun in the period by patients listed for a higher pathway.",
    source="ours",
    pool=Pool.TOTAL,
    groups=WAITING,
    needs=("service_started",),
)
def substituted_services(observed: Observed) -> Observations:
    substituted = observed.mark("substituted")
    return of_patients(1.0, substituted, observed.rows(substituted))


@metric(
    label="Pathway 1 slots blocked by long-term care",
    unit="slot days",
    direction="lower",
    definition=(
        "Slots of pathway 1 kept at 24:00 by patients who only wait for long-term care, summed over the "
        "nights of the period."
    ),
    source="ours",
    pool=Pool.TOTAL,
    groups=(*TIME, *PLACE),
    needs=("slot_blocked", "service_ended"),
)
def p1_slot_days_blocked(observed: Observed) -> Observations:
    return at_midnight(observed, observed.mark("slot_blocked"), observed.mark("service_ended"))
