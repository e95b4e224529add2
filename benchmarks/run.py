"""Measure engines on R1 side by side, check that each of them is R1, and print the result."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import cache

from agreement import FALSE_ALARM, Comparison, compare, reference_from
from engines import ENGINES, LOOP
from measure import EngineError, Measurement, measure, started
from options import at_least, say
from r1 import DAYS, REFERENCE, Outputs, Reference
from report import agreement, machine, speeds, targets
from results_file import RESULTS, write_section

REFERENCE_SEEDS = range(10_001, 10_301)
"""Seeds of the loop that gives the reference of a shorter horizon; no engine is measured with them."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    names = ", ".join(ENGINES)
    parser = argparse.ArgumentParser(description="Measure engines on R1 and check that each of them is R1.")
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=f"of {names} (default: all)")
    parser.add_argument("--replications", type=at_least(2), default=10, help="seeds to check (default: 10)")
    parser.add_argument("--rounds", type=at_least(1), default=5, help="seeds to time (default: 5)")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULTS.name} beside this file")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.engines if name not in ENGINES]
    if unknown:
        parser.error(f"unknown engine {unknown[0]!r}; choose from {names}")
    return options


@cache
def reference_for(days: int) -> dict[str, Reference] | None:
    """Return the reference of a horizon: the published one of a year, or what the hand-written loop gives.

    The loop is itself compared with the published one whenever it is measured. None if it cannot run.
    """
    if days == DAYS:
        return dict(REFERENCE)
    say(f"the hand-written loop gives the reference of {days} days, {len(REFERENCE_SEEDS)} replications")
    with started(LOOP.module, {"days": days}) as loop:
        if "missing" in loop.receive():
            return None
        return reference_from([Outputs(**loop.replicate(seed)["outputs"]) for seed in REFERENCE_SEEDS])


def check(measurement: Measurement) -> list[Comparison] | None:
    """Return the comparisons of an engine with the reference of its horizon, if there is one."""
    reference = reference_for(measurement.engine.days)
    return None if reference is None else compare(measurement.outputs, reference)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if an engine failed, is not R1, or was asked for and left out; else 0."""
    options = parse(arguments)
    wanted = [engine for engine in ENGINES.values() if not options.engines or engine.name in options.engines]
    try:
        measurements = measure(wanted, replications=options.replications, rounds=options.rounds, say=say)
        checks = {m.engine: check(m) for m in measurements}
    except EngineError as error:
        say(str(error))
        return 1
    if not measurements:
        return 1
    left_out = [engine for engine in wanted if engine not in checks]
    replications = max(options.replications, options.rounds)
    parts = [
        machine({library for m in measurements for library in m.engine.libraries}),
        f"One replication, median of {options.rounds} interleaved rounds:",
        speeds(measurements),
        "\n".join(f"left out, a package of {', '.join(e.libraries)} is missing: {e.label}" for e in left_out),
        targets(measurements),
        f"Mean of {replications} replications ({1 - FALSE_ALARM:.0%} intervals for all rows together):",
        *(
            f"{engine.label}: not checked, numba is missing" if found is None else agreement(engine, found)
            for engine, found in checks.items()
        ),
    ]
    text = "\n\n".join(part for part in parts if part)
    print(text)
    if options.write:
        write_section("R1", "python benchmarks/run.py --write", text)
    all_agree = all(found and all(one.agrees for one in found) for found in checks.values())
    return 0 if all_agree and not any(engine.name in options.engines for engine in left_out) else 1


if __name__ == "__main__":
    sys.exit(main())
