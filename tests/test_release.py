"""What is published: one version everywhere, and packages that work where nothing else of the project is."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
SHOWN = "Within four hours"
INSTALL = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def workflow(name: str) -> dict[str, object]:
    loaded: dict[str, object] = YAML(typ="safe").load(ROOT / ".github" / "workflows" / name)
    return loaded


def test_the_citation_has_the_package_s_version() -> None:
    cited = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert cited["version"] == version()


def test_a_released_version_has_its_section_of_the_changelog_with_a_date() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$", changelog, flags=re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    assert all(date for name, date in headings[1:])
    assert ".dev" in version() or version() == headings[1][0]


def test_what_the_release_workflow_makes_is_what_make_makes() -> None:
    steps = workflow("release.yml")["jobs"]["build"]["steps"]  # type: ignore[index]
    run = "\n".join(step.get("run", "") for step in steps)
    assert "make release" in run
    assert "bash .ci/run" in run
    assert re.search(r"^release:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda f: f.name)
def test_a_workflow_has_no_more_rights_than_each_job_says(file: Path) -> None:
    loaded = workflow(file.name)
    assert loaded["permissions"] in ({}, {"contents": "read"})
    for job in loaded["jobs"].values():  # type: ignore[attr-defined]
        assert "write-all" not in str(job.get("permissions"))


def test_every_python_that_is_promised_is_tried_by_ci() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [one.rpartition(" ")[2] for one in project["classifiers"] if ":: Python :: 3." in one]
    tried = workflow("ci.yml")["jobs"]["run"]["strategy"]["matrix"]["python"]  # type: ignore[index]
    assert tried == named
    assert project["requires-python"] == f">={named[0]}"


def locked(name: str) -> list[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("name", ["test.txt", "lint.txt", "docs.txt"])
def test_every_locked_package_has_an_exact_version_and_a_hash(name: str) -> None:
    for line in locked(name):
        assert re.match(r"[A-Za-z0-9_.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_everything_that_pyproject_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    there = {re.sub(r"[._]", "-", line.split("==")[0].lower()) for line in locked("test.txt")}
    extras = project["optional-dependencies"]
    for wanted in [*project["dependencies"], *extras["fast"], *extras["test"]]:
        name = re.sub(r"[._]", "-", re.split(r"[\[<>=]", wanted)[0].lower())
        assert name == project["name"] or name in there, name


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel built from the source distribution, which was built from this tree."""
    folder = tmp_path_factory.mktemp("dist")
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv" / "bin" / "python")
    subprocess.run([python, *INSTALL, "build"], check=True)
    subprocess.run(
        [python, "-m", "build", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.slow
def test_a_wheel_holds_every_shipped_scenario_and_its_data_and_nothing_of_the_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("scenarios", "data"):
        kept = subprocess.run(
            ["git", "ls-files", folder], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout.split()
        assert {f"flowsim/_shipped/{file}" for file in kept} <= names
    assert not [name for name in names if "test" in name.split("/")[0] or name.endswith(".ipynb")]


@pytest.mark.slow
def test_an_installed_wheel_runs_the_shipped_scenario_far_from_the_repository(
    wheel: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "80"}
    subprocess.run([python, *INSTALL, f"{wheel}[fast]"], check=True, env=surroundings)

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    flowsim = str(tmp_path / "venv" / "bin" / "flowsim")
    assert run(flowsim, "--version").startswith(f"flowsim {version()}")
    short = ("--change", "run.days=7", "--change", "run.warm_up=7 days", "--replications", "2")
    assert SHOWN in run(flowsim, "run", "portsmouth-2016", *short)
    assert SHOWN in run(python, "-m", "flowsim", "run", "portsmouth-2016", *short, "--out", "again")
    assert (tmp_path / "results" / "portsmouth-2016" / "manifest.json").is_file()
