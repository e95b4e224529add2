from __future__ import annotations

from pathlib import Path

from flowsim.finance.figures import Priceable
from flowsim.finance.finance import price
from flowsim.finance.prices import read_prices, written_prices
from flowsim.finance.tables import money_frame, swings_frame, worth_frame
from flowsim.report.pack.money import Money, in_words, read_money, turning_points
from tests.finance.written import fewer_beds, results


def turning(folder: Path, slots: int, beds: float) -> list[str]:
    """Return what would turn the sign of so many slots more that free so many beds, if others fill them."""
    return turning_points(of_slots(folder, slots, beds), "arm", {})


def of_slots(folder: Path, slots: int, beds: float) -> Money:
    """Return the appraisal of so many slots more that free so many beds, if others fill them."""
    arm = results(fewer_beds(*[beds] * 4) | {("d2a_slot_days", "resource=p1_P"): [28 * slots] * 3})
    found = price(
        results(),
        [Priceable(name="arm", title="Ours", parts=(), results=arm)],
        read_prices(),
        backfill="fill",
        draws=100,
    )
    frames = {"worth": worth_frame(found), "money": money_frame(found), "swings": swings_frame(found)}
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "prices.yaml").write_text(written_prices(found.book), encoding="utf-8")
    money = read_money(folder, {"backfill": "fill", "draws": 100, "members": 0})
    assert money.worths["arm", "fill"] == found.arms[0].worths["fill"]
    return money


def test_no_effect_is_called_for_that_costs_money(tmp_path: Path) -> None:
    # Twenty slots fewer save £0.9m a year; the 24 beds that they fill are worth £2.8m.
    cut = turning(tmp_path, -20, -24)
    assert "its effect costs money: with less of it the change would be worth more" in cut
    assert not any("the effect found" in text for text in cut)
    # The companion: twenty slots more that free as many.
    more = turning(tmp_path, 20, 24)
    assert any("it would no longer pay with less than" in text for text in more)


def test_what_neither_acts_nor_costs_is_worth_nothing_and_not_more_or_less_than_nothing(
    tmp_path: Path,
) -> None:
    nothing = of_slots(tmp_path, 0, 0)
    assert in_words(nothing, "arm", {"arm": "Ours"}) == (
        "It costs and yields nothing here. What “Ours” costs beyond beds and slots is not priced."
    )
    assert turning_points(nothing, "arm", {}) == []
    # The companion: what acts has a price and a probability.
    assert "the probability that it pays" in in_words(of_slots(tmp_path, 20, 24), "arm", {})
