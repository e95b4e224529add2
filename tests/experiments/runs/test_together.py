"""Hospitals run together: with nothing shared nothing changes, what is shared is felt, mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.errors import InputError
from flowsim.experiments.runs.store import Store
from flowsim.experiments.runs.together import run_together
from flowsim.report.together_json import TogetherJson


def written(folder: Path, name: str, days: int = 5, places: int = 1) -> str:
    """Return the file of a scenario of a few days with few pathway 1 places."""
    file = folder / f"{name}.yaml"
    levers = "".join(f"  community.P1.places.{x}: {{set: {places}}}\n" for x in ("P", "FG", "SEH"))
    file.write_text(
        f"extends: portsmouth-2016\nname: {name}\ntitle: {name.title()}\n"
        f"run: {{days: {days}, warm_up: 9 days, replications: 2}}\nchanges:\n{levers}",
        encoding="utf-8",
    )
    return str(file)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("together")
    return [written(folder, "north"), written(folder, "south", places=40)]


def test_with_nothing_shared_nothing_changes(two: list[str]) -> None:
    found = run_together(two, replications=1)
    for name in ("north", "south"):
        np.testing.assert_array_equal(found.apart[name].values, found.sharing[name].values)


def test_places_of_the_other_hospital_shorten_the_wait(two: list[str]) -> None:
    found = run_together(two, ["P1"], replications=1)
    frame = found.to_frame()
    waiting = frame[(frame.metric == "d2a_waiting_patients") & (frame.group == "pathway=P1")]
    assert waiting.set_index("hospital").difference["north"] < 0
    assert found.shared == ("p1_P", "p1_FG", "p1_SEH")
    # A hospital's occupancy is of the places that it brought; together they are those of both.
    open_days = frame[(frame.metric == "d2a_slot_days") & (frame.group == "all")]
    assert open_days.apart.tolist() == open_days.sharing.tolist()


def test_a_scenario_that_is_there_twice_gets_a_number_and_patients_of_its_own(two: list[str]) -> None:
    found = run_together([two[0], two[0]], replications=1)
    assert list(found.apart) == ["north", "north-2"]
    assert (found.apart["north"].values != found.apart["north-2"].values).any()


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (["p2"], 'unknown pathway to share "p2"'),
        (["p1_Q"], 'north: unknown resource to share "p1_Q"; did you mean "p1_P"?'),
    ],
)
def test_what_cannot_be_shared_is_refused(two: list[str], share: list[str], told: str) -> None:
    with pytest.raises(InputError) as refused:
        run_together(two, share)
    assert told in str(refused.value)


def test_hospitals_must_be_several_and_cover_the_same_days(two: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two scenarios or more"):
        run_together(two[:1])
    with pytest.raises(InputError, match="must cover the same days; found north 5 days from 2016-04-01"):
        run_together([two[0], written(tmp_path, "short", days=3)])


def test_the_verb_prints_a_table_or_json_and_keeps_every_difference(two: list[str], tmp_path: Path) -> None:
    out = tmp_path / "differences.csv"
    arguments = ["together", *two, "--share", "P1", "--replications", "1", "--jobs", "1"]
    shown = CliRunner().invoke(main, [*arguments, "--out", str(out)])
    assert shown.exit_code == 0, shown.output
    assert "Sharing pathway 1" in shown.output and "south: South" in shown.output
    assert max(len(line) for line in shown.stdout.splitlines() if str(out) not in line) <= 80
    assert out.read_text(encoding="utf-8").startswith("hospital,metric,group,apart,sharing,difference")
    printed = CliRunner().invoke(main, [*arguments, "--json"])
    told = TogetherJson.model_validate(json.loads(printed.stdout))
    assert list(told.hospitals) == ["north", "south"]
    assert " ".join(shown.stdout.split()).count(told.caveats[0]) == len(told.caveats) == 1


def test_a_mistake_ends_with_exit_code_2_and_no_traceback(two: list[str]) -> None:
    shown = CliRunner().invoke(main, ["together", *two, "--share", "P9"])
    assert shown.exit_code == 2
    assert "nothing was run" in shown.output and "Traceback" not in shown.output


def test_a_stopped_run_goes_on_where_it_was(two: list[str], tmp_path: Path) -> None:
    store, done = Store(tmp_path / ".store", pytest.fail), []

    def stop(count: int, wanted: int) -> None:
        done.append((count, wanted))
        if len(done) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_together(two, ["P2"], replications=1, store=store, told=stop)
    before = {file: file.stat().st_mtime_ns for file in store.folder.rglob("0*") if file.is_file()}
    assert len(before) == 2, "one piece of two hospitals"
    resumed = run_together(two, ["P2"], replications=1, store=store, told=stop)
    assert done[1:] == [(1, 2), (2, 2)]
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert resumed.to_frame().equals(run_together(two, ["P2"], replications=1).to_frame())
