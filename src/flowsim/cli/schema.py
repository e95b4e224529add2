"""`flowsim schema`: the form of what a user writes, for editors, and of what `--json` prints."""

from __future__ import annotations

import click

from flowsim.cli.printing import print_json

NAMES = (
    "scenario",
    "intervention",
    "sweep",
    "mapping",
    "run-json",
    "fit-json",
    "check-json",
    "compare-json",
    "sweep-json",
    "bottlenecks-json",
    "seek-json",
    "ensemble-json",
    "sensitivity-json",
    "together-json",
    "validate-json",
    "prices",
    "finance-json",
    "slots-json",
    "calibrate-json",
)
"""As in `flowsim.report.schemas.SCHEMAS`, which takes time to import."""

EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim schema > flowsim.schema.json\n"
    "  flowsim schema sweep > sweep.schema.json\n"
    "  flowsim schema run-json"
)


FILES, OUTPUTS = ([name for name in NAMES if name.endswith("-json") is printed] for printed in (False, True))


@click.command(
    short_help="Print the JSON Schema of a file or of an output.",
    help="Print a JSON Schema: of a scenario's file unless another NAME is given.\n\n"
    f"Of files: {', '.join(FILES)}.\n\nOf what --json prints: {', '.join(OUTPUTS)}.",
    epilog=EXAMPLES,
)
@click.argument("name", type=click.Choice(NAMES), default=NAMES[0], required=False, metavar="[NAME]")
def schema(name: str) -> None:
    """Print a JSON Schema: of a scenario's file unless another NAME is given."""
    from flowsim.report.schemas import SCHEMAS

    print_json(SCHEMAS[name]())
