"""`flowsim schema`: the form of scenario files, for editors."""

from __future__ import annotations

import click

from flowsim.cli.printing import print_json

EXAMPLES = "\b\nExample:\n  flowsim schema > flowsim.schema.json"


@click.command(epilog=EXAMPLES)
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from flowsim.scenario.loading import json_schema
    from flowsim.scenario.schema import Scenario

    print_json(json_schema(Scenario))
