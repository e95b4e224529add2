"""How much memory is free, as far as the operating system tells; Linux does, in containers, too."""

from __future__ import annotations

import sys
from pathlib import Path

MEMINFO, CONTROL_GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def free_memory(meminfo: Path = MEMINFO, group: Path = CONTROL_GROUP) -> float | None:
    """Return the bytes that could still be used, swap included; None where nothing tells.

    Parameters
    ----------
    meminfo : Path
        What the kernel says of the machine.
    group : Path
        What it says of the container, which may have less.
    """
    told = [free for free in (_of_machine(meminfo), _of_group(group), _of_process()) if free is not None]
    return min(told, default=None)


def _of_machine(meminfo: Path) -> float | None:
    found = _figures(meminfo, unit=1024)
    available = found.get("MemAvailable")
    return None if available is None else available + found.get("SwapFree", 0.0)


def _of_group(group: Path) -> float | None:
    try:
        most = float((group / "memory.max").read_text())  # "max" where there is no limit
        used = float((group / "memory.current").read_text())
    except (OSError, ValueError):
        return None
    # Pages of files count as used, and are given up when they are needed.
    return most - used + _figures(group / "memory.stat").get("inactive_file", 0.0)


def _of_process() -> float | None:
    """Return the limit of this process, if it has one, as `ulimit -v` sets it."""
    if sys.platform == "win32":
        return None
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit == resource.RLIM_INFINITY:
        return None
    try:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        used = 0
    return float(limit - used)


def _figures(file: Path, unit: int = 1) -> dict[str, float]:
    """Return the figures of a file of a name and a number a line; none where there is no such file."""
    try:
        lines = [line.replace(":", " ").split() for line in file.read_text().splitlines()]
    except OSError:
        return {}
    return {words[0]: float(words[1]) * unit for words in lines if len(words) > 1 and words[1].isdigit()}
