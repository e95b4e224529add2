"""`flowsim extract`: a simulated hospital's attendances and spells, in the form of a real one's extracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExample:\n"
    "  flowsim extract portsmouth-2016 --change run.days=91 --out made\n"
    "  flowsim fit made/attendances.csv made/spells.csv"
)


@click.command(short_help="Write a simulated hospital's extracts of patients.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Must not exist yet.",
)
@click.option(
    "--replication", type=click.IntRange(min=0), default=0, metavar="K", help="Which one; 0 if not given."
)
@options.seed
@options.changes
def extract(
    scenario: str, out: Path, replication: int, seed: int | None, changes: tuple[Change, ...]
) -> None:
    """Run a replication of SCENARIO and write its attendances and spells with the items of ECDS and SUS APC.

    Nobody in them is a person: they are for trying `flowsim fit` on what is known.
    """
    from flowsim.experiments.folders.writing import refuse_unless_new
    from flowsim.experiments.runs.run import load_scenario, plan
    from flowsim.fitting.model_extract import write_extracts

    refuse_unless_new(out)
    planned = plan(load_scenario(scenario, changes), replications=1, seed=seed)
    written = write_extracts(planned, out, replication)
    click.echo(f"{out} holds " + ", ".join(f"{name} ({rows:,} rows)" for name, rows in written.items()))
