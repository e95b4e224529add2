"""A national run: hospitals made from published volumes and beds, each with a process of its own."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from commands import Finished, failed, flowsim, megabytes
from options import at_least, say
from report import machine
from results_file import RESULTS, write_section

from flowsim.errors import InputError
from flowsim.footprints.new import NewPlace, new_place
from flowsim.footprints.published import trusts

LIBRARIES = ("numba", "numpy", "scipy")
TEMPLATE = "portsmouth-2016"
NATION = 120
YEARS = 30
"""A national run: so many trusts, so many replications of a year of each."""


def places(count: int, folder: Path) -> tuple[list[NewPlace], list[str]]:
    """Make so many hospitals, spread over the list of trusts; return them, and the codes refused."""
    codes = sorted(trusts())
    made: list[NewPlace] = []
    refused: list[str] = []
    step = max(1, len(codes) // count)
    for code in [code for first in range(step) for code in codes[first::step]]:
        if len(made) == count:
            break
        try:
            made.append(new_place(TEMPLATE, code, f"trust-{code.lower()}", folder / code))
        except InputError:
            refused.append(code)
    return made, refused


def run_all(made: Sequence[NewPlace], replications: int, processes: int, results: Path) -> list[Finished]:
    """Run every hospital, `processes` at a time."""

    def run(place: NewPlace) -> Finished:
        done = flowsim(
            "run", place.scenario, "--replications", str(replications), "--jobs", "1",
            "--out", results / place.folder.name,
        )  # fmt: skip
        say(f"{place.folder.name}: {done.wall_s:.1f} s")
        return done

    with ThreadPoolExecutor(processes) as pool:
        return list(pool.map(run, made))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a hospital could not be run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trusts", type=at_least(1), default=12, help="how many (default: 12)")
    parser.add_argument("--replications", type=at_least(2), default=4, help="of each (default: 4)")
    parser.add_argument("--processes", type=at_least(1), default=2, help="at a time (default: 2)")
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        made, refused = places(options.trusts, folder)
        making = time.perf_counter() - began
        began = time.perf_counter()
        runs = run_all(made, options.replications, options.processes, folder / "results")
        wall = time.perf_counter() - began
        if failed(runs):
            say(failed(runs))
            return 1
        size = megabytes(folder / "results") / len(made)
        # A run of one replication each tells what one more costs from what a start does.
        say("one replication of each")
        once = run_all(made, 1, options.processes, folder / "one")
    years = len(made) * options.replications
    cpu, at_first = (sum(run.cpu_s for run in some) / len(made) for some in (runs, once))
    one_more = (cpu - at_first) / (options.replications - 1)
    nation = NATION * (at_first + (YEARS - 1) * one_more) / options.processes
    text = "\n\n".join(
        [
            machine(LIBRARIES),
            "\n".join(
                [
                    f"{len(made)} trusts x {options.replications} years, {options.processes} at a time; "
                    f"refused, since months are missing: {', '.join(refused) or 'none'}",
                    f"making the scenarios      {making / len(made):8.2f} s each",
                    f"all runs                  {wall:8.1f} s, {wall / years:.2f} s a year",
                    f"processor, a trust        {cpu:8.1f} s, {at_first:.1f} s of them for the first year",
                    f"one more year of a trust  {one_more:8.2f} s of processor",
                    f"a process holds at most   {max(run.peak_mb for run in runs):8.0f} MB; "
                    f"the median {median(run.peak_mb for run in runs):.0f}",
                    f"results of a trust        {size:8.2f} MB",
                    "",
                    f"{NATION} trusts x {YEARS} years at that pace: {nation / 60:.0f} min, "
                    f"{NATION * size:,.0f} MB of results",
                ]
            ),
        ]
    )
    print(text)
    if options.write:
        size_of_it = f"--trusts {options.trusts} --replications {options.replications}"
        write_section("A national run", f"python benchmarks/national.py {size_of_it} --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
