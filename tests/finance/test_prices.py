from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.finance.indexing import factor, factor_of
from flowsim.finance.price_forms import Index
from flowsim.finance.prices import PriceBook, read_prices, shipped_prices


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return read_prices()


def refused(tmp_path: Path, old: str, new: str) -> str:
    """Return what is said of the shipped book with one text in it replaced."""
    text = shipped_prices().read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "prices.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_prices(file)
    return str(error.value)


def test_every_shipped_price_has_unit_year_payer_source_and_range(book: PriceBook) -> None:
    for price in book.every_price().values():
        assert price.unit.startswith("GBP ") and price.year and price.payer and price.source
        assert price.low <= price.value <= price.high
    for assumption in book.every_assumption().values():
        assert assumption.unit and assumption.source


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("unit: GBP an attendance, ", "", "prices.attendance_tariff.unit", "must be given; it is missing"),
        ("year: 2014-15, ", "", "prices.reused_bed_day.year", "must be given; it is missing"),
        (
            "year: 2014-15",
            "year: 2014-16",
            "prices.reused_bed_day.year",
            'a financial year such as "2016-17"',
        ),
        ("}, source: assumption}", "}}", "prices.attendance_tariff.source", "must be given; it is missing"),
        ("source: assumption}", 'source: " "}', "prices.attendance_tariff.source", 'or "assumption"'),
        ("GBP an attendance", "an attendance", "prices.attendance_tariff.unit", 'must begin with "GBP"'),
        ("low: 3300", "low: 3700", "prices.elective_tariff", "must have 0 <= low <= value <= high"),
        ("council: 0.2", "council: 0.3", "prices.p2_slot_day.payer", "shares that add up to 1"),
        ("council: 0.2", "counsil: 0.2", "prices.p2_slot_day.payer.counsil", 'did you mean "council"'),
        ("  reused_bed_day:", "  reused_bed:", "prices.reused_bed", 'did you mean "reused_bed_day"?'),
        (
            "note: ward time is not priced",
            "note: ' '",
            "interventions.safer-midday",
            "or a note that says why",
        ),
        ("contract: payment_by_results", "contract: blok", "contract", '"block"'),
        ("value: 130", "value: dear", "prices.attendance_tariff.value", "must be a number"),
    ],
)
def test_an_entry_that_says_too_little_does_not_load(
    tmp_path: Path, old: str, new: str, path: str, message: str
) -> None:
    text = refused(tmp_path, old, new)
    assert message in text
    assert any(line.endswith(f"  {path}") and "prices.yaml:" in line for line in text.splitlines())


def test_all_problems_come_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    first = refused(tmp_path, "year: 2014-15, ", "")
    both = shipped_prices().read_text(encoding="utf-8").replace("year: 2014-15, ", "", 1)
    file = tmp_path / "both.yaml"
    file.write_text(both.replace("unit: GBP an attendance, ", "", 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_prices(file)
    assert len(error.value.problems) == 2
    assert first.splitlines()[1] == str(error.value.problems[1]).splitlines()[1]


def test_an_index_compounds_its_rise_over_the_years_between() -> None:
    index = Index(inflation=0.03, efficiency=0.01, source="assumption")
    # 2 % a year: two years on 1.02^2, one year back 1 / 1.02.
    assert factor(index, "2014-15", "2016-17") == pytest.approx(1.0404)
    assert factor(index, "2017-18", "2016-17") == pytest.approx(1 / 1.02)
    assert factor(index, "2016-17", "2016-17") == 1


def test_the_tariff_rises_by_inflation_less_efficiency(book: PriceBook) -> None:
    # Operating Plan: +2.1 % and -2.0 %.
    assert book.indices["tariff"].yearly == pytest.approx(0.001)
    # £304 of 2014/15 in prices of 2016/17: two years of 2.1 %.
    assert 304 * factor_of(book.prices.reused_bed_day, book) == pytest.approx(316.90, abs=0.005)


def test_a_changed_price_takes_its_range_along(book: PriceBook) -> None:
    changed = book.with_value("p1_slot_day", 250).prices.p1_slot_day
    assert (changed.low, changed.value, changed.high) == (188, 250, 312)
    assert changed.source.endswith("changed")
    assert book.with_value("fit-12x7.running", 0).price("fit-12x7.running").high == 0
    assert book.with_value("notice", 6).assumptions.notice.high == 12


def test_an_unknown_price_is_refused_with_the_nearest(book: PriceBook) -> None:
    with pytest.raises(InputError, match='did you mean "p1_slot_day"'):
        book.with_value("p1_slot", 1)
    with pytest.raises(InputError, match="elective_stay must be more than 0"):
        book.with_value("elective_stay", 0)
    with pytest.raises(InputError, match="must be 0 or more"):
        book.with_value("p1_slot_day", -1)


def test_every_price_and_assumption_has_words() -> None:
    book = read_prices()
    names = [*book.every_price(), *book.every_assumption()]
    said = [book.called(name, {"fit-12x7": "A longer day"}) for name in names]
    assert len(set(said)) == len(said)
    assert not any("_" in one for one in said)
    assert book.called("escalation_bed_day", {}) == "cost of a day in an escalation bed"
    assert book.called("fit-12x7.running", {"fit-12x7": "A longer day"}) == "the running cost of A longer day"
    with pytest.raises(InputError, match="unknown price"):
        book.called("escalation_bed_dya", {})
