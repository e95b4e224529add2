"""`flowsim compare`: a baseline and interventions with the same patients, and who changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.over_ensemble import AskedOver, show_over_ensemble
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import note_engine, resumable

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim compare portsmouth-2016 fit-12x7\n"
    "  flowsim compare portsmouth-2016 fit-12x7+p1-slots-15 --replications 40\n"
    "  flowsim compare portsmouth-2016 fit-12x7 p1-slots-15 --precision 0.2pp\n"
    "  flowsim compare portsmouth-2016 my-plan.yaml --change wards.beds.surgery=200"
)


@click.command(short_help="Say what interventions change, for the same patients.", epilog=EXAMPLES)
@click.argument("baseline")
@click.argument("interventions", nargs=-1, required=True, metavar="INTERVENTION...")
@options.replications
@options.precision
@options.max_replications
@options.seed
@options.engine
@options.jobs
@options.out
@options.changes
@options.most_patients
@click.option(
    "--parts/--no-parts",
    default=True,
    help="Whether the interventions of a package are also run alone, to show how they work together.",
)
@options.ensemble
@options.as_json
@click.pass_context
def compare(
    ctx: click.Context,
    baseline: str,
    interventions: tuple[str, ...],
    replications: int | None,
    precision: tuple[str, ...],
    max_replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    parts: bool,
    ensemble: Path | None,
    as_json: bool,
) -> None:
    """Compare BASELINE with each INTERVENTION, the same patients in each, and say who changed.

    An INTERVENTION is a file, the name of a shipped one, several together as A+B, or a scenario of its own.
    A precision is that of the differences; --change moves a lever in every arm. What is finished is kept at
    once: after a stop the same command goes on.
    """
    import datetime as dt

    from flowsim.experiments.arms.arms import read_arms
    from flowsim.experiments.comparisons.comparison import carry_out_comparison
    from flowsim.experiments.comparisons.folder import comparison_folder, write_comparison
    from flowsim.experiments.statistics.precision import read_asked
    from flowsim.report.comparison_json import compare_json
    from flowsim.report.comparison_table import comparison_table
    from flowsim.report.gallery import files, of_comparison

    if ensemble:
        over = AskedOver(replications, seed, engine, jobs, out, changes, as_json)
        by_precision = bool(precision or max_replications)
        show_over_ensemble(ctx, baseline, ensemble, interventions, over, by_precision)
        return
    began = dt.datetime.now(dt.UTC)
    asked = read_asked(replications, precision or None, max_replications)
    arms = read_arms(
        baseline,
        interventions,
        changes=changes,
        parts=parts,
        firm=True,
        replications=asked.most if asked else replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    folder = comparison_folder(arms, asked).place(out, remark)
    note_engine(engine)
    with resumable(ctx, folder) as (store, told, _):
        comparison = carry_out_comparison(arms, asked, store, jobs=jobs, told=told)
    write_comparison(comparison, arms, folder, extra=files(of_comparison(comparison)), began=began)
    print_results(comparison, comparison_table, compare_json, folder, as_json=as_json)
