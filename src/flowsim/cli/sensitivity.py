"""`flowsim sensitivity`: which uncertain parameters matter, and so what to measure next."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import resumable

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change
    from flowsim.sensitivity.results import Sensitivity

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim sensitivity portsmouth-2016\n"
    "  flowsim sensitivity portsmouth-2016 --metric bed_occupancy \\\n"
    "    --metric mffd_patients\n"
    "  flowsim sensitivity portsmouth-2016 --parameter acute_stay \\\n"
    "    --parameter zero_day --trajectories 20 --change run.days=214"
)


@click.command(short_help="Say which uncertain parameters matter most.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="The first one ranks. May be repeated. Type 1 four-hour performance, waits over 12 h for a bed, "
    "occupancy and medically fit patients if not given.",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME",
    help="Only this parameter. May be repeated.",
)
@click.option(
    "--trajectories",
    type=click.IntRange(min=2),
    metavar="N",
    help="Of elementary effects, each two runs for every parameter and two more; 10 if not given.",
)
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of the scenario as written, and with each parameter alone at either end; 10 if not given.",
)
@click.option(
    "--points",
    type=click.IntRange(min=0),
    metavar="N",
    help="Points that fill the ranges, two runs each, for Sobol indices; ten for each parameter if not "
    "given, 0 for no indices.",
)
@click.option("--all", "every", is_flag=True, help="Show every parameter, not only the first ones.")
@options.seed
@options.jobs
@options.out
@options.changes
@options.as_json
@click.pass_context
def sensitivity(
    ctx: click.Context,
    scenario: str,
    metrics: tuple[str, ...],
    parameters: tuple[str, ...],
    trajectories: int | None,
    replications: int | None,
    points: int | None,
    every: bool,
    seed: int | None,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    as_json: bool,
) -> None:
    """Say which of the parameters that SCENARIO calls uncertain matter to its figures, and how much.

    Its section `uncertain` says what may move, and how far. What is finished is kept at once: after a stop
    the same command goes on.
    """
    import datetime as dt

    from flowsim.report.sensitivity_json import sensitivity_json
    from flowsim.report.sensitivity_table import sensitivity_table
    from flowsim.sensitivity.folder import sensitivity_folder, write_sensitivity
    from flowsim.sensitivity.sensitivity import (
        AT_ENDS,
        TRAJECTORIES,
        carry_out_sensitivity,
        plan_sensitivity,
    )

    began = dt.datetime.now(dt.UTC)
    click.echo("reading and building the scenario", err=True)
    planned = plan_sensitivity(
        scenario,
        metrics=metrics,
        parameters=parameters,
        changes=changes,
        trajectories=trajectories or TRAJECTORIES,
        replications=replications or AT_ENDS,
        points=points,
        seed=seed,
    )
    folder = sensitivity_folder(planned).place(out, remark)
    with resumable(ctx, folder) as (store, told, _):
        found = carry_out_sensitivity(planned, store, jobs=jobs, told=told)
    write_sensitivity(found, planned, folder, extra=_pictures(found), began=began)
    print_results(found, partial(sensitivity_table, every=every), sensitivity_json, folder, as_json=as_json)


def _pictures(found: Sensitivity) -> dict[str, bytes]:
    """Return a tornado for each metric, as PNG and as SVG."""
    from flowsim.report.house_style import pictures
    from flowsim.report.sensitivity_figure import tornado_figure

    return pictures({f"tornado-{metric}": tornado_figure(found, metric) for metric in found.metrics})
