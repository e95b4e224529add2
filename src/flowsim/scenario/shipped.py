"""What comes with flowsim, found by name from any folder: scenarios, interventions, sweeps and data.

An installed flowsim carries `scenarios/` and `data/` side by side in `flowsim/_shipped`; a source checkout
has them side by side at its root. So a scenario that names its data as `../data/…` holds in both. A name is
looked up in the list of what is there, never joined to a path, so no name can lead outside.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path, PurePath

from flowsim.errors import InputError
from flowsim.wording import instead_of_a_file, quoted, unknown

INTERVENTIONS, SWEEPS = "interventions/", "sweeps/"
"""Folders inside `scenarios/` whose files are no scenarios."""


def shipped_folder() -> Path:
    """Return the folder that holds the shipped `scenarios/` and `data/`."""
    return _folder_beside(Path(__file__).resolve().parents[1])


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios, sorted, such as `portsmouth-2016`."""
    return sorted(name for name in _by_name() if not name.startswith((INTERVENTIONS, SWEEPS)))


def shipped_interventions() -> list[str]:
    """Return the names of the shipped interventions, sorted, such as `fit-12x7`."""
    return _names_in(INTERVENTIONS)


def shipped_sweeps() -> list[str]:
    """Return the names of the shipped sweeps, sorted."""
    return _names_in(SWEEPS)


def find_scenario(name_or_path: str) -> Path:
    """Return the file of a scenario.

    Parameters
    ----------
    name_or_path : str
        A file, which wins, or the name of a shipped scenario with or without `.yaml`.

    Returns
    -------
    Path
        An existing file: as it was given, or absolute if it is a shipped one.

    Raises
    ------
    InputError
        If neither exists; the message says where it was looked for and gives the nearest shipped names.
    """
    intervention = _bare(name_or_path, INTERVENTIONS)
    if not os.path.isfile(name_or_path) and intervention in shipped_interventions():
        raise InputError(needs_a_baseline(intervention))
    return _find(name_or_path, "scenario", "", shipped_scenarios())


def find_intervention(name_or_path: str) -> Path:
    """Return the file of an intervention: a file, or a shipped one as `fit-12x7` or `interventions/fit-12x7`.

    Raises
    ------
    InputError
        As `find_scenario`.
    """
    return _find(name_or_path, "intervention", INTERVENTIONS, shipped_interventions())


def find_sweep(name_or_path: str) -> Path:
    """Return the file of a sweep: a file, or the name of a shipped one.

    Raises
    ------
    InputError
        As `find_scenario`.
    """
    return _find(name_or_path, "sweep", SWEEPS, shipped_sweeps())


def find_data(name_or_path: str | Path) -> Path:
    """Return a file of data: a file, which wins, or a shipped one as `data/prices.yaml` or `prices.yaml`.

    What is neither comes back as it was given, for its reader to complain of.
    """
    shipped = {file.name: file for file in (shipped_folder() / "data").iterdir()}
    name = PurePath(name_or_path).as_posix().removeprefix("data/")
    return Path(name_or_path) if os.path.isfile(name_or_path) else shipped.get(name, Path(name_or_path))


def needs_a_baseline(intervention: str) -> str:
    """Return why an intervention is no scenario, and what to type instead."""
    return (
        f"must be a scenario; found the intervention {quoted(intervention)}, which changes one: "
        f"flowsim compare BASELINE {intervention}"
    )


def _find(name_or_path: str, kind: str, folder: str, allowed: list[str]) -> Path:
    # Unlike Path.is_file this is False, not an OSError, for a name that no file could have.
    if os.path.isfile(name_or_path):
        return Path(name_or_path)
    name = _bare(name_or_path, folder)
    if name in allowed:
        return _by_name()[folder + name]
    raise InputError(
        f"{unknown(kind, name, allowed)}\n"
        f"there is {instead_of_a_file(name_or_path)} of that name in {Path.cwd()}, "
        f"and no {kind} of that name in {shipped_folder() / 'scenarios' / folder}"
    )


def _bare(name_or_path: str, folder: str) -> str:
    return PurePath(name_or_path).as_posix().removesuffix(".yaml").removeprefix(folder)


def _folder_beside(package: Path) -> Path:
    installed = package / "_shipped"
    return installed if installed.is_dir() else package.parents[1]


def _names_in(folder: str) -> list[str]:
    return sorted(name.removeprefix(folder) for name in _by_name() if name.startswith(folder))


def _by_name() -> dict[str, Path]:
    return _files_in(shipped_folder() / "scenarios")


@cache
def _files_in(scenarios: Path) -> dict[str, Path]:
    """Return the files by name; what comes with flowsim does not change while it runs."""
    return {_name(file.relative_to(scenarios).with_suffix("")): file for file in scenarios.rglob("*.yaml")}


def _name(file: Path) -> str:
    """Return the name of a file inside `scenarios/`; `a/a.yaml`, which has its data beside it, is `a`."""
    return (file.parent if file.parent.name == file.name else file).as_posix()
