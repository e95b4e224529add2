"""Admission avoidance: each scheme keeps away those it is for, in its hours and places, and nobody else."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from flowsim.timeline import HOUR
from tests.pathways.runs import Bools, Levers, Run, run

EVENINGS = {"Mon-Fri": "16:00-20:00", "Sat": "08:00-20:00", "Sun": "closed"}


@cache
def twelve_days(*levers: tuple[str, object]) -> Run:
    return run(12, dict(levers), warm_up=2)


def without(levers: Levers) -> tuple[Run, Run]:
    """Return twelve days as in the record and with levers set."""
    return twelve_days(), twelve_days(*levers.items())


def missing(before: Run, after: Run, name: str) -> tuple[Bools, Bools]:
    """Return the rows of a class that came before, and which of them come no more."""
    mine = before.is_class(name) & before.came()
    theirs = after.cohort.candidate[after.is_class(name) & after.came()]
    return mine, mine & ~np.isin(before.cohort.candidate, theirs)


def within_four_errors(is_so: Bools, share: float) -> bool:
    return abs(is_so.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(is_so))


def test_in_the_record_there_are_no_schemes(baseline: Run) -> None:
    assert np.isnan(baseline.mark("treated_at_home")).all()
    assert np.isnan(baseline.mark("enhanced_access")).all()


def test_a_team_for_half_of_the_homes_halves_its_effect_on_calls() -> None:
    levers = {"admission_avoidance.care_homes.covered": 0.5, "admission_avoidance.care_homes.calls": 0.2}
    before, after = without(levers)
    calls, gone = missing(before, after, "emergency_call")
    resident = before.is_level("care_home", "yes")
    assert not (gone & ~resident).any()
    assert (calls & resident).sum() > 50
    assert within_four_errors(gone[calls & resident], 0.4)
    for name in ("walk_in", "direct"):
        assert not missing(before, after, name)[1].any()


def test_a_team_conveys_and_refers_residents_more_often_if_the_scenario_says_so() -> None:
    levers = {
        "admission_avoidance.care_homes.covered": 1,
        "admission_avoidance.care_homes.calls": 1,
        "admission_avoidance.care_homes.conveyance": 0,
        "admission_avoidance.care_homes.admission": 0,
    }
    before, after = without(levers)
    assert not missing(before, after, "emergency_call")[1].any()
    calls, resident = (after.is_class("emergency_call") & after.came(), after.is_level("care_home", "yes"))
    conveyed = ~np.isnan(after.mark("ambulance_arrival"))
    assert not conveyed[calls & resident].any()
    assert conveyed[calls & ~resident].any()
    assert np.isnan(after.mark("referred")[resident]).all()
    assert not np.isnan(before.mark("referred")[before.is_level("care_home", "yes")]).all()


def test_plans_for_those_who_come_often_thin_their_calls_and_walk_ins_only() -> None:
    before, after = without({"admission_avoidance.high_intensity.attendances": 0.6})
    often = before.is_level("high_intensity", "yes")
    for name in ("emergency_call", "walk_in"):
        came, gone = missing(before, after, name)
        assert not (gone & ~often).any()
        assert within_four_errors(gone[came & often], 0.4)
    assert not missing(before, after, "direct")[1].any()


def test_in_the_record_everybody_waits_as_long_for_a_visit(baseline: Run) -> None:
    direct = baseline.is_class("direct") & baseline.came()
    decided = baseline.mark("decision_to_admit")
    here = direct & ~np.isnan(decided)
    assert here.sum() > 1000
    assert set((decided - baseline.log.patients.started)[here].tolist()) == {3 * HOUR}
    hour = baseline.hour(decided[here])
    # The record's hours are those at the hospital: 73 % from 11 to 19 h, by the profile.
    profile = np.array(baseline.scenario.demand.direct_hours.hours)
    assert within_four_errors((hour >= 11) & (hour < 19), profile[11:19].sum() / profile.sum())


def test_a_visiting_service_is_for_the_old_of_its_locality_and_brings_them_earlier() -> None:
    levers = {"admission_avoidance.home_visits.covered.P": 1}
    _, asked = without(levers)
    direct = asked.is_class("direct") & asked.came()
    served = direct & asked.is_level("locality", "P") & asked.is_level("age_band", "65-74", "75-84", "85+")
    treated = ~np.isnan(asked.mark("treated_at_home"))
    assert not (treated & ~served).any()
    assert served.sum() > 30
    assert within_four_errors(treated[served], 0.3)
    assert np.isnan(asked.mark("decision_to_admit")[treated]).all()
    waited = asked.mark("decision_to_admit") - asked.log.patients.started
    known = direct & ~np.isnan(waited)
    assert (waited[known & served] == HOUR).all()
    assert (waited[known & ~served] == 3 * HOUR).all()


def test_a_visit_changes_nobodys_request() -> None:
    before, after = without({"admission_avoidance.home_visits.covered.P": 1})
    mine, theirs = (asked.is_class("direct") & asked.came() for asked in (before, after))
    assert np.array_equal(before.log.patients.started[mine], after.log.patients.started[theirs])


@pytest.fixture(scope="module")
def evenings() -> Run:
    levers = {
        "admission_avoidance.enhanced_access.hours": EVENINGS,
        "admission_avoidance.enhanced_access.diverted": {"P": 0.8, "FG": 0.4, "SEH": 0},
    }
    return run(25, levers)


def test_appointments_are_for_walk_ins_of_low_acuity_in_their_hours(evenings: Run) -> None:
    away = ~np.isnan(evenings.mark("enhanced_access"))
    came = evenings.log.patients.started
    weekday, hour = evenings.weekday(came), evenings.hour(came)
    in_hours = (hour < 20) & np.where(weekday == 5, hour >= 8, (weekday < 5) & (hour >= 16))
    low = evenings.is_class("walk_in") & evenings.is_level("stream", "gp", "minors") & in_hours
    assert not (away & ~low).any()
    for locality, share in (("P", 0.8), ("FG", 0.4), ("SEH", 0.0)):
        here = low & evenings.is_level("locality", locality)
        assert here.sum() > 100
        assert within_four_errors(away[here], share) if share else not away[here].any()


def test_whoever_has_an_appointment_is_not_in_the_department(evenings: Run) -> None:
    away = ~np.isnan(evenings.mark("enhanced_access"))
    assert np.isnan(evenings.mark("ed_arrival")[away]).all()
    assert np.array_equal(evenings.log.patients.left[away], evenings.log.patients.started[away])
