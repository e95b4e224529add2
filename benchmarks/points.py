"""A sweep of many points: what each costs to plan, to run and to keep, and what running it again costs."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from commands import failed, flowsim, megabytes
from options import at_least, say
from report import machine
from results_file import RESULTS, write_section

LIBRARIES = ("numba", "numpy", "scipy")
MANY = 10_000

FEW = 200
"""Points of the shorter sweep, enough that processes plan it as they do the longer one."""

SWEEP = """\
name: many-points
title: Many small points
baseline: portsmouth-2016
replications: 1
figures: [bed_occupancy, mffd_patients]
changes:
  run.days: {{set: 7}}
  run.warm_up: {{set: 7 days}}
vary:
  sample:
    size: {points}
    over:
      acute_medicine.amu_beds: {{add: {{from: 0, to: 40}}}}
      frailty.fit_assessment: {{times: {{from: 0.5, to: 1.0}}}}
"""
"""Two weeks of Portsmouth a point, so that what a point costs besides its replication is seen."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a sweep failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=at_least(2), default=200, help="how many (default: 200)")
    parser.add_argument("--write", action="store_true", help=f"also write to {RESULTS.name}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = []
        # Some and all of the points, so that a start is told from a point.
        some = min(options.points // 2, FEW)
        for points in (some, options.points):
            file = folder / f"{points}.yaml"
            file.write_text(SWEEP.format(points=points), encoding="utf-8")
            runs.append(flowsim("sweep", file, "--jobs", "2", "--out", folder / f"out-{points}"))
            say(f"{points} points: {runs[-1].wall_s:.1f} s")
        again = flowsim("sweep", file, "--jobs", "2", "--out", folder / f"out-{options.points}")
        if failed([*runs, again]):
            say(failed([*runs, again]))
            return 1
        size = megabytes(folder / f"out-{options.points}")
    few, whole = runs
    more = options.points - some
    a_point = (whole.wall_s - few.wall_s) / more
    text = "\n\n".join(
        [
            machine(LIBRARIES),
            "\n".join(
                [
                    f"{options.points} points of two weeks of Portsmouth, two processes",
                    f"all points            {whole.wall_s:8.1f} s",
                    f"one more point        {a_point:8.2f} s; of processor "
                    f"{(whole.cpu_s - few.cpu_s) / more:.2f} s",
                    f"once all are there    {again.wall_s:8.1f} s for the same command",
                    f"the command holds     {whole.peak_mb:8.0f} MB; one more point "
                    f"{1000 * max(0.0, whole.peak_mb - few.peak_mb) / more:.0f} kB",
                    f"kept of a point       {1000 * size / options.points:8.0f} kB",
                    "",
                    f"{MANY:,} points at that pace: {MANY * a_point / 60:.0f} min, "
                    f"{MANY * size / options.points:,.0f} MB kept",
                ]
            ),
        ]
    )
    print(text)
    if options.write:
        write_section("Many points", f"python benchmarks/points.py --points {options.points} --write", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
