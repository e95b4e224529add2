"""Measure engines on R1 side by side, check that each of them is R1, and print the result."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agreement import FALSE_ALARM, compare
from engines import ENGINES
from measure import EngineError, measure
from report import agreement, machine, speeds

RESULTS = Path(__file__).with_name("RESULTS.md")


def at_least(least: int) -> Callable[[str], int]:
    """Return the parser of a whole number not below `least`."""

    def count(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number, at least {least}; found {text!r}")
        return int(text)

    return count


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


def say(line: str) -> None:
    """Report progress, away from the result."""
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if an engine failed, was left out or is not R1, else 0."""
    options = parse(arguments)
    wanted = [engine for engine in ENGINES.values() if not options.engines or engine.name in options.engines]
    try:
        measurements = measure(wanted, replications=options.replications, rounds=options.rounds, say=say)
    except EngineError as error:
        say(str(error))
        return 1
    if not measurements:
        return 1
    checks = {m.engine: compare(m.outputs) for m in measurements}
    replications = max(options.replications, options.rounds)
    text = "\n\n".join(
        [
            machine([m.engine for m in measurements]),
            f"One replication, median of {options.rounds} interleaved rounds:",
            speeds(measurements),
            f"Mean of {replications} replications ({1 - FALSE_ALARM:.0%} intervals for all rows together):",
            *(agreement(engine, comparisons) for engine, comparisons in checks.items()),
        ]
    )
    print(text)
    if options.write:
        RESULTS.write_text(
            "# R1, measured\n\n"
            "Written by `python benchmarks/run.py --write`; README.md explains the columns.\n\n"
            f"```text\n{text}\n```\n",
            encoding="utf-8",
        )
    all_agree = all(comparison.agrees for comparisons in checks.values() for comparison in comparisons)
    return 0 if all_agree and len(measurements) == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
