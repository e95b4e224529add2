from __future__ import annotations

from pathlib import Path

from flowsim.experiments.runs.hospitals import hospital_of
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import shipped_folder

VOLUMES = shipped_folder() / "data" / "rhu_attendances_2016_17.csv"


def own(folder: Path) -> Scenario:
    """Return two days with attendances of a file in the scenario's folder."""
    file = folder / "own.yaml"
    text = "extends: portsmouth-2016\nname: own\ndemand: {volumes: volumes.csv}\n"
    file.write_text(text + "run: {days: 2, warm_up: 0 days}\n", encoding="utf-8")
    return load_scenario(file).value


def test_a_hospital_is_built_once_and_again_when_a_file_of_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "volumes.csv"
    text = VOLUMES.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    first = hospital_of(own(tmp_path))
    assert hospital_of(own(tmp_path)) is first
    april = text.splitlines()[1]
    twice = ",".join([april.split(",")[0], *(str(2 * int(count)) for count in april.split(",")[1:])])
    file.write_text(text.replace(april, twice), encoding="utf-8")
    more = hospital_of(own(tmp_path))
    assert more is not first
    assert len(more.sample(seed=1).arrival) > 1.5 * len(first.sample(seed=1).arrival)
