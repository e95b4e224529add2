"""`flowsim calibrate`: fit what is uncertain to what was observed; it goes on where it was stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import resumable

if TYPE_CHECKING:
    from flowsim.calibration.waves import Wave
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExample:\n"
    "  flowsim calibrate portsmouth-2016 --observed data/rhu_observed_2016.csv \\\n"
    "    --parameter acute_stay --parameter p1_stay --runs 200"
)


@click.command(short_help="Fit what is uncertain to published figures.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--observed",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CSV of observed figures: metric, group, value, tolerance, low, high, source.",
)
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME",
    help="Of the scenario's `uncertain`; all of them if not given. May be repeated.",
)
@click.option(
    "--runs", type=click.IntRange(min=1), metavar="N", help="Replications in all waves; 800 if not given."
)
@options.seed
@options.jobs
@options.out
@options.changes
@options.as_json
@click.pass_context
def calibrate(
    ctx: click.Context,
    scenario: str,
    observed: Path,
    parameters: tuple[str, ...],
    runs: int | None,
    seed: int | None,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    as_json: bool,
) -> None:
    """Find which values of SCENARIO's uncertain parameters agree with observed figures.

    What is finished is kept at once: after a stop the same command goes on.
    """
    import datetime as dt

    from flowsim.calibration.calibrate import RUNS, carry_out_calibration, plan_calibration
    from flowsim.calibration.folder import calibration_folder, write_calibration
    from flowsim.report.calibration_figure import calibration_figure
    from flowsim.report.calibration_json import calibration_json
    from flowsim.report.calibration_table import calibration_table
    from flowsim.report.house_style import pictures
    from flowsim.scenario.shipped import find_data

    began = dt.datetime.now(dt.UTC)
    planned = plan_calibration(
        scenario, observed, parameters=parameters, changes=changes, runs=runs or RUNS, seed=seed
    )
    folder = calibration_folder(planned).place(out, remark)
    with resumable(ctx, folder) as (store, tell, say):

        def told(done: int) -> None:
            tell(done, planned.replications)

        def after(wave: Wave) -> None:
            say(f"{len(wave.points)} points run; {100 * wave.left:.2g}% of the ranges is not ruled out")

        found = carry_out_calibration(planned, store, jobs=jobs, told=told, wave=after)
    extra = pictures({"calibration": calibration_figure(found)})
    write_calibration(found, planned, find_data(observed), folder, extra=extra, began=began)
    print_results(found, calibration_table, calibration_json, folder, as_json=as_json)
