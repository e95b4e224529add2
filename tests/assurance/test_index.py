"""The index of defects names tests that exist, and every test of this folder stands in it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[a-z_/0-9]+\.py)::(test_[a-z_0-9]+)`")


def named_in(page: str) -> set[tuple[str, str]]:
    return set(NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8")))


def missing(named: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the tests that are named and not there."""
    return {
        (file, test)
        for file, test in named
        if not (ROOT / file).is_file() or f"\ndef {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    }


def test_every_test_that_a_page_names_is_there() -> None:
    for page in ("assurance.md", "faults.md"):
        named = named_in(page)
        assert len(named) >= 12
        assert not missing(named)
    assert missing({("tests/assurance/test_index.py", "test_that_is_not_there")})


def test_every_defect_stands_in_the_index() -> None:
    file = "tests/assurance/test_defects.py"
    written = set(re.findall(r"^def (test_\w+)\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))
    assert len(written) == 12
    assert written <= {test for where, test in named_in("assurance.md") if where == file}
