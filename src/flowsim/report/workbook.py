"""The workbook of one arm: the price book, what is released, and live formulas from there to pounds.

Whoever changes a price in it sees what follows; the switches for backfill and contract are cells. Every
number that is used has a name, so that a formula reads `=escalation_days*escalation_bed_day`. Texts are
written as texts, whatever they begin with. Intervals are those drawn by flowsim and do not follow.

    Summary     switches, worth, kinds and parties live; intervals as drawn
    Prices      the price book: values to change, and in the prices of its year
    Quantities  what the arm changes in a year, by the model
    Ledger      every entry of a year at full effect, by party; the parties add up
    Years       how entries come in, and what they are worth today
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from flowsim.finance.appraised import Appraised
from flowsim.finance.case import central, flows, invested, lines_of
from flowsim.finance.discounting import phased_in
from flowsim.finance.finance import Finance
from flowsim.finance.indexing import factor_of
from flowsim.finance.ledger import BACKFILLS, CONTRACTS
from flowsim.report.finance_words import costs_of, harm_of
from flowsim.report.workbook_entries import (
    COLUMNS,
    HEADS,
    Entry,
    by_item,
    cell_name,
    entries,
    ledger_name,
    quantities,
)

PHASES = ("at_once", "ramp", "notice")
CREATED = dt.datetime(2016, 4, 1)
"""A fixed date, so that the same appraisal gives the same bytes."""


def workbook(found: Finance, arm: Appraised) -> bytes:
    """Return the workbook of an arm; the same appraisal gives the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]

    stream = io.BytesIO()
    safe = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, safe)
    book.set_properties({"title": "From bed days to pounds", "created": CREATED})
    _Sheets(book, found, arm).write()
    book.close()
    return stream.getvalue()


class _Sheets:
    """The sheets of a workbook while it is written."""

    def __init__(self, book: Any, found: Finance, arm: Appraised) -> None:
        self.book, self.found, self.arm, self.case = book, found, arm, arm.case
        names = ("Summary", "Prices", "Quantities", "Ledger", "Years")
        self.sheets = {name: book.add_worksheet(name) for name in names}
        self.bold = book.add_format({"bold": True})
        self.input = book.add_format({"bg_color": "#FFF2CC", "num_format": "#,##0.####"})
        self.number = book.add_format({"num_format": "#,##0.####"})
        self.money = book.add_format({"num_format": "#,##0;[Red]-#,##0"})
        self.share = book.add_format({"num_format": "0%"})
        self.world = central(self.case)
        for sheet in self.sheets.values():
            sheet.set_column(0, 0, 44)
            sheet.set_column(1, 12, 20)

    def write(self) -> None:
        """Write every sheet."""
        self._prices()
        self._quantities()
        self._ledger()
        self._years()
        self._summary()

    def _row(self, sheet: str, row: int, *texts: str, bold: bool = False) -> None:
        for column, text in enumerate(texts):
            self.sheets[sheet].write_string(row, column, text, self.bold if bold else None)

    def _name(self, name: str, sheet: str, row: int, column: int) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        self.book.define_name(name, f"={sheet}!{cell}")

    def _live(self, name: str, sheet: str, row: int, column: int, formula: str, value: float) -> None:
        self.sheets[sheet].write_formula(row, column, f"={formula}", self.money, value)
        self._name(name, sheet, row, column)

    def _prices(self) -> None:
        book, sheet = self.case.book, self.sheets["Prices"]
        heads = ("Price or assumption", "Value (change it here)", f"In {book.prices_of} prices")
        self._row("Prices", 0, *heads, "Low", "High", "Unit", "Year", "Who pays", "Source", bold=True)
        row = 1
        for index, one in book.indices.items():
            self._row("Prices", row, f"rise of {index} in a year")
            sheet.write_number(row, 1, one.yearly, self.input)
            sheet.write_string(row, 8, one.source)
            self._name(f"{index}_rise", "Prices", row, 1)
            row += 1
        base = int(book.prices_of[:4])
        for name, price in book.every_price().items():
            payer = ", ".join(f"{who} {share:.0%}" for who, share in price.payer.items())
            self._entry(row, name, price.value, price.low, price.high, price.unit)
            for column, text in ((6, price.year), (7, payer), (8, price.source)):
                sheet.write_string(row, column, text)
            formula = f"B{row + 1}*(1+{price.index}_rise)^{base - int(price.year[:4])}"
            self._live(cell_name(name), "Prices", row, 2, formula, price.value * factor_of(price, book))
            row += 1
        for name, assumed in book.every_assumption().items():
            self._entry(row, name, assumed.value, assumed.low, assumed.high, assumed.unit)
            sheet.write_string(row, 8, assumed.source)
            self._name(name, "Prices", row, 1)
            row += 1
        rate = book.rules.discount_rate
        self._row("Prices", row, "discount_rate")
        sheet.write_number(row, 1, rate.value, self.input)
        sheet.write_string(row, 5, rate.unit)
        sheet.write_string(row, 8, rate.source)
        self._name("discount_rate", "Prices", row, 1)

    def _entry(self, row: int, name: str, value: float, low: float, high: float, unit: str) -> None:
        sheet = self.sheets["Prices"]
        sheet.write_string(row, 0, name)
        sheet.write_number(row, 1, value, self.input)
        sheet.write_number(row, 3, low, self.number)
        sheet.write_number(row, 4, high, self.number)
        sheet.write_string(row, 5, unit)

    def _quantities(self) -> None:
        self._row("Quantities", 0, "A year, arm less baseline, by the model", "Amount", bold=True)
        for row, (name, value) in enumerate(quantities(self.case, self.world).items(), start=1):
            self._row("Quantities", row, name.replace("_", " "))
            self.sheets["Quantities"].write_number(row, 1, value, self.number)
            self._name(name, "Quantities", row, 1)

    def _ledger(self) -> None:
        heads = ("Entry", "Kind", "Comes in", *HEADS.values(), "The system")
        self._row("Ledger", 0, *heads, bold=True)
        ours = by_item(self.case, self.world, self.found.backfill)
        every = list(entries(self.case))
        for row, entry in enumerate(every, start=1):
            self._row("Ledger", row, entry.item, entry.kind, entry.phase)
            name = ledger_name(entry.item)
            values = ours.get(entry.item, {})
            for column, part in enumerate(COLUMNS, start=3):
                formula, value = entry.parts.get(part, "0"), values.get(part, 0.0)
                self._live(f"{name}_{part}", "Ledger", row, column, formula, value)
            formula = "+".join(f"{name}_{part}" for part in COLUMNS)
            self._live(f"{name}_system", "Ledger", row, 3 + len(COLUMNS), formula, sum(values.values()))
        self._totals(every, ours, len(every) + 2)

    def _totals(self, every: list[Entry], ours: Mapping[str, Mapping[str, float]], row: int) -> None:
        """Write the sums by kind of money and by party, and those that the years are made of."""
        self._row("Ledger", row, "All together", bold=True)
        for column, part in enumerate((*COLUMNS, "system"), start=3):
            formula = "+".join(f"{ledger_name(entry.item)}_{part}" for entry in every)
            summed = COLUMNS if part == "system" else (part,)
            value = sum(ours.get(entry.item, {}).get(one, 0.0) for entry in every for one in summed)
            self._live(f"all_{part}", "Ledger", row, column, formula, value)
        for phase in PHASES:
            row += 1
            self._row("Ledger", row, f"of it {phase.replace('_', ' ')}: in cash, and all")
            chosen = [entry for entry in every if entry.phase == phase]
            columns: dict[str, tuple[str, ...]] = {"cash": COLUMNS[:-1], "worth": COLUMNS}
            for column, (what, parts) in enumerate(columns.items(), start=3):
                formula = "+".join(f"{ledger_name(entry.item)}_{part}" for entry in chosen for part in parts)
                value = sum(ours.get(e.item, {}).get(part, 0.0) for e in chosen for part in parts)
                self._live(f"{what}_{phase}", "Ledger", row, column, formula, value)

    def _years(self) -> None:
        years = range(1, self.case.years + 1)
        self._row("Years", 0, "Share of the effect", *(f"Year {year}" for year in years), bold=True)
        ramp, notice = (float(self.world.priced[name][0, 0]) for name in ("ramp_up", "notice"))
        waits = {"ramp": ("0", 0.0), "notice": ("notice", notice)}
        for row, (phase, (wait, months)) in enumerate(waits.items(), start=1):
            self._row("Years", row, {"ramp": "at once with the effect", "notice": "after notice"}[phase])
            shares = phased_in(self.case.years, ramp, months)
            for year in years:
                formula = f"({_so_far(year, wait)}-{_so_far(year - 1, wait)})/12"
                self._live(f"{phase}_{year}", "Years", row, year, formula, float(shares[year - 1]))
        lines = lines_of(self.case, self.world, "block", self.found.backfill)
        for row, what in enumerate(("cash", "worth"), start=3):
            self._row("Years", row, {"cash": "Cash to the system", "worth": "Worth to the system"}[what])
            chosen = [line for line in lines if line.cash or what == "worth"]
            ours = flows(self.case, self.world, chosen)[0]
            for year in years:
                formula = f"{what}_at_once+{what}_ramp*ramp_{year}+{what}_notice*notice_{year}"
                self._live(f"{what}_{year}", "Years", row, year, formula, float(ours[year - 1]))

    def _summary(self) -> None:
        sheet, found, arm = self.sheets["Summary"], self.found, self.arm
        self._row("Summary", 0, f"{arm.name}: {arm.title}", bold=True)
        self._row("Summary", 1, f"{found.baseline.about.title}; money in {found.book.prices_of} prices")
        switches = {"backfill": (found.backfill, BACKFILLS), "contract": (found.book.contract, CONTRACTS)}
        for row, (name, (chosen, allowed)) in enumerate(switches.items(), start=3):
            self._row("Summary", row, f"{name} (choose)", chosen)
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(allowed)})
            self._name(name, "Summary", row, 1)
        self._row("Summary", 6, "Live", "GBP", "95 % from", "to", "pays", bold=True)
        names = self.case.costs("investment")
        money = float(invested(self.case, self.world)[0])
        self._row("Summary", 7, "Invested at the start")
        self._live("invested", "Summary", 7, 1, "+".join(map(cell_name, names)) or "0", money)
        one = arm.worths[found.backfill]
        worths = {"worth": (one.value, one.pays), "cash": (one.cash, one.pays_cash)}
        for row, (what, (drawn, pays)) in enumerate(worths.items(), start=8):
            self._row("Summary", row, f"Net present value, {what}, {self.case.years} years")
            years = range(1, self.case.years + 1)
            formula = "+".join(f"{what}_{year}/(1+discount_rate)^{year}" for year in years) + "-invested"
            self._live(f"npv_{what}", "Summary", row, 1, formula, drawn.value)
            for column, value in ((2, drawn.low), (3, drawn.high)):
                sheet.write_number(row, column, value, self.money)
            sheet.write_number(row, 4, pays, self.share)
        self._row("Summary", 10, "Parties add up to the system (0)")
        formula = "all_system-" + "-".join(f"all_{part}" for part in COLUMNS)
        self._live("check", "Summary", 10, 1, formula, 0.0)
        notes = (
            f"Intervals are from {found.draws:,} joint draws by flowsim for the backfill {found.backfill}; "
            "they do not follow a changed cell.",
            "Beds closed and bed days released are the model's; a changed effect needs another run.",
            *costs_of(arm),
            *(harm_of(found, arm) if found.harm else ()),
        )
        for row, note in enumerate(notes, start=12):
            self._row("Summary", row, note)


def _so_far(year: int, wait: str) -> str:
    """Return the formula of the months of full effect until the end of a year."""
    since = f"({12 * year}-{wait})"
    rising = f"IF({since}<ramp_up,{since}^2/(2*MAX(ramp_up,0.000001)),{since}-ramp_up/2)"
    return f"IF({since}<=0,0,{rising})"
