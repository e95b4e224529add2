"""`flowsim verify`: both engines on a scenario, and the laws that every log obeys."""

from __future__ import annotations

import click

from flowsim.cli import options

EXAMPLES = "\b\nExample:\n  flowsim verify portsmouth-2016"


@click.command(short_help="Check that both engines agree on a scenario.", epilog=EXAMPLES)
@click.argument("scenario")
@click.option(
    "--replication", type=click.IntRange(min=0), default=0, metavar="K", help="Which one; 0 if not given."
)
@options.seed
@click.pass_context
def verify(ctx: click.Context, scenario: str, replication: int, seed: int | None) -> None:
    """Run a replication of SCENARIO on both engines and check that the logs are equal and obey every law."""
    from flowsim.experiments.runs.run import load_scenario, plan
    from flowsim.experiments.runs.verification import verify as verified

    planned = plan(load_scenario(scenario), replications=1, seed=seed)
    click.echo("running both engines; the SimPy engine takes a while for a year", err=True)
    found = verified(planned, replication=replication)
    rows = ", ".join(f"{count:,} {what}" for what, count in found.compared.items())
    click.echo(f"{planned.about.name}, seed {planned.setup.seed}, replication {replication}")
    click.echo(
        f"  engines      {' and '.join(found.engines)}: {found.difference or 'equal logs, bit for bit'}"
    )
    click.echo(f"               {rows}")
    for law in found.laws:
        click.echo(f"  {law.name:<12} {law.violation or f'holds for {law.count:,} {law.counted}'}")
    ctx.exit(0 if found.ok else 1)
