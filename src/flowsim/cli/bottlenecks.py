"""`flowsim bottlenecks`: what one more bed, clinician or slot is worth, and what binds when."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import resumable

if TYPE_CHECKING:
    from flowsim.experiments.capacity.worths import Bottlenecks
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim bottlenecks portsmouth-2016\n"
    "  flowsim bottlenecks portsmouth-2016 --lever wards.beds --lever community \\\n"
    "    --replications 40\n"
    "  flowsim bottlenecks portsmouth-2016 --units 1 --all \\\n"
    "    --rank-by dta_waits_over_12h"
)


@click.command(short_help="Say what one more of everything is worth.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="PATH",
    help="Only this lever of capacity, or those whose paths begin so. May be repeated.",
)
@click.option(
    "--units",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many more of each is run; about a twentieth of what there is if not given. Worths are of one.",
)
@click.option(
    "--rank-by", metavar="METRIC", help="What levers are ranked by; four_hour_performance if not given."
)
@click.option("--all", "every", is_flag=True, help="Show every lever, not only the first ones.")
@options.replications
@options.precision
@options.max_replications
@options.seed
@options.jobs
@options.out
@options.changes
@options.most_patients
@options.as_json
@click.pass_context
def bottlenecks(
    ctx: click.Context,
    scenario: str,
    levers: tuple[str, ...],
    units: int | None,
    rank_by: str | None,
    every: bool,
    replications: int | None,
    precision: tuple[str, ...],
    max_replications: int | None,
    seed: int | None,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    as_json: bool,
) -> None:
    """Run SCENARIO with one more of everything, and say what each is worth and what is waited for when.

    Every bed, cubicle, clinician, assessor, slot and hour of opening that the scenario has is a lever. What
    is finished is kept at once: after a stop the same command goes on.
    """
    import datetime as dt

    from flowsim.experiments.capacity.bottlenecks import carry_out_bottlenecks, plan_bottlenecks
    from flowsim.experiments.capacity.folder import answer_folder, write_bottlenecks
    from flowsim.experiments.capacity.worths import MEASURES
    from flowsim.report.bottlenecks_table import bottlenecks_table
    from flowsim.report.capacity_json import bottlenecks_json

    began = dt.datetime.now(dt.UTC)
    click.echo("reading and building the scenarios", err=True)
    planned = plan_bottlenecks(
        scenario,
        levers=levers,
        units=units,
        changes=changes,
        rank_by=rank_by or MEASURES[0],
        replications=replications,
        precision=precision or None,
        max_replications=max_replications,
        seed=seed,
        most_patients=most_patients,
    )
    folder = answer_folder(planned).place(out, remark)
    with resumable(ctx, folder) as (store, told, _):
        found = carry_out_bottlenecks(planned, store, jobs=jobs, told=told)
    write_bottlenecks(found, planned, folder, extra=pictures_of(found), began=began)
    print_results(found, partial(bottlenecks_table, every=every), bottlenecks_json, folder, as_json=as_json)


def pictures_of(found: Bottlenecks) -> dict[str, bytes]:
    """Return the pictures of bottlenecks by the names of their files."""
    from flowsim.report.bottlenecks_figure import binding_figure, worths_figure
    from flowsim.report.house_style import pictures

    return pictures({"worths": worths_figure(found), "binding": binding_figure(found)})
