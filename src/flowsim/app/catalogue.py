"""What the app offers: shipped scenarios and interventions, and those of a folder given at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.experiments.runs.run import load_scenario
from flowsim.scenario.interventions import Intervention, read_intervention, stands_alone
from flowsim.scenario.loading import Loaded
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_scenario, shipped_interventions, shipped_scenarios
from flowsim.scenario.yaml_file import read_yaml
from flowsim.wording import known


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A scenario that can be chosen.

    Parameters
    ----------
    name, title : str
    source : str
        What a command line calls it: the name of a shipped one, or a file.
    shipped : bool
    """

    name: str
    title: str
    source: str
    shipped: bool

    def load(self) -> Loaded[Scenario]:
        """Return the scenario, checked whole, as its file stands now.

        Raises
        ------
        InputError
            With every problem found.
        """
        return load_scenario(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Scenarios and interventions by name; one of the folder stands in the place of a shipped one.

    Parameters
    ----------
    scenarios : Mapping[str, Offered]
    interventions : Mapping[str, Intervention]
    """

    scenarios: Mapping[str, Offered]
    interventions: Mapping[str, Intervention]

    @classmethod
    def of(cls, folder: Path | None = None) -> Catalogue:
        """Return what is shipped, after what is in a folder's `.yaml` files.

        Raises
        ------
        InputError
            With every problem of every file in the folder, or if it holds nothing to choose.
        """
        own = cls._in(folder) if folder else cls(scenarios={}, interventions={})
        scenarios = {name: _shipped(name) for name in sorted(shipped_scenarios(), key=_extends)}
        interventions = {name: read_intervention(name) for name in shipped_interventions()}
        return cls(
            scenarios={**own.scenarios, **scenarios, **own.scenarios},
            interventions={**own.interventions, **interventions, **own.interventions},
        )

    @classmethod
    def _in(cls, folder: Path) -> Catalogue:
        if not folder.is_dir():
            raise InputError(f"must be a folder of scenarios and interventions; found {folder}")
        scenarios: dict[str, Offered] = {}
        interventions: dict[str, Intervention] = {}
        problems: list[Problem] = []
        for file in sorted(folder.glob("*.yaml")):
            try:
                tree = read_yaml(file).tree
                if stands_alone(tree, Scenario):
                    value = load_scenario(file).value
                    one = Offered(name=value.name, title=value.title, source=str(file), shipped=False)
                    scenarios[value.name] = one
                elif {"changes", "combines"} & tree.keys():
                    found = read_intervention(file)
                    interventions[found.name] = found
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        if not scenarios and not interventions:
            raise InputError(f"{folder} must hold scenarios or interventions as .yaml files; found none")
        return cls(scenarios=scenarios, interventions=interventions)

    def scenario(self, name: str) -> Offered:
        """Return a scenario by its name; InputError with the nearest name if there is none."""
        return known("scenario", name, self.scenarios)

    def intervention(self, name: str) -> Intervention:
        """Return an intervention by its name; InputError with the nearest name if there is none."""
        return known("intervention", name, self.interventions)


def _extends(name: str) -> bool:
    """Return whether a shipped scenario is made from another, which then comes first."""
    return "extends" in read_yaml(find_scenario(name)).tree


def _shipped(name: str) -> Offered:
    tree = read_yaml(find_scenario(name)).tree
    return Offered(name=name, title=str(tree.get("title", name)), source=name, shipped=True)
