"""A year worked by hand: 1,000 core bed days and 100 in escalation beds released, half of them in FG.

All patients live half in P and half in FG. A bay of six is closed all year. Prices are round.

    escalation      100 days x £400                                    = £40,000 cost avoided, trust
    bay closed      6 beds x £100,000 x 0.5                            = £300,000 cash-releasing, trust
    core days       1,000 less 6 x 365 = 2,190                         = -1,190 neither closed nor reused
    or reused       1,000 x £300                                       = £300,000 in kind, trust
    or electives    1,000 x 0.5 / 5 days = 100 at £4,000, at 0.6       = income £400,000, cost £240,000
    slots           365 of P1 in FG x £100, half commissioner, council = -£36,500
    running cost    £50,000, commissioner                              = -£25,000 each CCG
    readmissions    200 acute days x 0.01 x £3,000                     = -£6,000 trust
    admissions      10 fewer from P x £2,000 x 0.7                     = £14,000 from trust to CCG P
    attendances     20 fewer from FG x £150                            = £3,000 from trust to CCG FG
    excess days     40 fewer x £300                                    = £12,000 from trust to both CCGs
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from flowsim.finance.ledger import (
    BACKFILLS,
    CONTRACTS,
    PARTIES,
    Backfill,
    Contract,
    Line,
    ledger,
    parties_of,
)

SHARES = {"P": 0.5, "FG": 0.5, "SEH": 0.0}
AMOUNTS = {
    "core_days": 1000.0,
    "closed_ward_beds": 0.0,
    "closed_bay_beds": 6.0,
    "escalation_days": 100.0,
    "acute_days": 200.0,
    "excess_days": 40.0,
    "core_beds_opened": 0.0,
    "slot_days.P1.FG": 365.0,
    "admissions.P": 10.0,
    "attendances.FG": 20.0,
}
PRICES = {
    "escalation_bed_day": 400.0,
    "core_bed_year": 100_000.0,
    "ward_cost_share": 0.8,
    "bay_cost_share": 0.5,
    "reused_bed_day": 300.0,
    "reusable_share": 0.5,
    "elective_stay": 5.0,
    "elective_tariff": 4000.0,
    "elective_marginal_cost": 0.6,
    "p1_slot_day": 100.0,
    "p2_slot_day": 150.0,
    "p3_slot_day": 160.0,
    "plan.running": 50_000.0,
    "readmissions_per_acute_day": 0.01,
    "readmission": 3000.0,
    "attendance_tariff": 150.0,
    "emergency_admission_tariff": 2000.0,
    "marginal_rate": 0.7,
    "excess_bed_day_tariff": 300.0,
}
PAYERS = {
    **{f"p{i}_slot_day": {"commissioner": 0.5, "council": 0.5} for i in (1, 2, 3)},
    "plan.running": {"commissioner": 1.0},
}


def lines(backfill: Backfill, contract: Contract = "payment_by_results", **changed: float) -> list[Line]:
    names = [f"{what}.{where}" for what in ("attendances", "admissions", "electives") for where in SHARES]
    names += [f"slot_days.{pathway}.{where}" for pathway in ("P1", "P2", "P3") for where in SHARES]
    amounts = {**dict.fromkeys(names, 0.0), **AMOUNTS, **changed}
    return ledger(
        {name: np.full((1, 1), value) for name, value in amounts.items()},
        {name: np.full((1, 1), changed.get(name, value)) for name, value in PRICES.items()},
        contract=contract,
        backfill=backfill,
        shares=SHARES,
        payers=PAYERS,
        running=["plan.running"],
    )


def total(some: Iterable[Line]) -> float:
    return sum(float(one.amount[0, 0]) for one in some)


def of_kind(some: list[Line], kind: str) -> float:
    return total(one for one in some if one.kind == kind)


def cash(some: list[Line], party: str) -> float:
    return total(one for one in some if one.cash and one.party == party)


def test_each_kind_of_benefit_by_hand() -> None:
    close, fill, electives = (lines(backfill) for backfill in ("close", "fill", "electives"))
    assert of_kind(close, "cash_releasing") == 300_000
    assert of_kind(close, "opportunity") == 0
    assert of_kind(fill, "cash_releasing") == 0
    assert of_kind(fill, "opportunity") == 300_000
    # Income less marginal cost, never the tariff: 100 x £4,000 x 0.4.
    assert of_kind(electives, "opportunity") == pytest.approx(160_000)
    for some in (close, fill, electives):
        assert of_kind(some, "cost_avoided") == 40_000
        assert of_kind(some, "cost") == -36_500 - 50_000 - 6_000


def test_who_gains_and_who_pays_by_hand() -> None:
    by_results = lines("close")
    assert cash(by_results, "acute trust") == 40_000 + 300_000 - 6_000 - 14_000 - 3_000 - 12_000
    assert cash(by_results, "CCG P") == -25_000 + 14_000 + 6_000
    assert cash(by_results, "CCG FG") == -25_000 - 18_250 + 3_000 + 6_000
    assert cash(by_results, "council Hampshire") == -18_250
    assert cash(by_results, "council Portsmouth") == cash(by_results, "community provider") == 0
    block = lines("close", "block")
    assert cash(block, "acute trust") == 40_000 + 300_000 - 6_000
    assert cash(block, "CCG FG") == -25_000
    assert cash(block, "community provider") == -18_250


@pytest.mark.parametrize("backfill", BACKFILLS)
@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_parties_sum_to_the_system(backfill: Backfill, contract: Contract) -> None:
    every = lines(backfill, contract, **{"electives.SEH": 7.0, "core_beds_opened": 2.0})
    by_party = [total(one for one in every if one.party == party) for party in PARTIES]
    by_kind = [of_kind(every, kind) for kind in ("cash_releasing", "cost_avoided", "opportunity", "cost")]
    assert sum(by_party) == pytest.approx(total(every))
    assert sum(by_kind) == pytest.approx(total(every))
    assert of_kind(every, "income") == pytest.approx(0)


@pytest.mark.parametrize("backfill", BACKFILLS)
def test_a_contract_moves_money_and_makes_none(backfill: Backfill) -> None:
    several = [lines(backfill, contract, **{"electives.P": 7.0}) for contract in CONTRACTS]
    assert total(several[0]) == pytest.approx(total(several[1]))
    assert cash(several[0], "acute trust") != pytest.approx(cash(several[1], "acute trust"))


@pytest.mark.parametrize("backfill", BACKFILLS)
def test_a_core_bed_day_released_is_closed_or_reused_never_both(backfill: Backfill) -> None:
    closed = {"wards closed", "bays closed"}
    reused = {"bed days others use", "electives, treatments"}
    moved = {one.item for one in lines(backfill) if one.amount.any()}
    assert bool(moved & closed) == (backfill == "close")
    assert bool(moved & reused) == (backfill != "close")


def test_electives_of_the_model_are_an_opportunity_whatever_the_backfill() -> None:
    # Ten more in P: £40,000 of treatments, £24,000 of cost; under a block contract nobody pays for them.
    for backfill in BACKFILLS:
        more = [lines(backfill, "block", **{"electives.P": n}) for n in (0.0, 10.0)]
        assert of_kind(more[1], "opportunity") - of_kind(more[0], "opportunity") == pytest.approx(16_000)
        assert cash(more[1], "acute trust") - cash(more[0], "acute trust") == pytest.approx(-24_000)
        assert cash(more[1], "CCG P") == cash(more[0], "CCG P")


def test_longer_stays_are_not_paid_back_as_readmissions() -> None:
    assert of_kind(lines("fill", acute_days=-200.0), "cost") == -36_500 - 50_000


def test_a_payer_of_a_locality_is_its_own_commissioner_and_council() -> None:
    shares = {"P": 0.4, "FG": 0.3, "SEH": 0.3}
    # Hampshire answers for FG and SEH: 0.5 x 0.6.
    assert parties_of({"commissioner": 0.5, "council": 0.5}, shares) == pytest.approx(
        {
            "CCG P": 0.2,
            "CCG FG": 0.15,
            "CCG SEH": 0.15,
            "council Portsmouth": 0.2,
            "council Hampshire": 0.3,
        }
    )
    assert parties_of({"acute_trust": 0.7, "community_provider": 0.3}, shares) == {
        "acute trust": 0.7,
        "community provider": 0.3,
    }


def test_the_worked_example_of_bed_days_is_worth_5882_and_releases_no_cash() -> None:
    # 17 delayed midnights at £346; no bed closed, so £0 of cash.
    nothing = dict.fromkeys(AMOUNTS, 0.0) | {"plan.running": 0.0}
    found = lines("fill", "block", **(nothing | {"core_days": 17.0, "reused_bed_day": 346.0}))
    assert total(found) == 5882
    assert total(one for one in found if one.cash) == 0
