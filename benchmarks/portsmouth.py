"""What a replication of the Portsmouth scenario costs, warm-up included, on each engine; its memory.

Each engine has a process of its own. The memory of the compiled engine is also read after 1, 5 and 20
replications in one process: figures are kept and logs dropped, so it should stay as it is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from statistics import median

from cost_portsmouth import SCENARIO
from measure import EngineError, started
from options import at_least, say
from report import machine, verdict
from results_file import RESULTS, write_section
from side_by_side import Case, CaseCosts, side_by_side

from flowsim import load_scenario
from flowsim.engine.engines import ENGINES
from flowsim.timeline import DAY

LIBRARIES = ("numba", "numpy", "scipy", "simpy")
COUNTS = (1, 5, 20)
MOST_SECONDS = 0.5
MOST_MINUTES = 5.0
MOST_MB = 1024.0
"""What the compiled engine is to reach: a replication, a thousand of them on two cores, a worker's memory."""


def table(measured: Sequence[CaseCosts]) -> str:
    """Return the cost of each engine; seconds are of the processor."""
    lines = [
        f"{'engine':10} {'patients':>9} {'events':>10} {'sample':>7} {'simulate':>8} {'measure':>8} "
        f"{'total s':>8} {'us/event':>8} {'peak MB':>8} {'cold s':>7}"
    ]
    for m in measured:
        us = median(1e6 * s / cost.events for s, cost in zip(m.seconds, m.costs, strict=True))
        lines.append(
            f"{m.case.label:10} {m.typical('patients'):9,.0f} {m.typical('events'):10,.0f} "
            f"{m.typical('sample_s'):7.3f} {m.typical('simulate_s'):8.3f} {m.typical('measure_s'):8.3f} "
            f"{median(m.seconds):8.3f} {us:8.3f} {m.peak_mb:8.0f} {m.cold_cpu:7.2f}"
        )
    return "\n".join(lines)


def memory_after(counts: Sequence[int]) -> list[float]:
    """Return the highest memory [MiB] of one process of the compiled engine after so many replications."""
    with started("cost_portsmouth", {"engine": "compiled"}) as worker:
        peaks = [worker.ready()["peak_mb"]]
        for number in range(1, max(counts)):
            say(f"replication {number + 1} of {max(counts)} in one process")
            peaks.append(worker.replicate(number)["peak_mb"])
    return [peaks[count - 1] for count in counts]


def targets(compiled: CaseCosts, peaks: Sequence[float]) -> str:
    """Return what the compiled engine is to reach, and what it reached."""
    seconds = median(compiled.seconds)
    minutes = 1000 * seconds / 2 / 60
    after = ", ".join(f"{peak:,.0f}" for peak in peaks)
    return "\n".join(
        [
            f"one replication: {seconds:.2f} s; "
            f"target at most {MOST_SECONDS}: {verdict(seconds <= MOST_SECONDS)}",
            f"a thousand at that pace on two cores: {minutes:.1f} min; "
            f"target at most {MOST_MINUTES:.0f}: {verdict(minutes <= MOST_MINUTES)}",
            f"memory of a worker: {max(peaks):,.0f} MB; "
            f"target under {MOST_MB:,.0f}: {verdict(max(peaks) < MOST_MB)}",
            f"its peak after {', '.join(map(str, COUNTS))} replications in one process: {after} MB",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if an engine failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "engines", nargs="*", metavar="ENGINE", help=f"of {', '.join(ENGINES)} (default: all)"
    )
    parser.add_argument("--rounds", type=at_least(1), default=3, help="replications an engine (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    for name in options.engines:
        if name not in ENGINES:
            parser.error(f"unknown engine {name!r}; choose from {', '.join(ENGINES)}")
    run = load_scenario(SCENARIO).value.run
    wanted = [name for name in ENGINES if name in options.engines or not options.engines]
    cases = [Case(name, "cost_portsmouth", {"engine": name}) for name in wanted]
    try:
        measured = side_by_side(cases, rounds=options.rounds, say=say)
        compiled = next((m for m in measured if m.case.label == "compiled"), None)
        peaks = memory_after(COUNTS) if compiled else []
    except EngineError as error:
        say(str(error))
        return 1
    parts = [
        machine(LIBRARIES),
        f"{SCENARIO}: {run.days} days after {run.warm_up / DAY:.0f} of warm-up; "
        f"median of {options.rounds} interleaved rounds:",
        table(measured),
    ]
    if compiled:
        parts.append(targets(compiled, peaks))
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        write_section("A Portsmouth year", "python benchmarks/portsmouth.py --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
