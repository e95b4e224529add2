"""The scenarios that come with flowsim, found by name from any folder.

An installed flowsim carries `scenarios/` and `data/` side by side in `flowsim/_shipped`; a source checkout
has them side by side at its root. So a scenario that names its data as `../data/…` holds in both. A name is
looked up in the list of what is there, never joined to a path, so no name can lead outside.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from flowsim.errors import InputError
from flowsim.wording import unknown


def shipped_folder() -> Path:
    """Return the folder that holds the shipped `scenarios/` and `data/`."""
    return _folder_beside(Path(__file__).resolve().parents[1])


def shipped_scenarios() -> list[str]:
    """Return the names of the shipped scenarios, sorted, such as `interventions/fit-12x7`."""
    return sorted(_by_name(shipped_folder()))


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
    # Unlike Path.is_file this is False, not an OSError, for a name that no file could have.
    if os.path.isfile(name_or_path):
        return Path(name_or_path)
    folder = shipped_folder()
    shipped = _by_name(folder)
    name = PurePath(name_or_path).as_posix().removesuffix(".yaml")
    if name in shipped:
        return shipped[name]
    found = "a folder" if os.path.isdir(name_or_path) else "no file"
    raise InputError(
        f"{unknown('scenario', name, shipped)}\n"
        f"there is {found} of that name in {Path.cwd()}, "
        f"and no scenario of that name in {folder / 'scenarios'}"
    )


def _folder_beside(package: Path) -> Path:
    installed = package / "_shipped"
    return installed if installed.is_dir() else package.parents[1]


def _by_name(folder: Path) -> dict[str, Path]:
    scenarios = folder / "scenarios"
    files = scenarios.rglob("*.yaml")
    return {file.relative_to(scenarios).with_suffix("").as_posix(): file for file in files}
