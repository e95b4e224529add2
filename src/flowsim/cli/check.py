"""`flowsim check`: whether scenarios could be run."""

from __future__ import annotations

from collections.abc import Sequence

import click

from flowsim.cli import options
from flowsim.cli.printing import print_json

EXAMPLES = "\b\nExample:\n  flowsim check portsmouth-2016 my-plan.yaml"


@click.command(short_help="Check scenarios without running them.", epilog=EXAMPLES)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@options.as_json
@click.pass_context
def check(ctx: click.Context, scenarios: Sequence[str], as_json: bool) -> None:
    """Check each SCENARIO: read it, build its hospital and compile it, but run nothing."""
    from flowsim.errors import FlowsimError
    from flowsim.experiments.runs.run import load_scenario, plan
    from flowsim.report.run_json import CheckedJson, RefusedJson

    found: list[CheckedJson | RefusedJson] = []
    worst = 0
    for scenario in scenarios:
        try:
            planned = plan(load_scenario(scenario))
        except FlowsimError as error:
            worst = max(worst, error.exit_code)
            found.append(RefusedJson(scenario=scenario, message=str(error)))
            click.echo(str(error), err=True)
            continue
        warnings = planned.about.warnings
        found.append(CheckedJson(scenario=scenario, name=planned.about.name, warnings=list(warnings)))
        for warning in warnings:
            click.echo(f"{scenario}: warning: {warning}", err=True)
        if not as_json:
            click.echo(f"{scenario}: ok, about {planned.patients:,.0f} patients drawn for a replication")
    if as_json:
        print_json([one.model_dump() for one in found])
    elif worst:
        wrong = sum(not one.ok for one in found)
        click.echo(f"{wrong} of {len(found)} cannot be run", err=True)
    ctx.exit(worst)
