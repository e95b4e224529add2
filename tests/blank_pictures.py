"""Pictures left blank, where a test asks for something else: painting takes half of a verb's time.

They are built all the same. `tests/report` paints every kind, `tests/hostile/test_names.py` a comparison's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def blank_pictures() -> Iterator[None]:
    from flowsim.report import house_style

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(house_style, "_bytes", lambda _figure, kind, _metadata: f"a {kind}".encode())
        yield
