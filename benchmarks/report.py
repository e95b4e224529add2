"""The report of a benchmark, as text at most 80 columns wide: machine, speeds, agreement."""

from __future__ import annotations

import os
import platform
import sysconfig
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from agreement import Comparison
from engines import YARDSTICK, Engine
from measure import Measurement
from r1 import REFERENCE


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


def machine(engines: Sequence[Engine]) -> str:
    """Return the processor, the system, Python and the versions of the engines' libraries."""
    libraries = sorted({library for engine in engines for library in engine.libraries})
    return "\n".join(
        [
            f"processor  {cpu_model()}, {os.cpu_count()} logical",
            f"system     {platform.system()} {platform.machine()}",
            f"python     {python_build()}",
            f"libraries  {', '.join(f'{library} {version(library)}' for library in libraries)}",
        ]
    )


def ratio(measurement: Measurement, yardstick: Measurement | None) -> str:
    """Return how many times faster than the yardstick, as the median over rounds."""
    if yardstick is None:
        return "-"
    return f"{median(y / m for y, m in zip(yardstick.cpu, measurement.cpu, strict=True)):.2f}x"


def speeds(measurements: Sequence[Measurement]) -> str:
    """Return the table of speeds; `seconds`, `ratio`, `events/s` and `cold s` are processor time."""
    yardstick = next((m for m in measurements if m.engine == YARDSTICK), None)
    lines = [
        f"{'engine':25} {'seconds':>8} {'wall s':>8} {'ratio':>8} "
        f"{'events/s':>11} {'peak MB':>7} {'cold s':>7}"
    ]
    for m in measurements:
        seconds = median(m.cpu)
        # Each round has its own seed, so its own number of events; the reference mean serves all alike.
        rate = REFERENCE["events"].mean / seconds
        lines.append(
            f"{m.engine.label:25} {seconds:8.3f} {median(m.wall):8.3f} {ratio(m, yardstick):>8} "
            f"{rate:11,.0f} {m.peak_mb:7.0f} {m.cold_cpu:7.2f}"
        )
    return "\n".join(lines)


def agreement(engine: Engine, comparisons: Sequence[Comparison]) -> str:
    """Return one engine's outputs beside the reference."""
    lines = [
        engine.label,
        f"{'output':14} {'mean':>12} {'reference':>12}  {'t interval':>23} {'z':>6}",
    ]
    for c in comparisons:
        # One place more than the reference is printed with, so that a difference below its rounding shows.
        places = REFERENCE[c.output].decimals + 1
        interval = f"{c.low:,.{places}f} to {c.high:,.{places}f}"
        verdict = "" if c.agrees else " DIFFERS"
        lines.append(
            f"{c.output:14} {c.mean:12,.{places}f} {REFERENCE[c.output].mean:12,.{places - 1}f}"
            f"  {interval:>23} {c.z:6.2f}{verdict}"
        )
    return "\n".join(line.rstrip() for line in lines)
