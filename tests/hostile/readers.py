"""Every kind of file that a user may hand in: one that is right, and what reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowsim.calibration.observations import read_observations
from flowsim.experiments.runs.record import quarterly_beds, read_record
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.sweeps.file import read_sweep
from flowsim.finance.prices import read_prices
from flowsim.fitting.mapping import read_mapping
from flowsim.fitting.table_file import read_table
from flowsim.pathways.rates import read_profile, read_volumes
from flowsim.scenario.census import read_census
from flowsim.scenario.interventions import read_intervention
from flowsim.scenario.shipped import shipped_folder
from flowsim.validation.targets import read_targets


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    right : str
        A shipped one.
    read : callable
        Of a file.
    lines : int
        Of the right one that are kept, so that reading it takes no time.
    """

    right: str
    read: Callable[[Path], Any]
    lines: int = 10_000

    @property
    def content(self) -> bytes:
        return b"".join((shipped_folder() / self.right).read_bytes().splitlines(keepends=True)[: self.lines])


def record(file: Path) -> object:
    """Read a monthly record as a run does, which compares the months that it reports."""
    (file.parent / "named.yaml").write_text(f"extends: portsmouth-2016\nrun: {{record: {file.name}}}\n")
    return read_record(load_scenario(file.parent / "named.yaml").value)


YAML_FILES = {
    "scenario": Kind("scenarios/forecast-example.yaml", load_scenario),
    "intervention": Kind("scenarios/interventions/p1-slots-15.yaml", read_intervention),
    "sweep": Kind("scenarios/sweeps/p1-and-amu.yaml", read_sweep),
    "price book": Kind("data/prices.yaml", read_prices),
    "mapping": Kind("data/mappings/apc.yaml", read_mapping),
}
CSV_FILES = {
    "volumes": Kind("data/rhu_baseline_monthly.csv", read_volumes),
    "arrival profile": Kind("data/ecds_england_arrivals_by_hour_2024_25.csv", read_profile),
    "monthly record": Kind("data/rhu_baseline_monthly.csv", record),
    "record of beds": Kind("data/rhu_kh03_beds_quarterly.csv", lambda file: list(quarterly_beds(file))),
    "census": Kind("data/example_census.csv", read_census, lines=20),
    "observed figures": Kind("data/rhu_observed_2016.csv", read_observations),
    "targets": Kind("data/rhu_targets_2016_17.csv", read_targets, lines=20),
    "extract": Kind("data/synthetic_los_model.csv", read_table, lines=20),
}
EVERY = YAML_FILES | CSV_FILES
