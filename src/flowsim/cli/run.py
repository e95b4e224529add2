"""`flowsim run`: a scenario's figures, as a table and in a folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.over_ensemble import AskedOver, show_over_ensemble
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import note_engine, running

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim run portsmouth-2016\n"
    "  flowsim run my-plan.yaml --replications 40 --jobs 4\n"
    "  flowsim run portsmouth-2016 --precision 0.5pp --precision mffd_patients=2%\n"
    "  flowsim run portsmouth-2016 --change acute_medicine.amu_beds=64\n"
    "  flowsim run portsmouth-2016 \\\n"
    "    --change 'integrated_discharge.brokerage.P3*=0.8'"
)


@click.command(short_help="Run a scenario and show its figures, with intervals.", epilog=EXAMPLES)
@click.argument("scenario")
@options.replications
@options.precision
@options.max_replications
@options.seed
@options.engine
@options.jobs
@options.out
@options.changes
@options.most_patients
@options.ensemble
@options.as_json
@click.pass_context
def run(
    ctx: click.Context,
    scenario: str,
    replications: int | None,
    precision: tuple[str, ...],
    max_replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    ensemble: Path | None,
    as_json: bool,
) -> None:
    """Run SCENARIO, a file or the name of a shipped one; print its figures and keep them in a folder.

    What is finished is kept at once: after a stop the same command goes on. More replications of the same
    scenario run only those that are not kept yet, and have a folder of their own.
    """
    import datetime as dt

    from flowsim.experiments.runs.folder import place_for, write_results
    from flowsim.experiments.runs.run import carry_out, load_scenario, plan
    from flowsim.report.gallery import files, of_run
    from flowsim.report.run_json import run_json
    from flowsim.report.run_table import run_table

    if ensemble:
        over = AskedOver(replications, seed, engine, jobs, out, changes, as_json)
        by_precision = bool(precision or max_replications)
        show_over_ensemble(ctx, scenario, ensemble, (), over, by_precision)
        return
    began = dt.datetime.now(dt.UTC)
    planned = plan(
        load_scenario(scenario, changes),
        replications=replications,
        precision=precision or None,
        max_replications=max_replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    folder = place_for(planned, out, remark)
    note_engine(engine)
    with running(ctx, folder, planned, tables=not as_json) as (store, told):
        results = carry_out(planned, store, jobs=jobs, told=told)
    write_results(results, planned, folder, extra=files(of_run(results)), began=began)
    print_results(results, partial(run_table, changes=changes), run_json, folder, as_json=as_json)
