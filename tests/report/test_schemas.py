"""What `--json` prints has the form that `flowsim schema` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import BaseModel, ValidationError

from flowsim.cli import main
from flowsim.cli.schema import NAMES
from flowsim.report.run_json import CheckJson, RunJson
from flowsim.report.schemas import SCHEMAS
from flowsim.report.sweep_json import SweepJson
from tests.experiments.sweeps.small_sweep import TEXT, write

SMALL = ["--change", "run.days=2", "--change", "run.warm_up=0 days", "--jobs", "1"]


def printed(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(main, arguments).stdout)


def test_the_command_knows_every_schema() -> None:
    assert set(NAMES) == set(SCHEMAS)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_is_printed_as_json_schema(name: str) -> None:
    tree = printed("schema", name)
    assert tree["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert tree == json.loads(json.dumps(SCHEMAS[name]()))


def test_an_unknown_schema_is_refused_with_those_there_are() -> None:
    result = CliRunner().invoke(main, ["schema", "swep"])
    assert result.exit_code == 2
    assert "'sweep'" in result.stderr


@pytest.mark.parametrize(
    ("form", "arguments"),
    [
        (RunJson, ["run", "portsmouth-2016", *SMALL, "--replications", "1", "--json"]),
        (RunJson, ["run", "portsmouth-2016", *SMALL, "--precision", "20pp", "--json"]),
        (CheckJson, ["check", "portsmouth-2016", "no-such-scenario", "--json"]),
        (SweepJson, ["sweep", "small.yaml", "--replications", "1", "--jobs", "1", "--json"]),
        (SweepJson, ["sweep", "small.yaml", "--replications", "2", "--jobs", "1", "--json"]),
    ],
)
def test_what_a_verb_prints_has_its_form(
    unpainted: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: type[BaseModel],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(write(tmp_path, TEXT).parent)
    found = printed(*arguments)
    form.model_validate_json(json.dumps(found))
    if isinstance(found, dict):
        with pytest.raises(ValidationError, match="extra_forbidden"):
            form.model_validate_json(json.dumps({**found, "superfluous": 1}))
        with pytest.raises(ValidationError, match="missing"):
            form.model_validate_json(json.dumps(dict(list(found.items())[1:])))
