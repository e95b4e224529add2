"""RESULTS.md: a section for each command that measures, so that one can be measured again alone."""

from __future__ import annotations

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")

TITLE = "# Measured\n\nEach section begins with the command that wrote it; README.md explains the columns.\n"


def write_section(title: str, command: str, text: str) -> None:
    """Write one section of RESULTS.md, in the place of an older one of that title or at the end."""
    section = f"## {title}\n\n    {command}\n\n```text\n{text}\n```\n"
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    _, *sections = re.split(r"^(?=## )", before, flags=re.MULTILINE)
    place = next((i for i, one in enumerate(sections) if one.startswith(f"## {title}\n")), len(sections))
    sections[place : place + 1] = [section]
    RESULTS.write_text("\n\n".join(part.strip() for part in [TITLE, *sections]) + "\n", encoding="utf-8")
