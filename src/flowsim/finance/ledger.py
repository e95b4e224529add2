"""The ledger: what every change is worth, to whom, in money or in kind; each bed day once.

Three kinds of benefit are kept apart: cash that is released because a ward or bay closes, cost avoided
because an escalation bed is not opened, and the worth of beds that others use. A core bed day that is
released is either closed or reused; a day in an escalation bed is neither. What commissioners pay by tariff
is income of the one and cost of the other, so that it adds up to nothing; whether it moves is up to the
contract. What a party gains in kind, such as treatments that it would have to buy, is not cash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from flowsim.experiments.statistics.intervals import Floats
from flowsim.scenario.sections.section import COUNCILS, LOCALITIES, PATHWAYS

Kind = Literal["cash_releasing", "cost_avoided", "opportunity", "cost", "income"]
Contract = Literal["payment_by_results", "block"]
Backfill = Literal["close", "electives", "fill"]
Phase = Literal["at_once", "ramp", "notice"]

KINDS: tuple[Kind, ...] = get_args(Kind)
CONTRACTS: tuple[Contract, ...] = get_args(Contract)
BACKFILLS: tuple[Backfill, ...] = get_args(Backfill)

TRUST, PROVIDER = "acute trust", "community provider"
CCG = {where: f"CCG {where}" for where in LOCALITIES}
COUNCIL = {where: f"council {council}" for where, council in COUNCILS.items()}
PARTIES = (TRUST, *CCG.values(), *dict.fromkeys(COUNCIL.values()), PROVIDER)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One entry.

    Parameters
    ----------
    kind : str
    item : str
        What it is for.
    party : str
    cash : bool
        Or in kind.
    phase : str
        When it comes in: at once, with the effect, or with the effect after notice.
    amount : NDArray[np.float64]
        GBP a year at full effect, above 0 a gain; shape (draws, years).
    """

    kind: Kind
    item: str
    party: str
    cash: bool
    phase: Phase
    amount: Floats


Amounts = Mapping[str, Floats]
"""Yearly amounts by name, as in `Effects`, with `closed_ward_beds` and `closed_bay_beds`."""
Priced = Mapping[str, Floats]
"""Prices and assumptions by name, in one year's prices."""
Shares = Mapping[str, float]


def ledger(
    amounts: Amounts,
    priced: Priced,
    *,
    contract: Contract,
    backfill: Backfill,
    shares: Shares,
    payers: Mapping[str, Mapping[str, float]],
    running: Sequence[str] = (),
) -> list[Line]:
    """Return every entry of a year but what is invested.

    Parameters
    ----------
    amounts, priced : Mapping[str, NDArray[np.float64]]
        Shapes that broadcast, such as (draws, years) and (draws, 1).
    contract : str
        `payment_by_results`, with the marginal rate for emergency admissions, or `block`.
    backfill : str
        Whether core beds released `close`, do `electives`, or `fill` with others, who pay nothing.
    shares : Mapping[str, float]
        Of each locality, for what is not known by locality.
    payers : Mapping[str, Mapping[str, float]]
        Who pays each price of the cost of the change, by share.
    running : sequence of str
        Names of the running costs of the arm.
    """
    by_results = contract == "payment_by_results"
    return [
        *_beds(amounts, priced, backfill),
        *_electives(amounts, priced, shares, backfill, paid=by_results),
        *_costs(amounts, priced, shares, payers, running, bought=by_results),
        *(_tariffs(amounts, priced, shares) if by_results else ()),
    ]


def _beds(amounts: Amounts, priced: Priced, backfill: Backfill) -> Iterator[Line]:
    escalation = amounts["escalation_days"] * priced["escalation_bed_day"]
    yield Line("cost_avoided", "escalation beds", TRUST, True, "ramp", escalation)
    if backfill == "close":
        for unit in ("ward", "bay"):
            saved = amounts[f"closed_{unit}_beds"] * priced["core_bed_year"] * priced[f"{unit}_cost_share"]
            yield Line("cash_releasing", f"{unit}s closed", TRUST, True, "notice", saved)
    if backfill == "fill":
        worth = amounts["core_days"] * priced["reused_bed_day"]
        yield Line("opportunity", "bed days others use", TRUST, False, "ramp", worth)


def _electives(
    amounts: Amounts, priced: Priced, shares: Shares, backfill: Backfill, *, paid: bool
) -> Iterator[Line]:
    """Yield electives done more: those of the model, and with backfill those in the beds released.

    Whoever buys them gets treatments of the price; that is no cash.
    """
    tariff = priced["elective_tariff"]
    more = amounts["core_days"] * priced["reusable_share"] / priced["elective_stay"]
    for where in LOCALITIES:
        number = amounts[f"electives.{where}"]
        if backfill == "electives":
            number = number + more * shares[where]
        if paid:
            yield Line("opportunity", "electives, income", TRUST, True, "ramp", number * tariff)
            yield Line("opportunity", "electives, income", CCG[where], True, "ramp", -number * tariff)
        yield Line("opportunity", "electives, treatments", CCG[where], False, "ramp", number * tariff)
        spent = -number * tariff * priced["elective_marginal_cost"]
        yield Line("opportunity", "electives, marginal cost", TRUST, True, "ramp", spent)


def _costs(
    amounts: Amounts,
    priced: Priced,
    shares: Shares,
    payers: Mapping[str, Mapping[str, float]],
    running: Sequence[str],
    *,
    bought: bool,
) -> Iterator[Line]:
    beds = -amounts["core_beds_opened"] * priced["core_bed_year"]
    yield Line("cost", "core beds opened", TRUST, True, "at_once", beds)
    again = -np.maximum(amounts["acute_days"], 0) * priced["readmissions_per_acute_day"]
    yield Line("cost", "readmissions", TRUST, True, "ramp", again * priced["readmission"])
    for pathway in PATHWAYS:
        name = f"{pathway.lower()}_slot_day"
        for where in LOCALITIES:
            spent = -amounts[f"slot_days.{pathway}.{where}"] * priced[name]
            # Under a block contract nobody pays the provider for more slots than it has.
            of = payers[name] if bought else _by_block(payers[name])
            for party, share in parties_of(of, {where: 1.0}).items():
                yield Line("cost", f"slots of {pathway}", party, True, "at_once", spent * share)
    for name in running:
        for party, share in parties_of(payers[name], shares).items():
            yield Line("cost", "running cost", party, True, "at_once", -priced[name] * share)


def _tariffs(amounts: Amounts, priced: Priced, shares: Shares) -> Iterator[Line]:
    """Yield what commissioners pay less, and the trust does not get."""
    for where in LOCALITIES:
        paid = {
            "attendances": amounts[f"attendances.{where}"] * priced["attendance_tariff"],
            "emergency admissions": amounts[f"admissions.{where}"]
            * priced["emergency_admission_tariff"]
            * priced["marginal_rate"],
            "excess bed days": amounts["excess_days"] * shares[where] * priced["excess_bed_day_tariff"],
        }
        for item, amount in paid.items():
            yield Line("income", item, CCG[where], True, "ramp", amount)
            yield Line("income", item, TRUST, True, "ramp", -amount)


def parties_of(payer: Mapping[str, float], shares: Shares) -> dict[str, float]:
    """Return the share of each party in a price: commissioners and councils pay by where patients live."""
    found: dict[str, float] = {}
    for name, share in payer.items():
        if name in ("commissioner", "council"):
            named = CCG if name == "commissioner" else COUNCIL
            for where, part in shares.items():
                found[named[where]] = found.get(named[where], 0.0) + share * part
        else:
            party = TRUST if name == "acute_trust" else PROVIDER
            found[party] = found.get(party, 0.0) + share
    return found


def _by_block(payer: Mapping[str, float]) -> dict[str, float]:
    """Return who bears a slot under a block contract: the provider in place of the commissioner."""
    found = {name: share for name, share in payer.items() if name != "commissioner"}
    found["community_provider"] = found.get("community_provider", 0.0) + payer.get("commissioner", 0.0)
    return found
