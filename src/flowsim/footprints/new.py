"""Making a new place: a folder with a scenario that runs, or a refusal that names every problem."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem, tried
from flowsim.experiments.folders.writing import refuse_unless_new, write_file, written_whole
from flowsim.footprints.published import Published, of_template, of_trust
from flowsim.footprints.scaling import Basis, bases, scaled
from flowsim.footprints.written import (
    BEDS,
    RECORD,
    VOLUMES,
    beds_text,
    record_text,
    scenario_text,
    volumes_text,
)
from flowsim.scenario.loading import load
from flowsim.scenario.names import Identifier
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_scenario, shipped_scenarios
from flowsim.wording import quoted, unknown


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that was made.

    Parameters
    ----------
    folder : Path
    files : dict
        Text by file name; the scenario's is the first.
    bases : dict
        What the template was scaled by.
    """

    folder: Path
    files: dict[str, str]
    bases: dict[str, Basis]

    @property
    def scenario(self) -> Path:
        """The file of the scenario."""
        return self.folder / next(iter(self.files))


def new_place(template: str, trust: str, name: str, folder: Path | None = None) -> NewPlace:
    """Write the folder of another place, made from a template and from what was published of its trust.

    Parameters
    ----------
    template : str
        Name of a shipped scenario that names its record.
    trust : str
        Code of a trust, such as `RTG`.
    name : str
        Of the new scenario, and of its file.
    folder : Path, optional
        Must not exist; the name in the working folder if not given.

    Raises
    ------
    InputError
        With every problem found; nothing is written.
    ResultsError
        If the folder cannot be written; nothing half-written is left.
    """
    problems: list[Problem] = []
    tried(problems, lambda: _check_name(name))
    folder = Path(name) if folder is None else folder
    tried(problems, lambda: refuse_unless_new(folder))
    scenario = tried(problems, lambda: _template(template))
    base = tried(problems, lambda: of_template(scenario)) if scenario else None
    place = tried(problems, lambda: _place(trust, base))
    by = tried(problems, lambda: bases(place, base)) if place and base else None
    if problems or not (scenario and place and by):
        raise InputError(problems)
    found = scaled(scenario, by)
    files = {
        f"{name}.yaml": scenario_text(name, scenario, place, by, found),
        VOLUMES: volumes_text(place),
        RECORD: record_text(place),
        BEDS: beds_text(place),
    }
    with written_whole(folder) as staging:
        for file, text in files.items():
            write_file(staging / file, text)
    return NewPlace(folder, files, by)


def _template(name: str) -> Scenario:
    if name not in shipped_scenarios():
        raise InputError(unknown("template", name, shipped_scenarios()))
    return load(find_scenario(name), Scenario).value


def _place(trust: str, template: Published | None) -> Published:
    if template and template.code == trust.upper():
        raise InputError(f"the trust must be another than the template's own; found {quoted(trust)}")
    return of_trust(trust)


def _check_name(name: str) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Identifier)
    try:
        adapter.validate_python(name)
    except ValidationError as error:
        raise InputError(f"--name {error.errors()[0]['msg']}") from None
