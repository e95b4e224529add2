"""`flowsim report`: the board pack of finished results, one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli import options

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim report results/portsmouth-2016-comparison\n"
    "  flowsim report results/portsmouth-2016-comparison \\\n"
    "    results/portsmouth-2016-finance\n"
    "  flowsim report results/portsmouth-2016 --out board.html"
)


@click.command(short_help="Write the board pack of finished results.", epilog=EXAMPLES)
@click.argument("results", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RESULTS...")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    callback=options.ending(".html"),
    metavar="FILE.html",
    help="The file to write; beside RESULTS if not given.",
)
def report(results: tuple[Path, ...], out: Path | None) -> None:
    """Write RESULTS as one HTML page to read, print or send: what changes, how sure, and how it was made.

    RESULTS is the folder of `flowsim run`; or that of `flowsim compare`, of its `flowsim finance`, or both.
    Nothing is run.
    """
    from flowsim.experiments.folders.writing import write_file
    from flowsim.report.pack.board_pack import board_pack, default_place

    text = board_pack(*results)
    place = out or default_place(results)
    write_file(place, text)
    click.echo(f"the report is in {place}")
