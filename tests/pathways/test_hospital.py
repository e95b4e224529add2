"""The whole system: laws that every run obeys, and congestion from the way out to the ambulance."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from flowsim.engine.identities import check
from flowsim.experiments.runs.reporting import reporting_period
from flowsim.outcomes import measure
from flowsim.pathways.horizon import horizon_of
from flowsim.pathways.hospital import build
from flowsim.timeline import DAY
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import Run, run, scenario

CONGESTION = (
    "mffd_patients",
    "bed_occupancy",
    "dta_to_bed_median",
    "boarding_patients",
    "ambulance_handover_mean",
    "time_in_department_p95",
)
"""From the way out back to the front door; more is worse."""


def figures(asked: Run) -> Mapping[str, float]:
    """Return every metric of the whole period."""
    measured = measure(asked.log, reporting_period(asked.scenario), child=asked.cohort.child)
    rows = zip(measured.metric, measured.group, measured.value.tolist(), strict=True)
    return {metric: value for metric, group, value in rows if group == "all"}


# Laws


def test_every_run_obeys_the_laws_of_logs(any_run: Run) -> None:
    laws = check(any_run.log, any_run.hospital.compiled.program)
    assert [f"{law.name}: {law.violation}" for law in laws if not law.ok] == []
    assert all(law.count > 0 for law in laws)


def test_everybody_admitted_has_left_or_is_still_there(any_run: Run) -> None:
    admitted, gone = (~np.isnan(any_run.mark(name)) for name in ("admitted", "discharged"))
    in_hand = any_run.log.stays
    held_at_end = ~np.isnan(in_hand.started) & np.isnan(in_hand.ended)
    inside = np.isin(np.arange(len(admitted)), in_hand.patient[held_at_end])
    assert not (gone & ~admitted).any()
    assert (admitted <= (gone | inside)).all()
    assert not (gone & inside & np.isnan(any_run.mark("service_started"))).any()


def test_whoever_came_to_the_department_departed_or_is_still_there(any_run: Run) -> None:
    came, departed = ~np.isnan(any_run.mark("ed_arrival")), ~np.isnan(any_run.mark("departed"))
    others = any_run.is_class("type2", "type3", "treatment_centre")
    assert not (departed & ~came & ~others).any()
    assert np.isnan(any_run.log.patients.left[came & ~departed]).all()


def test_marks_of_an_attendance_come_in_their_order(any_run: Run) -> None:
    order = (
        "ed_arrival",
        "initial_assessment",
        "assessed",
        "investigations_requested",
        "results_available",
        "referred",
        "specialty_review",
        "decision_to_admit",
        "departed",
    )
    latest = np.full(len(any_run.log.patients.klass), -np.inf)
    for name in order:
        at = any_run.mark(name)
        assert not (at < latest).any(), name
        latest = np.fmax(latest, at)


def test_the_same_seed_gives_the_same_log_and_another_does_not(crowded: Run) -> None:
    again = run(30, FEW_BEDS)
    other = build(crowded.scenario).run(seed=2)
    assert crowded.log.first_difference(again.log) is None
    assert crowded.log.first_difference(other) is not None


def test_the_baseline_compiles_without_a_warning() -> None:
    assert build(scenario(12)).compiled.warnings == ()


def test_the_warm_up_lies_before_the_first_day() -> None:
    asked = scenario(12, warm_up=10)
    assert f"{horizon_of(asked).origin:%Y-%m-%d %H:%M}" == "2016-03-22 00:00"
    assert build(asked).end == 12 * DAY


# Congestion


def test_with_beds_and_slots_for_everybody_all_that_lies_before_is_better(crowded: Run, roomy: Run) -> None:
    full, free = figures(crowded), figures(roomy)
    for name in CONGESTION:
        assert free[name] < full[name], name
    assert free["four_hour_performance_type1"] > full["four_hour_performance_type1"] + 0.05
    assert free["left_without_being_seen"] < full["left_without_being_seen"]
    assert free["elective_cancellations"] == 0 < full["elective_cancellations"]


def test_faster_discharge_is_felt_at_the_front_door(crowded: Run) -> None:
    # Everybody is medically fit for an instant only.
    no_delay = {
        "discharge.complex.under_65": 0.0,
        "discharge.complex.65_plus_not_frail": 0.0,
        "discharge.complex.frail": 0.0,
        "discharge.weekdays": {"Mon-Sun": 1},
    }
    before, after = figures(crowded), figures(run(30, {**FEW_BEDS, **no_delay}))
    assert after["mffd_patients"] == 0
    for name in ("dta_to_bed_median", "boarding_patients", "ambulance_handover_mean"):
        assert after[name] < before[name], name


def third_of_slots() -> dict[str, int]:
    """Return a third of the baseline's slots."""
    community = scenario(12).community
    return {
        f"community.{pathway}.places.{locality}": math.ceil(places / 3)
        for pathway in ("P1", "P2", "P3")
        for locality, places in getattr(community, pathway).places.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("pressure", [True, False])
def test_too_few_slots_in_the_community_are_felt_in_the_ambulance(pressure: bool) -> None:
    levers = {"wards.pressure.enabled": pressure}
    enough = figures(run(120, levers, warm_up=30))
    few = figures(run(120, {**levers, **third_of_slots()}, warm_up=30))
    for name in ("d2a_wait_mean_days", "super_stranded_patients", *CONGESTION):
        assert few[name] > enough[name], name
    assert few["four_hour_performance_type1"] < enough["four_hour_performance_type1"]
    assert few["elective_cancellations"] > enough["elective_cancellations"]


@pytest.mark.slow
def test_pressure_feedback_holds_the_hospital_together() -> None:
    few = third_of_slots()
    with_, without = (
        figures(run(120, {**few, "wards.pressure.enabled": enabled}, warm_up=30)) for enabled in (True, False)
    )
    assert with_["dta_waits_over_12h"] < 0.8 * without["dta_waits_over_12h"]
    # Not four-hour performance: spaces that are free sooner let more people in to wait for clinicians.
    assert with_["ambulance_handover_mean"] < without["ambulance_handover_mean"]
