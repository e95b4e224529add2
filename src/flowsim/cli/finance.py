"""`flowsim finance`: what interventions are worth, to whom, and how sure that is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import note_engine, resumable

if TYPE_CHECKING:
    from flowsim.experiments.runs.run import Changes
    from flowsim.finance.figures import Figures
    from flowsim.finance.folder import Source
    from flowsim.finance.ledger import Backfill, Contract
    from flowsim.scenario.levers import Change

CONTRACTS: dict[str, Contract] = {"results": "payment_by_results", "block": "block"}
EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim finance portsmouth-2016 p1-slots-15\n"
    "  flowsim finance portsmouth-2016 p1-slots-15 --price p1_slot_day=140\n"
    "  flowsim finance portsmouth-2016 fit-12x7 --backfill electives\n"
    "  flowsim finance results/portsmouth-2016-comparison --prices my-prices.yaml"
)


@click.command(short_help="Say what interventions are worth in pounds.", epilog=EXAMPLES)
@click.argument("baseline", metavar="BASELINE|RESULTS")
@click.argument("interventions", nargs=-1, metavar="[INTERVENTION]...")
@options.prices
@options.price_changes
@options.backfill("close")
@click.option(
    "--contract",
    type=click.Choice(list(CONTRACTS)),
    help="Whose cash the headlines follow, by results or under a block contract; as the price book says if "
    "not given. Both are shown.",
)
@click.option(
    "--harm",
    is_flag=True,
    help="Tell also of deaths that go with waits of over six hours for a bed; priced in nothing.",
)
@options.draws
@click.option(
    "--ensemble",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of `flowsim calibrate`: its sets of parameters are run, too, and drawn from.",
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
def finance(
    ctx: click.Context,
    baseline: str,
    interventions: tuple[str, ...],
    prices: Path | None,
    price_changes: dict[str, float],
    backfill: Backfill,
    contract: str | None,
    harm: bool,
    draws: int,
    ensemble: Path | None,
    replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    as_json: bool,
) -> None:
    """Run BASELINE and each INTERVENTION with the same patients, and price what differs.

    RESULTS is a folder of `flowsim compare` or of this, which is priced without running anything. Finished
    replications are kept: another price runs nothing again.
    """
    import datetime as dt

    from flowsim.errors import InputError
    from flowsim.finance.finance import book_of, price
    from flowsim.finance.folder import finance_folder, read_source, write_finance
    from flowsim.report.finance_files import finance_files
    from flowsim.report.finance_json import finance_json
    from flowsim.report.finance_table import finance_table

    began = dt.datetime.now(dt.UTC)
    book = book_of(prices, price_changes, CONTRACTS[contract] if contract else None)
    if os.path.isdir(baseline):
        if interventions or changes or ensemble or replications is not None or seed is not None:
            raise InputError(
                f"{baseline} is a folder of results, which is only priced: interventions, --change, "
                "--ensemble, --replications and --seed must not be given"
            )
        source, figures = read_source(Path(baseline))
        members: list[Figures] = []
        folder = finance_folder(source, book, backfill, draws, harm=harm).place(out, remark)
    else:
        note_engine(engine)
        source = _planned(
            baseline,
            interventions,
            ensemble,
            changes=changes,
            replications=replications,
            seed=seed,
            engine=engine,
            most_patients=most_patients,
        )
        folder = finance_folder(source, book, backfill, draws, harm=harm).place(out, remark)
        figures, members = _run(ctx, source, folder, jobs)
    found = price(*figures, book, members=members, backfill=backfill, harm=harm, draws=draws)
    write_finance(found, source, folder, extra=finance_files(found), began=began)
    print_results(found, finance_table, finance_json, folder, as_json=as_json)


def _planned(
    baseline: str, interventions: tuple[str, ...], ensemble: Path | None, *, changes: Changes, **asked: Any
) -> Source:
    """Return arms that were checked whole, and those of an ensemble."""
    from flowsim.calibration.ensemble import read_ensemble
    from flowsim.errors import InputError
    from flowsim.experiments.arms.arms import read_arms
    from flowsim.finance.case import FEWEST
    from flowsim.finance.figures import read_members
    from flowsim.finance.folder import source_of_arms
    from flowsim.wording import quoted

    if not interventions:
        raise InputError(
            f"there is no folder {quoted(baseline)} of results, and a scenario must be given with "
            "at least one intervention; found none"
        )
    replications = asked["replications"]
    if replications is not None and replications < FEWEST:
        raise InputError(f"an appraisal must have at least {FEWEST} replications; found {replications}")
    calibrated = read_ensemble(ensemble) if ensemble else None
    click.echo("reading and building the scenarios", err=True)
    arms = read_arms(baseline, interventions, changes=changes, **asked)
    return source_of_arms(
        arms, read_members(calibrated, baseline, interventions, arms, changes) if calibrated else ()
    )


def _run(ctx: click.Context, source: Source, folder: Path, jobs: int) -> tuple[Figures, list[Figures]]:
    """Return the figures of a source's arms and members, those that are kept not being run again."""
    from flowsim.finance.figures import run_arms

    with resumable(ctx, folder) as (store, told, _):
        return run_arms(source.run, source.members, store, jobs=jobs, told=told)
