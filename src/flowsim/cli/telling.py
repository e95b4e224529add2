"""Telling of progress while replications come: a bar on stderr, and a first table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from flowsim.cli.commands import INTERRUPTED
from flowsim.engine.engines import note_on
from flowsim.errors import WorkersError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress

    from flowsim.experiments.runs.replication import Replication
    from flowsim.experiments.runs.run import Plan
    from flowsim.experiments.runs.store import Store

FIRST_TABLE = 2
"""Replications after which a first table is shown, if many more are to come."""
MANY = 10
"""Replications from which a first table is worth it; with fewer it would stand twice on one screen."""


def bar(counted: str) -> Progress:
    """Return a progress bar on stderr, such as of `replications`, that is gone when all is done."""
    from flowsim.cli.progress import Bar

    return Bar(counted)


def tell_of_engine(engine: str) -> None:
    """Say what a user should know before a run on the engine, if anything."""
    note = note_on(engine)
    if note:
        click.echo(note, err=True)


@contextmanager
def counting() -> Iterator[tuple[Callable[[int, int], None], Callable[[str], None]]]:
    """Give what moves a bar, by the replications done and to do, and what prints a sentence above it."""
    progress = bar("replications")
    task = progress.add_task("replications", total=None)

    def told(done: int, wanted: int) -> None:
        progress.update(task, completed=done, total=wanted)

    def say(sentence: str) -> None:
        progress.console.print(sentence, markup=False, soft_wrap=True)

    with progress:
        yield told, say


@contextmanager
def going_on(
    ctx: click.Context, folder: Path
) -> Iterator[tuple[Store, Callable[[int, int], None], Callable[[str], None]]]:
    """Give the store beside a folder of results, and what `counting` does.

    What is stopped says that what was finished need not be done again.
    """
    from flowsim.experiments.runs.store import Store, store_beside

    kept = store_beside(folder)
    goes_on = f"finished replications are in {kept}: the same command goes on"
    try:
        with counting() as (told, say):
            yield Store(kept, say), told, say
    except KeyboardInterrupt:
        click.echo(f"\nstopped; {goes_on}", err=True)
        ctx.exit(INTERRUPTED)
    except WorkersError as error:
        raise WorkersError(f"{error}\n{goes_on}") from None


class Telling:
    """A progress bar, and a first table once there are two replications and many more to come.

    With a precision nobody knows how many there will be, and the bar only moves.
    """

    def __init__(self, planned: Plan, *, tables: bool) -> None:
        self.planned, self.tables = planned, tables
        self.total = None if planned.about.precision else len(planned.numbers)
        self.progress = bar("replications")
        self.task = self.progress.add_task("run", total=self.total)

    def __enter__(self) -> Callable[[Sequence[Replication]], None]:
        self.progress.start()
        return self.tell

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def tell(self, done: Sequence[Replication]) -> None:
        """Tell of the replications done so far."""
        self.progress.update(self.task, completed=len(done))
        if self.tables and len(done) == FIRST_TABLE and (self.total is None or self.total >= MANY):
            from flowsim.experiments.runs.results import Results
            from flowsim.report.table import main_figures

            terminal = self.progress.console
            of_all = f" of {self.total}" if self.total else ""
            terminal.print(f"after {FIRST_TABLE}{of_all} replications:")
            terminal.print(main_figures(Results.of(self.planned.about, done)))
            terminal.print()
