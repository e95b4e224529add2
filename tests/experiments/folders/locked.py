"""A folder that nobody may enter, for root as well: tests are run by either."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let what asks the system for anything in a folder be refused."""
    folder.mkdir()
    inside = str(folder.absolute()) + os.sep

    def lock_call(name: str) -> None:
        call = getattr(os, name)

        def refusing(path: str | Path, *arguments: object, **others: object) -> object:
            if not isinstance(path, int) and os.path.abspath(path).startswith(inside):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return call(path, *arguments, **others)

        monkeypatch.setattr(os, name, refusing)

    for name in ("stat", "lstat", "mkdir", "open"):
        lock_call(name)
    return folder
