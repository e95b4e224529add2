"""The command line: thin, every verb calls the public functions. Only click is imported before that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowsim.engine.engines import DEFAULT, ENGINES, note_on

if TYPE_CHECKING:
    from rich.console import Console

    from flowsim.experiments.replication import Replication
    from flowsim.experiments.results import Results
    from flowsim.experiments.run import Plan
    from flowsim.scenario.levers import Change

BAD_INPUT = 2
INTERRUPTED = 130
FIRST_TABLE = 2
"""Replications after which a first table is shown, if more are to come."""

MAIN_EXAMPLES = "\b\nExample:\n  flowsim run portsmouth-2016"

RUN_EXAMPLES = (
    "\b\nExamples:\n"
    "  flowsim run portsmouth-2016\n"
    "  flowsim run scenarios/winter.yaml --replications 40 --jobs 4\n"
    "  flowsim run portsmouth-2016 --change acute_medicine.amu_beds=64\n"
    "  flowsim run portsmouth-2016 --change 'discharge.process.P3*=0.8'"
)

CHECK_EXAMPLES = "\b\nExample:\n  flowsim check scenarios/*.yaml"

VERIFY_EXAMPLES = "\b\nExample:\n  flowsim verify scenarios/portsmouth-2016.yaml"

SCHEMA_EXAMPLES = "\b\nExample:\n  flowsim schema > flowsim.schema.json"


class _Commands(click.Group):
    """Commands whose errors are a message and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from flowsim.errors import FlowsimError

        try:
            return super().invoke(ctx)
        except FlowsimError as error:
            click.echo(str(error), err=True)
            if error.exit_code == BAD_INPUT:
                click.echo("nothing was run", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("\nstopped; nothing was written", err=True)
            ctx.exit(INTERRUPTED)
        except MemoryError:
            click.echo("out of memory; try fewer --jobs or fewer days", err=True)
            ctx.exit(1)


@click.group(
    cls=_Commands,
    epilog=MAIN_EXAMPLES,
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


@main.command(epilog=RUN_EXAMPLES)
@click.argument("scenario")
@click.option(
    "--replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many; as the scenario says if not given.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="S",
    help="Of all random streams; as the scenario says if not given.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default=DEFAULT,
    show_default=True,
    help="What runs the program.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes; as many as there are cores if not given.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the results; results/NAME if not given.",
)
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="Set a value; += adds, *= multiplies. May be repeated.",
)
@click.option(
    "--max-patients",
    type=click.IntRange(min=1),
    metavar="N",
    help="Refuse a replication that would draw more.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def run(
    scenario: str,
    replications: int | None,
    seed: int | None,
    engine: str,
    jobs: int | None,
    out: Path | None,
    changes: tuple[str, ...],
    max_patients: int | None,
    as_json: bool,
) -> None:
    """Run SCENARIO, a file or the name of a shipped one; print its figures and keep them in a folder."""
    import datetime as dt

    from flowsim.experiments.folder import place_for, write_results
    from flowsim.experiments.replications import available_cores
    from flowsim.experiments.run import carry_out, load_scenario, plan
    from flowsim.experiments.size import MOST_PATIENTS
    from flowsim.report.table import run_table

    began = dt.datetime.now(dt.UTC)
    planned = plan(
        load_scenario(scenario, [_change(one) for one in changes]),
        replications=replications,
        seed=seed,
        engine=engine,
        most_patients=max_patients or MOST_PATIENTS,
    )
    folder = place_for(planned, out)
    note = note_on(engine)
    if note:
        click.echo(note, err=True)
    with _Telling(planned, tables=not as_json) as told:
        results = carry_out(planned, jobs=jobs or available_cores(), told=told)
    write_results(results, planned, folder, extra=_pictures(results), began=began)
    if as_json:
        _print_json(_summary(results))
    else:
        _console().print(run_table(results))
    click.echo(f"results are in {folder}", err=as_json)


@main.command(epilog=CHECK_EXAMPLES)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.pass_context
def check(ctx: click.Context, scenarios: Sequence[str], as_json: bool) -> None:
    """Check each SCENARIO: read it, build its hospital and compile it, but run nothing."""
    from flowsim.errors import FlowsimError
    from flowsim.experiments.run import load_scenario, plan

    found: list[dict[str, Any]] = []
    worst = 0
    for scenario in scenarios:
        try:
            planned = plan(load_scenario(scenario))
        except FlowsimError as error:
            worst = max(worst, error.exit_code)
            found.append({"scenario": scenario, "ok": False, "message": str(error)})
            click.echo(str(error), err=True)
            continue
        warnings = planned.about.warnings
        found.append(
            {"scenario": scenario, "ok": True, "name": planned.about.name, "warnings": list(warnings)}
        )
        for warning in warnings:
            click.echo(f"{scenario}: warning: {warning}", err=True)
        if not as_json:
            click.echo(f"{scenario}: ok, about {planned.patients:,.0f} patients drawn for a replication")
    if as_json:
        _print_json(found)
    elif worst:
        wrong = sum(not one["ok"] for one in found)
        click.echo(f"{wrong} of {len(found)} cannot be run", err=True)
    ctx.exit(worst)


@main.command(epilog=VERIFY_EXAMPLES)
@click.argument("scenario")
@click.option(
    "--replication", type=click.IntRange(min=0), default=0, metavar="K", help="Which one; 0 if not given."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="As the scenario says if not given.")
@click.pass_context
def verify(ctx: click.Context, scenario: str, replication: int, seed: int | None) -> None:
    """Run a replication of SCENARIO on both engines and check that the logs are equal and obey every law."""
    from flowsim.experiments.run import load_scenario, plan
    from flowsim.experiments.verification import verify as verified

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


@main.command(epilog=SCHEMA_EXAMPLES)
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from flowsim.scenario.loading import json_schema
    from flowsim.scenario.schema import Scenario

    _print_json(json_schema(Scenario))


def _show_version(ctx: click.Context) -> None:
    from flowsim.experiments.provenance import model_version, versions

    click.echo(f"flowsim {versions()['flowsim']}, model {model_version()[:12]}")
    ctx.exit()


def _change(written: str) -> Change:
    """Return the lever that `PATH=VALUE`, `PATH+=VALUE` or `PATH*=VALUE` moves; the value is YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from flowsim.errors import InputError
    from flowsim.scenario.levers import Change
    from flowsim.wording import quoted

    path, equals, value = written.partition("=")
    if not path.rstrip("+*") or not equals or not value.strip():
        raise InputError(
            f'--change must be PATH=VALUE, such as "acute_medicine.amu_beds=64"; found {quoted(written)}'
        )
    try:
        operand = YAML(typ="safe", pure=True).load(value)
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(
            f"--change {path}: must be YAML; {str(error).splitlines()[0]}; found {quoted(value)}"
        ) from None
    if path.endswith("+"):
        return Change(path[:-1].strip(), "add", operand)
    if path.endswith("*"):
        return Change(path[:-1].strip(), "times", operand)
    return Change(path.strip(), "set", operand)


class _Telling:
    """A progress bar on stderr, and a first table once there are two replications and more to come."""

    def __init__(self, planned: Plan, *, tables: bool) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self.planned, self.tables = planned, tables
        self.total = len(planned.numbers)
        self.progress = Progress(
            TextColumn("replications"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=_console(stderr=True),
            transient=True,
        )
        self.task = self.progress.add_task("run", total=self.total)

    def __enter__(self) -> Callable[[Sequence[Replication]], None]:
        self.progress.start()
        return self.tell

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def tell(self, done: Sequence[Replication]) -> None:
        self.progress.update(self.task, completed=len(done))
        if self.tables and len(done) == FIRST_TABLE < self.total:
            from flowsim.experiments.results import Results
            from flowsim.report.table import main_figures

            console = self.progress.console
            console.print(f"after {FIRST_TABLE} of {self.total} replications:")
            console.print(main_figures(Results.of(self.planned.about, done)))
            console.print()


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    from flowsim.report.table import WIDTH

    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    return console


def _pictures(results: Results) -> dict[str, bytes]:
    from flowsim.report.figure import can_be_drawn, four_hour_figure, png, svg

    if not can_be_drawn(results):
        return {}
    figure = four_hour_figure(results)
    return {"four_hour_performance.png": png(figure), "four_hour_performance.svg": svg(figure)}


def _summary(results: Results) -> dict[str, Any]:
    """Return the object that `run --json` prints."""
    from math import isnan

    from flowsim.outcomes import METRICS

    metrics = {}
    for name, group in zip(results.metric, results.group, strict=True):
        if group == "all":
            figure = results.figure(name)
            bounds = {"mean": figure.mean, "sd": figure.sd, "ci_low": figure.low, "ci_high": figure.high}
            known = {key: None if isnan(value) else value for key, value in bounds.items()}
            metrics[name] = {**known, "unit": METRICS[name].unit}
    about, timing = results.about, results.timing
    return {
        "scenario": about.name,
        "engine": about.engine,
        "seed": about.seed,
        "replications": len(results.numbers),
        "metrics": metrics,
        "timing": {
            "sample_s": timing.sample_s,
            "simulate_s": timing.simulate_s,
            "measure_s": timing.measure_s,
            "total_s": timing.total_s,
        },
    }


def _print_json(value: object) -> None:
    import json

    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    click.echo()
