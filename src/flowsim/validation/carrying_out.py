"""Carrying out a validation: the replications of every parameter set, none run twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.replications import replicate
from flowsim.experiments.runs.results import Results, sharing_words
from flowsim.experiments.runs.store import Store, figures_key
from flowsim.validation.plan import ValidationPlan
from flowsim.wording import quoted

Told = Callable[[int, int], None]
"""Called with how many replications there are, and how many there will be."""


def carry_out_validation(
    planned: ValidationPlan, store: Store | None = None, *, jobs: int = 1, told: Told | None = None
) -> dict[str, Results]:
    """Run what is not in the store and return the results of each parameter set.

    Parameters
    ----------
    planned : ValidationPlan
    store : Store, optional
        Where finished replications are kept, so that what was stopped goes on.
    jobs : int
        Processes.
    told : callable, optional
        Called after each replication.
    """
    if jobs < 1:
        raise InputError(f"jobs must be a whole number >= 1; found {quoted(jobs)}")
    wanted = len(planned.sets) * len(planned.numbers)
    count = 0
    found: dict[str, Results] = {}
    for name, arm in planned.sets.items():
        key = _key(planned, arm)
        done: dict[int, Replication] = {}
        for number in planned.numbers:
            kept = store.get(key, number) if store else None
            if kept is not None:
                done[number] = kept
        count += len(done)
        if told:
            told(count, wanted)
        missing = [number for number in planned.numbers if number not in done]
        # Closed whatever happens in `told`, so that no process outlives an interruption.
        with closing(replicate(planned.setup(arm), missing, jobs=jobs)) as coming:
            for one in coming:
                if store:
                    store.put(key, one)
                done[one.number] = one
                count += 1
                if told:
                    told(count, wanted)
        first = done[planned.numbers[0]]
        found[name] = Results.of(arm.planned.about, [sharing_words(first, one) for one in done.values()])
    return found


def _key(planned: ValidationPlan, arm: Arm) -> str:
    """Return the key of a set's replications; they have more figures than those of a run."""
    return digest([figures_key(arm.key, arm.seed, arm.engine), [list(one) for one in planned.pooled]])
