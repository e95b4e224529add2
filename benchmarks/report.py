"""The report of a benchmark, as text at most 92 columns wide: machine, speeds, targets, agreement."""

from __future__ import annotations

import os
import platform
import sysconfig
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from agreement import Comparison
from engines import COMPILED, LOOP, YARDSTICK, Engine
from measure import Measurement

LEAST_TIMES_SIMPY = 45
MOST_TIMES_LOOP = 2.5
"""What the compiled engine is to reach on R1."""


def cpu_model() -> str:
    """Return the processor's name as the system gives it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def python_build() -> str:
    """Return Python's version, and whether it was built with profile-guided optimisation."""
    # Without it Python runs slower and a compiled engine does not, so a ratio flatters the compiled one.
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    optimised = "with" if "--enable-optimizations" in arguments else "without"
    name = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{name}, built {optimised} profile-guided optimisation"


def machine(libraries: Iterable[str]) -> str:
    """Return the processor, the system, Python and the versions of libraries."""
    return "\n".join(
        [
            f"processor  {cpu_model()}, {os.cpu_count()} logical",
            f"system     {platform.system()} {platform.machine()}",
            f"python     {python_build()}",
            f"libraries  {', '.join(f'{library} {version(library)}' for library in sorted(libraries))}",
        ]
    )


def speeds(measurements: Sequence[Measurement]) -> str:
    """Return the table of speeds; all but `wall s` is processor time."""
    yardstick = measured(YARDSTICK, measurements)
    lines = [
        f"{'engine':25} {'seconds':>8} {'wall s':>8} {'ratio':>8} "
        f"{'us/event':>8} {'events/s':>11} {'peak MB':>7} {'cold s':>7}"
    ]
    for m in measurements:
        us = median(m.us_an_event)
        ratio = f"{m.times_faster_than(yardstick):.2f}x" if yardstick else "-"
        lines.append(
            f"{m.engine.label:25} {median(m.cpu):8.3f} {median(m.wall):8.3f} {ratio:>8} "
            f"{us:8.3f} {1e6 / us:11,.0f} {m.peak_mb:7.0f} {m.cold_cpu:7.2f}"
        )
    return "\n".join(lines)


def measured(engine: Engine, measurements: Sequence[Measurement]) -> Measurement | None:
    """Return what an engine did, if it was measured."""
    return next((m for m in measurements if m.engine == engine), None)


def targets(measurements: Sequence[Measurement]) -> str:
    """Return what the compiled engine is to reach and what it reached, for yardsticks that were measured."""
    compiled = measured(COMPILED, measurements)
    lines = []
    if compiled and (idiomatic := measured(YARDSTICK, measurements)):
        faster = compiled.times_faster_than(idiomatic)
        lines.append(
            f"compiled engine, as fast as idiomatic SimPy:       {faster:6.2f} times; "
            f"target at least {LEAST_TIMES_SIMPY}: {verdict(faster >= LEAST_TIMES_SIMPY)}"
        )
    if compiled and (loop := measured(LOOP, measurements)):
        longer = loop.times_faster_than(compiled)
        lines.append(
            f"compiled engine, as long as the hand-written loop: {longer:6.2f} times; "
            f"target at most {MOST_TIMES_LOOP}: {verdict(longer <= MOST_TIMES_LOOP)}"
        )
    return "\n".join(lines)


def verdict(reached: bool) -> str:
    """Return one word, or two."""
    return "reached" if reached else "NOT reached"


def agreement(engine: Engine, comparisons: Sequence[Comparison]) -> str:
    """Return one engine's outputs beside the reference."""
    lines = [
        engine.label,
        f"{'output':14} {'mean':>12} {'reference':>12}  {'t interval':>23} {'z':>6}",
    ]
    for c in comparisons:
        # One place more than the reference is printed with, so that a difference below its rounding shows.
        places = c.reference.decimals + 1
        interval = f"{c.low:,.{places}f} to {c.high:,.{places}f}"
        note = "" if c.agrees else " DIFFERS"
        lines.append(
            f"{c.output:14} {c.mean:12,.{places}f} {c.reference.mean:12,.{places - 1}f}"
            f"  {interval:>23} {c.z:6.2f}{note}"
        )
    return "\n".join(line.rstrip() for line in lines)
