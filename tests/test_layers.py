"""Imports run one way: a room knows itself and those before it in `ROOMS`, and no modules know one another.

Imports inside functions and under TYPE_CHECKING count as well.
"""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "flowsim"
PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"

ROOMS = (
    {"errors", "wording", "words", "timeline", "units"},
    {"sampling"},
    {"engine"},
    {"scenario"},
    {"pathways"},
    {"outcomes"},
    {"experiments"},
    {"experiments.statistics"},
    {"experiments.folders"},
    {"experiments.work"},
    {"experiments.runs"},
    {"experiments.arms"},
    {"experiments.comparisons"},
    {"experiments.sweeps"},
    {"experiments.capacity"},
    {"footprints"},
    {"fitting"},
    {"calibration"},
    {"sensitivity"},
    {"validation"},
    {"finance"},
    {"report"},
    {"app"},
    {"__init__"},
    {"cli"},
    {"__main__"},
)
"""From the leaves to the front door. Rooms of one line may know each other; `__init__` is the public API."""

WITHIN = {name for line in ROOMS for name in line if "." in name}
"""Rooms within a room."""


def imports(root: Path) -> dict[str, set[str]]:
    """Return the modules of the package at `root` that each of its modules imports, by dotted name."""
    files = {module_name(file, root): file for file in sorted(root.rglob("*.py"))}
    return {name: imported(file, name, set(files)) - {name} for name, file in files.items()}


def module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path, name: str, modules: set[str]) -> set[str]:
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            members = {f"{base}.{alias.name}" for alias in node.names}
            submodules = members & modules
            names |= submodules if len(submodules) == len(members) else submodules | {base}
    return names & modules


def room(module: str) -> str:
    """Return the part of a module's name that is in `ROOMS`; the package itself is `__init__`."""
    _, *parts = module.split(".")
    inner = ".".join(parts[:2])
    return inner if inner in WITHIN else parts[0] if parts else "__init__"


def upward(graph: dict[str, set[str]]) -> list[str]:
    """Return the imports that go up, one line each, and the modules that stand in no room."""
    height = {name: i for i, line in enumerate(ROOMS) for name in line}
    unknown = [f"{module} stands in no room of ROOMS" for module in graph if room(module) not in height]
    return unknown or [
        f"{module} imports {other}"
        for module, others in graph.items()
        for other in sorted(others)
        if height[room(other)] > height[room(module)]
    ]


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle of imports, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_rooms_import_only_downwards() -> None:
    assert upward(imports(SOURCE)) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circle(imports(SOURCE)) == []


def drawn(page: str) -> set[tuple[str, str]]:
    """Return the arrows of a page's diagram: who knows whom."""
    arrows: set[tuple[str, str]] = set()
    for line in page.partition("```mermaid\n")[2].partition("```")[0].splitlines():
        ends = [part.split(" & ") for part in line.strip().split(" --> ")]
        arrows |= {(a, b) for one, other in pairwise(ends) for a in one for b in other}
    return arrows


def needed(graph: dict[str, set[str]]) -> set[tuple[str, str]]:
    """Return which rooms know which, without what follows from others, the leaves and the front door."""
    left_out = ROOMS[0] | {"__init__", "__main__"}
    edges = {(room(a).split(".")[0], room(b).split(".")[0]) for a, others in graph.items() for b in others}
    edges = {(a, b) for a, b in edges if a != b and not left_out & {a, b}}
    knows = {a: {b for one, b in edges if one == a} for a, _ in edges}

    def known(a: str) -> set[str]:
        return knows.get(a, set()).union(*map(known, knows.get(a, ())))

    return {(a, b) for a, b in edges if not any(b in known(c) for c in knows[a] - {b})}


def test_the_page_draws_what_rooms_know_of_one_another_and_no_more() -> None:
    assert drawn(PAGE.read_text(encoding="utf-8")) == needed(imports(SOURCE))


def test_the_page_lists_the_rooms_in_their_order() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("src/flowsim/\n")[2].partition("```")[0]
    leaves, *rooms = re.findall(r"^ +(\w+(?:, \w+)*)/?  ", text, re.MULTILINE)
    assert set(leaves.split(", ")) == ROOMS[0]
    assert rooms == [name.rpartition(".")[2] for line in ROOMS[1:-1] for name in line]


def package(root: Path, **texts: str) -> Path:
    """Write a package of modules, `engine__log` being `engine/log.py`."""
    for name, text in {"__init__": "", **texts}.items():
        file = root / "flowsim" / f"{name if name.startswith('__') else name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root / "flowsim"


@pytest.mark.parametrize(
    "line",
    [
        "import flowsim.scenario.schema",
        "from flowsim.scenario import schema",
        "from flowsim.scenario.schema import Scenario",
        "from ..scenario import schema",
        "from ..scenario.schema import Scenario",
        "def f():\n    from flowsim.scenario import schema",
    ],
)
def test_an_import_upwards_is_seen_however_it_is_written(tmp_path: Path, line: str) -> None:
    graph = imports(package(tmp_path, engine__log=line, scenario__schema="Scenario = 1"))
    assert upward(graph) == ["flowsim.engine.log imports flowsim.scenario.schema"]


def test_a_low_room_may_not_know_the_public_api(tmp_path: Path) -> None:
    graph = imports(package(tmp_path, engine__log="from flowsim import run"))
    assert upward(graph) == ["flowsim.engine.log imports flowsim"]


def test_a_room_that_is_not_in_the_list_is_refused(tmp_path: Path) -> None:
    assert upward(imports(package(tmp_path, utils=""))) == ["flowsim.utils stands in no room of ROOMS"]


def test_rooms_within_a_room_import_only_downwards_too(tmp_path: Path) -> None:
    graph = imports(
        package(
            tmp_path,
            experiments__runs__run="from flowsim.experiments.sweeps import sweep",
            experiments__sweeps__sweep="from flowsim.experiments.runs import size",
            experiments__runs__size="",
        )
    )
    assert upward(graph) == ["flowsim.experiments.runs.run imports flowsim.experiments.sweeps.sweep"]


def test_an_arrow_that_is_missing_or_too_many_would_be_seen(tmp_path: Path) -> None:
    page = "```mermaid\nflowchart BT\n  scenario & engine --> sampling\n```"
    both = "import flowsim.engine.log, flowsim.sampling.laws"
    graph = imports(
        package(tmp_path, sampling__laws="", engine__log="import flowsim.sampling.laws", pathways__path=both)
    )
    assert needed(graph) - drawn(page) == {("pathways", "engine")}
    assert drawn(page) - needed(graph) == {("scenario", "sampling")}


def test_a_circle_within_one_room_is_seen(tmp_path: Path) -> None:
    graph = imports(
        package(tmp_path, engine__a="from .b import x", engine__b="def f():\n    from .a import y")
    )
    assert sorted(set(circle(graph))) == ["flowsim.engine.a", "flowsim.engine.b"]
