"""Scenarios loaded whole: merging, levers, refusals word for word, and the way back to YAML."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from flowsim.errors import InputError
from flowsim.sampling.distributions import REGISTRY, Empirical, Exponential, Fixed, Gamma, Lognormal
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.complaints import without_mistakes
from flowsim.scenario.levers import Change
from flowsim.scenario.loading import Loaded, json_schema, load, resolved_yaml
from tests.scenario.small_schema import Small

SCENARIOS = Path(__file__).parents[1] / "scenarios"
INVALID = sorted(file.stem for file in (SCENARIOS / "invalid").glob("*.yaml"))
VALID = sorted(file.stem for file in (SCENARIOS / "valid").glob("*.yaml"))
WARD = "wards: {amu: {beds: 1, length_of_stay: {exponential: {mean: 1 h}}}}\n"


@pytest.fixture(autouse=True)
def in_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(SCENARIOS)


def valid(name: str, changes: Any = ()) -> Loaded[Small]:
    return load(f"valid/{name}.yaml", Small, changes)


def refusal(source: str | Path, changes: Any = ()) -> str:
    with pytest.raises(InputError) as caught:
        load(source, Small, changes)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize("name", INVALID)
def test_a_mistake_is_refused_in_these_words(name: str) -> None:
    expected = Path(f"invalid/{name}.expected.txt").read_text(encoding="utf-8")
    expected = expected.replace("EVERY DISTRIBUTION", ", ".join(sorted(REGISTRY)))
    assert refusal(f"invalid/{name}.yaml") + "\n" == expected


def test_every_expected_refusal_has_its_mistake() -> None:
    assert sorted(f.name.split(".")[0] for f in Path("invalid").glob("*.expected.txt")) == INVALID
    assert len(INVALID) >= 25


@pytest.mark.parametrize("name", VALID)
def test_a_resolved_scenario_loads_to_an_equal_value(name: str, tmp_path: Path) -> None:
    loaded = valid(name)
    text = resolved_yaml(loaded)
    copy = tmp_path / "scenario.resolved.yaml"
    copy.write_text(text, encoding="utf-8")
    again = load(copy, Small, beside=loaded.beside)
    assert again.value == loaded.value
    assert resolved_yaml(again) == text
    assert str(SCENARIOS) not in text


def test_a_scenario_is_a_frozen_value_with_its_defaults() -> None:
    base = valid("base").value
    assert base.replications == 20
    assert base.arrivals == 96.0
    assert base.wards["amu"].length_of_stay == Lognormal(mean=1320.0, sd=840.0)
    with pytest.raises(AttributeError):
        base.name = "other"  # type: ignore[misc]


def test_mappings_merge_and_keep_what_the_child_does_not_say() -> None:
    child = valid("child").value
    assert {name: ward.beds for name, ward in child.wards.items()} == {
        "amu": 58,
        "surgical": 25,
        "frailty": 6,
    }
    assert child.wards["surgical"].specialty == "surgery"
    assert child.name == "child"


def test_another_distribution_replaces_and_the_same_one_merges(tmp_path: Path) -> None:
    assert valid("child").value.wards["amu"].length_of_stay == Fixed(2880.0)
    file = tmp_path / "base.yaml"
    file.write_text("name: base\n" + WARD + "assessment: {gamma: {mean: 2 h, cv: 0.5}}\n")
    child = tmp_path / "child.yaml"
    child.write_text("extends: base.yaml\nassessment: {gamma: {mean: 3 h}}\n")
    assert load(child, Small).value.assessment == Gamma(mean=180.0, cv=0.5)


def test_a_new_week_replaces_and_a_new_exception_joins(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "name: base\n" + WARD + "fit:\n"
        "  hours: {Mon-Fri: 08:00-18:00, Sat-Sun: closed, exceptions: {2016-12-25: closed}}\n"
        "  staff: {Mon-Sun: {00:00: 1, 08:00: 3}, exceptions: {2016-12-25: 1}}\n"
    )
    (tmp_path / "child.yaml").write_text(
        "extends: base.yaml\nfit:\n  hours: {Mon-Sun: 09:00-21:00}\n  staff: {exceptions: {2016-12-26: 2}}\n"
    )
    fit = load(tmp_path / "child.yaml", Small).value.fit
    assert fit.hours == OpeningHours.parse("09:00-21:00")
    assert fit.staff == Roster.parse(
        {"Mon-Sun": {"00:00": 1, "08:00": 3}, "exceptions": {"2016-12-25": 1, "2016-12-26": 2}}
    )


def test_bands_of_age_merge_and_quantiles_replace(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "name: base\n" + WARD + "frail: {0-17: 0, 65-74: 0.2, 85+: 0.6}\n"
        "assessment: {empirical: {quantiles: {0: 1 min, 0.5: 9 min, 1: 1 h}}}\n"
    )
    (tmp_path / "child.yaml").write_text(
        "extends: base.yaml\nfrail: {85+: 0.5}\nassessment: {empirical: {quantiles: {0: 2 min, 1: 1 h}}}\n"
    )
    value = load(tmp_path / "child.yaml", Small).value
    assert value.frail == {"0-17": 0.0, "65-74": 0.2, "85+": 0.5}
    assert value.assessment == Empirical({0: 2.0, 1: 60.0})


def test_levers_move_after_merging() -> None:
    value = valid("grandchild").value
    assert value.wards["frailty"].beds == 8
    assert value.wards["surgical"].length_of_stay == Gamma(mean=2160.0, cv=0.9)
    assert value.arrivals == 144.0
    assert value.fit.patience == 90.0
    assert value.fit.staff == Roster.parse(3)


def test_a_child_is_not_changed_by_its_parents_levers_on_what_it_writes_itself(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        f"name: base\n{WARD}changes:\n  wards.amu.beds: {{set: 9}}\n  admitted: {{set: 0.1}}\n"
    )
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nadmitted: 0.5\n")
    value = load(tmp_path / "child.yaml", Small).value
    assert (value.wards["amu"].beds, value.admitted) == (9, 0.5)


@pytest.mark.parametrize(
    "changes",
    [
        {"wards.amu.beds": {"add": 3}, "fit.patience": {"times": 0.5}},
        [{"wards.amu.beds": {"add": 3}}, {"fit.patience": {"times": 0.5}}],
        [Change("wards.amu.beds", "add", 3), Change("fit.patience", "times", 0.5)],
    ],
)
def test_levers_may_be_moved_from_python(changes: Any) -> None:
    value = valid("base", changes).value
    assert (value.wards["amu"].beds, value.fit.patience) == (61, 60.0)


def test_a_lever_may_set_a_distribution() -> None:
    value = valid("base", {"wards.amu.length_of_stay": {"set": Exponential(60.0)}}).value
    assert value.wards["amu"].length_of_stay == Exponential(60.0)


def test_a_lever_moved_from_python_is_refused_by_its_path() -> None:
    assert refusal("valid/base.yaml", {"wards.amu.beds": {"set": -1}}) == (
        "wards.amu.beds\n  must be a whole number >= 0; found -1"
    )
    assert refusal("valid/base.yaml", {"fit.patiense": {"times": 2}}) == (
        'fit.patiense\n  unknown path "fit.patiense"; did you mean "fit.patience"? '
        "Allowed here: fit.hours, fit.patience, fit.staff, fit.starts"
    )


def test_data_files_belong_to_the_file_that_names_them(tmp_path: Path) -> None:
    library = tmp_path / "scenarios"
    for folder in ("here", "there"):
        (library / folder).mkdir(parents=True)
        (library / folder / "record.csv").write_text(folder)
    (library / "here/base.yaml").write_text("name: base\n" + WARD + "record: record.csv\n")
    (library / "there/child.yaml").write_text("extends: ../here/base.yaml\nambulances: [record.csv]\n")
    loaded = load(library / "there/child.yaml", Small)
    assert loaded.value.record == library / "here/record.csv"
    assert loaded.value.ambulances == (library / "there/record.csv",)
    names = [one.file.relative_to(library).as_posix() for one in loaded.files]
    assert names == ["there/child.yaml", "here/base.yaml", "there/record.csv", "here/record.csv"]
    assert all(len(one.sha256) == 64 for one in loaded.files)


def test_a_link_does_not_lead_out_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    library = tmp_path / "library"
    library.mkdir()
    (library / "link.csv").symlink_to(tmp_path / "secret.csv")
    (library / "a.yaml").write_text("name: a\n" + WARD + "record: link.csv\n")
    assert "must be a file inside the scenario's library" in refusal(library / "a.yaml")


def test_the_json_schema_knows_every_section_and_lets_a_child_be_short() -> None:
    schema = json_schema(Small)
    assert {"name", "wards", "extends", "changes"} <= set(schema["properties"])
    assert schema["properties"]["admitted"]["description"] == "Share of patients admitted."
    assert {"required": ["extends"]} in schema["anyOf"]
    json.dumps(schema)


def test_a_folder_and_a_file_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    assert "folder" in refusal(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    assert refusal(tmp_path / "latin.yaml").endswith(
        "latin.yaml:1\n  must be UTF-8 text; found the byte 0xe9"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\nwards: " + "[" * 100_000, "must be at most 20 levels deep; found more"),
        ("name: x\nwards: " + "{a: " * 100_000, "must be at most 20 levels deep; found more"),
        ("a: &a [x]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(30)), "must be written out"),
        ("#" * 1_000_001, "must have at most 1,000,000 bytes; found more"),
        ("name: " + "x" * 20_000, "must have at most 10,000 characters; found 20,000"),
        ("name: a\0b", "must be YAML; unacceptable character"),
        ("profile: [" + "1," * 12_000, "must have at most 10,000 values; found more"),
    ],
    ids=["brackets", "braces", "alias bomb", "large", "long text", "NUL", "many values"],
)
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_text(text)
    assert message in refusal(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    refusal(tmp_path / "pipe.yaml")


def test_a_wrong_value_does_not_make_an_unwritten_default_unknown() -> None:
    told = refusal("valid/base.yaml", [{"fit.patience": {"set": "3 h"}}, {"replications": {"set": -4}}])
    assert "replications" in told and "fit.patience" not in told


def test_levers_in_any_order_reach_an_unwritten_default() -> None:
    wrong_for_now = [
        {"replications": {"set": -4}},
        {"fit.patience": {"set": "3 h"}},
        {"replications": {"set": 4}},
    ]
    assert valid("base", wrong_for_now).value.fit.patience == 180.0


def test_a_wrong_value_that_must_be_given_does_not_hide_an_unknown_path(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("name: base\n" + WARD)
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nname: 3\nchanges: {fit.patiense: {times: 2}}\n")
    told = refusal(tmp_path / "child.yaml")
    assert "must be a name of at most" in told
    assert 'unknown path "fit.patiense"; did you mean "fit.patience"?' in told


def test_levers_from_python_and_the_files_own_mistakes_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("name: base\nreplications: -1\n" + WARD)
    levers = {"fit.patiense": {"times": 2}, "admitted": 3, "wards.amu.beds": {"set": -1}}
    told = refusal(tmp_path / "base.yaml", levers)
    for path in ("fit.patiense\n", "admitted\n", "wards.amu.beds\n", "  replications\n"):
        assert told.count(path) == 1


def test_what_is_wrong_is_left_out_with_what_is_around_it(tmp_path: Path) -> None:
    # In one pass both the ward and what is in it are wrong; the parent's place for it holds text.
    tree = {"name": "x", "wards": {"Amu": {"beds": -1, "bedz": 2}, "b": {"beds": 2, "length_of_stay": 3}}}
    value, left_out = without_mistakes(
        {**tree, "ambulances": [1, 2]}, TypeAdapter(Small), {"wards": {"Amu": "text", "b": {"beds": 4}}}
    )
    assert value.wards == {} and value.ambulances == ()
    assert {("wards", "Amu"), ("wards", "b"), ("ambulances",)} <= set(left_out)


def test_what_is_wrong_as_a_whole_is_not_left_out() -> None:
    with pytest.raises(ValidationError):
        without_mistakes({"title": "no name"}, TypeAdapter(Small), {})
