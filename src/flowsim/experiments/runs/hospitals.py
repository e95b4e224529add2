"""Hospitals that a process keeps ready: to know that a scenario can be run is to build what it then runs."""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flowsim.experiments.runs.size import size_of
from flowsim.pathways.builder import Hospital
from flowsim.pathways.hospital import build
from flowsim.scenario.names import file_sha256
from flowsim.scenario.schema import Scenario

MOST_HOSPITALS = 64
"""Hospitals that a process keeps, about 2 MB and 0.2 s of building each; the oldest make room."""


def hospital_of(scenario: Scenario) -> Hospital:
    """Return the hospital of a scenario, built once while there is room; it is not to be changed.

    Raises
    ------
    InputError, BuildError
        If it cannot be built.
    """
    written = io.BytesIO()
    pickler = _NotingFiles(written)
    pickler.dump(scenario)
    return _built(written.getvalue(), tuple(file_sha256(file) for file in pickler.files))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of a scenario whose hospital was built: it can be run.

    Parameters
    ----------
    patients : float
        Expected to be drawn for one replication.
    warnings : tuple of str
    """

    patients: float
    warnings: tuple[str, ...]


def checked(scenario: Scenario, most_patients: int) -> Checked:
    """Build the hospital of a scenario and return what is known of it.

    Raises
    ------
    InputError, BuildError
        If it cannot be run, or would draw more patients than `most_patients`.
    """
    hospital = hospital_of(scenario)
    return Checked(patients=size_of(hospital, most_patients), warnings=hospital.compiled.warnings)


class _NotingFiles(pickle.Pickler):
    """Notes the files that what is pickled names: a hospital is made of what they hold, too."""

    def __init__(self, written: io.BytesIO) -> None:
        super().__init__(written)
        self.files: list[Path] = []

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Path):
            self.files.append(value)
        return NotImplemented


@lru_cache(maxsize=MOST_HOSPITALS)
def _built(scenario: bytes, contents: tuple[str, ...]) -> Hospital:
    return build(pickle.loads(scenario))
