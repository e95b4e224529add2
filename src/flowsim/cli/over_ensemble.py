"""`flowsim run --ensemble` and `flowsim compare --ensemble`: figures over plausible parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli.printing import print_results, remark
from flowsim.cli.progress import resumable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowsim.scenario.levers import Change


@dataclass(frozen=True, slots=True)
class AskedOver:
    """The options that both verbs have."""

    replications: int | None
    seed: int | None
    engine: str
    jobs: int
    out: Path | None
    changes: tuple[Change, ...]
    as_json: bool


def show_over_ensemble(
    ctx: click.Context,
    scenario: str,
    folder: Path,
    interventions: Sequence[str],
    asked: AskedOver,
    precision: bool,
) -> None:
    """Run a scenario, and interventions beside it, over an ensemble; print and keep what was found."""
    import datetime as dt

    from flowsim.calibration.ensemble import read_ensemble
    from flowsim.errors import InputError
    from flowsim.experiments.arms.arms import understood
    from flowsim.report.ensemble_json import ensemble_json
    from flowsim.report.ensemble_table import METRICS_SHOWN, ensemble_table
    from flowsim.sensitivity.ensemble_folder import ensemble_folder, write_over_ensemble
    from flowsim.sensitivity.over_ensemble import EACH, carry_out_over_ensemble, plan_over_ensemble

    began = dt.datetime.now(dt.UTC)
    if precision:
        raise InputError("--precision must not be given with --ensemble; --replications is of each member")
    arms = []
    for one in interventions:
        arm = understood(one)
        if isinstance(arm, (str, Path)):
            raise InputError(f"with --ensemble an arm must be interventions; {one} is a scenario of its own")
        arms.append(arm)
    planned = plan_over_ensemble(
        scenario,
        read_ensemble(folder),
        interventions=arms,
        metrics=METRICS_SHOWN,
        changes=asked.changes,
        each=asked.replications or EACH,
        seed=asked.seed,
        engine=asked.engine,
    )
    place = ensemble_folder(planned).place(asked.out, remark)
    with resumable(ctx, place) as (store, told, _):
        found = carry_out_over_ensemble(planned, store, jobs=asked.jobs, told=told)
    write_over_ensemble(found, planned, place, began=began)
    print_results(found, ensemble_table, ensemble_json, place, as_json=asked.as_json)
