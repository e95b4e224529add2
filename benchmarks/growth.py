"""How the cost of the compiled engine grows: with the horizon, with the hospital, with congestion."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from cost_portsmouth import SCENARIO
from measure import EngineError
from options import at_least, say
from r1 import DAYS
from report import machine, verdict
from results_file import RESULTS, write_section
from side_by_side import Case, CaseCosts, side_by_side

from flowsim import load_scenario
from flowsim.timeline import DAY

LIBRARIES = ("numba", "numpy", "scipy")
DEMANDS = (0.6, 0.8, 0.9, 1.0, 1.05, 1.1, 1.25, 1.5, 2.0)
"""R1 is close to saturation as it is: well above 1 its queues grow for as long as it runs."""

LONGER = 4
MOST_TIME = 4.4
"""That many times the horizon is to take at most that many times as long."""


@dataclass(frozen=True, slots=True)
class Family:
    """Cases that differ in one thing."""

    title: str
    cases: tuple[Case, ...]
    base: int = 0
    """Which case all ratios are against."""
    longer: str | None = None
    """The case that is `LONGER` times the base, if the growth is one of the horizon."""


def families() -> dict[str, tuple[Family, ...]]:
    """Return what can be measured, by the name on the command line."""
    run = load_scenario(SCENARIO).value.run
    warm_up = round(run.warm_up / DAY)
    return {
        "horizon": (
            Family(
                "R1, a longer horizon",
                tuple(Case(f"{k} x {DAYS} days", "cost_r1", {"days": k * DAYS}) for k in (1, 2, LONGER, 8)),
                longer=f"{LONGER} x {DAYS} days",
            ),
            Family(
                "Portsmouth, a longer horizon, of which the same share is warm-up",
                tuple(
                    Case(
                        f"{k} x {run.days + warm_up} days",
                        "cost_portsmouth",
                        {"days": k * run.days, "warm_up_days": k * warm_up},
                    )
                    for k in (1, LONGER)
                ),
                longer=f"{LONGER} x {run.days + warm_up} days",
            ),
            Family(
                "Portsmouth, ten years reported",
                tuple(
                    Case(f"{k} x {run.days} days", "cost_portsmouth", {"days": k * run.days}) for k in (1, 10)
                ),
            ),
        ),
        "volume": (
            Family(
                "R1, more patients and as many more units",
                tuple(Case(f"{k} x the size", "cost_r1", {"size": k}) for k in (1, 2, 4)),
            ),
            Family(
                "Portsmouth, more patients and as many more places and staff",
                tuple(Case(f"{k} x the size", "cost_portsmouth", {"size": k}) for k in (1, 2, 4, 10)),
            ),
        ),
        "congestion": (
            Family(
                "R1, more patients for the same units",
                tuple(Case(f"demand x {k:.2f}", "cost_r1", {"demand": k}) for k in DEMANDS),
                base=DEMANDS.index(1.0),
            ),
        ),
    }


def table(measured: Sequence[CaseCosts], base: CaseCosts) -> str:
    """Return the costs of the cases; seconds are of the processor."""
    lines = [
        f"{'case':16} {'patients':>9} {'events':>9} {'sample':>7} {'simulate':>8} {'measure':>7} "
        f"{'total':>7} {'us/event':>8} {'events':>7} {'time':>7} {'peak MB':>7}"
    ]
    for m in measured:
        us = median(1e6 * s / cost.events for s, cost in zip(m.seconds, m.costs, strict=True))
        lines.append(
            f"{m.case.label:16} {m.typical('patients'):9,.0f} {m.typical('events'):9,.0f} "
            f"{m.typical('sample_s'):7.3f} {m.typical('simulate_s'):8.3f} {m.typical('measure_s'):7.3f} "
            f"{median(m.seconds):7.3f} {us:8.3f} {m.typical('events') / base.typical('events'):6.2f}x "
            f"{m.times(base):6.2f}x {m.peak_mb:7.0f}"
        )
    return "\n".join(lines)


def longer_line(family: Family, measured: Sequence[CaseCosts]) -> str:
    """Return whether the longer horizon takes as long as it may."""
    long = next(m for m in measured if m.case.label == family.longer)
    times = long.times(measured[family.base])
    return (
        f"{LONGER} times the horizon takes {times:.2f} times as long; "
        f"target at most {MOST_TIME}: {verdict(times <= MOST_TIME)}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a case failed."""
    known = families()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", metavar="WITH", help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--rounds", type=at_least(1), default=3, help="replications a case (default: 3)")
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    for name in options.families:
        if name not in known:
            parser.error(f"unknown growth {name!r}; choose from {', '.join(known)}")
    for name in options.families or known:
        parts = [machine(LIBRARIES), f"Median of {options.rounds} interleaved rounds:"]
        for family in known[name]:
            say(family.title)
            try:
                measured = side_by_side(family.cases, rounds=options.rounds, say=say)
            except EngineError as error:
                say(str(error))
                return 1
            parts.append(f"{family.title}\n{table(measured, measured[family.base])}")
            if family.longer:
                parts.append(longer_line(family, measured))
        text = "\n\n".join(parts)
        print(text, end="\n\n", flush=True)
        if options.write:
            write_section(f"Growth with {name}", f"python benchmarks/growth.py {name} --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
