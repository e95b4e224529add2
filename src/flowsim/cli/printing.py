"""What goes to the terminal: tables by rich, 80 columns wide where nobody looks, and JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def console(*, stderr: bool = False) -> Console:
    """Return the console of results, or with `stderr` that of progress."""
    from rich.console import Console

    from flowsim.report.table import WIDTH

    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = WIDTH
    return made


def print_json(value: object) -> None:
    """Print a value as JSON on stdout; NaN must be None by now."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    click.echo()
