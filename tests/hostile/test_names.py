"""Titles, sources and names of somebody hostile, through the real writers: safe in every file."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flowsim.experiments.folders.writing import csv_text
from tests.command_line import flowsim

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} [/red] [link=file:///x]y[/link]"
FORMULA = '=HYPERLINK("http://example.org","x")'
INTERVENTION = {
    "name": "evil",
    "title": f"{FORMULA} {MARKUP} é e\u0301 😀 ../../x $x_{{ ^$",
    "description": f"@SUM(1) {MARKUP}",
    "source": f"+cmd|' /C calc'!A0 {MARKUP}",
    "cost": f"-1+1 {MARKUP}",
    "changes": {"acute_medicine.amu_beds": {"add": 2}},
}
BASELINE = {
    "extends": "portsmouth-2016",
    "name": "evil-base",
    "title": f"={MARKUP} | ` *x* $x_{{ ^$",
    "run": {"days": 2, "warm_up": "0 days", "replications": 2},
}
SWEEP = {
    "name": "evil-sweep",
    "title": f"={MARKUP}",
    "baseline": "evil-base.yaml",
    "vary": {"grid": {"=../../axis<b>": {"lever": "acute_medicine.amu_beds", "add": [1]}}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a comparison, its appraisal, its report and a sweep were made."""
    here = tmp_path_factory.mktemp("inner") / "here"
    here.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(here)
        for name, content in (("evil", INTERVENTION), ("evil-base", BASELINE), ("evil-sweep", SWEEP)):
            Path(f"{name}.yaml").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for arguments in (
            ("compare", "evil-base.yaml", "evil.yaml", "--out", "compared"),
            ("finance", "compared", "--out", "priced", "--draws", "100"),
            ("report", "compared", "priced", "--out", "report.html"),
            ("sweep", "evil-sweep.yaml", "--out", "swept", "--markdown", "swept.md", "--junit", "swept.xml"),
        ):
            engine = ("--jobs", "1") if arguments[0] in ("compare", "sweep") else ()
            result = flowsim(*arguments, *engine)
            assert result.exit_code == 0, result.stderr
            assert "\x1b" not in result.output
    return here


def test_nothing_is_written_outside(folder: Path) -> None:
    assert [file.name for file in folder.parent.iterdir()] == ["here"]
    made = {file.name for file in folder.iterdir()}
    assert made == {
        *("evil.yaml", "evil-base.yaml", "evil-sweep.yaml", "compared", "priced", "swept", ".store"),
        *("report.html", "swept.md", "swept.xml"),
    }


def test_no_cell_of_a_table_is_a_formula(folder: Path) -> None:
    cells = 0
    for file in folder.rglob("*.csv"):
        with file.open(newline="", encoding="utf-8") as text:
            for cell in (cell for row in csv.reader(text) for cell in row):
                cells += 1
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                    float(cell)
    assert cells > 10_000
    assert csv_text_of_the_attack() == "'=axis\n'=1+1\n"


def csv_text_of_the_attack() -> str:
    import pandas as pd

    return csv_text(pd.DataFrame({"=axis": ["=1+1"]}))


def test_no_cell_of_a_workbook_is_a_formula_of_the_attackers(folder: Path) -> None:
    with zipfile.ZipFile(folder / "priced" / "evil.xlsx") as book:
        formulas = b"".join(
            b"".join(re.findall(rb"<f[^>]*>[^<]*</f>", book.read(name))) for name in book.namelist()
        )
        strings = book.read("xl/sharedStrings.xml").decode()
    assert "HYPERLINK" in strings, "the title is there, as text"
    assert formulas and b"HYPERLINK" not in formulas and b"cmd" not in formulas


def test_no_markup_reaches_a_page_or_a_picture(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in page, "the title is there, as text"
    for file in (*folder.rglob("*.html"), *folder.rglob("*.svg"), *folder.rglob("*.xml")):
        written = file.read_text(encoding="utf-8")
        assert "<script" not in written and "<img src=x" not in written
        if file.suffix != ".html":
            ElementTree.fromstring(written.encode())
    for file in folder.rglob("*.md"):
        assert not re.search(r"(?<!\\)<(script|img)", file.read_text(encoding="utf-8"))


def test_json_is_json_and_says_what_was_written(folder: Path) -> None:
    manifest = json.loads((folder / "compared" / "manifest.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in manifest["arms"]] == ["evil-base", "evil"]
    assert manifest["arms"][1]["title"] == INTERVENTION["title"]


@pytest.mark.parametrize("key", ["name"])
@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/b", "..", "", "x" * 81, "é", "A", "a b", "-x", "=1", "a\n", "CON:", "a\\b"]
)
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, key: str, name: str) -> None:
    file = tmp_path / "evil.yaml"
    file.write_text(json.dumps({**INTERVENTION, key: name}, ensure_ascii=False), encoding="utf-8")
    result = flowsim("compare", "portsmouth-2016", str(file))
    assert result.exit_code == 2
    assert "evil.yaml:1  name" in result.stderr


# Folders of results that somebody hands over


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m["arms"][1].update(name="../../../stolen"), "a name in it must be one of a file"),
        (lambda m: m["arms"][0].update(name="/etc"), "a name in it must be one of a file"),
        (lambda m: m["arms"][1].update(title="\x1b]0;owned\x07"), "no control characters; found U+001B"),
        (lambda m: m.pop("arms"), "must be a folder of results"),
        (lambda m: m.update(replications=None), "must be a folder of results"),
        (lambda m: m.update(files=[]), "must be a folder of results"),
        (lambda m: m.update(files={"../../../../etc/hostname": "0"}), "must be as it was written"),
    ],
)
def test_a_folder_whose_manifest_was_written_by_somebody_else_is_refused(
    folder: Path, tmp_path: Path, change: object, message: str
) -> None:
    import shutil

    copy = tmp_path / "a" / "b" / "compared"
    shutil.copytree(folder / "compared", copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)  # type: ignore[operator]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for arguments in (
        ("finance", copy, "--out", tmp_path / "out"),
        ("report", copy, "--out", tmp_path / "x.html"),
    ):
        result = flowsim(*map(str, arguments))
        assert result.exit_code == 2
        assert message in result.stderr
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a"]
