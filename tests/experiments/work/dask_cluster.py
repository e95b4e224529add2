"""A real Dask scheduler and its workers on loopback, each a process; none outlives the test that began it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")

DASK = [sys.executable, "-m", "dask"]
ROOT = Path(__file__).parents[3]
PATIENCE = 120.0
"""Seconds after which something hangs."""


class Loopback:
    """A scheduler in a folder, and workers that are added to it, each with one thread.

    Parameters
    ----------
    folder : Path
        For what they write.
    security : sequence of str
        Options of scheduler and workers.
    """

    def __init__(self, folder: Path, security: Sequence[str] = ()) -> None:
        self.folder, self.security = folder, security
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._begin("scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address: str = json.loads(wait_for(self._written))["address"]

    def add_worker(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Begin a worker; a client waits for it."""
        return self._begin(
            *("worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"),
            *("--local-directory", str(self.folder)),
            environment=environment,
        )

    def end(self) -> None:
        """Kill all of them."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _written(self) -> str | None:
        assert self.scheduler.poll() is None
        text = self.file.read_text() if self.file.exists() else ""
        return text if text.rstrip().endswith("}") else None

    def _begin(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(
            [*DASK, *arguments, "--no-dashboard", "--scheduler-file", str(self.file), *self.security],
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process


@contextmanager
def loopback(folder: Path, workers: int, security: Sequence[str] = ()) -> Iterator[Loopback]:
    """Give a scheduler with so many workers, all of which are ready."""
    from distributed import Client

    cluster = Loopback(folder, security)
    try:
        for _ in range(workers):
            cluster.add_worker()
        if workers:
            with Client(cluster.address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=PATIENCE)
        yield cluster
    finally:
        cluster.end()


def wait_for(look: Callable[[], Found | None]) -> Found:
    """Return what is found as soon as it is."""
    ends = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < ends
        time.sleep(0.01)
    return found
