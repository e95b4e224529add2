"""`flowsim fit`: a scenario's numbers from extracts of patients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.printing import print_results, remark

if TYPE_CHECKING:
    from flowsim.fitting.fit import Fit

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim fit ecds_2024.csv apc_2024.csv --name st-elsewhere --end 2025-04-01\n"
    "  flowsim fit our_ed.csv --mapping our_mapping.yaml\n"
    "  flowsim extract portsmouth-2016 --out made && flowsim fit made/*.csv"
)


@click.command(short_help="Fit demand and stays to extracts of patients.", epilog=EXAMPLES)
@click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DATA.csv…")
@click.option(
    "--mapping",
    "mappings",
    multiple=True,
    metavar="NAME|FILE",
    help="Which column is which: ecds, apc or a file; once for each DATA. By its columns if not given.",
)
@click.option(
    "--template",
    default="portsmouth-2016",
    show_default=True,
    metavar="SCENARIO",
    help="What says everything else.",
)
@click.option("--name", metavar="NAME", help="Of the scenario; that of the first file if not given.")
@click.option(
    "--start",
    metavar="DATE",
    help="The first day the extracts cover; the first with about as many as usual if not given.",
)
@click.option(
    "--end",
    metavar="DATE",
    help="The first day the extracts do not cover; by the last arrivals if not given.",
)
@options.out
@options.as_json
def fit(
    data: tuple[Path, ...],
    mappings: tuple[str, ...],
    template: str,
    name: str | None,
    start: str | None,
    end: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Fit arrivals, ages, streams and stays to DATA, and write a scenario that says them.

    DATA is a table of emergency attendances, or of admitted spells, or one of each, a patient's visit a row.
    What is wrong with it is reported. Nothing of a single patient is written.
    """
    import datetime as dt

    from flowsim.fitting.fit import fit as fitted
    from flowsim.fitting.folder import place_for_fit, write_fit
    from flowsim.report.fit_json import fit_json
    from flowsim.report.fit_text import fit_table

    began = dt.datetime.now(dt.UTC)
    click.echo("reading and fitting", err=True)
    found = fitted(*data, mapping=mappings, template=template, name=name, end=end, start=start)
    folder = place_for_fit(found, out, remark)
    write_fit(found, folder, extra=reports_of(found), began=began)
    print_results(found, fit_table, fit_json, folder, as_json=as_json)
    click.echo(f"Try: flowsim run {folder / next(iter(found.files))} --replications 4", err=as_json)


def reports_of(found: Fit) -> dict[str, bytes]:
    """Return the reports and pictures of a fit by the names of their files."""
    import json

    from flowsim.report.fit_figure import fit_pictures
    from flowsim.report.fit_json import fit_json
    from flowsim.report.fit_text import fits_markdown, quality_markdown

    told = fit_json(found).model_dump(mode="json")
    quality = {"small_numbers": told["small_numbers"], "extracts": told.pop("extracts")}
    texts = {
        "quality.md": quality_markdown(found),
        "quality.json": json.dumps(quality, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
        "fits.md": fits_markdown(found),
        "fits.json": json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n",
    }
    return {name: text.encode() for name, text in texts.items()} | fit_pictures(found)
