"""Both engines on a scenario: what is said when they agree, and when they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.engine import compiled_engine
from flowsim.engine.log import Log
from flowsim.engine.program import Program
from flowsim.experiments.runs.run import Plan, load_scenario, plan
from flowsim.experiments.runs.verification import verify
from flowsim.sampling.cohort import Cohort

SHORT = {"run.days": {"set": 2}, "run.warm_up": {"set": "0 days"}}


@pytest.fixture(scope="module")
def planned() -> Plan:
    return plan(load_scenario("portsmouth-2016", SHORT), replications=1)


@pytest.fixture
def a_late_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the compiled engine grant the last place but a minute late."""
    simulate = compiled_engine.simulate

    def late(program: Program, cohort: Cohort, end: float) -> Log:
        log = simulate(program, cohort, end)
        started = log.stays.started.copy()
        started[np.flatnonzero(np.isfinite(started))[-1]] += 1
        return replace(log, stays=replace(log.stays, started=started))

    monkeypatch.setattr(compiled_engine, "simulate", late)


def test_the_engines_agree_on_the_baseline_and_every_law_holds(planned: Plan) -> None:
    found = verify(planned)
    assert found.ok
    assert found.engines == ("compiled", "simpy")
    assert found.compared["stays"] > 2000
    assert all(law.count > 0 for law in found.laws)


@pytest.mark.usefixtures("a_late_stay")
def test_one_timestamp_that_differs_is_found(planned: Plan) -> None:
    found = verify(planned)
    assert not found.ok
    assert found.difference is not None
    assert found.difference.startswith("compiled and simpy: stays.started[")


@pytest.mark.usefixtures("a_late_stay")
def test_the_command_says_what_differs_and_exits_1(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(
        "extends: portsmouth-2016\nname: short\nrun: {days: 1, warm_up: 0 days}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(main, ["verify", str(file)])
    assert result.exit_code == 1
    assert "compiled and simpy: stays.started[" in result.output
