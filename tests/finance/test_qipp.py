from __future__ import annotations

import pytest

from flowsim.finance.figures import Priceable
from flowsim.finance.finance import Finance, price
from flowsim.finance.prices import read_prices
from flowsim.finance.qipp import LEVERS, beside_plans, plans
from flowsim.scenario.shipped import shipped_interventions
from tests.finance.written import results


def found(*names: str) -> Finance:
    changes = {("attendances", "locality=P"): [-28.0] * 3}
    arms = [
        Priceable(name=name, title=name, parts=tuple(name.split("+")), results=results(changes))
        for name in names
    ]
    return price(results(), arms, read_prices(), draws=100)


def test_the_plans_of_2017_18_come_to_the_2_9_million_of_the_comparison() -> None:
    flow = [one for one in plans() if one.line.startswith("Effective Flow") and one.year == "2017-18"]
    # £2,243k of Fareham & Gosport and South Eastern Hampshire, £630k of Portsmouth.
    assert sum(one.gbp for one in flow) == 2_873_000
    assert sorted(where for one in flow for where in one.commissioners) == ["FG", "P", "SEH"]


def test_every_lever_of_a_line_is_shipped() -> None:
    assert {name for levers in LEVERS.values() for name in levers} <= set(shipped_interventions())


def test_an_arm_stands_beside_the_line_all_of_whose_parts_are_its_levers() -> None:
    several = beside_plans(found("p1-slots-15+ids-trusted-assessor", "cas-86", "p1-slots-15+amu-beds-12"))
    assert {line: [one.arm for one in arms] for line, arms in several.items()} == {
        "Effective Flow & Discharge": ["p1-slots-15+ids-trusted-assessor"],
        "Clinical Assessment Service": ["cas-86"],
    }
    assert beside_plans(found("amu-beds-12")) == {}


def test_what_commissioners_save_in_tariffs_and_what_they_pay_stand_apart() -> None:
    # 28 attendances fewer in four weeks, 365 a year, at £130; the team costs £590,000.
    (one,) = beside_plans(found("fit-12x7"))["Effective Flow & Discharge"]
    assert (one.tariffs, one.costs) == pytest.approx((365 * 130, 590_000))
