"""`flowsim validate`: the model beside the record, its predictions, and simpler models beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import note_engine, resumable

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim validate\n"
    "  flowsim validate portsmouth-2016 --replications 100 --out results/judged\n"
    "  flowsim validate --ensemble results/portsmouth-2016-calibration\n"
    "  flowsim validate my-trust.yaml --targets my-targets.csv"
)


@click.command(short_help="Set the model beside the record, good and bad.", epilog=EXAMPLES)
@click.argument("scenario", default="portsmouth-2016")
@click.option(
    "--targets",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="What is known of the place; those shipped for the scenario's record if not given.",
)
@click.option(
    "--ensemble",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Of a calibration: its plausible parameter sets are judged together, five replications each.",
)
@click.option(
    "--fitted-to",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Observed figures that the scenario was calibrated to: marked as fitted. An ensemble knows its own.",
)
@options.replications
@options.seed
@options.engine
@options.jobs
@options.out
@options.changes
@options.most_patients
@options.as_json
@click.pass_context
def validate(
    ctx: click.Context,
    scenario: str,
    targets: Path | None,
    ensemble: Path | None,
    fitted_to: Path | None,
    replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    as_json: bool,
) -> None:
    """Judge SCENARIO by what is known of its place, and say what it predicts of months not seen.

    Every target is shown, what was missed first. Simple models stand beside it. What is finished is kept at
    once: after a stop the same command goes on.
    """
    import datetime as dt

    from flowsim.report.validation_json import validate_json
    from flowsim.report.validation_report import validation_files
    from flowsim.report.validation_table import validation_table
    from flowsim.validation.folder import validation_folder, write_validation
    from flowsim.validation.plan import plan_validation
    from flowsim.validation.validation import run_validation

    began = dt.datetime.now(dt.UTC)
    planned = plan_validation(
        scenario,
        targets=targets,
        ensemble=ensemble,
        fitted_to=fitted_to,
        changes=changes,
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    folder = validation_folder(planned).place(out, remark)
    note_engine(engine)
    with resumable(ctx, folder) as (store, told, _):
        found = run_validation(planned, store, jobs=jobs, told=told)
    write_validation(planned, validation_files(found), folder, began=began)
    print_results(found, validation_table, validate_json, folder, as_json=as_json)
