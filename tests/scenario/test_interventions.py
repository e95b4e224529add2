"""Intervention files: read whole, refused whole, applied to any baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.scenario.interventions import (
    Intervention,
    intervention_schema,
    read_intervention,
    read_package,
    refuse_if_one_undoes_another,
    stands_alone,
)
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import shipped_folder, shipped_interventions
from flowsim.scenario.yaml_file import read_yaml
from tests.scenario.small_schema import Small

BASE = """\
name: base
title: A small hospital
wards: {amu: {beds: 58, length_of_stay: {exponential: {mean: 22 h}}}}
"""
MORE_BEDS = "name: more-beds\ntitle: Twelve beds more\nchanges:\n  wards.amu.beds: {add: 12}\n"


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)
    Path("more-beds.yaml").write_text(MORE_BEDS)
    return tmp_path


def refusal(file: str) -> str:
    with pytest.raises(InputError) as caught:
        read_intervention(file)
    return str(caught.value)


def written(name: str, *lines: str) -> Intervention:
    Path(f"{name}.yaml").write_text("\n".join((f"name: {name}", "title: x", *lines, "")))
    return read_intervention(f"{name}.yaml")


def test_an_intervention_changes_a_baseline_and_nothing_else() -> None:
    base = load("base.yaml", Small)
    changed = load("base.yaml", Small, interventions=[read_intervention("more-beds.yaml")])
    assert changed.value.wards["amu"].beds == 70
    assert changed.value.name == base.value.name
    assert {**changed.tree, "wards": 0} == {**base.tree, "wards": 0}


def test_interventions_come_in_order_and_after_changes() -> None:
    doubled = Intervention.of("doubled", "Twice the beds", {"wards.amu.beds": {"times": 2}})
    more = read_intervention("more-beds.yaml")
    changes = {"wards.amu.beds": {"set": 10}}
    assert load("base.yaml", Small, changes, interventions=[more, doubled]).value.wards["amu"].beds == 44
    assert load("base.yaml", Small, changes, interventions=[doubled, more]).value.wards["amu"].beds == 32


def test_the_files_of_interventions_are_among_those_read(in_a_folder: Path) -> None:
    loaded = load("base.yaml", Small, interventions=[read_intervention("more-beds.yaml")])
    assert [one.file.name for one in loaded.files] == ["base.yaml", "more-beds.yaml"]


def test_every_problem_of_a_file_is_told_at_once_with_its_line() -> None:
    Path("wrong.yaml").write_text(
        "name: Wrong Name\n"
        "titel: x\n"
        "changes:\n"
        "  wards.amu.beds: {plus: 12}\n"
        "  admitted: 3\n"
        "  replications: {set: 3}\n"
    )
    assert refusal("wrong.yaml") == (
        "wrong.yaml:1  name\n"
        "  must be a name of at most 80 lower case letters, digits, hyphens, dots and underscores, such as "
        '"winter-2016"; found "Wrong Name"\n'
        "wrong.yaml  title\n"
        "  must be given; it is missing (One line for people)\n"
        "wrong.yaml:4  changes.wards.amu.beds\n"
        "  must have exactly one of add, set, times, as in {set: 64}; found plus\n"
        "wrong.yaml:5  changes.admitted\n"
        "  must have exactly one of add, set, times, as in {set: 64}; found 3\n"
        "wrong.yaml:2  titel\n"
        '  unknown key "titel"; did you mean "title"? Allowed here: changes, combines, cost, '
        "description, must_move, must_not_move, name, source, title"
    )


@pytest.mark.parametrize(
    ("lines", "found"), [("", "neither"), ("changes: {a: {set: 1}}\ncombines: [more-beds]", "both")]
)
def test_a_file_has_either_changes_or_others_that_it_combines(lines: str, found: str) -> None:
    Path("x.yaml").write_text(f"name: x\ntitle: x\n{lines}\n")
    assert refusal("x.yaml") == f'x.yaml\n  must have either "changes" or "combines"; found {found}'


def test_a_path_that_a_baseline_does_not_have_is_refused_on_the_interventions_line() -> None:
    bad = written("bad", "changes:", "  wards.amu.bedz: {add: 1}", "  wards.amu.beds: {set: -1}")
    also = written("also", "changes:", "  wards.amoo.beds: {add: 1}")
    with pytest.raises(InputError) as caught:
        load("base.yaml", Small, interventions=[bad, also])
    assert [(p.where, p.path) for p in caught.value.problems] == [
        ("also.yaml:4", "wards.amoo.beds"),
        ("bad.yaml:4", "wards.amu.bedz"),
        ("bad.yaml:5", "wards.amu.beds"),
    ]


def test_a_value_that_the_schema_refuses_is_refused_on_the_interventions_line() -> None:
    bad = written("bad", "changes:", "  wards.amu.beds: {set: -1}")
    with pytest.raises(InputError) as caught:
        load("base.yaml", Small, interventions=[bad])
    assert [(p.where, p.path) for p in caught.value.problems] == [("bad.yaml:4", "wards.amu.beds")]


def test_a_package_names_its_interventions_in_order() -> None:
    written("shorter", "changes: {admitted: {set: 0.2}}")
    assert [one.name for one in read_package("more-beds.yaml+shorter.yaml")] == ["more-beds", "shorter"]
    assert [one.name for one in read_package("fit-12x7+p1-slots-15")] == ["fit-12x7", "p1-slots-15"]


def test_every_problem_of_a_package_is_told_at_once() -> None:
    Path("x.yaml").write_text("name: x\ntitle: x\n")
    with pytest.raises(InputError) as caught:
        read_package("fit-12x77+x.yaml")
    assert str(caught.value.problems[0]).startswith(
        'unknown intervention "fit-12x77"; did you mean "fit-12x7"?'
    )
    assert caught.value.problems[1].where == "x.yaml"


@pytest.mark.parametrize(
    ("package", "told"),
    [
        ("p1-slots-15+p1-slots-15", 'must have each intervention once; found "p1-slots-15" 2 times'),
        ("fit-12x7+", 'must have an intervention on either side of +; found "fit-12x7+"'),
        ("+", 'must have an intervention on either side of +; found "+"'),
    ],
)
def test_a_package_has_each_intervention_once_and_none_is_missing(package: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read_package(package)
    assert str(caught.value) == f"a package {told}"


def test_a_package_in_which_one_undoes_another_is_refused() -> None:
    fixed = written("fixed", "changes:", "  wards.amu.beds: {set: 60}")
    more = read_intervention("more-beds.yaml")
    refuse_if_one_undoes_another([fixed, more])
    with pytest.raises(InputError) as caught:
        refuse_if_one_undoes_another([more, fixed])
    assert str(caught.value) == (
        "fixed.yaml:4  wards.amu.beds\n"
        '  must not be set to another value after "more-beds" has changed it; found "fixed"'
    )


def test_a_file_may_combine_others_beside_it_and_shipped_ones() -> None:
    both = written("both", "combines: [more-beds, fit-12x7]")
    assert [step.name for step in both.steps()] == ["more-beds", "fit-12x7"]


def test_a_name_that_cannot_be_combined_is_refused_on_its_line() -> None:
    Path("x.yaml").write_text("name: x\ntitle: x\ncombines:\n  - fit-12x77\n  - x\n")
    first, second = refusal("x.yaml").split("\nx.yaml:5")
    assert first.startswith('x.yaml:4  combines.0\n  unknown intervention "fit-12x77"; did you mean')
    assert second == '  combines.1\n  must not lead back to itself; found "x"'


def test_an_intervention_is_no_scenario_and_says_what_to_type() -> None:
    with pytest.raises(InputError) as caught:
        load("more-beds.yaml", Small)
    assert "flowsim compare BASELINE more-beds.yaml" in str(caught.value)


def test_a_scenario_is_no_intervention() -> None:
    Path("child.yaml").write_text("extends: base.yaml\nname: child\n")
    assert "must be an intervention" in refusal("child.yaml")
    assert "unknown key" in refusal("base.yaml")


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("extends: base.yaml\nchanges: {}\n", True),
        ("wards: {}\nchanges: {}\n", True),
        (MORE_BEDS, False),
        ("name: x\nchange: {}\n", False),
    ],
)
def test_a_file_with_a_parent_or_sections_stands_alone(text: str, alone: bool) -> None:
    Path("file.yaml").write_text(text)
    assert stands_alone(read_yaml(Path("file.yaml")).tree, Small) is alone


def test_the_json_schema_knows_the_keys_of_every_shipped_intervention() -> None:
    schema = intervention_schema()
    assert schema["required"] == ["name", "title"]
    assert schema["additionalProperties"] is False
    assert [one["required"] for one in schema["oneOf"]] == [["changes"], ["combines"]]
    for file in (shipped_folder() / "scenarios/interventions").glob("*.yaml"):
        assert read_yaml(file).tree.keys() <= schema["properties"].keys()
    mapping, in_order = schema["properties"]["changes"]["anyOf"]
    assert mapping["additionalProperties"]["propertyNames"] == {"enum": ["add", "set", "times"]}
    assert in_order == {"type": "array", "items": mapping}


@pytest.mark.parametrize("name", shipped_interventions())
def test_every_shipped_intervention_has_its_files_name_and_changes_the_baseline(name: str) -> None:
    intervention = read_intervention(name)
    assert intervention.name == name
    base = load("portsmouth-2016", Scenario)
    assert load("portsmouth-2016", Scenario, interventions=[intervention]).value != base.value
