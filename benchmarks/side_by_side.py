"""Cases that are to be compared with the first of them: each in a process of its own, taking turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from cost import Cost
from measure import Worker, started


@dataclass(frozen=True, slots=True)
class Case:
    """A module whose `replicate(seed, **options)` returns a `Cost`."""

    label: str
    """At most 16 characters."""
    module: str
    options: Mapping[str, Any]


@dataclass(slots=True)
class CaseCosts:
    """What a case cost; filled in as the turns go by."""

    case: Case
    cold_cpu: float
    """Processor seconds from the start of the process to the end of its first replication."""
    costs: list[Cost] = field(default_factory=list)
    """One a round, of warm replications."""
    peak_mb: float = 0.0

    def typical(self, part: str) -> float:
        """Return the median over rounds of a field of `Cost`."""
        return float(median(getattr(cost, part) for cost in self.costs))

    @property
    def seconds(self) -> list[float]:
        """Processor seconds of all three parts together, one value a round."""
        return [cost.sample_s + cost.simulate_s + cost.measure_s for cost in self.costs]

    def times(self, other: CaseCosts) -> float:
        """Return how many times longer this case takes; a ratio within each round, the median over rounds."""
        return median(ours / theirs for ours, theirs in zip(self.seconds, other.seconds, strict=True))


def side_by_side(cases: Sequence[Case], *, rounds: int, say: Callable[[str], None]) -> list[CaseCosts]:
    """Run every case once warm, then in rounds of one replication each; return what they cost, in order.

    Raises
    ------
    EngineError
        If a case's process ends before it answers, or a module that it needs is missing.
    """
    with ExitStack() as stack:
        workers: list[tuple[Worker, CaseCosts]] = []
        for case in cases:
            say(f"starting {case.label}")
            worker = stack.enter_context(started(case.module, case.options))
            workers.append((worker, CaseCosts(case, worker.ready()["cold_cpu"])))
        for number in range(1, rounds + 1):
            say(f"round {number} of {rounds}")
            offset = (number - 1) % len(workers)
            for worker, measured in workers[offset:] + workers[:offset]:
                answer = worker.replicate(number)
                measured.costs.append(Cost(**answer["outputs"]))
                measured.peak_mb = answer["peak_mb"]
    return [measured for _, measured in workers]
