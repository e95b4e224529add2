"""A hospital of two days over an ensemble of three members, alone and with an intervention."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.parameters import read_parameters
from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.sensitivity.over_ensemble import carry_out_over_ensemble, plan_over_ensemble
from tests.sensitivity.two_days import METRICS, scenario

SLOWER = Intervention(
    name="slower",
    title="Tests half as long again",
    levers=((Change("emergency_department.investigations", "times", 1.5), IN_PYTHON),),
)


def ensemble_of(file: Path) -> Ensemble:
    loaded = load_scenario(file)
    parameters = read_parameters(loaded, ["tests"])
    return Ensemble.of(loaded, parameters, np.array([[0.0], [0.5], [1.0]]))


def test_members_are_the_scenario_with_their_levers_and_interventions_come_after(tmp_path: Path) -> None:
    file = scenario(tmp_path)
    planned = plan_over_ensemble(file, ensemble_of(file), interventions=[[SLOWER]], metrics=METRICS)
    told: list[tuple[int, int]] = []
    found = carry_out_over_ensemble(planned, told=lambda done, of: told.append((done, of)))
    assert found.baseline.shape == found.arms["slower"].shape == (3, 2, 2)
    assert told[-1] == (12, 12)
    # Longer tests, longer stays, in every member and replication: paired, so no chance can turn it round.
    draws = found.draws("slower", METRICS[0])
    assert draws.shape == (3, 2)
    assert (draws > 0).all()
    split = found.splits()[""]
    assert split.parameters[0] > split.chance[0]
    summary = found.summary().set_index(["arm", "metric"]).sort_index()
    assert summary.loc[("own", METRICS[0]), "mean"] == pytest.approx(found.baseline[..., 0].mean())
    assert summary.loc[("slower", METRICS[0]), "mean"] == pytest.approx(draws.mean())
    assert len(found.to_frame()) == 12
    # Half as long by the member, then half as long again by the intervention: 0.75.
    half = planned.at(0, [SLOWER]).value.emergency_department.investigations
    changes = {"emergency_department.investigations": {"times": 0.75}}
    assert half == load_scenario(file, changes).value.emergency_department.investigations


def test_no_two_members_have_a_replication_in_common(tmp_path: Path) -> None:
    file = scenario(tmp_path)
    every = ensemble_of(file)
    same = replace(every, members=every.members[:1] * 2, levers=every.levers[:1] * 2)
    found = carry_out_over_ensemble(plan_over_ensemble(file, same, metrics=METRICS[:1]))
    assert len(np.unique(found.baseline)) == 4


def test_an_ensemble_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    file = scenario(tmp_path)
    good = ensemble_of(file)
    with pytest.raises(InputError, match='must be one of "own"; found one of "elsewhere"'):
        plan_over_ensemble(file, replace(good, scenario="elsewhere"))
    with pytest.raises(InputError, match="at least 2 members"):
        plan_over_ensemble(file, replace(good, members=good.members[:1]))
    gone = tuple({"emergency_department.investigation": "2 h"} for _ in good.levers)
    with pytest.raises(InputError, match=r"the ensemble.*investigation"):
        plan_over_ensemble(file, replace(good, levers=gone))
