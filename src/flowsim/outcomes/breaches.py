"""What a breach was waiting for: the longest single wait of each type 1 attendance over four hours.

    handover ─ initial assessment ─ first clinician ─ investigations ─ specialty review ─ bed
                                                                   └ psychiatric liaison ─ mental-health bed

Where two waits are equally long the earlier one has it. Whoever left unseen was waiting, until leaving, for
what had begun and not come; for anyone else a wait without an end is none.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

import numpy as np

from flowsim.outcomes.observations import Observations, shared
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Floats, Ints
from flowsim.outcomes.registry import Pool, metric
from flowsim.outcomes.standards import CLINICAL, FOUR_HOURS

WAITS = (
    "handover",
    "initial assessment",
    "first clinician",
    "investigations",
    "specialty review",
    "bed",
    "psychiatric liaison",
    "mental-health bed",
)
"""What a patient may wait for, in order; a breach without any wait was under treatment."""

NEEDS = ("ed_arrival", "departed")


@shared
def longest_wait_of_breaches(observed: Observed) -> tuple[Ints, Ints]:
    """Return the type 1 breaches, and where in `WAITS` the longest wait of each stands, -1 for none."""
    rows = observed.attendances_type1
    rows = rows[observed.in_department[rows] > FOUR_HOURS]

    def mark(name: str) -> Floats:
        return observed.mark(name)[rows]

    arrival = mark("ed_arrival")
    at_the_desk = np.where(np.isnan(mark("handover")), arrival, mark("handover"))
    spans = (
        (mark("ambulance_arrival"), mark("handover")),
        (at_the_desk, mark("initial_assessment")),
        (mark("assessed"), np.fmax(mark("gp_seen"), mark("first_clinician"))),
        (mark("investigations_requested"), mark("results_available")),
        (mark("referred"), mark("specialty_review")),
        (mark("decision_to_admit"), mark("departed")),
        (mark("liaison_referral"), mark("liaison_seen")),
        (mark("mental_health_bed_requested"), mark("departed")),
    )
    left = mark("left_without_being_seen")
    waits = np.stack([np.where(np.isnan(end), left, end) - begin for begin, end in spans])
    waits = np.where(np.isnan(waits), 0.0, waits)
    return rows, np.where(waits.max(axis=0) > 0.0, waits.argmax(axis=0), -1)


def _share_awaiting(observed: Observed, *waits: str) -> Observations:
    rows, longest = longest_wait_of_breaches(observed)
    awaited = np.isin(longest, [WAITS.index(wait) for wait in waits])
    return Observations(awaited.astype(np.float64), observed.attendance[rows], rows)


@metric(
    label="Breaches awaiting a bed",
    unit="share",
    direction="neutral",
    definition="Type 1 breaches whose longest single wait was from the decision to admit to departure.",
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "decision_to_admit"),
)
def breaches_awaiting_bed_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "bed")


@metric(
    label="Breaches awaiting first assessment",
    unit="share",
    direction="neutral",
    definition=(
        "Type 1 breaches whose longest single wait was for the first clinician or for the specialty's review."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "first_clinician"),
)
def breaches_awaiting_first_assessment_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "first clinician", "specialty review")


@metric(
    label="Breaches awaiting a bed or first assessment",
    unit="share",
    direction="neutral",
    definition="Type 1 breaches awaiting a bed or first assessment, as the two before, together.",
    source="ours; the Operating Plan 2017-19 of Portsmouth's CCGs counts a recorded reason",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "decision_to_admit", "first_clinician"),
)
def breaches_awaiting_bed_or_first_assessment_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "bed", "first clinician", "specialty review")


@metric(
    label="Breaches awaiting investigations",
    unit="share",
    direction="neutral",
    definition="Type 1 breaches whose longest single wait was for the results of investigations.",
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "investigations_requested"),
)
def breaches_awaiting_investigations_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "investigations")


@metric(
    label="Breaches awaiting handover or triage",
    unit="share",
    direction="neutral",
    definition=(
        "Type 1 breaches whose longest single wait was for handover from the ambulance or initial assessment."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "initial_assessment"),
)
def breaches_awaiting_handover_or_triage_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "handover", "initial assessment")


@metric(
    label="Breaches awaiting mental-health care",
    unit="share",
    direction="neutral",
    definition=(
        "Type 1 breaches whose longest single wait was for psychiatric liaison or for a mental-health bed."
    ),
    source="ours",
    pool=Pool.MEAN,
    groups=CLINICAL,
    needs=(*NEEDS, "liaison_referral"),
)
def breaches_awaiting_mental_health_share(observed: Observed) -> Observations:
    return _share_awaiting(observed, "psychiatric liaison", "mental-health bed")
