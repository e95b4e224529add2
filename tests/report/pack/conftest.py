"""The pack of a small hospital's comparison and its appraisal, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.report.pack.board_pack import board_pack
from tests.report.pack.folders import compared, priced


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compared(tmp_path_factory.mktemp("packs") / "compared")


@pytest.fixture(scope="session")
def appraisal(comparison: Path) -> Path:
    return priced(comparison, comparison.parent / "priced")


@pytest.fixture(scope="session")
def page(comparison: Path, appraisal: Path) -> str:
    return board_pack(comparison, appraisal)
