"""`flowsim new`: another hospital from a template and its trust's published figures."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowsim.footprints.new import NewPlace

EXAMPLES = (
    "\b\nExamples:\n  flowsim new --list\n  flowsim new --from portsmouth-2016 --trust RTG --name derby-2016"
)

WIDTH = 80
TO_SUPPLY = (
    "the way out: pathway 1 to 3 slots by locality, IDS staff, brokerage, who counts as fit to leave",
    "the emergency department: spaces, and clinicians, nurses and specialty teams by hour",
    "beds by ward group, AMU, short stay, escalation beds and what opens them",
    "stays to medically fit, by age and frailty; electives a day",
    "hours of the frailty team, ambulatory care, GP stream; Portsmouth's are assumptions, too",
    "ages, frailty, ambulance share, localities; admissions that do not come through the ED",
)


@click.command(short_help="Start another hospital from a template and public data.", epilog=EXAMPLES)
@click.option(
    "--from",
    "template",
    default="portsmouth-2016",
    show_default=True,
    metavar="TEMPLATE",
    help="Name of a shipped scenario.",
)
@click.option("--trust", metavar="CODE", help="Code of the trust, such as RTG.")
@click.option("--name", metavar="NAME", help="Of the new scenario, such as derby-2016.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Must not exist yet; NAME in this folder if not given.",
)
@click.option("--list", "listed", is_flag=True, help="List the trusts that are known, and stop.")
def new(template: str, trust: str | None, name: str | None, out: Path | None, listed: bool) -> None:
    """Write a folder with the scenario of another hospital.

    Attendances, admissions and beds are those that NHS England published of its trust in 2016/17; what no
    public file gives is the TEMPLATE's, scaled.
    """
    from flowsim.errors import InputError, Problem
    from flowsim.footprints.new import new_place
    from flowsim.footprints.published import trusts

    if listed:
        for code, title in trusts().items():
            click.echo(f"{code}  {title}")
        return
    missing = [
        Problem("", "", f"{option} must be given, such as {option} {example}")
        for option, value, example in (("--trust", trust, "RTG"), ("--name", name, "derby-2016"))
        if not value
    ]
    if missing or not (trust and name):
        raise InputError(missing)
    for line in _told(new_place(template, trust, name, out), template):
        click.echo(fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False))


def _told(made: NewPlace, template: str) -> Iterator[str]:
    yield f"{made.folder} holds {', '.join(made.files)}"
    yield ""
    yield "Attendances, record and beds are published."
    yield f"Scaled from {template}, by the ratio of:"
    for basis in made.bases.values():
        yield f"  {basis.ratio:.3f}  {basis.words}"
    yield ""
    yield "Still to be supplied by those who know the place, the weightiest first (docs/another-place.md):"
    for words in TO_SUPPLY:
        yield f"  - {words}"
    yield ""
    yield f"Try: flowsim run {made.scenario} --replications 4"
