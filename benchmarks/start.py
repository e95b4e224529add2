"""How long a start takes: the first one, with its compilation; later ones, from the cache; the help."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median
from tempfile import TemporaryDirectory

from measure import EngineError, started
from options import at_least, say
from report import machine, verdict
from results_file import RESULTS, write_section

LIBRARIES = ("click", "numba", "numpy", "scipy")
SHORT = {"engine": "compiled", "days": 2, "warm_up_days": 0}
"""Two days of Portsmouth: next to no simulation."""

MOST_COMPILING = 15.0
MOST_HELP = 0.3


def start(cache: str) -> tuple[float, float]:
    """Return wall and processor seconds until a process has simulated two days, with this cache of numba."""
    began = time.perf_counter()
    with started("cost_portsmouth", SHORT, environment={"NUMBA_CACHE_DIR": cache}) as worker:
        cpu = worker.ready()["cold_cpu"]
        return time.perf_counter() - began, cpu


def help_seconds() -> float:
    """Return wall seconds of `flowsim --help`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "flowsim", "--help"], capture_output=True, check=True)
    return time.perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a process failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=at_least(1), default=3, help="starts with the cache (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    try:
        with TemporaryDirectory() as cache:
            say("a start with an empty cache")
            first_wall, first_cpu = start(cache)
            say("starts with the cache")
            cached = [start(cache) for _ in range(options.rounds)]
    except EngineError as error:
        say(str(error))
        return 1
    cached_wall, cached_cpu = (median(times) for times in zip(*cached, strict=True))
    help_seconds()
    helped = median(help_seconds() for _ in range(5))
    compiling = first_cpu - cached_cpu
    text = "\n\n".join(
        [
            machine(LIBRARIES),
            f"{'two days of Portsmouth, from a new process':44} {'wall s':>7} {'cpu s':>7}\n"
            f"{'first ever, everything compiled':44} {first_wall:7.2f} {first_cpu:7.2f}\n"
            f"{f'from the cache, median of {options.rounds}':44} {cached_wall:7.2f} {cached_cpu:7.2f}",
            f"compilation, the difference: {compiling:.1f} s; "
            f"target under {MOST_COMPILING:.0f}: {verdict(compiling < MOST_COMPILING)}\n"
            f"flowsim --help, median of 5: {helped:.2f} s of wall time; "
            f"target under {MOST_HELP}: {verdict(helped < MOST_HELP)}",
        ]
    )
    print(text)
    if options.write:
        write_section("A first start", "python benchmarks/start.py --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
