"""The ledger as formulas of named cells, entry by entry, and flowsim's own figures for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flowsim.finance.case import Case, World, lines_of
from flowsim.finance.ledger import CCG, PROVIDER, TRUST, Backfill
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS

COLUMNS = ("trust", "commissioners", "councils", "provider", "in_kind")
"""Where an entry falls: cash of each kind of party, or in kind, whoever has it."""
HEADS = {
    "trust": "Acute trust, cash",
    "commissioners": "Commissioners, cash",
    "councils": "Councils, cash",
    "provider": "Community provider, cash",
    "in_kind": "In kind",
}
PAID = '(contract="payment_by_results")'
BLOCK = '(contract="block")'
PAYER_COLUMN = {
    "acute_trust": "trust",
    "commissioner": "commissioners",
    "council": "councils",
    "community_provider": "provider",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger.

    Parameters
    ----------
    kind, item, phase : str
        As in `flowsim.finance.ledger.Line`.
    parts : Mapping[str, str]
        Formulas, without their equals sign, by column.
    """

    kind: str
    item: str
    phase: str
    parts: Mapping[str, str]


def quantities(case: Case, world: World) -> dict[str, float]:
    """Return what an arm changes in a year, by the name of its cell; localities are added up."""
    amounts = {name: float(one[0, 0]) for name, one in world.amounts.items()}
    plain = ("core_days", "escalation_days", "acute_days", "excess_days", "core_beds_opened")
    found = {name: amounts[name] for name in (*plain, "closed_ward_beds", "closed_bay_beds")}
    for what in ("attendances", "admissions", "electives"):
        found[f"{what}_avoided" if what != "electives" else "electives_more"] = sum(
            amounts[f"{what}.{where}"] for where in LOCALITIES
        )
    for pathway in PATHWAYS:
        slots = (amounts[f"slot_days.{pathway}.{where}"] for where in LOCALITIES)
        found[f"slot_days_{pathway.lower()}_more"] = sum(slots)
    return found


def entries(case: Case) -> Iterator[Entry]:
    """Yield every entry of a year at full effect, as formulas of named cells."""
    close, fill = '(backfill="close")', '(backfill="fill")'
    for unit in ("ward", "bay"):
        saved = f"closed_{unit}_beds*core_bed_year*{unit}_cost_share*{close}"
        yield Entry("cash_releasing", f"{unit}s closed", "notice", {"trust": saved})
    avoided = "escalation_days*escalation_bed_day"
    yield Entry("cost_avoided", "escalation beds", "ramp", {"trust": avoided})
    reused = f"core_days*reused_bed_day*{fill}"
    yield Entry("opportunity", "bed days others use", "ramp", {"in_kind": reused})
    number = '(electives_more+core_days*reusable_share/elective_stay*(backfill="electives"))'
    tariff = f"{number}*elective_tariff"
    bought = {"trust": f"{tariff}*{PAID}", "commissioners": f"-{tariff}*{PAID}"}
    yield Entry("opportunity", "electives, income", "ramp", bought)
    yield Entry("opportunity", "electives, treatments", "ramp", {"in_kind": tariff})
    spent = f"-{tariff}*elective_marginal_cost"
    yield Entry("opportunity", "electives, marginal cost", "ramp", {"trust": spent})
    yield Entry("cost", "core beds opened", "at_once", {"trust": "-core_beds_opened*core_bed_year"})
    again = "-MAX(acute_days,0)*readmissions_per_acute_day*readmission"
    yield Entry("cost", "readmissions", "ramp", {"trust": again})
    for pathway in PATHWAYS:
        name = f"{pathway.lower()}_slot_day"
        amount = f"slot_days_{pathway.lower()}_more*{name}"
        parts = {PAYER_COLUMN[payer]: f"-{amount}*{share:g}" for payer, share in case.payers[name].items()}
        if "commissioners" in parts:
            share = case.payers[name]["commissioner"]
            parts["commissioners"] += f"*{PAID}"
            own = f"{parts['provider']}" if "provider" in parts else ""
            parts["provider"] = f"{own}-{amount}*{share:g}*{BLOCK}"
        yield Entry("cost", f"slots of {pathway}", "at_once", parts)
    running: dict[str, str] = {}
    for name in case.costs("running"):
        for payer, share in case.payers[name].items():
            column = PAYER_COLUMN[payer]
            running[column] = f"{running.get(column, '')}-{cell_name(name)}*{share:g}"
    yield Entry("cost", "running cost", "at_once", running)
    paid = {
        "attendances": "attendances_avoided*attendance_tariff",
        "emergency admissions": "admissions_avoided*emergency_admission_tariff*marginal_rate",
        "excess bed days": "excess_days*excess_bed_day_tariff",
    }
    for item, amount in paid.items():
        moved = {"commissioners": f"{amount}*{PAID}", "trust": f"-{amount}*{PAID}"}
        yield Entry("income", item, "ramp", moved)


def cell_name(price: str) -> str:
    """Return the name of a price's cell: letters, digits and underscores only."""
    plain = re.sub(r"\W", "_", price)
    return plain if "." not in price else f"price_{plain}"


def by_item(case: Case, world: World, backfill: Backfill) -> dict[str, dict[str, float]]:
    """Return flowsim's own entries, by item and column, under the contract of the price book."""
    found: dict[str, dict[str, float]] = {}
    for line in lines_of(case, world, case.book.contract, backfill):
        if not line.cash:
            column = "in_kind"
        elif line.party in (TRUST, PROVIDER):
            column = "trust" if line.party == TRUST else "provider"
        else:
            column = "commissioners" if line.party in CCG.values() else "councils"
        of = found.setdefault(line.item, {})
        of[column] = of.get(column, 0.0) + float(line.amount.mean())
    return found


def ledger_name(item: str) -> str:
    """Return what the names of an entry's cells begin with."""
    return "entry_" + re.sub(r"\W+", "_", item)
