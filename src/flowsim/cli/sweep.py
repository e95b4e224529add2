"""`flowsim sweep`: many scenarios beside one baseline; it goes on where it was stopped."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import planning, resumable, there_already

if TYPE_CHECKING:
    from flowsim.experiments.sweeps.plan import SweepPlan
    from flowsim.experiments.sweeps.results import Sweep
    from flowsim.experiments.work.cluster import Cluster

UNMET = 1

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim sweep board-shortlist\n"
    "  flowsim sweep my-sweep.yaml --jobs 4 --markdown moved.md \\\n"
    "    --junit expected.xml"
)


@click.command(short_help="Run many scenarios from one file, and rank them.", epilog=EXAMPLES)
@click.argument("sweep_file", metavar="SWEEP")
@options.replications
@options.jobs
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="In place of processes here: the workers of a Dask scheduler, such as tls://10.0.0.5:8786.",
)
@click.option(
    "--insecure", is_flag=True, help="Allow --dask tcp:// to another machine, which anybody may use."
)
@options.out
@options.most_patients
@click.option(
    "--markdown",
    type=click.Path(path_type=Path),
    callback=options.ending(".md"),
    metavar="FILE.md",
    help="Also write what moved, for a pull request.",
)
@click.option(
    "--against",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Results of the sweep before a change: --markdown then says what the change moved.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    callback=options.ending(".xml"),
    metavar="FILE.xml",
    help="Also write the expectations as JUnit XML.",
)
@options.as_json
@click.pass_context
def sweep(
    ctx: click.Context,
    sweep_file: str,
    replications: int | None,
    jobs: int,
    dask: str | None,
    insecure: bool,
    out: Path | None,
    most_patients: int,
    markdown: Path | None,
    against: Path | None,
    junit: Path | None,
    as_json: bool,
) -> None:
    """Run every scenario of SWEEP, a file or the name of a shipped one, and rank them.

    What is finished is kept at once: after a stop the same command goes on. The exit code is 1 if something
    that the file expects is not so.
    """
    import datetime as dt

    from flowsim.errors import InputError
    from flowsim.experiments.folders.writing import write_file
    from flowsim.experiments.sweeps.folder import load_sweep, place_for_sweep, write_sweep
    from flowsim.experiments.sweeps.plan import plan_sweep
    from flowsim.report.house_style import pictures
    from flowsim.report.surface_figure import figures
    from flowsim.report.sweep_json import sweep_json
    from flowsim.report.sweep_table import sweep_junit, sweep_markdown, sweep_table

    if dask and ctx.get_parameter_source("jobs") is ParameterSource.COMMANDLINE:
        raise InputError(
            "--jobs and --dask must not be given together: a cluster has as many as it has workers"
        )
    began = dt.datetime.now(dt.UTC)
    with _opened(dask, insecure) as cluster:
        with planning() as told:
            planned = plan_sweep(
                sweep_file, replications=replications, most_patients=most_patients, jobs=jobs, told=told
            )
        before = load_sweep(against) if against else None
        folder = place_for_sweep(planned, out, remark)
        swept, run = _carried_out(ctx, planned, folder, jobs, cluster)
    write_sweep(swept, planned, folder, extra=pictures(figures(swept)), began=began, run=run)
    if markdown:
        write_file(markdown, sweep_markdown(swept, before))
    if junit:
        write_file(junit, sweep_junit(swept))
    print_results(swept, sweep_table, sweep_json, folder, as_json=as_json)
    ctx.exit(0 if swept.ok else UNMET)


def _opened(dask: str | None, insecure: bool) -> AbstractContextManager[Cluster | None]:
    """Give the cluster that was asked for, if one was."""
    from flowsim.experiments.work.cluster import open_cluster

    return open_cluster(dask, insecure=insecure) if dask else nullcontext()


def _carried_out(
    ctx: click.Context, planned: SweepPlan, folder: Path, jobs: int, cluster: Cluster | None
) -> tuple[Sweep, int]:
    """Return the results, and how many replications were run for them."""
    from flowsim.experiments.sweeps.sweep import carry_out_sweep

    counted: list[int] = []
    with resumable(ctx, folder) as (store, tell, say):

        def told(done: int, wanted: int) -> None:
            if done and not counted:
                say(there_already(done, wanted))
            counted.append(done)
            tell(done, wanted)

        swept = carry_out_sweep(planned, store, jobs=jobs, executor=cluster, told=told)
    return swept, counted[-1] - counted[0]
