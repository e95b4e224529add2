"""A scenario with every default written out, its data files beside it: enough to run it again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flowsim.experiments.folders.provenance import key_of
from flowsim.scenario.loading import Loaded, written_out
from flowsim.scenario.names import file_sha256
from flowsim.scenario.schema import Scenario
from flowsim.scenario.yaml_file import write_yaml

RESOLVED = "scenario.resolved.yaml"


def resolved(loaded: Loaded[Scenario]) -> tuple[str, dict[str, Path]]:
    """Return a scenario as YAML whose data files stand in `data/` beside it, and those files."""
    tree, files = resolved_tree(loaded)
    return "".join(_as_yaml(json.dumps({name: section})) for name, section in tree.items()), files


def resolved_files(loaded: Loaded[Scenario]) -> dict[str, bytes]:
    """Return a scenario and its data files as they are written to a folder of results, by name."""
    text, files = resolved(loaded)
    return {RESOLVED: text.encode(), **{name: file.read_bytes() for name, file in files.items()}}


def resolved_tree(loaded: Loaded[Scenario]) -> tuple[dict[str, Any], dict[str, Path]]:
    """Return what `resolved` writes, before it is text: plain mappings, lists and scalars."""
    tree = written_out(loaded)
    moved: dict[str, str] = {}
    files: dict[str, Path] = {}
    for source in loaded.files:
        written = Path(os.path.relpath(source.file, loaded.beside)).as_posix()
        name = f"data/{source.file.name}"
        if name in files:
            name = f"data/{len(files)}-{source.file.name}"
        moved[written], files[name] = name, source.file
    used: set[str] = set()
    tree = _moved(tree, moved, used)
    return tree, {name: file for name, file in files.items() if name in used}


def scenario_key(loaded: Loaded[Scenario]) -> str:
    """Return the key of a scenario, whatever it is called and however often it is to be run."""
    tree, files = resolved_tree(loaded)
    run = {name: value for name, value in tree["run"].items() if name not in ("replications", "seed")}
    tree = {**tree, "run": run}
    # What no run reads.
    del tree["name"], tree["title"], tree["uncertain"]
    return key_of(json.dumps(tree, sort_keys=True), [file_sha256(file) for file in files.values()])


@lru_cache(maxsize=256)
def _as_yaml(section: str) -> str:
    """Return a section that was JSON as YAML, which is slow; the arms of a sweep share most of theirs."""
    return write_yaml(json.loads(section))


def _moved(value: Any, moved: Mapping[str, str], used: set[str]) -> Any:
    """Return a tree with the data files named where they are copied to."""
    if isinstance(value, dict):
        return {key: _moved(inner, moved, used) for key, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, moved, used) for inner in value]
    if isinstance(value, str) and value in moved:
        used.add(moved[value])
        return moved[value]
    return value
