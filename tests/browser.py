"""A real browser, and the pictures that it leaves for whoever wants to see what was tested."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = {"desk": 1200, "telephone": 390}
TALL = "2-plan"
"""The form, of which only the beginning is pictured."""
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pictured(page: Any, name: str) -> None:
    """Leave pictures of a page at both widths in the folder that SCREENSHOTS names, if it names one."""
    if folder := os.environ.get("SCREENSHOTS"):
        for device, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"app-{name}-{device}.png", full_page=name != TALL)


def violations(page: Any) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": WCAG_2_2_AA}, "resultTypes": ["violations"]}
    return [one["id"] for one in Axe().run(page, options=options).response["violations"]]
