"""The rush before four hours: who goes first in line for a bed, and who is moved at once."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engine.identities import check
from flowsim.pathways.hospital import build
from flowsim.timeline import GRID
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import Floats, Run, run, scenario
from tests.pathways.test_hospital import figures

BEGINS, FOUR_HOURS, LOOK_EVERY = 210.0, 240.0, 2.0
RUSH = {"four_hour_rush.enabled": True}


@pytest.fixture(scope="module")
def rushed() -> Run:
    """Return the crowded hospital with the rush."""
    return run(30, {**FEW_BEDS, **RUSH})


def clock(asked: Run) -> Floats:
    """Return when each patient's clock is taken to have started."""
    late = np.where(asked.is_level("arrival_mode", "by_ambulance"), 15.0, 0.0)
    return asked.mark("ed_arrival") + late


def test_how_somebody_came_is_known_of_a_first_visit(baseline: Run) -> None:
    first = ~np.isnan(baseline.mark("ed_arrival")) & ~baseline.is_class("direct", "returning")
    by_ambulance = ~np.isnan(baseline.mark("ambulance_arrival"))
    assert np.array_equal(by_ambulance[first], baseline.is_level("arrival_mode", "by_ambulance")[first])


def test_without_it_nobody_looks_at_the_clock(any_run: Run) -> None:
    assert "board" not in any_run.log.resource_names


def test_the_rushed_hospital_obeys_the_laws_of_logs(rushed: Run) -> None:
    laws = check(rushed.log, rushed.hospital.compiled.program)
    assert [f"{law.name}: {law.violation}" for law in laws if not law.ok] == []
    assert rushed.hospital.compiled.warnings == ()


def test_whoever_has_a_bed_near_four_hours_is_moved_at_once(rushed: Run) -> None:
    bed, space = rushed.served("first_bed"), rushed.served("space")
    at = bed.started - clock(rushed)
    near = (at >= BEGINS) & (at < FOUR_HOURS - LOOK_EVERY) & ~np.isnan(space.ended)
    near &= np.isnan(rushed.mark("ambulatory_care"))
    near &= bed.started % LOOK_EVERY > 1 / GRID  # not at the very moment of a look
    assert near.sum() > 100
    waited_for_a_look = (space.ended - bed.started - 0.25 * rushed.draw("transfer"))[near]
    assert waited_for_a_look.min() >= -2 / GRID
    assert waited_for_a_look.max() <= LOOK_EVERY + 2 / GRID


def test_whoever_has_a_bed_after_four_hours_is_moved_as_usual(rushed: Run) -> None:
    bed, space = rushed.served("first_bed"), rushed.served("space")
    late = (bed.started - clock(rushed) >= FOUR_HOURS) & ~np.isnan(space.ended)
    late &= np.isnan(rushed.mark("ambulatory_care"))
    assert late.sum() > 500
    took = (space.ended - bed.started)[late]
    assert np.abs(took - rushed.draw("transfer")[late]).max() <= 4 / GRID


def test_whoever_has_a_bed_early_is_hurried_only_once_the_mark_is_near(rushed: Run) -> None:
    bed, space = rushed.served("first_bed"), rushed.served("space")
    early = (bed.started - clock(rushed) < BEGINS) & ~np.isnan(space.ended)
    early &= np.isnan(rushed.mark("ambulatory_care"))
    usual = space.ended - bed.started >= rushed.draw("transfer") - 4 / GRID
    assert 0.2 < usual[early].mean() < 0.95
    assert (space.ended - clock(rushed) >= BEGINS)[early & ~usual].all()
    waited_for_looks = (space.ended - bed.started - rushed.draw("transfer"))[early & usual]
    assert waited_for_looks.max() <= 3 * LOOK_EVERY + 4 / GRID


def test_near_four_hours_a_patient_goes_before_all_who_are_not(rushed: Run) -> None:
    first = rushed.stays("first_bed")
    over = np.where(np.isnan(first.started), first.ended, first.started)
    over = np.where(np.isnan(over), np.inf, over)
    asked = first.requested - clock(rushed)[first.patient]
    decided = rushed.mark("decision_to_admit")[first.patient]
    medical = (
        rushed.is_level("specialty", "medicine")[first.patient]
        & (rushed.draw("straight_to_ward") >= rushed.scenario.acute_medicine.straight_to_ward)[first.patient]
    )
    from_aec = ~np.isnan(rushed.mark("ambulatory_care"))[first.patient]
    near = medical & ~from_aec & (asked >= BEGINS) & (asked < FOUR_HOURS) & (over > first.requested)
    others = medical & ~near & (first.started > first.requested) & (first.requested - decided < 9.5 * 60)
    others &= first.resource == rushed.log.resource("amu")
    assert near.sum() > 50 and others.sum() > 50
    for t in first.started[others].tolist():
        assert not (near & (first.requested < t) & (over > t)).any()


def test_after_four_hours_the_place_in_line_is_since_the_decision(rushed: Run) -> None:
    first = rushed.stays("first_bed")
    gave_up = np.isnan(first.started) & (first.ended > first.requested)
    on_clock = (first.ended - clock(rushed)[first.patient])[gave_up]
    since = (first.ended - rushed.mark("decision_to_admit")[first.patient])[gave_up]
    assert {BEGINS, FOUR_HOURS} <= set(on_clock)
    assert np.isin(since[~np.isin(on_clock, (BEGINS, FOUR_HOURS))], (240.0, 570.0)).all()


def test_the_rush_moves_the_same_patients_before_the_mark(baseline: Run) -> None:
    before, after = figures(baseline), figures(run(40, RUSH))
    assert (
        after["admitted_leaving_at_230_to_240_share"] > 1.5 * before["admitted_leaving_at_230_to_240_share"]
    )
    assert after["four_hour_performance_admitted"] > before["four_hour_performance_admitted"] + 0.03


def test_both_engines_agree_on_what_the_baseline_has_switched_off() -> None:
    levers = {
        **RUSH,
        "children.observation_unit.places": 4,
        "mental_health.decision_unit.places": 3,
    }
    hospital = build(scenario(5, levers, warm_up=1))
    logs = [hospital.run(seed=1, engine=engine) for engine in ("simpy", "compiled")]
    for mark in ("observed", "liaison_seen"):
        assert (~np.isnan(logs[0].mark(mark))).any()
    assert logs[0].first_difference(logs[1]) is None
