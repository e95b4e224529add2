"""Every test of an engine is a test of all engines."""

from __future__ import annotations

import pytest

from tests.engine.checked import ENGINES, Engine


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(ENGINES[request.param])
