"""Targets of two days of the small hospital: one that is met, one that is missed."""

from __future__ import annotations

from pathlib import Path

from flowsim.validation.targets import COLUMNS

MET, MISSED = "attendances", "conversion_rate"
ROWS = (
    f",{MET},,mean,300,1200,,input check,input,A,Somebody,,",
    f",{MISSED},,mean,0.99,0.99,0.005,calibrate,no,D,assumption,nobody could,",
    "Happiness,,,,,,,behaviour,no,D,assumption,,it is not modelled",
)


def small_targets(folder: Path) -> Path:
    """Write them."""
    file = folder / "targets.csv"
    file.write_text("\n".join([",".join(COLUMNS), *ROWS]) + "\n", encoding="utf-8")
    return file
