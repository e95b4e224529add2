"""The measured side: a process that runs one module's `replicate`, and nothing else, on request.

A process an engine keeps peak memory, the garbage collector and the heap of one engine away from the next. It
speaks JSON, one object a line: after its first replication it says it is ready, then answers each request.
This file imports little, because what it imports counts as the engine's memory.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import math
import os
import sys
import time
from typing import Any, TextIO


def peak_memory_mb() -> float:
    """Return the highest resident memory of this process so far [MiB]; NaN where the system does not tell."""
    # getrusage would include the memory of the parent at the moment it started this process.
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            peak = next(line for line in status if line.startswith("VmHWM:"))
    except (FileNotFoundError, StopIteration):
        return math.nan
    return int(peak.split()[1]) / 1024


def take_stdout() -> TextIO:
    """Return the process's output for answers only; what an engine prints goes to stderr from now on."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def main(module: str, options: dict[str, Any]) -> None:
    """Serve requests for `replicate` of a module until the input closes."""
    answers = take_stdout()

    def answer(**fields: object) -> None:
        print(json.dumps(fields), file=answers, flush=True)

    try:
        replicate = importlib.import_module(module).replicate
    except ModuleNotFoundError as missing:
        answer(missing=missing.name)
        return
    replicate(0, **options)
    answer(cold_cpu=time.process_time(), peak_mb=peak_memory_mb())
    for line in sys.stdin:
        request = json.loads(line)
        cpu: list[float] = []
        wall: list[float] = []
        while not cpu or sum(cpu) < request["at_least"]:
            wall_start, cpu_start = time.perf_counter(), time.process_time()
            outputs = replicate(request["seed"], **options)
            cpu.append(time.process_time() - cpu_start)
            wall.append(time.perf_counter() - wall_start)
        answer(outputs=dataclasses.asdict(outputs), cpu=cpu, wall=wall, peak_mb=peak_memory_mb())


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
