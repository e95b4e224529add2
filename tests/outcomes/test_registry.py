"""One entry of the registry brings a metric into every result, and its label stands nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flowsim.experiments.runs.run import carry_out
from flowsim.outcomes import METRICS, Observed, catalogue
from flowsim.outcomes.observations import Observations
from flowsim.report.run_json import run_json
from tests.experiments.small import small_plan

SOURCE = Path(__file__).parents[2] / "src" / "flowsim"


def attendances_twice(observed: Observed) -> Observations:
    once = METRICS["attendances"].function(observed)
    return replace(once, values=2 * once.values)


def test_an_entry_alone_is_measured_printed_and_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    name = attendances_twice.__name__
    entry = replace(METRICS["attendances"], name=name, label="Attendances, twice", function=attendances_twice)
    monkeypatch.setitem(METRICS, name, entry)
    results = carry_out(small_plan(replications=1))
    assert results.figure(name).mean == 2 * results.figure("attendances").mean > 0
    assert results.figure(name, "locality=P").mean == 2 * results.figure("attendances", "locality=P").mean
    assert run_json(results).metrics[name].unit == "patients"
    assert f"| `{name}` | Attendances, twice |" in catalogue.markdown()


def texts(source: Path) -> Iterator[tuple[str, str]]:
    """Yield every text in the code outside `outcomes`, with its module."""
    for file in sorted(source.rglob("*.py")):
        module = file.relative_to(source).as_posix()
        if not module.startswith("outcomes/"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield module, node.value


def spelt(source: Path) -> list[tuple[str, str]]:
    """Return the labels of metrics that are spelt in the code outside `outcomes`, with the module."""
    labels = {metric.label for metric in METRICS.values()}
    return [(module, text) for module, text in texts(source) if text in labels]


def test_no_other_module_spells_a_label() -> None:
    assert spelt(SOURCE) == []


def test_a_label_that_is_spelt_elsewhere_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "report.py").write_text('def row():\n    return {"Bed occupancy, midnight": 0.9}\n')
    assert spelt(tmp_path) == [("report.py", "Bed occupancy, midnight")]
