"""The command line: thin, every verb calls the public functions. Only click is imported before that.

A verb is a module of its name that holds a command of its name, and a line in `VERBS`. The options that
verbs share are in `options`, what they print in `printing`, what they say meanwhile in `progress`.
"""

from __future__ import annotations

import click

from flowsim.cli.commands import Commands

VERBS = (
    "run",
    "compare",
    "sweep",
    "bottlenecks",
    "seek",
    "sensitivity",
    "finance",
    "slots",
    "report",
    "app",
    "together",
    "validate",
    "calibrate",
    "new",
    "fit",
    "extract",
    "check",
    "verify",
    "schema",
)
"""In the order of the help."""

EXAMPLES = "\b\nExample:\n  flowsim run portsmouth-2016"


@click.group(
    cls=Commands,
    verbs=VERBS,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: _show_version(ctx) if wanted else None,
    help="Show the version and exit.",
)
def main() -> None:
    """Simulate patients' way through an acute hospital."""


def _show_version(ctx: click.Context) -> None:
    from flowsim.experiments.folders.provenance import model_version, versions

    click.echo(f"flowsim {versions()['flowsim']}, model {model_version()[:12]}")
    ctx.exit()
