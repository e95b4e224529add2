"""The folder of a fit: complete or absent.

    NAME.yaml               the scenario: what was fitted, and from what; it extends its template
    arrivals_by_hour.csv    mean attendances by weekday and hour, if they could be had
    attendances.csv         attendances by month, if the extract has the twelve months of a year
    quality.md, .json       what is wrong with the extracts, what was left out and why
    fits.md, .json          every value and every law with its interval; values that could not be had
    *.png, *.svg            for each duration the share still there, observed and fitted
    manifest.json           versions, hashes of the extracts and of all other files

Nothing of a single patient is in it: no identifier, no row, no count of 1 to 7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.folders.folder import (
    FORMAT,
    came_about,
    choose_place,
    hashes_of,
    write_files,
    write_manifest,
)
from flowsim.experiments.folders.writing import written_whole
from flowsim.fitting.fit import Fit
from flowsim.fitting.small_numbers import shown_in_json
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario

FIT = "fit"


def place_for_fit(fit: Fit, out: Path | None) -> Path:
    """Return the folder to write to, after trying that it can be written.

    Parameters
    ----------
    fit : Fit
    out : Path, optional
        A folder that is not there, is empty or holds the same fit. If not given, `results/NAME` or, with
        something else there, the same with `-2` and so on.

    Raises
    ------
    InputError
        If `out` holds something else.
    ResultsError
        If nothing can be written there.
    """
    return choose_place(out, fit.name, lambda found: (found["kind"], found.get("key")) == (FIT, fit.key))


def write_fit(
    fit: Fit, folder: Path, *, extra: Mapping[str, bytes] | None = None, began: dt.datetime | None = None
) -> None:
    """Write a fit as a whole, in the place of an older folder.

    Parameters
    ----------
    fit : Fit
    folder : Path
        From `place_for_fit`.
    extra : Mapping[str, bytes], optional
        More files, such as reports and pictures, by name.
    began : datetime, optional
        When it began, for the manifest.

    Raises
    ------
    InputError
        If what was fitted is no hospital together with the template; nothing is left.
    ResultsError
        If the disk is full or the folder cannot be written; nothing half-written is left.
    """
    with written_whole(folder) as staging:
        write_files(staging, {name: text.encode() for name, text in fit.files.items()} | dict(extra or {}))
        _refuse_if_no_scenario(staging / next(iter(fit.files)))
        manifest = {
            "format": FORMAT,
            "kind": FIT,
            "key": fit.key,
            "scenario": {"name": fit.name, "extends": fit.template},
            "extracts": [
                {
                    "kind": one.extract.kind.name,
                    "sha256": one.extract.sha256,
                    "mapping": one.extract.mapping.name,
                    "rows_read": shown_in_json(one.rows_read),
                    "rows_used": shown_in_json(len(one.extract)),
                    "period": [str(day) for day in one.period] if one.period else None,
                }
                for one in fit.extracts
            ],
            **came_about(began),
            "files": hashes_of(staging),
        }
        write_manifest(staging, manifest)


def _refuse_if_no_scenario(file: Path) -> None:
    try:
        load(file, Scenario)
    except InputError as error:
        raise InputError(
            [
                Problem("", one.path, f"{one.message} (what was fitted; the template says the rest)")
                for one in error.problems
            ]
        ) from None
