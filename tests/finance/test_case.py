"""An arm worked by hand: seven core beds fewer are taken all the time, nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from flowsim.errors import InputError
from flowsim.finance.case import (
    Case,
    World,
    bounds,
    central,
    drawn,
    least_effect,
    payback,
    replicated,
    swings,
    worth,
)
from flowsim.finance.discounting import net_present_value
from flowsim.finance.effects import Effects, effects_of
from flowsim.finance.price_forms import Cost
from flowsim.finance.prices import PriceBook, read_prices
from tests.finance.written import WEEKS, fewer_beds, results, without_ranges

FIXED = {
    "core_bed_year": 100_000.0,
    "bay_cost_share": 0.5,
    "readmissions_per_acute_day": 0.0,
    "reused_bed_day": 300.0,
    "notice": 0.0,
    "ramp_up": 0.0,
}


def book(weeks: int = 4) -> PriceBook:
    """Return the shipped book with round numbers, in which beds close after so many weeks."""
    found = read_prices()
    for name, value in FIXED.items():
        found = found.with_value(name, value)
    rules = replace(found.rules, closable_weeks=replace(found.rules.closable_weeks, value=float(weeks)))
    return replace(found, rules=rules, prices_of="2016-17")


def effects(*per_week: float, n: int = 3) -> Effects:
    return effects_of(results(n=n), results(fewer_beds(*per_week, n=n), n=n), 28)


def case(*sets: Effects, parts: tuple[str, ...] = (), of: PriceBook | None = None, draws: int = 400) -> Case:
    return Case(
        sets=sets or (effects(7, 7, 7, 7),), book=of or book(), parts=parts or ("plan",), seed=1, draws=draws
    )


def test_a_bay_that_closes_for_five_years() -> None:
    # Seven beds free close a bay of six: 6 x £100,000 x 0.5 = £300,000 a year; at 3.5 % 4.51505 times that.
    found = case()
    assert float(worth(found, central(found), "close")[0]) == pytest.approx(300_000 * 4.51505, rel=1e-5)
    assert float(worth(found, central(found), "close", cash=True)[0]) == pytest.approx(1_354_516, rel=1e-5)
    assert payback(found, "close") == 0


def test_the_probability_that_it_pays_by_hand() -> None:
    # A bay of six saves 3 times the price of a bed and year; £290,000 a year are to be paid for. It pays if
    # the price is above £96,667. Of a triangle from 80 to 120 with its top at 100 thousand, 16,667^2 /
    # (40,000 x 20,000) = 0.3472 are below.
    sure = without_ranges(book())
    beds = replace(sure.prices.core_bed_year, low=80_000.0, high=120_000.0)
    running = replace(book().price("fit-12x7.running"), value=290_000.0, low=290_000.0, high=290_000.0)
    priced = replace(
        sure,
        prices=replace(sure.prices, core_bed_year=beds),
        interventions={"fit-12x7": Cost(running=running)},
    )
    draws = 20_000
    found = case(parts=("fit-12x7",), of=priced, draws=draws)
    pays = float((worth(found, drawn(found), "close") > 0).mean())
    assert pays == pytest.approx(0.6528, abs=4 * np.sqrt(0.6528 * 0.3472 / draws))
    # A companion that can tell: ten thousand pounds more a year and it is one half.
    assert abs(pays - 0.5) > 8 * np.sqrt(0.25 / draws)


def test_reused_beds_are_no_cash() -> None:
    # 7 x 365 x £300 of 2014/15, two years of 2.1 % on: £799,035 a year, none of it cash.
    found = case()
    yearly = 7 * 365 * 300 * 1.021**2
    assert float(worth(found, central(found), "fill")[0]) == pytest.approx(yearly * 4.51505, rel=1e-5)
    assert float(worth(found, central(found), "fill", cash=True)[0]) == 0


def test_the_worth_of_what_costs_more_than_it_brings_is_below_nothing() -> None:
    # The running cost of fit-12x7, £590,000, against £300,000. From 12 / 7 of the effect on 12 beds are
    # free, two bays: £600,000.
    found = case(parts=("fit-12x7",))
    assert float(worth(found, central(found), "close")[0]) == pytest.approx(-290_000 * 4.51505, rel=1e-5)
    assert least_effect(found, "close") == pytest.approx(12 / 7, abs=1e-5)
    assert payback(found, "close") == float("inf")


def with_twelve_beds(taken: float, escalation: float = 0.0) -> Effects:
    """Return twelve core beds more, so many of them taken, and so many escalation beds less in use."""
    weeks = [f"week={week}" for week in WEEKS]
    changed = {
        "open_bed_days": 12.0,
        "occupied_bed_days": taken - escalation,
        "escalation_bed_days": -escalation,
    }
    arm = {(metric, week): [7 * beds] * 3 for metric, beds in changed.items() for week in weeks}
    whole = {(metric, "all"): [28 * beds] * 3 for metric, beds in changed.items()}
    return effects_of(results(), results(arm | whole), 28)


@pytest.mark.parametrize(
    ("times", "free", "bays"), [(0.0, 12, 12), (0.75, 6, 6), (1.0, 4, 0), (3.0, -12, -12)]
)
def test_of_beds_that_an_arm_opens_only_what_its_effect_fills_goes_with_the_effect(
    times: float, free: float, bays: float
) -> None:
    # Twelve opened, eight of them taken: 12 - 8 x times are free, never more than there are, in bays of six.
    found = replicated(with_twelve_beds(8), book(), times)
    assert_allclose(found["core_beds_opened"], 12)
    assert_allclose(found["core_days"], 365 * free)
    assert_allclose(found["closed_bay_beds"], bays)


def test_beds_that_only_fill_have_no_multiple_from_which_they_pay() -> None:
    assert least_effect(case(with_twelve_beds(8)), "fill") is None


def test_beds_opened_pay_from_the_multiple_that_a_hand_finds() -> None:
    # Twelve beds at £100,000 are £1,200,000 a year. A bed free all year is worth 365 x £200 of 2014/15, two
    # years of 2.1 % on, £76,098; ten escalation beds at £300 a day are £1,095,000. 1,200,000 - 12 x 76,098 =
    # 286,820 are wanting without an effect, 1,095,000 - 8 x 76,098 = 486,213 come with all of it.
    priced = book().with_value("reused_bed_day", 200.0).with_value("escalation_bed_day", 300.0)
    found = case(with_twelve_beds(8, escalation=10), of=priced)
    assert least_effect(found, "fill") == pytest.approx(286_820 / 486_213, abs=1e-5)


def test_what_is_invested_is_paid_back() -> None:
    # £50,000 at once against £300,000 a year: a sixth of a year.
    found = case(parts=("ids-trusted-assessor",))
    assert payback(found, "close") == pytest.approx(1 / 6)
    assert float(worth(found, central(found), "close")[0]) == pytest.approx(1_354_516 - 50_000, rel=1e-5)


def test_luck_alone_closes_nothing() -> None:
    # Ten beds free in one replication, as many wanting in the other.
    up, down = effects(10, 10, 10, 10, n=2), effects(-10, -10, -10, -10, n=2)
    both = replace(up, free=np.concatenate([up.free[:1], down.free[:1]]))
    amounts = central(case(both)).amounts
    assert_allclose(amounts["closed_bay_beds"], 0)


def test_a_notice_and_a_slow_start_put_cash_off() -> None:
    # Three months of notice and six of rise: half a year of the first is lost.
    slow = book().with_value("ramp_up", 6)
    slow = replace(slow, assumptions=replace(slow.assumptions, notice=book().assumptions.ramp_up))
    slow = slow.with_value("notice", 3)
    found = case(of=slow)
    flows = np.array([150_000.0] + [300_000.0] * 4)
    assert float(worth(found, central(found), "close")[0]) == pytest.approx(
        float(net_present_value(flows, 0.035)), rel=1e-9
    )


def test_draws_lie_round_the_central_world() -> None:
    found = case(effects(6, 8, 7, 9), parts=("fit-12x7",))
    values = worth(found, drawn(found), "fill")
    assert values.shape == (400,)
    assert values.min() < float(worth(found, central(found), "fill")[0]) < values.max()


def test_without_chance_and_prices_every_draw_is_the_central_world() -> None:
    found = case(parts=("fit-12x7",))
    fixed = drawn(found, chance=False, prices=False, parameters=False)
    assert_allclose(worth(found, fixed, "close"), float(worth(found, central(found), "close")[0]))


def test_sets_of_parameters_are_drawn_too() -> None:
    # Seven beds in one set and none in the other: about half of the draws have each.
    found = case(effects(7, 7, 7, 7), effects(0, 0, 0, 0))
    one = drawn(found, chance=False, prices=False)
    closed = one.amounts["closed_bay_beds"][:, 0]
    assert set(np.round(closed)) == {0.0, 6.0}
    assert np.mean(closed > 3) == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(400))
    assert float(central(found).amounts["closed_bay_beds"][0, 0]) == pytest.approx(3)
    known = drawn(found, chance=False, prices=False, parameters=False)
    assert_allclose(known.amounts["closed_bay_beds"], 3)


def test_swings_are_those_of_one_price_at_a_time_the_widest_first() -> None:
    priced = book()
    share = replace(priced.assumptions.bay_cost_share, value=0.5, low=0.4, high=0.7)
    priced = replace(priced, assumptions=replace(priced.assumptions, bay_cost_share=share))
    found = case(of=priced)
    ends = swings(found, "close")
    # 6 x £100,000 x 0.4 and 0.7 a year.
    assert ends["bay_cost_share"] == pytest.approx((240_000 * 4.51505, 420_000 * 4.51505), rel=1e-5)
    widths = [abs(high - low) for low, high in ends.values()]
    assert widths == sorted(widths, reverse=True)
    assert "p1_slot_day" not in ends


def test_prices_are_brought_to_the_year_of_the_book() -> None:
    low, value, high = bounds(book())["reused_bed_day"]
    assert value == pytest.approx(300 * 1.021**2)
    assert low < value < high


def test_one_replication_is_refused() -> None:
    with pytest.raises(InputError, match="at least 2 replications; found 1"):
        case(effects(7, 7, 7, 7, n=1))


def test_the_world_is_the_same_for_the_same_seed() -> None:
    several: list[World] = [drawn(case(effects(6, 8, 7, 9))) for _ in range(2)]
    assert (several[0].priced["readmission"] == several[1].priced["readmission"]).all()
    assert (several[0].amounts["core_days"] == several[1].amounts["core_days"]).all()
