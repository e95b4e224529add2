"""What a verb says on stderr meanwhile: a bar, sentences above it, and that a stop loses nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from flowsim.cli.commands import INTERRUPTED
from flowsim.engine.engines import note_on
from flowsim.errors import WorkersError

if TYPE_CHECKING:
    from pathlib import Path

    from flowsim.experiments.runs.replication import Replication
    from flowsim.experiments.runs.run import Plan
    from flowsim.experiments.runs.store import Store

FIRST_TABLE = 2
"""Replications after which a first table is shown, if many more are to come."""
MANY = 10
"""Replications from which a first table is worth it; with fewer it would stand twice on one screen."""


def note_engine(engine: str) -> None:
    """Say what a user should know before a run on the engine, if anything."""
    note = note_on(engine)
    if note:
        click.echo(note, err=True)


@contextmanager
def stop_said(ctx: click.Context, store: Path) -> Iterator[None]:
    """Say of whatever is stopped that what was finished need not be done again."""
    goes_on = f"finished replications are in {store}: the same command goes on"
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nstopped; {goes_on if os.path.exists(store) else 'nothing was written'}", err=True)
        ctx.exit(INTERRUPTED)
    except WorkersError as error:
        raise WorkersError(f"{error}\n{goes_on}") from None


@contextmanager
def planning() -> Iterator[Callable[[str, int, int], None]]:
    """Give what moves a bar of the scenarios that are read, then one of the hospitals that are built."""
    from flowsim.cli.progress_bar import Bar

    click.echo("reading and building the scenarios", err=True)
    bars: dict[str, Bar] = {}
    with ExitStack() as shown:

        def told(step: str, done: int, wanted: int) -> None:
            if step not in bars:
                shown.close()
                bars[step] = shown.enter_context(Bar(step))
                bars[step].add_task(step, total=wanted)
            bars[step].update(bars[step].task_ids[0], completed=done)

        yield told


@contextmanager
def resumable(
    ctx: click.Context, folder: Path
) -> Iterator[tuple[Store, Callable[[int, int], None], Callable[[str], None]]]:
    """Give the store beside a folder of results, and what moves a bar, and what prints a sentence above it.

    The bar is moved by the replications done and those to do.
    """
    from flowsim.cli.progress_bar import Bar
    from flowsim.experiments.runs.store import Store, store_beside

    kept, bar = store_beside(folder), Bar("replications")
    task = bar.add_task("replications", total=None)

    def told(done: int, wanted: int) -> None:
        bar.update(task, completed=done, total=wanted)

    with stop_said(ctx, kept), bar:
        yield Store(kept, bar.say), told, bar.say


@contextmanager
def running(
    ctx: click.Context, folder: Path, planned: Plan, *, tables: bool
) -> Iterator[tuple[Store, Callable[[Sequence[Replication]], None]]]:
    """Give the store beside a run's folder, and what tells of all replications done so far.

    There is a bar, and a first table once there are two replications and many more to come. With a precision
    nobody knows how many there will be, and the bar only moves.
    """
    from flowsim.cli.progress_bar import Bar
    from flowsim.experiments.runs.store import Store, store_beside

    total = None if planned.about.precision else len(planned.numbers)
    bar, kept = Bar("replications"), store_beside(folder)
    task = bar.add_task("run", total=total)
    counted: list[int] = []

    def told(done: Sequence[Replication]) -> None:
        if done and not counted:
            bar.say(there_already(len(done), total))
        counted.append(len(done))
        bar.update(task, completed=len(done))
        if tables and len(done) == FIRST_TABLE and (total is None or total >= MANY):
            from flowsim.experiments.runs.results import Results
            from flowsim.report.run_table import main_figures

            of_all = f" of {total}" if total else ""
            bar.say(f"after {FIRST_TABLE}{of_all} replications:")
            bar.console.print(main_figures(Results.of(planned.about, done)))
            bar.console.print()

    with stop_said(ctx, kept), bar:
        yield Store(kept, bar.say), told


def there_already(done: int, wanted: int | None) -> str:
    """Return the sentence for what need not be run again; nobody may know how many are wanted."""
    of_all = f" of {wanted:,}" if wanted else ""
    return f"{done:,}{of_all} replications are there already"
