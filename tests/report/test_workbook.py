"""The workbook's formulas are worked out again by a few lines of Python, and by LibreOffice if there."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from flowsim.finance.figures import Priceable
from flowsim.finance.finance import Finance, price
from flowsim.finance.prices import read_prices
from flowsim.report.workbook import workbook
from tests.finance.written import fewer_beds, results

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("http://example.org","click")'


def appraisal() -> Finance:
    changes = fewer_beds(9, 30, 31, 32) | {
        ("escalation_bed_days", "all"): [-30, -20, -40],
        ("elective_admissions", "locality=FG"): [4, 5, 6],
        ("attendances", "locality=P"): [-3, -4, -5],
        ("emergency_admissions", "locality=P"): [-3, -4, -5],
        ("d2a_slot_days", "resource=p1_FG"): [56, 56, 56],
        ("d2a_slot_days", "resource=p2_P"): [28, 28, 28],
        ("bed_days_by_night", "night=40"): [-7, -7, -7],
    }
    parts = ("fit-12x7", "ids-trusted-assessor")
    arm = Priceable(name="both", title=EVIL, parts=parts, results=results(changes))
    book = read_prices()
    # Beds close after two weeks here, since four are all there are.
    rules = replace(book.rules, closable_weeks=replace(book.rules.closable_weeks, value=2.0))
    return price(results(), [arm], replace(book, rules=rules), draws=200)


@pytest.fixture(scope="module")
def found() -> Finance:
    return appraisal()


@pytest.fixture(scope="module")
def written(found: Finance) -> bytes:
    return workbook(found, found.arms[0])


class Cells:
    """The named cells of a workbook: formulas, values as written, and values worked out again."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as files:
            texts = self.tree(files, "xl/sharedStrings.xml")
            self.strings = ["".join(one.itertext()) for one in texts.iter(f"{SHEET}si")]
            book = self.tree(files, "xl/workbook.xml")
            self.sheets = [one.attrib["name"] for one in book.iter(f"{SHEET}sheet")]
            self.cells: dict[str, Any] = {}
            for number, name in enumerate(self.sheets, start=1):
                sheet = self.tree(files, f"xl/worksheets/sheet{number}.xml")
                self.cells |= {f"{name}!{c.attrib['r']}": c for c in sheet.iter(f"{SHEET}c")}
            defined = {one.attrib["name"]: one.text or "" for one in book.iter(f"{SHEET}definedName")}
        self.named = {name: where.replace("$", "") for name, where in defined.items()}
        self.set: dict[str, object] = {}

    @staticmethod
    def tree(files: zipfile.ZipFile, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(files.read(name))

    def formula(self, where: str) -> str | None:
        found = self.cells[where].find(f"{SHEET}f")
        return None if found is None else found.text

    def as_written(self, where: str) -> object:
        value = self.cells[where].findtext(f"{SHEET}v")
        if self.cells[where].attrib.get("t") == "s":
            return self.strings[int(value or 0)]
        return float(value or 0)

    def value(self, where: str) -> Any:
        """Return a cell's value, worked out again from what it refers to."""
        formula = self.formula(where)
        if formula is None:
            return self.as_written(where)
        text = re.sub(r"(?<![<>=])=(?!=)", "==", formula).replace("^", "**")
        return eval(text, {"__builtins__": {}}, _Names(self, where.partition("!")[0]))

    def __getitem__(self, name: str) -> Any:
        return self.set[name] if name in self.set else self.value(self.named[name])


class _Names(dict[str, Any]):
    def __init__(self, cells: Cells, sheet: str) -> None:
        super().__init__(IF=lambda so, a, b: a if so else b, MAX=max)
        self.cells, self.sheet = cells, sheet

    def __missing__(self, name: str) -> Any:
        if re.fullmatch(r"[A-Z]+[0-9]+", name):
            return self.cells.value(f"{self.sheet}!{name}")
        return self.cells[name]


def test_every_formula_gives_what_flowsim_wrote_beside_it(written: bytes) -> None:
    cells = Cells(written)
    live = [where for where in cells.cells if cells.formula(where)]
    assert len(live) > 140
    for where in live:
        assert cells.value(where) == pytest.approx(cells.as_written(where), rel=1e-9, abs=1e-6), where


def test_the_summary_is_the_appraisals(found: Finance, written: bytes) -> None:
    cells, arm = Cells(written), found.arms[0]
    assert cells["npv_worth"] == pytest.approx(arm.worths["close"].value.value)
    assert cells["npv_cash"] == pytest.approx(arm.worths["close"].cash.value)
    assert cells["invested"] == 50_000
    assert cells["check"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("backfill", ["electives", "fill"])
def test_the_switch_of_backfill_gives_what_flowsim_gives(
    found: Finance, written: bytes, backfill: str
) -> None:
    cells = Cells(written)
    cells.set["backfill"] = backfill
    worth = {way: one for way, one in found.arms[0].worths.items() if way == backfill}[backfill]  # type: ignore[comparison-overlap,index]
    assert cells["npv_worth"] == pytest.approx(worth.value.value)
    assert cells["npv_cash"] == pytest.approx(worth.cash.value)


def test_the_switch_of_contract_moves_cash_and_makes_none(found: Finance, written: bytes) -> None:
    parties = found.arms[0].parties["close"]
    by_results, block = Cells(written), Cells(written)
    block.set["contract"] = "block"
    for cells, contract in ((by_results, "payment_by_results"), (block, "block")):
        ours = {name: one.value for name, one in parties[contract].items()}
        assert cells["all_trust"] == pytest.approx(ours["acute trust"])
        assert cells["all_provider"] == pytest.approx(ours["community provider"])
        ccgs = sum(value for name, value in ours.items() if name.startswith("CCG"))
        assert cells["all_commissioners"] == pytest.approx(ccgs)
    assert block["npv_worth"] == pytest.approx(by_results["npv_worth"])


def test_a_changed_price_is_followed(written: bytes) -> None:
    cells = Cells(written)
    before = cells["npv_worth"]
    cells.set["escalation_bed_day"] = cells["escalation_bed_day"] + 100
    # 30 bed days in four weeks on the mean, brought to a year; as they come in, discounted.
    shares = [cells[f"ramp_{year}"] / 1.035**year for year in range(1, 6)]
    assert cells["npv_worth"] - before == pytest.approx(100 * 30 * 365 / 28 * sum(shares))


def test_no_text_becomes_a_formula(written: bytes) -> None:
    cells = Cells(written)
    title = cells.as_written("Summary!A1")
    assert title == f"both: {EVIL}"
    assert not any("HYPERLINK" in (cells.formula(where) or "") for where in cells.cells)


def test_the_same_appraisal_gives_the_same_bytes(found: Finance, written: bytes) -> None:
    assert workbook(found, found.arms[0]) == written


def _edited(written: bytes, cells: Cells, values: dict[str, str | float]) -> bytes:
    """Return a workbook with other values in some named cells of its inputs, and none beside its formulas."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", old.read(name))
            for cell, value in values.items():
                sheet, _, where = cells.named[cell].partition("!")
                if name == f"xl/worksheets/sheet{cells.sheets.index(sheet) + 1}.xml":
                    put = f"<v>{value}</v>" if isinstance(value, float) else f"<is><t>{value}</t></is>"
                    kind = "n" if isinstance(value, float) else "inlineStr"
                    old_cell = rf'<c r="{where}"[^>]*>.*?</c>'.encode()
                    content, times = re.subn(
                        old_cell, f'<c r="{where}" t="{kind}">{put}</c>'.encode(), content
                    )
                    assert times == 1
            new.writestr(name, content)
    return stream.getvalue()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_works_out_the_same_after_a_price_and_both_switches_are_changed(
    written: bytes, tmp_path: Path
) -> None:
    # No value stands beside a formula, so that it must be worked out; those of Python are those of flowsim.
    values: dict[str, str | float] = {"backfill": "electives", "contract": "block", "marginal_rate": 0.5}
    edited = _edited(written, Cells(written), values)
    file = tmp_path / "both.xlsx"
    file.write_bytes(edited)
    profile = (tmp_path / "profile").as_uri()
    done = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*done, "--outdir", str(tmp_path / "out"), str(file)], check=True, capture_output=True)
    ours, theirs = Cells(edited), Cells((tmp_path / "out" / "both.xlsx").read_bytes())
    ours.set |= values
    formulas = [where for where in ours.cells if ours.formula(where) is not None]
    assert len(formulas) > 100
    for where in formulas:
        assert theirs.as_written(where) == pytest.approx(ours.value(where), abs=1e-6, rel=1e-9), where
    assert theirs.as_written("Summary!A1") == f"both: {EVIL}"
