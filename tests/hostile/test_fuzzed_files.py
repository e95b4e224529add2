"""Whatever stands in a file, it is read or refused in words that name it: never a traceback, never a hang."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from flowsim.errors import FlowsimError, InputError
from flowsim.experiments.runs.replication import Replicator
from flowsim.experiments.runs.run import load_scenario, plan
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.shipped import shipped_folder
from flowsim.scenario.yaml_file import read_yaml
from tests.hostile.mutations import extreme_values, mutated_bytes, mutated_trees, overlays
from tests.hostile.readers import EVERY, YAML_FILES

SLOWEST = 60.0
"""Seconds, a hundred times what any of them takes: only what never ends is found so."""


def few_or_many(few: int, many: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.slow)])


def fuzz(strategy: SearchStrategy[bytes], examples: int, attempt: Callable[[bytes], None]) -> None:
    """Try a number of contents; the first that is not refused in words fails."""

    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def tried(content: bytes) -> None:
        began = time.monotonic()
        attempt(content)
        assert time.monotonic() - began < SLOWEST

    tried()


def read_or_refused(read: Callable[[Path], Any], file: Path) -> Callable[[bytes], None]:
    """Return what writes a content to a file and has it read; a refusal must name the file."""

    def attempt(content: bytes) -> None:
        file.write_bytes(content)
        try:
            read(file)
        except InputError as error:
            assert error.exit_code == 2
            assert file.name in str(error)

    return attempt


def as_yaml(tree: Any) -> bytes:
    """Return a tree as JSON, which YAML contains; `.nan` and `.inf` by YAML's own names."""
    text = json.dumps(tree).replace("NaN", ".nan").replace("Infinity", ".inf").replace("-.inf", "-.inf")
    return text.encode()


@pytest.mark.parametrize("kind", EVERY)
@few_or_many(5, 500)
def test_a_file_with_changed_characters_is_read_or_refused(kind: str, examples: int, tmp_path: Path) -> None:
    file = tmp_path / ("hostile.yaml" if kind in YAML_FILES else "hostile.csv")
    content = EVERY[kind].content
    fuzz(mutated_bytes(content), examples, read_or_refused(EVERY[kind].read, file))


@pytest.mark.parametrize("kind", EVERY)
@few_or_many(4, 300)
def test_random_bytes_are_read_or_refused(kind: str, examples: int, tmp_path: Path) -> None:
    file = tmp_path / ("hostile.yaml" if kind in YAML_FILES else "hostile.csv")
    fuzz(st.binary(max_size=300), examples, read_or_refused(EVERY[kind].read, file))


@pytest.mark.parametrize("kind", YAML_FILES)
@few_or_many(5, 500)
def test_other_values_and_keys_are_read_or_refused(kind: str, examples: int, tmp_path: Path) -> None:
    file = tmp_path / "hostile.yaml"
    tree = read_yaml(shipped_folder() / EVERY[kind].right).tree
    fuzz(mutated_trees(tree).map(as_yaml), examples, read_or_refused(EVERY[kind].read, file))


def baseline_without_what_no_run_reads() -> dict[str, Any]:
    tree = read_yaml(shipped_folder() / "scenarios" / "portsmouth-2016.yaml").tree
    return {name: value for name, value in tree.items() if name not in ("uncertain", "run")}


def child(overlay: dict[str, Any]) -> bytes:
    """Return a scenario of three days whose other values are the baseline's."""
    return as_yaml({"extends": "portsmouth-2016", "run": {"days": 3, "warm_up": "0 days"}, **overlay})


def runs_or_is_refused(file: Path) -> Callable[[bytes], None]:
    def attempt(content: bytes) -> None:
        file.write_bytes(content)
        try:
            planned = plan(load_scenario(file))
            Replicator(planned.setup).replicate(0)
        except FlowsimError as error:
            assert str(error)

    return attempt


@few_or_many(4, 1000)
def test_a_scenario_of_any_values_runs_or_is_refused(examples: int, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    every = overlays(baseline_without_what_no_run_reads()).map(child)
    fuzz(every, examples, runs_or_is_refused(tmp_path / "hostile.yaml"))


@few_or_many(4, 1000)
def test_a_scenario_of_extreme_values_runs_or_is_refused(examples: int, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    every = overlays(baseline_without_what_no_run_reads(), extreme_values).map(child)
    fuzz(every, examples, runs_or_is_refused(tmp_path / "hostile.yaml"))


# What a run of the above once found


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("wards.escalation.close_looks", 10**9, "must be less than or equal to 100"),
        ("wards.escalation.blocks", 10**9, "must be less than or equal to 100"),
        ("escalation_ladder.calm_looks", 10**9, "must be less than or equal to 100"),
        ("elective.rebooked.times", 10**9, "must be less than or equal to 20"),
        ("escalation_ladder.look_every", "0.1 s", 'must be a duration of at least "1 min"'),
        ("four_hour_rush.look_every", "0.1 s", 'must be a duration of at least "1 min"'),
        ("run.start", "9999-12-31", "must be less than or equal to 2200-01-01"),
        ("acute_medicine.transfer", {"lognormal": {"median": "1 h", "cv": 1e300}}, "from 0.001 to 20"),
    ],
)
def test_what_would_take_all_memory_or_never_end_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load_scenario("portsmouth-2016", {path: {"set": value}})
    assert path in str(caught.value)


def test_a_hospital_to_which_no_ambulance_comes_is_run() -> None:
    changes = {"demand.ambulance_share": 0, "run.days": 2, "run.warm_up": "0 days"}
    loaded = load_scenario("portsmouth-2016", {path: {"set": value} for path, value in changes.items()})
    wanted = (("arrivals_by_ambulance_per_day", ALL), ("attendances", ALL))
    replication = Replicator(replace(plan(loaded).setup, only=wanted)).replicate(0)
    figures = dict(zip(replication.metric, replication.values.tolist(), strict=True))
    assert figures["arrivals_by_ambulance_per_day"] == 0
    assert figures["attendances"] > 100
