"""What a board pack is made of: the folders of a run, of a comparison and of its appraisal, each checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.errors import InputError
from flowsim.experiments.comparisons.folder import ARMS, COMPARISON, load_comparison
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.folders.folder import RUN, read_manifest, refuse_if_changed
from flowsim.experiments.folders.resolved import RESOLVED
from flowsim.experiments.folders.strangers import whoever_wrote_it
from flowsim.experiments.runs.folder import load_results
from flowsim.experiments.runs.results import Results
from flowsim.finance.folder import FINANCE
from flowsim.report import wording
from flowsim.report.pack.money import Money, read_money
from flowsim.scenario.names import file_sha256
from flowsim.scenario.shipped import shipped_folder
from flowsim.scenario.yaml_file import read_yaml

Tree = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """What a pack is made of.

    Parameters
    ----------
    manifests : Mapping[str, Mapping]
        Of each folder given, by its name.
    folders : Mapping[str, Path]
        That of each scenario, by its name, the baseline's first.
    baseline : Results
    comparison : Comparison or None
        None if there is only a run.
    money : Money or None
        None if nothing was priced.
    part_titles : Mapping[str, str]
        Of what arms are made of, by name; it need be no arm.
    """

    manifests: Mapping[str, Mapping[str, Any]]
    folders: Mapping[str, Path]
    baseline: Results
    comparison: Comparison | None = None
    money: Money | None = None
    part_titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Of the baseline."""
        return self.baseline.about.title

    @cached_property
    def titles(self) -> dict[str, str]:
        """What each arm is called for people, by its name."""
        return wording.titles(self.comparison.arms) if self.comparison else {}

    @property
    def called(self) -> dict[str, str]:
        """What each arm, and each part of one, is called for people, by its name."""
        return {**self.part_titles, **self.titles}

    @cached_property
    def single(self) -> tuple[Compared, ...]:
        """Arms whose parts, if they have any, are not all arms themselves: each says what it moves."""
        if self.comparison is None:
            return ()
        return tuple(arm for arm in self.comparison.arms if arm not in self.comparison.packages)

    @cached_property
    def trees(self) -> dict[str, Tree]:
        """Each scenario with every default written out, by its name."""
        return {name: read_yaml(folder / RESOLVED).tree for name, folder in self.folders.items()}

    @cached_property
    def scenario_manifests(self) -> dict[str, dict[str, Any]]:
        """What each scenario was run with, by its name."""
        return {name: read_manifest(folder) for name, folder in self.folders.items()}

    def written_files(self, scenario: str) -> list[Path]:
        """Return the scenario files that one was read from, as far as they are there and unchanged."""
        found = []
        for name, sha256 in self.scenario_manifests[scenario]["inputs"].items():
            for file in (shipped_folder() / name, Path(name)):
                if file.suffix in (".yaml", ".yml") and file.is_file() and file_sha256(file) == sha256:
                    found.append(file)
                    break
        return found


@whoever_wrote_it
def read_source(folders: Sequence[Path]) -> Source:
    """Return what some folders of results hold.

    Parameters
    ----------
    folders : sequence of Path
        That of a run; or that of a comparison, of its appraisal, or of both.

    Raises
    ------
    InputError
        If they are none of these, do not belong together, or were changed since.
    """
    manifests = {folder: read_manifest(folder) for folder in folders}
    kinds = sorted(manifest["kind"] for manifest in manifests.values())
    if kinds not in ([RUN], [COMPARISON], [FINANCE], [COMPARISON, FINANCE]):
        raise InputError(
            "a report must be of a run, or of a comparison, of its appraisal, or of both; found "
            + (" and ".join(f"{path}, a {of['kind']}" for path, of in manifests.items()) or "nothing")
        )
    by_kind = {manifest["kind"]: (folder, manifest) for folder, manifest in manifests.items()}
    named = {folder.resolve().name: manifest for folder, manifest in manifests.items()}
    if RUN in by_kind:
        folder = by_kind[RUN][0]
        results = load_results(folder)
        return Source(manifests=named, folders={results.about.name: folder}, baseline=results)
    folder, manifest = by_kind.get(COMPARISON) or by_kind[FINANCE]
    if len(by_kind) == 2:
        _refuse_if_of_others(*by_kind[COMPARISON], *by_kind[FINANCE])
    comparison = load_comparison(folder) if COMPARISON in by_kind else _of_appraisal(folder, manifest)
    money = None
    if FINANCE in by_kind:
        refuse_if_changed(*by_kind[FINANCE])
        money = read_money(*by_kind[FINANCE])
    return Source(
        manifests=named,
        folders={arm["name"]: folder / ARMS / arm["name"] for arm in manifest["arms"]},
        baseline=comparison.baseline,
        comparison=comparison,
        money=money,
        part_titles={
            name: wording.plain(title)
            for arm in manifest["arms"]
            for name, title in zip(arm["parts"], arm.get("part_titles", ()), strict=False)
        },
    )


def _of_appraisal(folder: Path, manifest: Mapping[str, Any]) -> Comparison:
    """Return the comparison that was priced; who changed is not in such a folder."""
    refuse_if_changed(folder, manifest)
    baseline, *others = manifest["arms"]
    return Comparison(
        baseline=load_results(folder / ARMS / baseline["name"]),
        arms=tuple(
            Compared(
                name=one["name"],
                title=one["title"],
                results=load_results(folder / ARMS / one["name"]),
                parts=tuple(one["parts"]),
                changed=np.empty((len(manifest["replications"]), 0, 4)),
            )
            for one in others
        ),
        words=(),
    )


def _refuse_if_of_others(
    compared: Path, comparison: Mapping[str, Any], priced: Path, appraisal: Mapping[str, Any]
) -> None:
    """Refuse an appraisal of other runs than those compared."""
    of = [
        ([(arm["name"], arm["key"]) for arm in one["arms"]], one["seed"], one["replications"])
        for one in (comparison, appraisal)
    ]
    if of[0] != of[1]:
        raise InputError(
            f"{priced} must be the appraisal of {compared}: the same arms, seed and replications; "
            f"`flowsim finance {compared}` makes one"
        )
