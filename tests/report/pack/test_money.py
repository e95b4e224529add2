from __future__ import annotations

from pathlib import Path

from flowsim.finance.figures import Priceable
from flowsim.finance.finance import price
from flowsim.finance.prices import read_prices, written_prices
from flowsim.finance.tables import money_frame, swings_frame, worth_frame
from flowsim.report.pack.money import read_money, turning_points
from tests.finance.written import fewer_beds, results


def turning(folder: Path, slots: int, beds: float) -> list[str]:
    """Return what would turn the sign of so many slots more that free so many beds, if others fill them."""
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
    return turning_points(money, "arm", {})


def test_no_effect_is_called_for_that_costs_money(tmp_path: Path) -> None:
    # Twenty slots fewer save £0.9m a year; the 24 beds that they fill are worth £2.8m.
    cut = turning(tmp_path, -20, -24)
    assert "its effect costs money: with less of it the change would be worth more" in cut
    assert not any("the effect found" in text for text in cut)
    # The companion: twenty slots more that free as many.
    more = turning(tmp_path, 20, 24)
    assert any("it would no longer pay with less than" in text for text in more)
