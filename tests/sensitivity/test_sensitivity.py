"""A sensitivity analysis of a hospital of two days, from its file to its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario, run
from flowsim.report.house_style import png
from flowsim.report.sensitivity_figure import tornado_figure
from flowsim.scenario.remarks import remark_on_axis, remarks_of
from flowsim.sensitivity.results import Sensitivity
from flowsim.sensitivity.sensitivity import plan_sensitivity, rank_parameters
from tests.experiments.small import SMALL
from tests.sensitivity.two_days import METRICS, scenario

FEW = {"trajectories": 2, "replications": 1, "points": 0}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sensitivity:
    file = scenario(tmp_path_factory.mktemp("sensitivity"))
    return rank_parameters(file, metrics=METRICS, trajectories=3, replications=3, points=0)


def test_what_a_figure_hangs_on_is_ranked_before_what_it_does_not(found: Sensitivity) -> None:
    table = found.of_effects()
    first = table[table["metric"] == METRICS[0]]
    assert first["parameter"].tolist() == ["tests", "porters"]
    assert first["beyond_chance"].tolist() == [True, False]
    assert first.iloc[0]["mu"] > 20  # minutes, tests taking from half to one and a half times as long
    assert (first["mu_star_low"] <= first["mu_star"]).all()
    assert (first["mu_star"] <= first["mu_star_high"]).all()
    assert first["remark"].tolist() == [
        "D: the critical path; fitted, was 55 min (36-74); half to one and a half",
        "D",
    ]


def test_ends_are_paired_with_the_scenario_as_written(found: Sensitivity) -> None:
    of_ends = found.of_ends().set_index(["metric", "parameter", "end"]).sort_index()["difference"]
    changes = {**SMALL, "emergency_department.investigations": {"times": 1.5}}
    slow = run("portsmouth-2016", changes=changes, replications=3)
    fast = run("portsmouth-2016", changes=SMALL, replications=3)
    each = slow.by_replication(METRICS[0]) - fast.by_replication(METRICS[0])
    assert of_ends[METRICS[0], "tests", "to"] == pytest.approx(each.mean())
    assert of_ends[METRICS[0], "tests", "from"] < 0 < of_ends[METRICS[0], "tests", "to"]
    # Nobody waits for transport on the first two days.
    np.testing.assert_array_equal(of_ends[METRICS[1], "porters"], 0)


def test_the_tornado_has_a_bar_for_each_end(found: Sensitivity) -> None:
    figure = tornado_figure(found, METRICS[0])
    assert png(figure).startswith(b"\x89PNG")
    (ax,) = figure.axes
    widths = [bar.get_width() for bar in ax.patches]
    low, high = found.swings(METRICS[0])
    assert sorted(widths) == pytest.approx(sorted([*low.mean, *high.mean]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["tests  ×0.5–1.5", "porters  ×0.9–1.1"]


def test_what_is_in_the_store_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"metrics": METRICS[:1], "parameters": ("porters",), **FEW}
    file = scenario(tmp_path)
    first = rank_parameters(file, **asked, store=tmp_path / "store")  # type: ignore[arg-type]

    def refuse(*_: object) -> None:
        raise AssertionError("run again")

    monkeypatch.setattr("flowsim.calibration.hospital_runs.carry_out_task", refuse)
    again = rank_parameters(file, **asked, store=tmp_path / "store")  # type: ignore[arg-type]
    np.testing.assert_array_equal(again.effects.each, first.effects.each)
    with pytest.raises(AssertionError, match="run again"):
        rank_parameters(file, **asked, store=tmp_path / "other")  # type: ignore[arg-type]


def test_one_replication_of_the_ends_has_no_interval(tmp_path: Path) -> None:
    found = rank_parameters(scenario(tmp_path), metrics=METRICS[:1], parameters=("porters",), **FEW)
    assert found.of_ends()["ci_low"].isna().all()
    assert tornado_figure(found, METRICS[0])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"metrics": ("four_hour_performanc",)}, 'did you mean "four_hour_performance"'),
        ({"parameters": ("test",)}, 'did you mean "tests"'),
        ({"trajectories": 1}, "trajectories must be at least 2; found 1"),
        ({"points": 7}, "points must be 0 or at least 20; found 7"),
        ({"replications": 0}, "replications must be at least 1; found 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_run(
    tmp_path: Path, asked: dict[str, object], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        plan_sensitivity(scenario(tmp_path), **asked)  # type: ignore[arg-type]


def test_the_key_holds_all_that_the_results_follow_from(tmp_path: Path) -> None:
    planned = plan_sensitivity(scenario(tmp_path))
    others: tuple[dict[str, Any], ...] = (
        {"seed": 3},
        {"trajectories": 9},
        {"at_ends": 9},
        {"points": 0},
        {"metrics": METRICS},
        {"parameters": planned.parameters.only(["tests"])},
    )
    keys = {replace(planned, **other).key for other in ({}, *others)}
    assert len(keys) == 7


def test_a_parameter_of_the_baseline_has_the_remark_beside_it() -> None:
    loaded = load_scenario("portsmouth-2016")
    planned = plan_sensitivity("portsmouth-2016")
    [axis] = planned.parameters.only(["p1_stay"]).axes
    assert (
        remark_on_axis(remarks_of(loaded), axis)
        == "B: IPACS inputs; fitted, was 12 days (9-19); mean 9-19 days"
    )
