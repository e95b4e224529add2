"""What a year of the Portsmouth hospital costs, on each engine: to build, sample, simulate and measure.

`python benchmarks/portsmouth.py` prints seconds on one core, the median of the rounds.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time

from flowsim import load_scenario
from flowsim.engine.engines import ENGINES
from flowsim.experiments.replication import Replicator, Setup


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", default="portsmouth-2016")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    scenario = load_scenario(options.scenario).value
    print(
        f"{scenario.name}: {scenario.run.days} days after {scenario.run.warm_up / 1440:.0f} days of warm-up"
    )
    print(
        f"{'engine':<10}{'build':>8}{'sample':>8}{'simulate':>10}{'measure':>9}{'year':>8}  seconds, median"
    )
    for engine in ENGINES:
        began = time.process_time()
        replicator = Replicator(Setup(scenario=scenario, engine=engine, seed=scenario.run.seed))
        build = time.process_time() - began
        replicator.replicate(0)  # whatever is worked out once a process
        timings = [replicator.replicate(k).timing for k in range(1, options.rounds + 1)]
        parts = [
            statistics.median(getattr(timing, part) for timing in timings)
            for part in ("sample_s", "simulate_s", "measure_s")
        ]
        sample, simulate, measure = parts
        print(f"{engine:<10}{build:8.2f}{sample:8.2f}{simulate:10.2f}{measure:9.2f}{sum(parts):8.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process {peak:,.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
