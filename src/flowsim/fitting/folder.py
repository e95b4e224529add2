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
from collections.abc import Callable, Mapping
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.folders.keyed import KeyedFolder
from flowsim.experiments.folders.place import choose_place
from flowsim.fitting.fit import Fit
from flowsim.fitting.small_numbers import shown_in_json
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario

FIT = "fit"


def place_for_fit(fit: Fit, out: Path | None, told: Callable[[str], object] = lambda _: None) -> Path:
    """Return the folder to write to; as `KeyedFolder.place`, but `results/NAME` if `out` is not given."""
    return choose_place(out, fit.name, _folder(fit).is_of, told)


def write_fit(
    fit: Fit, folder: Path, *, extra: Mapping[str, bytes] | None = None, began: dt.datetime | None = None
) -> None:
    """Write a fit, with more files such as reports and pictures; as `KeyedFolder.write`.

    Raises
    ------
    InputError
        If what was fitted is no hospital together with the template; nothing is left.
    """
    files = {name: text.encode() for name, text in fit.files.items()} | dict(extra or {})
    about = {
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
    }
    with _folder(fit).written(folder, files, about, began=began) as staging:
        _refuse_if_no_scenario(staging / next(iter(fit.files)))


def _folder(fit: Fit) -> KeyedFolder:
    return KeyedFolder(kind=FIT, key=fit.key, name=fit.name)


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
