"""What commissioners planned to save by better flow, beside what the same levers give in the model.

The plans' lines are not defined by lever, so this is a comparison of sizes: reported, never tuned to.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

from flowsim.finance.appraised import Appraised
from flowsim.finance.case import central, lines_of
from flowsim.finance.finance import Finance
from flowsim.finance.ledger import CCG, Backfill
from flowsim.scenario.shipped import shipped_folder

FLOW = ("fit-12x7", "p1-slots-15", "ids-trusted-assessor", "safer-midday")
"""The front-door team, support at home, one assessment for all, discharges before noon."""
ASSESSMENT = ("cas-86", "cas-68", "cas-86-in-hours")
LEVERS = {"Effective Flow & Discharge": FLOW, "Clinical Assessment Service": ASSESSMENT}
"""Interventions that stand for each line."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A line of the plans.

    Parameters
    ----------
    line : str
    commissioners : tuple of str
        Localities whose CCGs planned it together.
    year : str
    gbp : float
    note : str
    """

    line: str
    commissioners: tuple[str, ...]
    year: str
    gbp: float
    note: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What commissioners pay less in a year, and more [GBP], by results; without electives.

    Parameters
    ----------
    arm : str
    tariffs : float
        Less for attendances, emergency admissions and excess bed days.
    costs : float
        More for teams and community slots.
    """

    arm: str
    tariffs: float
    costs: float


def plans() -> tuple[Planned, ...]:
    """Return the lines of the plans: CCGs' Operating Plan 2017-19 and Health & Care Portsmouth 2019."""
    file = shipped_folder() / "data" / "qipp_2016_19.csv"
    with file.open(encoding="utf-8", newline="") as text:
        return tuple(
            Planned(
                row["line"],
                tuple(row["commissioners"].split()),
                row["financial_year"],
                1000 * float(row["thousand_gbp"]),
                row["note"],
            )
            for row in csv.DictReader(text)
        )


def beside_plans(found: Finance) -> dict[str, list[Saved]]:
    """Return for each line of the plans the arms that are made of nothing but its levers, if any are."""
    several = {
        line: [_saved(arm, found.backfill) for arm in found.arms if set(arm.case.parts) <= set(levers)]
        for line, levers in LEVERS.items()
    }
    return {line: arms for line, arms in several.items() if arms}


def _saved(arm: Appraised, backfill: Backfill) -> Saved:
    lines = lines_of(arm.case, central(arm.case), "payment_by_results", backfill)
    of_ccgs = [one for one in lines if one.party in CCG.values()]
    tariffs, costs = (
        sum(float(one.amount.mean()) for one in of_ccgs if one.kind == kind) for kind in ("income", "cost")
    )
    return Saved(arm.name, tariffs, -costs)
