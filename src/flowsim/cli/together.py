"""`flowsim together`: what sharing capacity does to each of several hospitals."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli import options
from flowsim.cli.printing import console, print_json
from flowsim.cli.progress import note_engine, resumable

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim together portsmouth-2016 southampton-2016 --share P2\n"
    "  flowsim together north.yaml south.yaml --share P1 --share crisis_support"
)


@click.command(short_help="Run hospitals together that share capacity.", epilog=EXAMPLES)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO SCENARIO...")
@click.option(
    "--share",
    multiple=True,
    metavar="P1|RESOURCE",
    help="A pathway's places in every locality, or one resource such as p2_FG. May be repeated.",
)
@options.replications
@options.seed
@options.engine
@options.jobs
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=options.ending(".csv"),
    metavar="FILE.csv",
    help="Every difference, tidy.",
)
@options.as_json
@click.pass_context
def together(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    share: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run each SCENARIO in one run with the others: apart, then sharing, with the same patients."""
    from flowsim.experiments.folders.writing import csv_text, write_file
    from flowsim.experiments.runs.together import run_together
    from flowsim.report.together_json import together_json
    from flowsim.report.together_table import together_table

    note_engine(engine)
    with resumable(ctx, out or Path("results") / "together") as (store, told, _):
        found = run_together(
            scenarios,
            share,
            replications=replications,
            seed=seed,
            engine=engine,
            jobs=jobs,
            store=store,
            told=told,
        )
    if out:
        write_file(out, csv_text(found.to_frame()))
    if as_json:
        print_json(together_json(found).model_dump())
    else:
        console().print(together_table(found))
    if out:
        click.echo(f"every difference is in {out}", err=as_json)
