"""Integrated discharge: every stage takes its own time, in order, for those who go through it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from flowsim.timeline import DAY, GRID, HOUR
from tests.pathways.runs import Bools, Floats, Run, run

STAGES = (
    "medically_fit",
    "ids_referred",
    "ids_assessed",
    "funding_agreed",
    "ready_for_service",
    "transport_booked",
    "discharged",
)
CONSTANT = {
    "discharge.complex": {"under_65": 1.0, "65_plus_not_frail": 1.0, "frail": 1.0},
    "integrated_discharge.referral": {"fixed": {"value": "6 h"}},
    "integrated_discharge.assessors": {"Mon-Sun": {"00:00": 4000}},
    "integrated_discharge.assessment": {"fixed": {"value": "2 h"}},
    "integrated_discharge.second_assessment": 0.0,
    "integrated_discharge.continuing_healthcare": {
        "share": 1.0,
        "decision": {"fixed": {"value": "3 days"}},
        "in_acute_bed": 1.0,
    },
    "integrated_discharge.self_funded": {"P1": 0.0, "P2": 0.0, "P3": 1.0},
    "integrated_discharge.funding": {
        "P1": {"fixed": {"value": "1 days"}},
        "P2": {"fixed": {"value": "5 h"}},
        "P3": {"fixed": {"value": "9 days"}},
    },
    "integrated_discharge.brokerage": {
        pathway: {"fixed": {"value": "10 h"}} for pathway in ("P1", "P2", "P3")
    },
    "integrated_discharge.brokerage_factor": {"Portsmouth": 1.0, "Hampshire": 1.5},
    "integrated_discharge.transport": {"fixed": {"value": "45 min"}},
}


@pytest.fixture(scope="module")
def constant() -> Run:
    """Return a hospital where every stage takes the same time for everybody of a pathway and council."""
    return run(30, CONSTANT)


def took(asked: Run, stage: int, chosen: Bools) -> Floats:
    """Return the different times that a stage took those who ended it."""
    times = (asked.mark(STAGES[stage]) - asked.mark(STAGES[stage - 1]))[chosen]
    known = times[~np.isnan(times)]
    assert len(known) > 20
    return np.unique(known)


@pytest.mark.parametrize(("pathway", "funded"), [("P1", DAY), ("P2", 5 * HOUR), ("P3", 3 * DAY)])
def test_each_stage_takes_its_own_time(constant: Run, pathway: str, funded: float) -> None:
    # Everybody in pathway 3 pays for the placement, but waits three days for a CHC decision in the bed.
    mine = constant.is_level("pathway", pathway)
    in_portsmouth = constant.is_level("locality", "P")
    assert took(constant, 1, mine) == [6 * HOUR]
    assert took(constant, 2, mine) == [2 * HOUR]
    assert took(constant, 3, mine) == [funded]
    assert took(constant, 4, mine & in_portsmouth) == [10 * HOUR]
    assert took(constant, 4, mine & ~in_portsmouth) == [15 * HOUR]


def test_the_bed_is_kept_until_transport_has_come(constant: Run) -> None:
    assert took(constant, 6, constant.is_level("pathway", "P1")) == [45]
    gone = ~np.isnan(constant.mark("transport_booked")) & ~np.isnan(constant.mark("discharged"))
    first, ward = constant.served("first_bed"), constant.served("ward_bed")
    bed = np.where(np.isnan(ward.started), first.ended, ward.ended)
    electives = constant.is_class("elective")
    assert gone[~electives].sum() > 20
    assert np.array_equal(bed[gone & ~electives], constant.mark("discharged")[gone & ~electives])


def test_stages_come_in_their_order(any_run: Run) -> None:
    for before, after in pairwise(STAGES[:-1]):
        reached = ~np.isnan(any_run.mark(after))
        assert (any_run.mark(before) <= any_run.mark(after))[reached].all()


def test_ids_assesses_on_working_days_twice_if_the_draw_says_so(baseline: Run) -> None:
    ids = baseline.stays("ids_assessment")
    started = ids.started[~np.isnan(ids.started)]
    assert set(baseline.weekday(started)) == {0, 1, 2, 3, 4}
    assert ((baseline.hour(started) >= 9) & (baseline.hour(started) < 17)).all()
    assessed = ~np.isnan(baseline.mark("ids_assessed"))
    visits = np.bincount(ids.patient, minlength=len(assessed))[assessed]
    twice = baseline.draw("second_assessment") < baseline.scenario.integrated_discharge.second_assessment
    assert assessed.sum() > 200
    assert np.array_equal(visits, np.where(twice, 2, 1)[assessed])


def test_funding_is_waited_for_unless_the_patient_pays(baseline: Run) -> None:
    waited = baseline.mark("funding_agreed") - baseline.mark("ids_assessed")
    agreed = ~np.isnan(waited) & baseline.is_level("pathway", "P1")
    pays = baseline.draw("self_funded") < baseline.scenario.integrated_discharge.self_funded["P1"]
    assert (agreed & pays).sum() > 10
    assert (waited[agreed & pays] == 0).all()
    assert np.array_equal(waited[agreed & ~pays], baseline.draw("funding")[agreed & ~pays])


def test_brokerage_takes_its_draw_and_longer_in_hampshire(baseline: Run) -> None:
    waited = baseline.mark("ready_for_service") - baseline.mark("funding_agreed")
    arranged = ~np.isnan(waited)
    assert arranged.sum() > 200
    assert np.array_equal(waited[arranged], baseline.draw("brokerage")[arranged])
    same = {"integrated_discharge.brokerage_factor": {"Portsmouth": 1.0, "Hampshire": 1.0}}
    before, after = run(40, same).draw("brokerage"), baseline.draw("brokerage")
    both = ~np.isnan(before) & ~np.isnan(after) & ~np.isnan(baseline.cohort.arrival)
    for locality, factor in {"P": 0.837, "FG": 1.088, "SEH": 1.088}.items():
        mine = both & baseline.is_level("locality", locality)
        assert mine.sum() > 50
        assert np.abs(after - factor * before)[mine].max() <= 2 / GRID


def test_a_decision_in_the_bed_comes_on_top_for_9_percent_of_pathway_3() -> None:
    asked = run(60, {"discharge.pathway": {"P1": 0.0, "P2": 0.0, "P3": 1.0}, "wards.zero_day": 0.0})
    pays = asked.draw("self_funded") < asked.scenario.integrated_discharge.self_funded["P3"]
    funding = np.where(pays, 0.0, asked.draw("funding"))
    extra = asked.mark("funding_agreed") - asked.mark("ids_assessed") - funding
    done = ~np.isnan(extra)
    in_bed = asked.draw("chc_place") < 0.15 * 0.60
    assert (done & in_bed).sum() > 5
    assert (extra[done & ~in_bed] == 0).all()
    assert np.array_equal(extra[done & in_bed], asked.draw("chc_decision")[done & in_bed])


@pytest.fixture(scope="module")
def deciding() -> Run:
    """Return a hospital of pathway 3 where half need a decision, and half of those in the bed."""
    chc = {"share": 0.5, "decision": {"gamma": {"mean": "18 days", "cv": 0.5}}, "in_acute_bed": 0.5}
    return run(
        90,
        {
            "discharge.pathway": {"P1": 0.0, "P2": 0.0, "P3": 1.0},
            "integrated_discharge.continuing_healthcare": chc,
            "community.P3.places": {"P": 400, "FG": 400, "SEH": 400},
        },
    )


def test_a_slot_is_kept_until_both_the_stay_and_the_decision_are_over(deciding: Run) -> None:
    used = deciding.mark("service_ended") - deciding.mark("service_started")
    place, stay = deciding.draw("chc_place"), deciding.draw("service_stay")
    in_placement = (place >= 0.25) & (place < 0.5)
    decision = deciding.draw("chc_decision")
    ended = ~np.isnan(used)
    waits = ended & in_placement & (decision > stay)
    assert waits.sum() > 5
    assert np.array_equal(used[waits], decision[waits])
    assert np.abs(used - stay)[ended & ~waits].max() <= 2 / GRID
    decided = deciding.mark("chc_decided") - deciding.mark("service_started")
    assert np.array_equal(decided[ended & in_placement], decision[ended & in_placement])


def test_a_decision_is_made_once_and_by_nobody_else(deciding: Run) -> None:
    place = deciding.draw("chc_place")
    decided = ~np.isnan(deciding.mark("chc_decided"))
    in_bed = decided & ~(deciding.mark("discharged") <= deciding.mark("chc_decided"))
    assert in_bed.sum() > 20
    assert (place[in_bed] < 0.25).all()
    assert ((place >= 0.25) & (place < 0.5))[decided & ~in_bed].all()
    assert deciding.is_level("pathway", "P3")[decided].all()


def test_trusted_assessors_bring_patients_to_ready_sooner() -> None:
    trusted = run(30, {"integrated_discharge.second_assessment": 0.0})
    twice = run(30, {"integrated_discharge.second_assessment": 1.0})

    def wait(asked: Run) -> float:
        return float(np.nanmean(asked.mark("ids_assessed") - asked.mark("ids_referred")) / HOUR)

    assert wait(trusted) < wait(twice)
