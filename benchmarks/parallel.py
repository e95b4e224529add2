"""Replications side by side: one after the other, in two threads, in two processes."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from options import at_least, say
from report import machine
from results_file import RESULTS, write_section

from flowsim.experiments.runs.replication import Replicator, Setup
from flowsim.experiments.runs.replications import replicate
from flowsim.experiments.runs.run import load_scenario

LIBRARIES = ("numba", "numpy", "scipy")
SIDE_BY_SIDE = 2


def one_after_the_other(setup: Setup, count: int) -> None:
    """Run replications in this process."""
    replicator = Replicator(setup)
    for number in range(count):
        replicator.replicate(number)


def in_threads(setup: Setup, count: int) -> None:
    """Run replications in threads, each with a hospital of its own."""

    def some(first: int) -> None:
        replicator = Replicator(setup)
        for number in range(first, count, SIDE_BY_SIDE):
            replicator.replicate(number)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(some, range(SIDE_BY_SIDE)))


def in_processes(setup: Setup, count: int) -> None:
    """Run replications as `flowsim run` does; the start of the processes is in it."""
    list(replicate(setup, range(count), jobs=SIDE_BY_SIDE))


WAYS: dict[str, Callable[[Setup, int], None]] = {
    "one after the other": one_after_the_other,
    "two threads": in_threads,
    "two processes": in_processes,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--replications", type=at_least(2), default=20, help="years of Portsmouth each way (default: 20)"
    )
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    setup = Setup(scenario=load_scenario("portsmouth-2016").value, engine="compiled", seed=2016)
    one_after_the_other(setup, 2)
    seconds = {}
    for name, way in WAYS.items():
        say(name)
        began = time.perf_counter()
        way(setup, options.replications)
        seconds[name] = time.perf_counter() - began
    alone = seconds["one after the other"]
    rows = [f"{f'{options.replications} years of Portsmouth':24} {'wall s':>8} {'a year':>8} {'worth':>12}"]
    rows += [
        f"{name:24} {wall:8.1f} {wall / options.replications:8.2f} {alone / wall:6.2f} cores"
        for name, wall in seconds.items()
    ]
    text = "\n\n".join([machine(LIBRARIES), "\n".join(rows)])
    print(text)
    if options.write:
        write_section("Side by side", "python benchmarks/parallel.py --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
