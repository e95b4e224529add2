"""The app in a real browser: axe finds nothing, mistakes lead to their field, all is from this server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.conftest import Site
from tests.browser import violations

ASKED = "scenario=tiny&with=fewer-spaces"
PAGES = {
    "start": "/",
    "form with mistakes": "/answer?scenario=tiny&with=nothing&try.zero_day=7&days=5",
    "answer": f"/answer?{ASKED}&seen=0",
    "day": f"/day?{ASKED}",
    "no page": "/nothing",
}


@pytest.fixture(scope="module")
def opened(browser: Any) -> Iterator[Any]:
    # axe itself is a script, which the pages forbid.
    context = browser.new_context(bypass_csp=True)
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_no_page_is_wider_than_a_telephone(site: Site, opened: Any, name: str) -> None:
    page = opened.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address + PAGES[name])
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in asked if not url.startswith((site.address, "data:"))] == []
    page.close()


def test_axe_would_find_what_is_missing(site: Site, opened: Any) -> None:
    page = opened.new_page()
    page.goto(site.address)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert {"html-has-lang", "label"} <= set(violations(page))
    page.close()


def test_a_mistake_is_told_at_the_top_and_its_link_leads_to_the_field(site: Site, opened: Any) -> None:
    page = opened.new_page()
    page.goto(f"{site.address}/plan?scenario=tiny")
    page.locator("summary", has_text="Acute medicine:").first.click()
    page.get_by_label("Beds of the Acute Medical Unit", exact=True).fill("many")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_load_state()
    assert page.title().startswith("Problem: ")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "more.acute_medicine.amu_beds"
    assert page.evaluate("document.activeElement.value") == "many"
    page.close()


def test_a_slider_moves_its_number_and_the_number_its_slider(site: Site, opened: Any) -> None:
    page = opened.new_page()
    page.goto(f"{site.address}/plan?scenario=tiny&more.acute_medicine.amu_beds=6")
    number = page.get_by_label("Beds of the Acute Medical Unit", exact=True)
    slider = page.get_by_label("Slider: Beds of the Acute Medical Unit", exact=True)
    assert slider.input_value() == "6"
    slider.press("ArrowRight")
    assert number.input_value() == "7"
    number.fill("-3")
    assert slider.input_value() == "-3"
    page.close()


MOVED = """sliders => sliders.flatMap(slider => {
  const field = slider.previousElementSibling, before = field.value;
  const press = (key) => { slider[key](); slider.dispatchEvent(new Event("input")); return field.value; };
  const keys = Number(before) < Number(field.dataset.high) ? ["stepUp", "stepDown"] : ["stepDown", "stepUp"];
  press(keys[0]);
  const there = field.value, back = press(keys[1]);
  slider.value = slider.max;
  slider.dispatchEvent(new Event("input"));
  return [[field.id, before, there, back, Number(field.value) === Number(field.dataset.high)]];
})"""
"""Moves each slider by a notch and back, then to its end."""


def test_a_slider_moved_and_put_back_asks_nothing_else(site: Site, opened: Any) -> None:
    page = opened.new_page()
    page.goto(f"{site.address}/plan?scenario=tiny")
    moved = page.locator("input[type=range]").evaluate_all(MOVED)
    assert len(moved) > 20
    assert [name for name, before, there, _, _ in moved if there == before] == []
    assert [(name, before, back) for name, before, _, back, _ in moved if back != before] == []
    assert [name for name, *_, at_the_end in moved if not at_the_end] == []
    page.close()


def test_the_hours_of_a_day_play_and_stop(site: Site, opened: Any) -> None:
    page = opened.new_page()
    page.goto(f"{site.address}/day?{ASKED}&at=2016-04-01T10")
    page.get_by_role("button", name="Play the hours").click()
    page.get_by_role("heading", name="12:00").wait_for()
    page.get_by_role("button", name="Stop").click()
    assert "at=2016-04-01T1" in page.url
    page.close()
