"""What goes to the terminal: tables by rich, 80 columns wide where nobody looks, and JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pydantic import BaseModel
    from rich.console import Console, RenderableType

Found = TypeVar("Found")


def console(*, stderr: bool = False) -> Console:
    """Return the console of results, or with `stderr` that of progress."""
    from rich.console import Console

    from flowsim.report.terminal import WIDTH

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = WIDTH
    return made


def remark(text: str) -> None:
    """Print a sentence on stderr."""
    click.echo(text, err=True)


def print_results(
    found: Found,
    table: Callable[[Found], RenderableType],
    form: Callable[[Found], BaseModel],
    folder: Path,
    *,
    as_json: bool,
) -> None:
    """Print what was found as a table, or as one JSON object, and then where it is kept."""
    if as_json:
        print_json(form(found).model_dump())
    else:
        console().print(table(found))
    click.echo(f"results are in {folder}", err=as_json)


def print_json(value: object) -> None:
    """Print a value as JSON on stdout; NaN must be None by now."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    click.echo()
