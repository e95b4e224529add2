"""The board pack in a real browser: axe finds nothing against WCAG 2.2 AA, the keyboard reaches the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import violations


def violations_of(browser: Any, page: str) -> list[str]:
    # axe itself is a script, which the page forbids.
    opened = browser.new_page(bypass_csp=True)
    opened.set_content(page)
    found = violations(opened)
    opened.close()
    return found


def test_axe_finds_nothing(browser: Any, page: str) -> None:
    assert violations_of(browser, page) == []


def test_a_telephone_scrolls_one_way_only(browser: Any, page: str) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.set_content(page)
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
    opened.close()


def test_axe_would_find_what_is_missing(browser: Any, page: str) -> None:
    without = page.replace(' lang="en-GB"', "").replace("<img alt=", "<img data-alt=")
    assert {"html-has-lang", "image-alt"} <= set(violations_of(browser, without))


def test_the_page_asks_for_nothing_and_the_first_tab_leads_to_the_text(
    browser: Any, page: str, tmp_path: Path
) -> None:
    file = tmp_path / "pack.html"
    file.write_text(page, encoding="utf-8")
    opened = browser.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "main"
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    opened.close()
