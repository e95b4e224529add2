"""The progress bar: it moves on a terminal; where none can, as in a log, there is a line now and then."""

from __future__ import annotations

from time import monotonic
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from flowsim.cli.printing import console

EVERY_SECONDS = 60.0
"""Between two lines."""


class Bar(Progress):
    """A progress bar on stderr that is gone when all is done.

    Parameters
    ----------
    counted : str
        What is counted, in the plural.
    """

    def __init__(self, counted: str) -> None:
        on = console(stderr=True)
        super().__init__(
            TextColumn(counted),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=on,
            transient=True,
            disable=not on.is_terminal,
        )
        self.counted = counted
        self.began = self.told = monotonic()

    def say(self, sentence: str) -> None:
        """Print a sentence above the bar."""
        self.console.print(sentence, markup=False, soft_wrap=True)

    def update(self, task_id: TaskID, *args: Any, **changes: Any) -> None:
        """Move the bar; without a terminal say how far it is, once a minute."""
        super().update(task_id, *args, **changes)
        now = monotonic()
        if self.console.is_terminal or now - self.told < EVERY_SECONDS:
            return
        self.told = now
        task = self.tasks[0]
        of_all = f" of {task.total:,.0f}" if task.total else ""
        minutes = (now - self.began) / 60
        self.console.print(
            f"{task.completed:,.0f}{of_all} {self.counted} after {minutes:.0f} min", markup=False
        )
