"""`flowsim seek`: the least of a lever, or the cheapest mix of some, that meets a target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.bottlenecks import pictures_of
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import resumable

if TYPE_CHECKING:
    from flowsim.experiments.capacity.seek_results import Seek
    from flowsim.scenario.levers import Change

NOT_MET = 1

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim seek portsmouth-2016 --lever emergency_department.clinicians \\\n"
    '    --until "four_hour_performance >= 0.85" --between 0 4\n'
    "  flowsim seek portsmouth-2016 --lever integrated_discharge.brokerage.P3 \\\n"
    '    --between 1 0.25 --until "mffd_patients <= 200"\n'
    '  flowsim seek portsmouth-2016 --until "four_hour_performance >= 0.85" \\\n'
    "    --lever emergency_department.clinicians --between 0 4 \\\n"
    "    --lever acute_medicine.amu_beds --between 58 82 \\\n"
    "    --cost emergency_department.clinicians=6 --cost acute_medicine.amu_beds=1"
)


@click.command(short_help="Find the least of a lever that meets a target.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--lever",
    "levers",
    multiple=True,
    required=True,
    metavar="PATH",
    help="What is moved: a lever of capacity, a number, a duration or a distribution. Up to three times.",
)
@click.option(
    "--until", required=True, metavar="CLAUSE", help="The target, such as four_hour_performance >= 0.95."
)
@click.option(
    "--between",
    nargs=2,
    multiple=True,
    metavar="FROM TO",
    help="First and last value of each lever in turn, towards the target; of a distribution the factor. A "
    "lever of capacity needs none: from what there is now to twice as much.",
)
@click.option(
    "--cost",
    "costs",
    multiple=True,
    metavar="PATH=AMOUNT",
    help="What one unit of a lever costs; needed with several levers, the cheapest mix being sought.",
)
@click.option(
    "--probability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="P",
    help="Of a year's meeting the target; 0.8 if not given.",
)
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of each value at first; as the scenario says if not given.",
)
@click.option(
    "--max-replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="Of each value at most, near the boundary; 200 if not given.",
)
@options.seed
@options.jobs
@options.out
@options.changes
@options.most_patients
@options.as_json
@click.pass_context
def seek(
    ctx: click.Context,
    scenario: str,
    levers: tuple[str, ...],
    until: str,
    between: tuple[tuple[str, str], ...],
    costs: tuple[str, ...],
    probability: float | None,
    replications: int | None,
    max_replications: int | None,
    seed: int | None,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    as_json: bool,
) -> None:
    """Find the least of a lever in SCENARIO with which a year meets a target, four times out of five.

    What is finished is kept at once: after a stop the same command goes on. The exit code is 1 if nothing in
    range does it; what stands in the way is told then.
    """
    import datetime as dt

    from flowsim.experiments.capacity.folder import answer_folder, write_seek
    from flowsim.experiments.capacity.seek import carry_out_seek
    from flowsim.experiments.capacity.seek_plan import PROBABILITY, plan_seek
    from flowsim.report.capacity_json import seek_json
    from flowsim.report.seek_table import seek_table

    began = dt.datetime.now(dt.UTC)
    planned = plan_seek(
        scenario,
        lever=levers,
        until=until,
        between=[(_value(first), _value(last)) for first, last in between] or None,
        cost=dict(map(_cost, costs)),
        probability=probability or PROBABILITY,
        changes=changes,
        replications=replications,
        max_replications=max_replications,
        seed=seed,
        most_patients=most_patients,
    )
    folder = answer_folder(planned).place(out, remark)
    with resumable(ctx, folder) as (store, told, say):
        found = carry_out_seek(planned, store, jobs=jobs, told=told, tried=say)
    write_seek(found, folder, extra=_pictures(found), began=began)
    print_results(found, seek_table, seek_json, folder, as_json=as_json)
    ctx.exit(0 if found.found else NOT_MET)


def _pictures(found: Seek) -> dict[str, bytes]:
    from flowsim.report.house_style import pictures
    from flowsim.report.seek_figure import curve_figure

    return pictures({"curve": curve_figure(found)}) | (
        pictures_of(found.obstacles) if found.obstacles else {}
    )


def _value(written: str) -> int | float | str:
    """Return a number, or the text of a duration."""
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return written


def _cost(written: str) -> tuple[str, float]:
    return options.named_number(written, "--cost", "PATH=AMOUNT", "acute_medicine.amu_beds=1")
