"""A sweep of the small hospital: a baseline, an intervention and a grid of two."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flowsim.experiments.sweeps.plan import SweepPlan, plan_sweep
from flowsim.experiments.sweeps.results import Sweep
from flowsim.experiments.sweeps.sweep import carry_out_sweep

TEXT = """
name: small
title: A small sweep
baseline: portsmouth-2016
changes: {run.days: {set: 2}, run.warm_up: {set: 0 days}}
replications: 3
seed: 1
vary:
  interventions: [fit-12x7]
  grid:
    amu_beds: {lever: acute_medicine.amu_beds, add: [-20, 6]}
expect:
  - four_hour_performance >= 10%
"""
ARMS = ["portsmouth-2016", "fit-12x7", "amu_beds-20", "amu_beds+6"]


def write(folder: Path, text: str = TEXT) -> Path:
    """Write a sweep's file and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "small.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@cache
def small_sweep_plan(folder: Path) -> SweepPlan:
    return plan_sweep(write(folder))


@cache
def small_sweep(folder: Path) -> Sweep:
    return carry_out_sweep(small_sweep_plan(folder))


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder of results but the manifest, which tells the time."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "manifest.json"
    }
