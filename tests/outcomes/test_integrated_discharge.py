from __future__ import annotations

import math

import pytest

from flowsim.outcomes import measure
from tests.outcomes.written_logs import DAY, HOUR, Person, days, inpatient, with_attributes, written

STAGES = (
    "ids_referral_mean_days",
    "ids_assessment_mean_days",
    "funding_mean_days",
    "brokerage_mean_days",
    "service_wait_mean_days",
    "transport_mean_days",
)


def fit(start: float, *stages: float, **attributes: str) -> Person:
    """Return somebody who went through stages of so many days, and out of the bed after the sixth."""
    names = ("medically_fit", "ids_referred", "ids_assessed", "funding_agreed", "ready_for_service")
    times = [start]
    for stage in stages:
        times.append(times[-1] + stage * DAY)
    marks = dict(zip((*names, "transport_booked"), times, strict=False))
    out = times[6] if len(times) == 7 else math.nan
    return with_attributes(inpatient(0, out, **marks), **attributes)


def test_each_stage_has_its_mean_days_and_they_add_up_to_the_delay() -> None:
    people = [
        fit(DAY, 1, 2, 0, 3, 4, 0.5, pathway="P1", locality="P"),
        fit(DAY, 3, 1, 5, 0.5, 1, 0.25, pathway="P3", locality="FG"),
    ]
    measured = measure(written(*people, end=30 * DAY), days(30))
    assert [measured[name] for name in STAGES] == [2, 1.5, 2.5, 1.75, 2.5, 0.375]
    assert [measured[name, "pathway=P3"] for name in STAGES] == [3, 1, 5, 0.5, 1, 0.25]
    assert measured["brokerage_mean_days", "council=Portsmouth"] == 3
    assert sum(measured[name, "pathway=P1"] for name in STAGES) == 10.5


@pytest.mark.parametrize("name", STAGES)
def test_nobody_is_counted_who_is_still_in_or_was_never_fit_or_left_in_the_warm_up(name: str) -> None:
    people = [fit(0, 1, 2, 3, 4, 5), inpatient(0, 2 * DAY), fit(0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)]
    assert math.isnan(measure(written(*people, end=30 * DAY), days(30, begins=5))[name])


def test_another_way_out_counts_until_ready_for_the_service_and_not_as_a_wait_for_it() -> None:
    ready = {"funding_agreed": DAY, "ready_for_service": 2 * DAY}
    measured = measure(written(inpatient(0, 9 * DAY + 10 * HOUR, **ready), end=12 * DAY), days(12))
    assert measured["brokerage_mean_days"] == 1
    assert math.isnan(measured["service_wait_mean_days"])
    assert math.isnan(measured["transport_mean_days"])


def test_a_decision_counts_where_the_patient_is_when_it_is_made() -> None:
    # In the bed; after leaving it; in the bed of somebody who is still there; in the warm-up; never.
    people = [
        with_attributes(inpatient(0, 9 * DAY, chc_decided=6 * DAY), locality="P"),
        with_attributes(inpatient(0, 4 * DAY, chc_decided=6 * DAY), locality="FG"),
        with_attributes(inpatient(0, chc_decided=7 * DAY), locality="SEH"),
        inpatient(0, chc_decided=DAY),
        inpatient(0),
    ]
    measured = measure(written(*people, end=12 * DAY), days(12, begins=5))
    assert measured.fraction("chc_in_acute_bed_share") == (2, 3)
    assert measured.fraction("chc_in_acute_bed_share", "council=Hampshire") == (1, 2)
