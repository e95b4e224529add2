"""`flowsim slots`: what one more slot of discharge to assess costs and saves, and the sensible delay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import note_engine, resumable

if TYPE_CHECKING:
    from flowsim.finance.ledger import Backfill
    from flowsim.scenario.levers import Change

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim slots portsmouth-2016 P1\n"
    "  flowsim slots portsmouth-2016 P1.Portsmouth P1.Hampshire\n"
    "  flowsim slots portsmouth-2016 P3 --more -10 --more 20 --more 40\n"
    "  flowsim slots portsmouth-2016 P1 --price p1_slot_day=140"
)


@click.command(short_help="Find the delay at which one more slot costs what it saves.", epilog=EXAMPLES)
@click.argument("scenario")
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.option(
    "--more",
    multiple=True,
    type=int,
    metavar="N",
    help="A number of slots to try, so many more than now, fewer if below 0. May be repeated; a fifth fewer "
    "to two fifths more if not given.",
)
@options.prices
@options.price_changes
@options.backfill("fill")
@options.draws
@options.replications
@options.seed
@options.engine
@options.jobs
@options.out
@options.changes
@options.most_patients
@options.as_json
@click.pass_context
def slots(
    ctx: click.Context,
    scenario: str,
    services: tuple[str, ...],
    more: tuple[int, ...],
    prices: Path | None,
    price_changes: dict[str, float],
    backfill: Backfill,
    draws: int,
    replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int,
    out: Path | None,
    changes: tuple[Change, ...],
    most_patients: int,
    as_json: bool,
) -> None:
    """Say at which mean delay of the medically fit one more slot costs what it saves.

    SCENARIO is run with fewer and more slots of each SERVICE: a pathway such as P1, or of one council, as
    P1.Hampshire; all three pathways if none is given. Finished replications are kept: another price runs
    nothing again.
    """
    import datetime as dt

    from flowsim.finance.finance import book_of
    from flowsim.finance.slot_folder import slots_folder, write_slots
    from flowsim.finance.slot_plan import plan_slots
    from flowsim.finance.slots import carry_out_slots
    from flowsim.report.house_style import pictures
    from flowsim.report.slots_figure import slots_figure
    from flowsim.report.slots_json import slots_json
    from flowsim.report.slots_table import slots_table

    began = dt.datetime.now(dt.UTC)
    note_engine(engine)
    book = book_of(prices, price_changes)
    planned = plan_slots(
        scenario,
        services,
        more=more,
        changes=changes,
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    folder = slots_folder(planned, book, backfill, draws)
    place = folder.place(out, remark)
    with resumable(ctx, place) as (store, told, _):
        found = carry_out_slots(planned, book, store, backfill=backfill, draws=draws, jobs=jobs, told=told)
    write_slots(found, planned, folder, place, extra=pictures({"slots": slots_figure(found)}), began=began)
    print_results(found, slots_table, slots_json, place, as_json=as_json)
