"""NHS 111: clinical assessment diverts in its hours, localities and streams, and takes nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pathways.runs import Bools, Run, run

CALLED = ("emergency_call", "walk_in")
EVENINGS = {
    "nhs_111.clinical_assessment.hours": {"Mon-Fri": "00:00-08:00, 18:30-24:00", "Sat-Sun": "24 h"},
    "nhs_111.clinical_assessment.localities": {"P": 1, "FG": 0.5, "SEH": 0},
    "nhs_111.clinical_assessment.diverted": 0.8,
}


@pytest.fixture(scope="module")
def assessed() -> Run:
    return run(40, EVENINGS)


def within_four_errors(is_so: Bools, share: float) -> bool:
    return abs(is_so.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(is_so))


def test_the_stated_shares_come_through_111(baseline: Run) -> None:
    plan = baseline.scenario.nhs_111
    through = ~np.isnan(baseline.mark("nhs_111"))
    for name, share in (("emergency_call", plan.emergency_calls), ("walk_in", plan.walk_ins)):
        here = baseline.is_class(name) & baseline.came()
        assert np.array_equal(through[here], baseline.is_level("through_111", "yes")[here])
        assert within_four_errors(through[here], share)
    assert not (through & ~baseline.is_class(*CALLED)).any()


def test_in_the_record_nobody_is_diverted(baseline: Run) -> None:
    assert np.isnan(baseline.mark("cas_diverted")).all()


def test_clinicians_divert_in_their_hours_those_whom_they_may_take(assessed: Run) -> None:
    diverted = ~np.isnan(assessed.mark("cas_diverted"))
    came = assessed.log.patients.started
    weekday, hour = assessed.weekday(came), assessed.hour(came)
    in_hours = (weekday >= 5) | (hour < 8) | (hour >= 18.5)
    may = ~np.isnan(assessed.mark("nhs_111")) & in_hours & ~assessed.is_level("locality", "SEH")
    assert not (diverted & ~may).any()
    assert not (diverted & assessed.is_level("stream", "resus")).any()
    minors, majors = may & assessed.is_level("stream", "minors"), may & assessed.is_level("stream", "majors")
    in_portsmouth = assessed.is_level("locality", "P")
    assert within_four_errors(diverted[minors & in_portsmouth], 0.8)
    assert within_four_errors(diverted[minors & ~in_portsmouth], 0.4)
    assert within_four_errors(diverted[majors & in_portsmouth], 0.8 * 0.3)
    assert not within_four_errors(diverted[majors & in_portsmouth], 0.8)


def test_whoever_is_diverted_calls_no_ambulance_and_does_not_come(assessed: Run) -> None:
    diverted = ~np.isnan(assessed.mark("cas_diverted"))
    assert diverted.sum() > 100
    for name in ("emergency_call", "ed_arrival"):
        assert np.isnan(assessed.mark(name)[diverted]).all()
    assert np.array_equal(assessed.log.patients.left[diverted], assessed.log.patients.started[diverted])


def test_clinical_assessment_makes_nobody_another_person(baseline: Run, assessed: Run) -> None:
    assert np.array_equal(baseline.cohort.candidate, assessed.cohort.candidate)
    assert np.array_equal(baseline.cohort.arrival, assessed.cohort.arrival, equal_nan=True)
    on = ~np.isnan(assessed.mark("ambulance_arrival")) & assessed.is_class("emergency_call")
    before = ~np.isnan(baseline.mark("ambulance_arrival"))
    assert (on <= before).all()
    kept = np.isnan(assessed.mark("cas_diverted")) & assessed.is_class("emergency_call")
    assert np.array_equal(on[kept], before[kept])
