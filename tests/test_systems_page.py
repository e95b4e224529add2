"""The page of systems and interventions names nothing that there is not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flowsim.experiments.folders.resolved import resolved_tree
from flowsim.outcomes import METRICS
from flowsim.scenario.interventions import read_intervention
from flowsim.scenario.levers import find
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import shipped_interventions, shipped_scenarios

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`([^`]+)`", PAGE)))
CATALOGUE = dict(re.findall(r"^\| (\d+) \|([^\n]*)\|$", PAGE, flags=re.MULTILINE))


@cache
def baseline() -> dict[str, Any]:
    return resolved_tree(load("portsmouth-2016", Scenario))[0]


def exists(name: str) -> bool:
    if name.endswith(".py"):
        return (ROOT / "src" / "flowsim" / "pathways" / name).is_file()
    metric, _, group = name.partition("[")
    if metric in METRICS:
        return group.partition("=")[0] in ("", *METRICS[metric].groups)
    if name in (*shipped_interventions(), *shipped_scenarios()):
        return True
    try:
        return bool(find(baseline(), name))
    except ValueError:
        return False


@pytest.mark.parametrize("name", NAMES)
def test_everything_named_exists(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize("name", ["no_such.py", "no_such_metric", "attendances[no_such=1]", "wards.no_such"])
def test_what_does_not_exist_would_be_found(name: str) -> None:
    assert not exists(name)


@pytest.mark.parametrize("number", [str(n) for n in range(1, 25)])
def test_each_number_of_the_catalogue_has_a_file_of_that_number_or_is_said_to_be_missing(number: str) -> None:
    files = re.findall(r"`([^`]+)`", CATALOGUE[number])
    assert files or "missing" in CATALOGUE[number]
    for name in files:
        head = (ROOT / "scenarios" / "interventions" / f"{name}.yaml").read_text(encoding="utf-8")
        assert re.search(rf"atalogue {number}\b", head.splitlines()[0]), name


def test_every_section_of_a_scenario_is_named() -> None:
    settings = {"name", "title", "run", "initial_state", "uncertain"}
    assert not [name for name in baseline() if name not in settings and f"`{name}" not in PAGE]


def test_interventions_on_the_page_can_be_read() -> None:
    for name in NAMES:
        if name in shipped_interventions():
            assert read_intervention(name).name == name
