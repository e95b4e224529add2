"""999 calls: the conveyed are the record's arrivals, and a lever on conveyance takes nobody's place."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.pathways.ambulance_service import ambulance_chance, calls_behind_arrivals
from flowsim.pathways.hospital import build
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.laws import By, Product
from flowsim.scenario.sections.section import AGE_BANDS
from tests.pathways.runs import Bools, Levers, Run, run, scenario

FEWER = {
    "ambulance_service.conveyance.minors": 0.0,
    "ambulance_service.conveyance.majors": 0.5,
}


def conveyed_shares(levers: Levers) -> tuple[float, dict[tuple[str, bool], float]]:
    """Return what share of calls is conveyed, and the share of those conveyed by age and frailty."""
    calls = calls_behind_arrivals(scenario(12, levers))
    assert isinstance(calls.conveyed, Product)
    by_age, by_frailty = calls.conveyed.factors
    assert isinstance(by_age, By) and isinstance(by_frailty, By)
    conveyed = {}
    for band, share in zip(AGE_BANDS, calls.ages, strict=True):
        for frail, name in ((False, "not_frail"), (True, "frail")):
            who = share * (1 - calls.not_frail.values[band] if frail else calls.not_frail.values[band])
            conveyed[band, frail] = who * by_age.values[band] * by_frailty.values[name]
    total = sum(conveyed.values())
    return total, {who: share / total for who, share in conveyed.items()}


@pytest.mark.parametrize(
    "levers",
    [
        {},
        {"ambulance_service.not_conveyed": 0.55},
        {"ambulance_service.conveyance_when_frail": 0.6, "ambulance_service.conveyance_by_age.85+": 0.7},
    ],
)
def test_conveyed_patients_are_the_records_arrivals_whatever_is_assumed_of_calls(levers: Levers) -> None:
    asked = scenario(12, levers)
    demand, chance = asked.demand, ambulance_chance(asked.demand).values
    total, conveyed = conveyed_shares(levers)
    assert total == pytest.approx(1 - asked.ambulance_service.not_conveyed)
    assert calls_behind_arrivals(asked).per_arrival == pytest.approx(1 / total)
    for band in AGE_BANDS:
        arriving = demand.age_bands[band] * chance[band] / demand.ambulance_share
        assert conveyed[band, True] == pytest.approx(arriving * demand.frail[band])
        assert conveyed[band, False] == pytest.approx(arriving * (1 - demand.frail[band]))


def test_ages_of_ambulances_and_walk_ins_average_to_the_stated_mix() -> None:
    demand = scenario(12).demand
    chance = ambulance_chance(demand).values
    _, conveyed = conveyed_shares({})
    for band in AGE_BANDS:
        on_foot = demand.age_bands[band] * (1 - chance[band])
        by_ambulance = (conveyed[band, True] + conveyed[band, False]) * demand.ambulance_share
        assert on_foot + by_ambulance == pytest.approx(demand.age_bands[band])
    assert list(chance.values()) == sorted(chance.values())


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"ambulance_service.not_conveyed": 1.0}, "must be below 1"),
        ({"ambulance_service.not_conveyed": 0.1}, "conveyance must be at most 1 for everybody; found 1.08"),
    ],
)
def test_calls_that_cannot_be_worked_back_are_refused(levers: Levers, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build(scenario(12, levers))


def outcomes(asked: Run) -> dict[str, Bools]:
    """Return who of those who called had each outcome."""
    marks = {"conveyed": "ambulance_arrival", "seen": "see_and_treat", "heard": "hear_and_treat"}
    calls = asked.is_class("emergency_call") & asked.came()
    return {name: calls & ~np.isnan(asked.mark(mark)) for name, mark in marks.items()}


def test_every_call_has_one_outcome_at_once(any_run: Run) -> None:
    calls = any_run.is_class("emergency_call") & any_run.came()
    found = outcomes(any_run)
    assert np.array_equal(sum(who.astype(int) for who in found.values()), calls.astype(int))
    assert np.array_equal(~np.isnan(any_run.mark("emergency_call")), calls)
    ended = found["seen"] | found["heard"]
    assert np.array_equal(any_run.log.patients.left[ended], any_run.log.patients.started[ended])
    assert not np.isin(any_run.log.stays.patient, np.flatnonzero(ended)).any()


def within_four_errors(is_so: Bools, share: float) -> bool:
    return abs(is_so.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(is_so))


def test_the_shares_of_outcomes_are_those_of_the_scenario(baseline: Run) -> None:
    plan, found = baseline.scenario.ambulance_service, outcomes(baseline)
    calls = baseline.is_class("emergency_call") & baseline.came()
    assert calls.sum() > 7000
    assert within_four_errors(~found["conveyed"][calls], plan.not_conveyed)
    assert within_four_errors(found["heard"][calls & ~found["conveyed"]], plan.hear_and_treat)
    assert not within_four_errors(~found["conveyed"][calls], plan.not_conveyed + 0.05)


def test_the_old_and_the_frail_are_conveyed_more_often(baseline: Run) -> None:
    found = outcomes(baseline)["conveyed"]
    calls = baseline.is_class("emergency_call") & baseline.came()
    young, old = baseline.is_level("age_band", "18-44"), baseline.is_level("age_band", "85+")
    assert found[calls & old].mean() > found[calls & young].mean() + 0.1
    frail = calls & baseline.is_level("frailty", "frail")
    assert found[frail].mean() > found[calls & ~frail].mean()


def test_fewer_conveyed_are_the_same_callers_less_those_of_the_streams_named() -> None:
    def cohort_and_run(levers: Levers) -> tuple[Cohort, Run]:
        asked = run(12, levers, warm_up=2)
        return asked.cohort, asked

    (base, before), (other, after) = cohort_and_run({}), cohort_and_run(FEWER)
    calls = base.klass == before.log.class_names.index("emergency_call")
    callers = other.klass == after.log.class_names.index("emergency_call")
    assert np.array_equal(base.candidate[calls & before.came()], other.candidate[callers & after.came()])
    assert np.array_equal(base.arrival[calls & before.came()], other.arrival[callers & after.came()])
    first, then = outcomes(before)["conveyed"][calls], outcomes(after)["conveyed"][callers]
    assert (then <= first).all()
    stream = base.attributes["stream"][calls]
    name = base.levels["stream"].index
    assert not then[stream == name("minors")].any()
    assert np.array_equal(first[stream == name("resus")], then[stream == name("resus")])
    lost = first & ~then & (stream == name("majors"))
    assert within_four_errors(lost[first & (stream == name("majors"))], 0.5)
