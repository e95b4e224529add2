from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowsim.calibration.ensemble import CALIBRATION
from flowsim.calibration.folder import OBSERVED
from flowsim.errors import InputError
from flowsim.experiments.folders.folder import FORMAT
from flowsim.scenario.names import file_sha256
from flowsim.validation.judging import MET, MISSED, NOT_COMPARABLE
from flowsim.validation.parameter_sets import EACH
from flowsim.validation.plan import plan_validation
from flowsim.validation.targets import COLUMNS
from flowsim.validation.validation import run_validation, validate
from tests.experiments.small import SMALL
from tests.validation.small_targets import small_targets


def test_a_small_hospital_is_judged(tmp_path: Path) -> None:
    found = validate(targets=small_targets(tmp_path), changes=SMALL, replications=2, seed=1, engine="simpy")
    assert [one.verdict for one in found.judged] == [MET, MISSED, NOT_COMPARABLE]
    assert [one.target.metric for one in found.missed] == ["conversion_rate"]
    # Two days have no month, so nothing to predict and nothing to compare.
    assert (found.months, found.predictions, found.simple, found.beds) == ((), (), None, None)


def test_what_is_finished_is_not_run_again(tmp_path: Path) -> None:
    from flowsim.experiments.runs.store import store_in

    planned = plan_validation(
        "portsmouth-2016", targets=small_targets(tmp_path), changes=SMALL, replications=2, engine="simpy"
    )
    store = store_in(tmp_path / "store")
    told: list[tuple[int, int]] = []
    first = run_validation(planned, store, told=lambda done, wanted: told.append((done, wanted)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    told.clear()
    again = run_validation(planned, store, told=lambda done, wanted: told.append((done, wanted)))
    assert told == [(2, 2)]
    assert repr(again.judged) == repr(first.judged)  # as text, since nothing equals NaN


def test_several_parameter_sets_are_judged_together(tmp_path: Path) -> None:
    few, many = ({**SMALL, "front_door.assessment_bays": {"set": bays}} for bays in (2, 8))
    found = validate(
        targets=small_targets(tmp_path), sets={"few": few, "many": many}, replications=1, engine="simpy"
    )
    assert list(found.sets) == ["few", "many"]
    alone = [one.figure("attendances").mean for one in found.sets.values()]
    model = found.judged[0].model
    assert model is not None
    assert model.mean == sum(alone) / 2


def test_the_sets_of_a_calibration_are_judged_together(tmp_path: Path) -> None:
    folder = tmp_path / "calibrated"
    folder.mkdir()
    form = {
        "scenario": "portsmouth-2016",
        "parameters": {"bays": {"lever": "front_door.assessment_bays", "set": {"from": 2, "to": 8}}},
        "members": [{"bays": 2}, {"bays": 8}],
        "levers": [{"front_door.assessment_bays": 2}, {"front_door.assessment_bays": 8}],
    }
    (folder / "ensemble.json").write_text(json.dumps(form))
    (folder / OBSERVED).write_text(
        "metric,group,value,tolerance,low,high,source\nconversion_rate,all,0.3,0.01,,,Somebody\n"
    )
    hashed = {"ensemble.json": file_sha256(folder / "ensemble.json")}
    (folder / "manifest.json").write_text(
        json.dumps({"format": FORMAT, "kind": CALIBRATION, "files": hashed})
    )
    planned = plan_validation(
        "portsmouth-2016", targets=small_targets(tmp_path), ensemble=folder, changes=SMALL, engine="simpy"
    )
    assert list(planned.sets) == ["set 1", "set 2"]
    assert [one.loaded.value.front_door.assessment_bays for one in planned.sets.values()] == [2, 8]
    assert [one.loaded.value.run.days for one in planned.sets.values()] == [2, 2]
    assert len(planned.numbers) == EACH
    assert [one.fitted for one in planned.targets] == ["input", "yes", "no"]
    with pytest.raises(InputError, match="not from both"):
        plan_validation("portsmouth-2016", sets={}, ensemble=folder)


def test_targets_are_not_lent_to_another_place() -> None:
    with pytest.raises(InputError, match="targets must be given for derby-2016"):
        plan_validation("derby-2016")


def test_targets_of_what_is_not_run_are_refused_all_at_once(tmp_path: Path) -> None:
    def row(metric: str, group: str) -> str:
        return f",{metric},{group},mean,0.5,0.5,,calibrate,no,D,assumption,,"

    file = tmp_path / "targets.csv"
    rows = [
        row("conversion_rate", "month=2018-01"),
        row("conversion_rate", "colour=blue"),
        row("time_in_department_median", "months=2016-04 to 2016-05"),
    ]
    file.write_text("\n".join([",".join(COLUMNS), *rows]))
    with pytest.raises(InputError) as caught:
        plan_validation("portsmouth-2016", targets=file)
    found = [one.message for one in caught.value.problems]
    assert found[0] == 'must be of months that are run, 2016-04 to 2017-03; found "2018-01"'
    assert found[1].startswith('unknown group of conversion_rate "colour"')
    assert found[2].startswith("must be all or one month")
