"""Extracts of a simulated hospital, in the form of a real one's: to try `fit` on what is known.

A patient's age is the first year of their band. Times are cut to whole minutes. Numbers of rows stand for
identifiers; nobody in them is a person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.log import Log
from flowsim.experiments.folders.writing import write_file, written_whole
from flowsim.experiments.runs.replication import Replicator
from flowsim.experiments.runs.run import Plan
from flowsim.fitting.arrivals import BAND_BEGINS
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import ReportingPeriod

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

ATTENDANCES, SPELLS = "attendances.csv", "spells.csv"

AMBULANCE, OWN_TRANSPORT = "1048031000000100", "1048071000000103"
WARD, HOME = "306706006", "306689006"
"""SNOMED CT, as in the mapping `ecds`."""
ELECTIVE, VIA_ED, DIRECT = "11", "21", "22"
FRAIL, NOT_FRAIL = "6", "3"
ALIVE, DIED = "1", "4"


def write_extracts(plan: Plan, folder: Path, replication: int = 0) -> dict[str, int]:
    """Write the extracts of one replication as a folder that was not there.

    Parameters
    ----------
    plan : Plan
    folder : Path
    replication : int

    Returns
    -------
    dict
        Rows by the name of the file.

    Raises
    ------
    ResultsError
        If they cannot be written; nothing half-written is left.
    """
    replicator = Replicator(plan.setup)
    found = extracts_of(replicator.simulated(replication).log, replicator.period)
    with written_whole(folder) as staging:
        for name, text in found.items():
            write_file(staging / name, text)
    return {name: text.count("\n") - 1 for name, text in found.items()}


def extracts_of(log: Log, period: ReportingPeriod) -> dict[str, str]:
    """Return the attendances and the spells that began in a period, as CSV by the names of their files."""
    observed = Observed(log, period)
    return {ATTENDANCES: _attendances(observed), SPELLS: _spells(observed)}


def _attendances(observed: Observed) -> str:
    rows = observed.rows(observed.arrival)
    admitted = observed.inpatient[rows]
    gone = observed.has("departed")[rows]
    outcome = np.where(gone, np.where(admitted, WARD, HOME), "")
    by_ambulance = observed.has("ambulance_arrival")[rows]
    columns = {
        "EMERGENCY CARE ATTENDANCE IDENTIFIER": _numbers(rows),
        "EMERGENCY CARE DEPARTMENT TYPE": np.where(observed.type1[rows], "1", "3"),
        "AGE AT CDS ACTIVITY DATE": _ages(observed, rows),
        "EMERGENCY CARE ARRIVAL MODE (SNOMED CT)": np.where(by_ambulance, AMBULANCE, OWN_TRANSPORT),
        "STREAM": _levels(observed, "stream", rows),
        **_clock(observed, observed.arrival[rows], "EMERGENCY CARE ARRIVAL {}"),
    }
    for moment, name in (
        (observed.mark("initial_assessment"), "EMERGENCY CARE INITIAL ASSESSMENT {}"),
        (observed.first_seen, "EMERGENCY CARE {} SEEN FOR TREATMENT"),
        (observed.mark("referred"), "ACTIVITY SERVICE REQUEST {} (EMERGENCY CARE)"),
        (observed.mark("decision_to_admit"), "DECIDED TO ADMIT {}"),
        (observed.mark("departed"), "EMERGENCY CARE DEPARTURE {}"),
    ):
        columns |= _clock(observed, moment[rows], name)
    columns["EMERGENCY CARE DISCHARGE DESTINATION (SNOMED CT)"] = outcome
    return _csv(columns)


def _spells(observed: Observed) -> str:
    rows = observed.rows(observed.mark("admitted"), observed.inpatient)
    died, left = observed.has("died")[rows], observed.has("discharged")[rows]
    ready = np.where(died, np.nan, observed.mark("medically_ready")[rows])
    frail = observed.is_level("frailty", "frail")[rows]
    pathway = np.char.replace(_levels(observed, "pathway", rows), "P4", "P0")
    known = ~np.isnan(ready)
    emergency = np.where(observed.type1[rows], VIA_ED, DIRECT)
    columns = {
        "HOSPITAL PROVIDER SPELL IDENTIFIER": _numbers(rows),
        "AGE ON ADMISSION": _ages(observed, rows),
        "CLINICAL FRAILTY SCALE": np.where(frail, FRAIL, NOT_FRAIL),
        "METHOD OF ADMISSION CODE (HOSPITAL PROVIDER SPELL)": np.where(
            observed.elective[rows], ELECTIVE, emergency
        ),
        **_clock(observed, observed.mark("admitted")[rows], "START {} (HOSPITAL PROVIDER SPELL)"),
        **_clock(observed, ready, "DISCHARGE READY {} (HOSPITAL PROVIDER SPELL)"),
        **_clock(observed, observed.mark("discharged")[rows], "DISCHARGE {} (HOSPITAL PROVIDER SPELL)"),
        "METHOD OF DISCHARGE CODE (HOSPITAL PROVIDER SPELL)": np.where(left, np.where(died, DIED, ALIVE), ""),
        "DISCHARGE PATHWAY": np.where(known, pathway, ""),
    }
    return _csv(columns)


def _clock(observed: Observed, minutes: Floats, name: str) -> dict[str, Texts]:
    """Return the date and the time of day of each moment; nothing for what had not happened by the end."""
    happened = minutes < observed.period.ends
    since = np.where(happened, np.floor(np.where(happened, minutes, 0.0)), 0.0).astype("timedelta64[m]")
    written = np.datetime_as_string(np.datetime64(observed.period.origin, "m") + since, unit="m")
    date, time = (
        np.array([one[part] for one in written], dtype=np.str_) for part in (slice(10), slice(11, 16))
    )
    return {
        name.format("DATE"): np.where(happened, date, ""),
        name.format("TIME"): np.where(happened, time, ""),
    }


def _numbers(rows: Ints) -> Texts:
    return np.char.add("SIM", np.arange(1, len(rows) + 1).astype(np.str_))


def _ages(observed: Observed, rows: Ints) -> Texts:
    ages = np.array([*map(str, BAND_BEGINS), ""])
    return np.asarray(ages[observed.level("age_band")[rows]])


def _levels(observed: Observed, attribute: str, rows: Ints) -> Texts:
    return np.array([*observed.log.levels[attribute], ""])[observed.level(attribute)[rows]]


def _csv(columns: dict[str, Texts]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(_listed(column) for column in columns.values()), strict=True))
    return text.getvalue()


def _listed(column: Texts) -> Sequence[str]:
    listed: list[str] = column.tolist()
    return listed
