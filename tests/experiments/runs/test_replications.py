"""Many replications: the same whoever runs them, and a lost one is named."""

from __future__ import annotations

from flowsim.experiments.runs.replications import Task, carry_out_task, replicate
from tests.experiments.small import small_plan


def test_they_come_as_asked() -> None:
    assert [one.number for one in replicate(small_plan().setup, [1, 0])] == [1, 0]


def test_a_task_is_a_replication_of_its_setup() -> None:
    first, second = (Task.several(small_plan(seed=seed).setup, [0])[0] for seed in (1, 2))
    assert str(first) == "replication 0"
    assert (carry_out_task(first).values != carry_out_task(second).values).any()
    assert (carry_out_task(first).values == carry_out_task(first).values).sum() > 0
