"""Notebooks: each runs from top to bottom with the public API, and is kept without outputs."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from tests.small_portsmouth import small_portsmouth

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [file.stem for file in NOTEBOOKS]
SHORTER = {"replications = 4": "replications = 2", "Hospital(days=365)": "Hospital(days=90)"}
"""What the tests change in a notebook, to be quick."""


def read(file: Path) -> Any:
    return nbformat.read(file, as_version=4)


MISTAKE = "import flowsim\nflowsim.walk()"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Return the outputs of each notebook and of a mistake, run in ten days without warm-up.

    All in one kernel, emptied in between: starting one takes longer than most notebooks.
    """
    place = tmp_path_factory.mktemp("notebooks")
    small_portsmouth(place)
    code = {file.stem: code_of(file) for file in NOTEBOOKS} | {"mistake": [MISTAKE]}
    cells = [
        nbformat.v4.new_code_cell(shorter(one), metadata={"of": name})
        for name, several in code.items()
        for one in ("%reset -f", *several)
    ]
    together = nbformat.v4.new_notebook(cells=cells)
    execute(together, place, allow_errors=True)
    return {name: [o for c in cells if c.metadata["of"] == name for o in c.outputs] for name in code}


def shorter(code: str) -> str:
    for long, short in SHORTER.items():
        code = code.replace(long, short)
    return code


def code_of(file: Path) -> list[str]:
    return [cell.source for cell in read(file).cells if cell.cell_type == "code"]


def execute(notebook: Any, place: Path, **options: Any) -> None:
    """Run a notebook's cells in a folder; messages go by files, which the kernel does not warn of."""
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": place}}, **options
    )
    client.create_kernel_manager()
    client.km.transport, client.km.ip = "ipc", str(place / "kernel")
    client.execute()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_from_top_to_bottom(name: str, outputs: dict[str, list[Any]]) -> None:
    told = outputs[name]
    assert [one for one in told if one.output_type == "error" or one.get("name") == "stderr"] == []
    assert any("image/png" in one.get("data", {}) for one in told)


def test_a_mistake_in_a_notebook_is_seen(outputs: dict[str, list[Any]]) -> None:
    assert [one.ename for one in outputs["mistake"]] == ["AttributeError"]


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=NAMES)
def test_a_notebook_runs_as_it_is_shipped(file: Path, tmp_path: Path) -> None:
    execute(read(file), tmp_path)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_kept_without_outputs_and_ends_with_what_it_does_not_say(file: Path) -> None:
    notebook = read(file)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert notebook.cells[0].source.startswith("# ")
    assert "?" in notebook.cells[0].source.splitlines()[0]
    assert notebook.cells[-1].source.startswith("## What the answer does not say")


@pytest.mark.parametrize("file", NOTEBOOKS, ids=NAMES)
def test_a_notebook_uses_the_public_api_alone(file: Path) -> None:
    import flowsim

    code = "\n".join(code_of(file))
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flowsim"):
            assert node.module == "flowsim"
            assert {alias.name for alias in node.names} <= set(flowsim.__all__)
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.startswith("flowsim.")]


@pytest.mark.parametrize("long", SHORTER)
def test_what_makes_a_notebook_quick_stands_in_one(long: str) -> None:
    assert any(long in code for file in NOTEBOOKS for code in code_of(file))


def test_the_list_of_notebooks_has_every_one() -> None:
    listed = (ROOT / "notebooks/README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"({name}.ipynb)" not in listed] == []
