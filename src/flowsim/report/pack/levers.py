"""What exactly an intervention moves: where two resolved scenarios differ, and what was remarked there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flowsim.report import wording
from flowsim.report.pack.source import Source, Tree
from flowsim.scenario.levers import is_distribution
from flowsim.scenario.remarks import nearest_remarks
from flowsim.scenario.yaml_file import Keys, read_yaml

BESIDES = {"name", "title", "uncertain"}
"""What differs between scenarios without being a lever."""
TOLD = ("description", "source", "cost")
"""What an intervention's file says of itself."""
LONGEST = 160
"""Characters of a value that is shown in full."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A lever at one place in the baseline and at another in an arm."""

    keys: Keys
    before: str
    after: str

    @property
    def path(self) -> str:
        """As a scenario's file is addressed."""
        return ".".join(map(str, self.keys))


def moved(source: Source, arm: str) -> list[Moved]:
    """Return every value in which an arm's scenario differs from the baseline's."""
    baseline, *_ = source.trees.values()
    return list(_differing(baseline, source.trees[arm], ()))


def remarks_on_baseline(source: Source) -> dict[Keys, str]:
    """Return what is remarked in the baseline's files, the nearest file's first; empty if none is at hand."""
    baseline, *_ = source.folders
    return nearest_remarks(source.written_files(baseline))


def told(source: Source, arm: str) -> list[tuple[str, str, str]]:
    """Return what the files of an arm's interventions say: title, key and text, of those at hand as run."""
    baseline, *_ = source.folders
    others = source.written_files(baseline)
    trees = [read_yaml(file).tree for file in source.written_files(arm) if file not in others]
    return [
        (wording.plain(str(tree.get("title") or source.titles[arm])), key, wording.plain(str(tree[key])))
        for tree in trees
        for key in TOLD
        if tree.get(key)
    ]


def value(tree: Tree, keys: Keys) -> str:
    """Return the value at some keys as text."""
    found: Any = tree
    for key in keys:
        if isinstance(found, dict) and key not in found:
            return ""
        found = found[key]
    return shown(found)


def shown(found: Any) -> str:
    """Return a value as YAML would have it on one line, cut where it is very long."""
    text = re.sub(r'"([^"]*)"', r"\1", json.dumps(found, ensure_ascii=False))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _differing(before: Any, after: Any, keys: Keys) -> Iterator[Moved]:
    both = isinstance(before, dict) and isinstance(after, dict)
    if not both or is_distribution(before) or is_distribution(after) or (keys and set(before) != set(after)):
        if before != after:
            yield Moved(keys, shown(before), shown(after))
        return
    for key in dict.fromkeys([*before, *after]):
        if not keys and key in BESIDES:
            continue
        yield from _differing(before.get(key), after.get(key), (*keys, key))
