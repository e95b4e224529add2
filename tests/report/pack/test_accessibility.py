"""The board pack in a real browser: axe finds nothing against WCAG 2.2 AA, the keyboard reaches the text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        # A container has no sandbox of its own to start; the page is ours.
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def violations(browser: Any, page: str) -> list[str]:
    # axe itself is a script, which the page forbids.
    opened = browser.new_page(bypass_csp=True)
    opened.set_content(page)
    options = {"runOnly": {"type": "tag", "values": WCAG_2_2_AA}}
    found = axe.Axe().run(opened, options=options).response["violations"]
    opened.close()
    return [one["id"] for one in found]


def test_axe_finds_nothing(browser: Any, page: str) -> None:
    assert violations(browser, page) == []


def test_a_telephone_scrolls_one_way_only(browser: Any, page: str) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.set_content(page)
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
    opened.close()


def test_axe_would_find_what_is_missing(browser: Any, page: str) -> None:
    assert "html-has-lang" in violations(browser, page.replace(' lang="en-GB"', ""))
    assert "image-alt" in violations(browser, page.replace("<img alt=", "<img data-alt="))


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
