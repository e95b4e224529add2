"""A comparison that was stopped goes on: nothing finished is run again, and the result is the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.comparisons import comparison as module
from flowsim.experiments.comparisons.comparison import carry_out_comparison
from flowsim.experiments.comparisons.paired import PairedReplication, PairedTask, carry_out_paired
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.store import Store
from flowsim.scenario.interventions import Intervention
from tests.experiments.small import SMALL

SPACES = Intervention.of("spaces", "More spaces", {"emergency_department.spaces.majors": {"add": 10}})
FEWER = Intervention.of("fewer", "Fewer walk in", {"demand.volume.walk_in": {"set": 0.8}})


def arms(*interventions: Intervention) -> Sequence[Arm]:
    return read_arms(
        "portsmouth-2016", [[one] for one in interventions], changes=SMALL, replications=3, seed=1
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".store", pytest.fail)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[PairedTask]:
    """Return the tasks that are carried out, as they are."""
    tasks: list[PairedTask] = []

    def noted(task: PairedTask) -> PairedReplication:
        tasks.append(task)
        return carry_out_paired(task)

    monkeypatch.setattr(module, "carry_out_paired", noted)
    return tasks


def same(one: Comparison, other: Comparison) -> bool:
    frames = (lambda c: c.to_frame(), lambda c: c.who_changed_by_replication(), lambda c: c.summary())
    return all(frame(one).equals(frame(other)) for frame in frames)


def stop_after(pieces: int) -> module.Told:
    def told(done: int, wanted: int) -> None:
        if done == pieces:
            raise KeyboardInterrupt

    return told


def test_a_comparison_goes_on_where_it_was_stopped(store: Store, run: list[PairedTask]) -> None:
    unbroken = carry_out_comparison(arms(SPACES))
    run.clear()
    with pytest.raises(KeyboardInterrupt):
        carry_out_comparison(arms(SPACES), store=store, told=stop_after(2))
    assert [task.number for task in run] == [0, 1]
    told: list[tuple[int, int]] = []
    resumed = carry_out_comparison(arms(SPACES), store=store, told=lambda *numbers: told.append(numbers))
    assert [task.number for task in run] == [0, 1, 2]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert same(resumed, unbroken)


def test_one_arm_more_runs_only_that_arm(store: Store, run: list[PairedTask]) -> None:
    carry_out_comparison(arms(SPACES), store=store)
    run.clear()
    both = carry_out_comparison(arms(SPACES, FEWER), store=store)
    assert [(task.number, [position for position, _ in task.arms]) for task in run] == [
        *((0, [1]), (1, [1]), (2, [1]))
    ]
    assert same(both, carry_out_comparison(arms(SPACES, FEWER)))


def test_a_damaged_file_is_told_of_and_its_piece_run_again(tmp_path: Path, run: list[PairedTask]) -> None:
    told: list[str] = []
    store = Store(tmp_path / ".store", told.append)
    unbroken = carry_out_comparison(arms(SPACES), store=store)
    files = sorted(file for file in (tmp_path / ".store").rglob("00001"))
    assert len(files) == 3, "baseline, arm, and who changed"
    for file in files:
        run.clear()
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        assert same(carry_out_comparison(arms(SPACES), store=store), unbroken)
        assert [task.number for task in run] == [1]
        assert str(file) in told[-1]
