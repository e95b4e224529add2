"""Small extracts, written by hand or drawn, for the tests of fitting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from flowsim.fitting.extract import Extract, read_extract

ED = (
    "EMERGENCY CARE ATTENDANCE IDENTIFIER",
    "EMERGENCY CARE ARRIVAL DATE",
    "EMERGENCY CARE ARRIVAL TIME",
    "DECIDED TO ADMIT DATE",
    "DECIDED TO ADMIT TIME",
    "EMERGENCY CARE DEPARTURE DATE",
    "EMERGENCY CARE DEPARTURE TIME",
    "EMERGENCY CARE ARRIVAL MODE (SNOMED CT)",
    "AGE",
)


def written(
    file: Path, header: Sequence[str], rows: Sequence[Sequence[object]], separator: str = ","
) -> Path:
    """Write a table."""
    lines = [header, *rows]
    file.write_text("".join(separator.join(map(str, line)) + "\n" for line in lines), encoding="utf-8")
    return file


def attendances(file: Path, *rows: Sequence[object]) -> Extract:
    """Return the extract of attendances given as identifier, arrival, decision, departure, mode, age.

    Each time is text such as `2016-04-01 10:00`, or empty.
    """
    split = [
        [name, *_parts(came), *_parts(dta), *_parts(left), *rest] for name, came, dta, left, *rest in rows
    ]
    return read_extract(written(file, ED, split))


def _parts(moment: object) -> tuple[str, str]:
    date, _, time = str(moment).partition(" ")
    return date, time


def drawn(file: Path, days: int = 91, per_day: float = 80, seed: int = 1, **changes: object) -> Path:
    """Write attendances drawn over some days from 1 April 2016, as a department's own table in its own words.

    One in three by ambulance; lognormal stays of 180 minutes; whoever would leave later is still in.
    """
    rng = np.random.default_rng(seed)
    count = rng.poisson(days * per_day)
    came = np.sort(rng.integers(0, days * 1440, count))
    stay = np.rint(rng.lognormal(np.log(180) - 0.18, 0.6, count)).astype(int)
    start = np.datetime64("2016-04-01", "m")
    rows = []
    for at, lasting, ambulance, age in zip(
        came, stay, rng.random(count) < 1 / 3, rng.integers(0, 100, count), strict=True
    ):
        left = (
            str(start + np.timedelta64(int(at + lasting), "m")).replace("T", " ")
            if at + lasting < days * 1440
            else ""
        )
        mode = "Ambulance" if ambulance else "Walk-in"
        rows.append(
            (
                f"9434765{len(rows):03}",
                str(start + np.timedelta64(int(at), "m")).replace("T", " "),
                left,
                mode,
                age,
            )
        )
    header = ("NHS NUMBER", "ARRIVED", "LEFT", "HOW", "AGE")
    return written(file, header, rows, str(changes.get("separator", ",")))


MAPPING = """\
name: ours
title: our own table
of: attendances
clocks: {arrival: {at: Arrived}, departure: {at: LEFT}}
numbers: {age: Age}
codes:
  arrival_mode: {column: how, values: {ambulance: [AMBULANCE], other: [walk-in]}}
"""
"""Of the table that `drawn` writes."""
