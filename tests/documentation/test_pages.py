"""Pages: every link leads somewhere, and the site has every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documentation.pages import FENCE, PAGES, ROOT

LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
TOCTREE = re.compile(r"```\{toctree\}.*?\n\n(.*?)```", re.DOTALL)


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), f"{target} is not there"
        assert not anchor or anchor in headings(file), f"{name or page.name} has no heading {anchor}"


def test_the_site_has_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    listed = "\n".join(TOCTREE.findall(index.read_text(encoding="utf-8"))).split()
    there = {(index.parent / f"{name.strip('<>')}.md").resolve() for name in listed}
    assert [page for page in PAGES if page != index and page not in there] == []
