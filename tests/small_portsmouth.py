"""A folder in which `portsmouth-2016` is ten days: a file wins over the shipped scenario of its name."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMALL = """\
extends: base.yaml
name: portsmouth-2016
changes:
  run.days: {set: 10}
  run.warm_up: {set: 0 days}
  run.replications: {set: 2}
"""


def small_portsmouth(place: Path) -> None:
    """Write the small hospital into a folder."""
    shutil.copytree(ROOT / "data", place / "data")
    text = (ROOT / "scenarios/portsmouth-2016.yaml").read_text(encoding="utf-8")
    (place / "base.yaml").write_text(text.replace("../data/", "data/"), encoding="utf-8")
    (place / "portsmouth-2016").write_text(SMALL, encoding="utf-8")
