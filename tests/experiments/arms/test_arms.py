"""Arms: what is compared with the baseline, checked whole before anything is run."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import read_arms
from flowsim.experiments.folders.resolved import scenario_key
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.interventions import Intervention
from tests.experiments.small import SMALL

BASE = "portsmouth-2016"


def refusal(*asked: str | Intervention) -> str:
    with pytest.raises(InputError) as caught:
        read_arms(BASE, asked, changes=SMALL, build=False)
    return str(caught.value)


def test_the_baseline_comes_first_and_all_arms_have_its_seed_and_changes() -> None:
    arms = read_arms(BASE, ["fit-12x7", "interventions/amu-beds-12"], changes=SMALL, replications=3, seed=9)
    assert [arm.name for arm in arms] == [BASE, "fit-12x7", "amu-beds-12"]
    assert {arm.setup.seed for arm in arms} == {9}
    assert {arm.planned.numbers for arm in arms} == {(0, 1, 2)}
    assert {arm.loaded.value.run.days for arm in arms} == {2}
    assert [arm.loaded.value.acute_medicine.amu_beds for arm in arms] == [58, 58, 70]


def test_a_package_is_one_arm_and_its_parts_are_arms_if_asked_for() -> None:
    asked = ["p1-slots-15+fit-12x7", "fit-12x7"]
    alone = read_arms(BASE, asked, build=False)
    assert [arm.name for arm in alone] == [BASE, *asked]
    assert [part.name for part in alone[1].parts] == ["p1-slots-15", "fit-12x7"]
    with_parts = read_arms(BASE, asked, build=False, parts=True)
    assert [arm.name for arm in with_parts] == [BASE, *asked, "p1-slots-15"]


def test_a_file_that_combines_is_opened_into_its_parts() -> None:
    arms = read_arms(BASE, ["whole-system"], build=False, parts=True)
    assert [arm.name for arm in arms[2:]] == [part.name for part in arms[1].parts]
    assert len(arms) == 8


def test_what_is_moved_in_every_arm_may_be_set_again_only_where_it_need_not_stay() -> None:
    hours = {"frailty.fit_hours": {"set": "09:00-17:00"}}
    read_arms(BASE, ["fit-12x7"], changes=hours, build=False)
    read_arms(BASE, ["amu-beds-12"], changes={"acute_medicine.amu_beds": {"set": 60}}, build=False, firm=True)
    with pytest.raises(InputError) as caught:
        read_arms(BASE, ["fit-12x7", "p1-slots-15+fit-12x7"], changes=hours, build=False, firm=True)
    (problem,) = caught.value.problems
    assert problem.path == "frailty.fit_hours"
    assert problem.message == (
        'must not be set to another value after "--change" has changed it; found "fit-12x7"'
    )


def test_a_scenario_of_its_own_may_be_an_arm(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("extends: portsmouth-2016\nname: other\nrun: {seed: 5}\n")
    arms = read_arms(BASE, [file], build=False)
    assert [arm.name for arm in arms] == [BASE, "other"]
    assert arms[1].seed == arms[0].seed == 2016


def test_levers_written_in_python_may_be_an_arm() -> None:
    more = Intervention.of("more", "More", {"acute_medicine.amu_beds": {"add": 1}})
    assert read_arms(BASE, [more], build=False)[1].loaded.value.acute_medicine.amu_beds == 59


def test_an_arms_resolved_scenario_does_not_pass_for_the_baseline() -> None:
    arms = read_arms(BASE, ["fit-12x7"], build=False)
    assert arms[1].loaded.value.title.startswith("Portsmouth and South East Hampshire, 2016/17; Frailty")


def test_equal_scenarios_have_equal_keys_whatever_they_are_called() -> None:
    same = {
        "title": {"set": "x"},
        "name": {"set": "x"},
        "run.replications": {"set": 3},
        "run.seed": {"set": 3},
    }
    base = scenario_key(load_scenario(BASE))
    assert scenario_key(load_scenario(BASE, same)) == base
    by_lever = load_scenario(BASE, {"acute_medicine.amu_beds": {"set": 70}})
    arms = read_arms(BASE, ["amu-beds-12", "fit-12x7"], build=False)
    assert [arm.key for arm in arms[:2]] == [base, scenario_key(by_lever)]
    assert len({arm.key for arm in arms}) == 3


def test_every_problem_of_every_arm_is_told_at_once(tmp_path: Path) -> None:
    wrong = Intervention.of("wrong", "Wrong", {"acute_medicine.amu_bedz": {"add": 1}})
    later = Intervention.of("later", "Later", {"run.start": {"set": "2016-05-01"}})
    said = refusal("fit-12x77", wrong, later)
    assert 'unknown intervention or scenario "fit-12x77"; did you mean "fit-12x7"?' in said
    assert 'did you mean "acute_medicine.amu_beds"?' in said
    assert 'run.start\n  must be 2016-04-01 in "later", as in the baseline; found 2016-05-01' in said


def test_an_arm_that_no_engine_could_run_is_refused_before_anything_is_run() -> None:
    beyond = Intervention.of("beyond", "Beyond", {"demand.volume.walk_in": {"set": 1.5}})
    with pytest.raises(InputError, match=r"must be at most 1\.25 times the record"):
        read_arms(BASE, [beyond], changes=SMALL)


def test_a_package_whose_name_no_folder_could_have_is_refused() -> None:
    many = [
        Intervention.of(f"{i:02}" + "x" * 40, "Much", {"acute_medicine.amu_beds": {"add": 1}})
        for i in range(6)
    ]
    with pytest.raises(InputError, match=r"must have a name of at most 200 characters.*found 257"):
        read_arms(BASE, [many], changes=SMALL, build=False)


def test_two_arms_of_one_name_are_refused() -> None:
    assert 'arms must have different names; found "fit-12x7" 2 times' in refusal("fit-12x7", "fit-12x7")


def test_hospitals_may_be_built_in_any_order_by_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def last_first(
        function: Callable[[Any], Any], tasks: Sequence[Any], *, jobs: int
    ) -> Generator[tuple[Any, Any]]:
        asked.append(jobs)
        for task in reversed(tasks):
            yield task, pickle.loads(pickle.dumps(function(pickle.loads(pickle.dumps(task)))))

    asked: list[int] = []
    steps: list[tuple[str, int, int]] = []
    alone = read_arms(BASE, ["fit-12x7", "amu-beds-12"], changes=SMALL, jobs=2)
    monkeypatch.setattr("flowsim.experiments.arms.arms.perform", last_first)
    monkeypatch.setattr("flowsim.experiments.arms.arms.WORTH_PROCESSES", 3)
    elsewhere = read_arms(
        BASE, ["fit-12x7", "amu-beds-12"], changes=SMALL, jobs=2, told=lambda *step: steps.append(step)
    )
    assert asked == [2]
    assert [arm.name for arm in elsewhere] == [arm.name for arm in alone]
    for here, there in zip(alone, elsewhere, strict=True):
        assert there.planned.patients == here.planned.patients > 0
        assert there.planned.about.warnings == here.planned.about.warnings
        assert there.setup == here.setup
    read, built = "scenarios read", "hospitals built"
    assert steps == [(read, 1, 2), (read, 2, 2), (built, 1, 3), (built, 2, 3), (built, 3, 3)]
    beyond = [
        Intervention.of(name, name, {"demand.volume.walk_in": {"set": volume}})
        for name, volume in (("first", 1.5), ("second", 1.6))
    ]
    with pytest.raises(InputError) as caught:
        read_arms(BASE, beyond, changes=SMALL)
    assert [one.message.partition("found ")[2][:3] for one in caught.value.problems] == ["1.5", "1.6"]


def test_few_hospitals_are_built_without_starting_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def perform(
        function: Callable[[Any], Any], tasks: Sequence[Any], *, jobs: int
    ) -> Generator[tuple[Any, Any]]:
        assert jobs == 1
        yield from ((task, function(task)) for task in tasks)

    monkeypatch.setattr("flowsim.experiments.arms.arms.perform", perform)
    read_arms(BASE, ["fit-12x7"], changes=SMALL, jobs=8)
