"""Runs that go on from a census: who is in it is there, nobody else came before, all are accounted for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flowsim.engine.identities import check
from flowsim.errors import InputError
from flowsim.experiments.runs.reporting import reporting_period
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.snapshot import snapshot
from flowsim.pathways.horizon import horizon_of
from flowsim.pathways.hospital import build
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY, HOUR
from tests.pathways.runs import Run

HEAD = (
    "unit,hours_since_admission,hours_medically_fit,pathway,age_band,frailty,locality,"
    "hours_since_decision_to_admit,admission_method"
)
ROWS = (
    "emergency_department,1.5,,,45-64,,,,",
    "emergency_department,6,,,85+,frail,P,2,",
    "amu,10,,,75-84,not_frail,P,,",
    "short_stay,30,,,18-44,,,,",
    "older_people,700,300,P3,85+,frail,FG,,",
    "older_people,200,48,P1,85+,frail,P,,",
    "specialty_medicine,120,,,65-74,,,,",
    "specialty_medicine,50,4,P4,65-74,not_frail,P,,",
    "surgery,20,,,45-64,,,,elective",
    "childrens_ward,12,,,0-17,,,,",
    "p1_P,100,,,,,,,",
)


def written(
    folder: Path, *rows: str, taken: str = "06:00", services: str = "census", more: str = ""
) -> Scenario:
    """Return the scenario of a census."""
    (folder / "census.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    file = folder / "forecast.yaml"
    file.write_text(
        "extends: portsmouth-2016\nname: forecast\ntitle: From a census\n"
        "run: {start: 2016-06-06, days: 7}\n"
        f'initial_state: {{census: census.csv, taken: "{taken}", services: {services}}}\n{more}',
        encoding="utf-8",
    )
    return load(file, Scenario).value


def run(scenario: Scenario, engine: str = "simpy") -> Run:
    return Run.of(scenario, seed=5, engine=engine)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(written(tmp_path_factory.mktemp("census"), *ROWS))


def in_census(asked: Run) -> np.ndarray:
    names = np.array(asked.log.class_names)
    return np.char.startswith(names[asked.log.patients.klass], "census_")


def test_minute_0_is_the_midnight_before_the_longest_stay_began(tmp_path: Path) -> None:
    horizon = horizon_of(written(tmp_path, *ROWS))
    # 700 hours before 06:00 on 6 June is 02:00 on 8 May.
    assert f"{horizon.origin:%Y-%m-%d %H:%M}" == "2016-05-08 00:00"
    assert horizon.begins == 29 * DAY + 6 * HOUR
    assert horizon.ends == 29 * DAY + 7 * DAY


def test_an_empty_census_begins_at_midnight_of_the_first_day(tmp_path: Path) -> None:
    horizon = horizon_of(written(tmp_path))
    assert f"{horizon.origin:%Y-%m-%d}" == "2016-06-06"
    assert horizon.begins == 6 * HOUR


def test_patients_of_the_census_come_when_they_came_and_all_others_from_it_on(small: Run) -> None:
    begins = horizon_of(small.scenario).begins
    started, there = small.log.patients.started, in_census(small)
    assert there.sum() == len(ROWS)
    hours = np.sort((begins - started[there]) / HOUR)
    np.testing.assert_allclose(hours, [1.5, 6, 10, 12, 20, 30, 50, 100, 120, 200, 700], atol=1e-3)
    assert np.nanmin(started[~there]) >= begins
    assert (~np.isnan(started[~there])).sum() > 1000


def test_nobody_leaves_before_the_census(small: Run) -> None:
    assert np.nanmin(small.log.patients.left) >= horizon_of(small.scenario).begins


def test_in_is_out_and_still_inside_from_time_zero(small: Run) -> None:
    assert [one for one in check(small.log, small.hospital.compiled.program) if one.violation] == []
    begins = horizon_of(small.scenario).begins
    started, ended = small.log.patients.started, small.log.patients.left
    came = ~np.isnan(started)
    for moment in np.linspace(begins, small.log.end, 40):
        inside = came & (started <= moment) & ~(ended <= moment)
        came_since = (started > begins) & (started <= moment)
        left_since = ended <= moment
        at_census = came & (started <= begins)
        assert at_census.sum() + came_since.sum() == inside.sum() + left_since.sum()


def test_marks_from_before_the_census_are_the_true_ones(small: Run) -> None:
    begins = horizon_of(small.scenario).begins
    there = in_census(small)
    fit = (begins - small.mark("medically_fit")[there]) / HOUR
    before = np.sort(fit[fit > 0])
    np.testing.assert_allclose(before, [48, 300], atol=1e-3)
    decided = (begins - small.mark("decision_to_admit")[there]) / HOUR
    assert np.isclose(decided[decided > 0], [2.0], atol=1e-3).all()


def test_both_engines_go_on_alike(small: Run) -> None:
    pytest.importorskip("numba")
    assert run(small.scenario, "compiled").log.first_difference(small.log) is None


def test_electives_of_the_census_are_counted_as_electives_and_told_as_such_by_its_snapshot(
    small: Run,
) -> None:
    period = reporting_period(small.scenario)
    observed = Observed(small.log, period)
    planned = small.is_class("census_elective_surgery")
    assert planned.sum() == 1
    assert np.array_equal(planned, observed.elective & in_census(small))
    told = snapshot(small.log, period, period.begins)
    assert [one.unit for one in told.patients if one.elective] == ["surgery"]


def test_no_elective_of_the_census_dies_and_every_emergency_of_it_may(tmp_path: Path) -> None:
    groups, two_days = ("under_65", "65_plus_not_frail", "frail"), "{fixed: {value: 2 days}}"
    changes = {
        "wards.death": ", ".join(f"{group}: 1" for group in groups),
        "wards.time_to_medically_ready": ", ".join(f"{group}: {two_days}" for group in groups),
    }
    more = "".join(f"  {path}: {{set: {{{value}}}}}\n" for path, value in changes.items())
    rows = ["surgery,20,,,45-64,,,,elective", "older_people,20,,,75-84,,,,elective", "surgery,20,,,45-64,,,,"]
    more = f"changes:\n{more}  elective.stay: {{set: {two_days}}}\n"
    asked = run(written(tmp_path, *rows, more=more))
    planned = asked.is_class("census_elective_surgery", "census_elective_older_people")
    assert np.isfinite(asked.mark("discharged"))[planned].tolist() == [True, True]
    assert np.isnan(asked.mark("died"))[planned].all()
    assert np.isfinite(asked.mark("died"))[asked.is_class("census_surgery")].all()


def test_emergencies_of_the_census_are_readmitted_like_all_others_and_its_electives_are_not(
    tmp_path: Path,
) -> None:
    rows = ["emergency_department,6,,,45-64,,,2,"] * 40 + ["older_people,700,300,P4,85+,,,,"] * 60
    more = (
        "changes:\n  discharge.readmitted: {set: 0.2}\n"
        "  discharge.readmission_after: {set: {fixed: {value: 2 days}}}\n"
    )
    asked = run(written(tmp_path, *rows, *["surgery,20,3,P4,45-64,,,,elective"] * 60, more=more))
    back = asked.mark("discharged") + 2 * DAY
    alive = (back < asked.hospital.end) & np.isnan(asked.mark("died"))
    for name in ("census_older_people", "census_emergency_department", "recently_discharged"):
        due = np.flatnonzero(alive & asked.is_class(name) & (asked.draw("readmission") < 0.2))
        assert len(due), name
        assert np.array_equal(asked.log.patients.started[asked.cohort.child[due]], back[due])
    electives = asked.is_class("census_elective_surgery")
    assert (alive & electives & (asked.draw("readmission") < 0.2)).any()
    assert (asked.cohort.child[electives] == -1).all()


def test_full_services_have_a_patient_in_every_place(tmp_path: Path) -> None:
    asked = run(written(tmp_path, *ROWS[:-1], services="full"))
    begins = horizon_of(asked.scenario).begins
    stays = asked.stays("service")
    held = (stays.started <= begins) & ~(stays.ended <= begins)
    places = asked.scenario.community
    every = sum(sum(getattr(places, pathway).places.values()) for pathway in ("P1", "P2", "P3"))
    assert held.sum() == every


def test_a_unit_must_have_a_place_for_everybody_in_it(tmp_path: Path) -> None:
    more = "changes:\n  acute_medicine.amu_beds: {set: 1}\n"
    scenario = written(tmp_path, *ROWS, ROWS[2], ROWS[-1], more=more)
    with pytest.raises(InputError, match="amu: the census has 2 patients and the scenario 1 places"):
        build(scenario)
