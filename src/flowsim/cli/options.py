"""Options that several verbs have, each written once: `@replications` above a command gives it the option."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from flowsim.engine.engines import DEFAULT, ENGINES

if TYPE_CHECKING:
    from flowsim.scenario.levers import Change

F = TypeVar("F", bound=Callable[..., Any])


def _jobs(_ctx: click.Context, _param: click.Parameter, given: int | None) -> int:
    from flowsim.experiments.work.workers import available_cores

    return given or available_cores()


def _most_patients(_ctx: click.Context, _param: click.Parameter, given: int | None) -> int:
    from flowsim.experiments.runs.size import MOST_PATIENTS

    return given or MOST_PATIENTS


def ending(of: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Return what refuses an option's file that could not be written, or that has another ending."""

    def checked(_ctx: click.Context, param: click.Parameter, given: Path | None) -> Path | None:
        from flowsim.experiments.folders.writing import refuse_unless_file

        if given is not None:
            refuse_unless_file(given, param.opts[0], of)
        return given

    return checked


replications = click.option(
    "--replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many; as the scenario says if not given.",
)

precision = click.option(
    "--precision",
    multiple=True,
    metavar="[METRIC=]WIDTH",
    help="In place of a number: run until the 95% interval has this half-width, as 0.5pp of four-hour "
    "performance, METRIC=0.5pp of another share, METRIC=2% of anything else. May be repeated.",
)

max_replications = click.option(
    "--max-replications",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most, with --precision; 200 if not given.",
)

seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    metavar="S",
    help="Of all random streams; as the scenario says if not given.",
)

engine = click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default=DEFAULT,
    show_default=True,
    help="What runs the program.",
)

jobs = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    callback=_jobs,
    help="Processes; as many as there are cores if not given.",
)

out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the results; results/NAME if not given, or results/NAME-2 and so on where that holds "
    "another question's.",
)

changes = click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    callback=lambda _ctx, _param, written: _changes(written),
    help="Set a value; += adds, *= multiplies. May be repeated; a value is set once at most.",
)

most_patients = click.option(
    "--max-patients",
    "most_patients",
    type=click.IntRange(min=1),
    metavar="N",
    callback=_most_patients,
    help="Refuse a replication that would draw more.",
)

ensemble = click.option(
    "--ensemble",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Over the plausible parameter sets in the folder of a calibration: two replications of each, and "
    "what of the variance is chance.",
)

prices = click.option(
    "--prices",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A price book; data/prices.yaml as shipped if not given.",
)

price_changes = click.option(
    "--price",
    "price_changes",
    multiple=True,
    metavar="NAME=VALUE",
    callback=lambda _ctx, _param, written: dict(map(_price, written)),
    help="Another value of a price or an assumption, its range in proportion. May be repeated.",
)

draws = click.option(
    "--draws",
    type=click.IntRange(min=100, max=100_000),
    default=2000,
    show_default=True,
    help="Joint draws of chance and prices.",
)


def backfill(default: str) -> Callable[[F], F]:
    """Return the option that says what beds that fall free are used for, with the default of a verb."""
    return click.option(
        "--backfill",
        type=click.Choice(["close", "electives", "fill"]),
        default=default,
        show_default=True,
        help="What becomes of beds that fall free in the headlines.",
    )


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")


def named_number(written: str, option: str, form: str, example: str) -> tuple[str, float]:
    """Return the name and the number in what an option was given, such as `p1_slot_day=140`."""
    from flowsim.errors import InputError
    from flowsim.wording import quoted

    name, _, number = written.partition("=")
    try:
        return name.strip(), float(number)
    except ValueError:
        raise InputError(f'{option} must be {form}, such as "{example}"; found {quoted(written)}') from None


def _changes(written: Sequence[str]) -> tuple[Change, ...]:
    """Return the levers that are moved; what would undo an earlier one is refused, as in a package."""
    from flowsim.errors import InputError, Problem
    from flowsim.wording import printable, quoted

    problems: list[Problem] = []
    moved: dict[str, str] = {}
    changes = []
    for one in written:
        try:
            change = _change(one)
        except InputError as error:
            problems += error.problems
            continue
        if change.verb == "set" and change.path in moved:
            message = f"must not be set after {quoted(moved[change.path])}; found {quoted(one)}"
            problems.append(Problem("", "", f"--change {printable(change.path)} {message}"))
        moved[change.path] = one
        changes.append(change)
    if problems:
        raise InputError(problems)
    return tuple(changes)


def _change(written: str) -> Change:
    """Return the lever that `PATH=VALUE`, `PATH+=VALUE` or `PATH*=VALUE` moves; the value is YAML."""
    from flowsim.errors import InputError
    from flowsim.scenario.levers import Change
    from flowsim.scenario.yaml_file import read_value
    from flowsim.wording import printable, quoted

    path, equals, value = written.partition("=")
    if not path.rstrip("+*") or not equals or not value.strip():
        raise InputError(
            f'--change must be PATH=VALUE, such as "acute_medicine.amu_beds=64"; found {quoted(written)}'
        )
    try:
        operand = read_value(value)
    except InputError as error:
        told = "; ".join(problem.message for problem in error.problems)
        raise InputError(f"--change {printable(path)}: {told}; found {quoted(value)}") from None
    if path.endswith("+"):
        return Change(path[:-1].strip(), "add", operand)
    if path.endswith("*"):
        return Change(path[:-1].strip(), "times", operand)
    return Change(path.strip(), "set", operand)


def _price(written: str) -> tuple[str, float]:
    return named_number(written, "--price", "NAME=VALUE", "p1_slot_day=140")
