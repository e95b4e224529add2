"""`flowsim compare`: what it prints and keeps, what it refuses and in which words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

import flowsim
from flowsim.report.comparison_json import CompareJson
from flowsim.report.schemas import SCHEMAS
from tests.command_line import flowsim as command

pytestmark = pytest.mark.usefixtures("unpainted", "elsewhere")

SMALL = [
    *("--engine", "simpy", "--jobs", "1", "--replications", "2"),
    *("--change", "run.days=2", "--change", "run.warm_up=0 days"),
]


def compare(*arguments: str) -> Result:
    return command("compare", "portsmouth-2016", *arguments)


def test_a_comparison_prints_a_table_and_keeps_a_folder() -> None:
    result = compare("fit-12x7", *SMALL)
    assert result.exit_code == 0
    assert result.stdout.startswith("Portsmouth and South East Hampshire, 2016/17\n1 April 2016 to 2 April")
    assert "fit-12x7: Frailty Intervention Team 12 hours a day, 7 days a week" in result.stdout
    assert result.stdout.endswith("results are in results/portsmouth-2016-comparison\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    comparison = flowsim.load_comparison("results/portsmouth-2016-comparison")
    assert [arm.name for arm in comparison.arms] == ["fit-12x7"]
    assert Path("results/portsmouth-2016-comparison/differences.png").is_file()


def test_a_package_is_taken_apart_unless_that_is_not_wanted() -> None:
    package = "fit-12x7+p1-slots-15"
    together = compare(package, *SMALL, "--out", "with")
    assert f"How {package} works together" in together.stdout
    assert Path(f"with/waterfall-{package}.svg").is_file()
    alone = compare(package, *SMALL, "--no-parts", "--out", "without")
    assert "works together" not in alone.stdout
    assert [file.name for file in Path("without/arms").iterdir() if "+" not in file.name] == [
        "portsmouth-2016"
    ]


def test_json_is_one_object_in_the_form_that_the_schema_says() -> None:
    result = compare("fit-12x7+p1-slots-15", *SMALL, "--json")
    printed = CompareJson.model_validate_json(result.stdout)
    assert [arm.arm for arm in printed.arms] == ["fit-12x7+p1-slots-15", "fit-12x7", "p1-slots-15"]
    first = printed.arms[0]
    assert first.differences["four_hour_performance"].unit == "share"
    assert {"all", "stream=majors", "awaited=bed"} <= first.who_changed["breaches"].keys()
    assert [step.kind for step in first.waterfall["bed_occupancy"]] == [
        *("alone", "alone", "sum", "interaction", "together")
    ]
    assert printed.arms[1].waterfall == {}
    assert SCHEMAS["compare-json"]()["properties"].keys() == json.loads(result.stdout).keys()
    assert "results are in" in result.stderr


def test_an_intervention_may_be_a_file_of_ones_own() -> None:
    Path("more.yaml").write_text(
        "name: more\ntitle: More beds\nchanges:\n  acute_medicine.amu_beds: {add: 5}\n"
    )
    assert "more: More beds" in compare("more.yaml", *SMALL).stdout


def test_everything_wrong_is_told_at_once_and_nothing_is_run_or_written() -> None:
    Path("wrong.yaml").write_text("name: wrong\ntitle: x\nchanges:\n  acute_medicine.amu_bedz: {add: 5}\n")
    result = compare("wrong.yaml", "fit-12x77", *SMALL)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert 'unknown intervention or scenario "fit-12x77"; did you mean "fit-12x7"?' in result.stderr
    assert "wrong.yaml:4  acute_medicine.amu_bedz" in result.stderr
    assert result.stderr.endswith("nothing was run\n")
    assert [file.name for file in Path().iterdir()] == ["wrong.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["portsmouth-2016", *SMALL], 'arms must have different names; found "portsmouth-2016" 2 times'),
        (["fit-12x7", *SMALL, "--precision", "1pp"], "replications and precision cannot both be given"),
        (["fit-12x7", "--max-replications", "20"], "max_replications must go with a precision"),
        (["fit-12x7", "--precision", "1"], "precision must be a width > 0"),
    ],
)
def test_a_mistake_is_refused_with_exit_code_2(arguments: list[str], said: str) -> None:
    result = compare(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_an_intervention_that_undoes_a_change_of_every_arm_is_refused() -> None:
    said = 'must not be set to another value after "--change" has changed it; found "fit-12x7"'
    result = compare("fit-12x7", *SMALL, "--change", "frailty.fit_hours=09:00-17:00")
    assert (result.exit_code, result.stderr.count(said)) == (2, 1)
    changes = {"frailty.fit_hours": {"set": "09:00-17:00"}}
    with pytest.raises(flowsim.InputError, match="must not be set to another value"):
        flowsim.compare("portsmouth-2016", "fit-12x7", changes=changes)
    assert not Path("results").exists()


def test_a_run_of_an_intervention_says_what_to_type() -> None:
    result = command("run", "fit-12x7")
    assert result.exit_code == 2
    assert "flowsim compare BASELINE fit-12x7" in result.stderr


def test_the_same_from_python_is_the_same() -> None:
    compare("fit-12x7", *SMALL, "--out", "here")
    changes = {"run.days": {"set": 2}, "run.warm_up": {"set": "0 days"}}
    again = flowsim.compare("portsmouth-2016", "fit-12x7", changes=changes, replications=2, engine="simpy")
    assert flowsim.load_comparison("here").summary().equals(again.summary())
