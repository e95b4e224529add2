"""A hospital of two days with two uncertain parameters, one of which its figures hang on."""

from __future__ import annotations

from pathlib import Path

METRICS = ("time_in_department_median", "attendances")

SURE = """\
extends: portsmouth-2016
name: sure
changes: {run.days: {set: 2}, run.warm_up: {set: 0 days}}
uncertain: null
"""

UNCERTAIN = """\
extends: sure.yaml
name: own
uncertain:
  tests: {lever: emergency_department.investigations, times: {from: 0.5, to: 1.5}}  # half to one and a half
  porters: {lever: integrated_discharge.transport, times: {from: 0.9, to: 1.1}}
"""


def scenario(folder: Path) -> Path:
    """Return the hospital's file."""
    (folder / "sure.yaml").write_text(SURE, encoding="utf-8")
    file = folder / "own.yaml"
    file.write_text(UNCERTAIN, encoding="utf-8")
    return file
