from __future__ import annotations

from dataclasses import replace

from flowsim.finance.effects import scaled_to_a_year
from flowsim.finance.figures import Priceable
from flowsim.finance.finance import price
from flowsim.finance.prices import read_prices
from flowsim.report.document import Document
from flowsim.report.sign_off import sign_off
from tests.finance.written import fewer_beds, results


def sheet(name: str = "fit-12x7", title: str = "Longer hours") -> str:
    return document(name, title).markdown()


def document(name: str = "fit-12x7", title: str = "Longer hours", *, harm: bool = False) -> Document:
    changes = fewer_beds(9, 30, 31, 32) | {("attendances", "locality=P"): [-3, -4, -5]}
    arm = Priceable(name=name, title=title, parts=(), results=results(changes))
    found = price(results(), [arm], read_prices(), harm=harm, draws=200)
    return sign_off(found, found.arms[0])


def test_it_says_what_is_claimed_who_pays_and_what_carries_it() -> None:
    text = sheet()
    for words in ("## What is claimed", "pays with probability", "| CCG P |", "fit-12x7.running: 590,000"):
        assert words in text
    assert "taken as they stand: assumption" in text
    assert "may look free" not in text


def test_whose_cash_moves_must_agree_and_nobody_else() -> None:
    agreed = sheet().partition("## Agreed")[2]
    assert "| acute trust |  |  |" in agreed and "| CCG SEH |  |  |" in agreed
    assert "council" not in agreed and "provider" not in agreed


def test_what_is_not_priced_is_said() -> None:
    assert "Warning: the price book does not say what plan costs" in sheet(name="plan")


def test_a_year_reckoned_from_fewer_days_is_warned_of() -> None:
    assert "Warning: a year is reckoned from 28 days, as if all others were like them." in sheet()
    assert scaled_to_a_year(replace(results().about, days=365)) == []


def test_what_neither_acts_nor_costs_does_not_pay_without_any_effect() -> None:
    arm = Priceable(name="plan", title="Ours", parts=(), results=results())
    found = price(results(), [arm], read_prices(), draws=100)
    text = sign_off(found, found.arms[0]).markdown()
    assert "it costs and yields nothing here" in text and "without any effect" not in text
    assert "costs and yields nothing" not in sheet()


def test_a_title_is_plain_text() -> None:
    assert "<b>" not in sheet(title="<b>[x](y)|`")
    assert r"\<b\>\[x\](y)|\`" in sheet(title="<b>[x](y)|`")


def test_the_page_to_print_has_the_same_words_and_no_markup_of_a_title() -> None:
    page = document(title="<script>alert(1)</script>").html()
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "://" not in page
    assert ">Agreed</h2>" in page and "<li>fit-12x7.running: 590,000" in page


def test_deaths_are_told_of_only_if_asked_for() -> None:
    assert "Deaths" not in document().markdown()
    assert "It is an association" in document(harm=True).markdown()
