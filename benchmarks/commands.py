"""flowsim's command line as a user starts it, with what the process cost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import ONE_THREAD

MIB = 1024
"""`ru_maxrss` is in KiB on Linux."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What one command cost; the children that it waited for are in it."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    code: int
    said: str
    """The end of what it wrote on stderr."""


def flowsim(*arguments: str | Path) -> Finished:
    """Run `flowsim ARGUMENTS` in a process of its own and return what it cost."""
    command = [sys.executable, "-m", "flowsim", *map(str, arguments)]
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env={**os.environ, **ONE_THREAD}
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        errors.seek(0)
        said = errors.read()[-2000:]
    return Finished(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / MIB, process.returncode, said)


def megabytes(folder: Path) -> float:
    """Return the size of all files of a folder [MB]."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def failed(runs: Sequence[Finished]) -> str:
    """Return what the first command that failed said; empty if none did."""
    return next((run.said or f"exit code {run.code}" for run in runs if run.code), "")
