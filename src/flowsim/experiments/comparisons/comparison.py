"""A comparison: a baseline and some arms with the same patients, replication by replication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm, Asked, read_arms
from flowsim.experiments.comparisons.kept import KeptPairs
from flowsim.experiments.comparisons.paired import PairedReplication, PairedTask, carry_out_paired
from flowsim.experiments.comparisons.results import Compared, Comparison
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.results import sharing_words
from flowsim.experiments.runs.run import Changes
from flowsim.experiments.runs.size import MOST_PATIENTS, refuse_if_memory_is_short
from flowsim.experiments.runs.store import Store, store_in
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.precision import Precision, batches, read_asked
from flowsim.experiments.work.workers import perform
from flowsim.wording import quoted

Told = Callable[[int, int], None]


def compare(
    baseline: str | Path,
    *interventions: Asked,
    changes: Changes = (),
    parts: bool = True,
    replications: int | None = None,
    precision: str | Iterable[str] | None = None,
    max_replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    jobs: int = 1,
    store: str | Path | None = None,
    most_patients: int = MOST_PATIENTS,
) -> Comparison:
    """Compare a baseline with interventions, the same patients in each.

    Parameters
    ----------
    baseline : str or Path
        A scenario's file, or the name of a shipped one.
    *interventions : Asked
        Each a file, a shipped name such as `fit-12x7`, a package such as `fit-12x7+p1-slots-15`, an
        `Intervention`, some of them together, or a scenario of its own.
    changes : mapping or sequence
        Levers moved in the baseline, and so in every arm.
    parts : bool
        Whether the interventions of a package are also run alone, to show how they work together.
    replications, seed : int, optional
        As the baseline says if not given.
    precision : str or iterable of str, optional
        In place of `replications`: run until the 95 % intervals of the differences have these half-widths,
        such as `"0.3pp"` of four-hour performance; a width in percent is of the metric, not of its
        difference.
    max_replications : int, optional
        At most with a precision.
    engine : str
    jobs : int
        Processes. With more than one, a script must call this under `if __name__ == "__main__":`.
    store : str or Path, optional
        A folder in which finished replications are kept, so that what was stopped goes on from there.
    most_patients : int
        A replication that would draw more is refused.

    Returns
    -------
    Comparison
        The figures of the baseline and of each arm in n replications, their paired differences with 95 %
        intervals, and whose outcome changed.

    Raises
    ------
    InputError
        With every problem of every arm; nothing was run.
    """
    asked = read_asked(replications, precision, max_replications)
    arms = read_arms(
        baseline,
        interventions,
        changes=changes,
        parts=parts,
        firm=True,
        replications=asked.most if asked else replications,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    return carry_out_comparison(arms, asked, store_in(store), jobs=jobs)


def carry_out_comparison(
    arms: Sequence[Arm],
    asked: Precision | None = None,
    store: Store | None = None,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    told: Told | None = None,
) -> Comparison:
    """Run the replications of a baseline and its arms, all or until the differences are precise enough.

    Parameters
    ----------
    arms : sequence of Arm
        From `read_arms`, the baseline first.
    asked : Precision, optional
        Of the differences; at most as many replications as the baseline's plan has.
    store : Store, optional
        Where what is finished is kept, and what is there is not run again. If not given, nothing is kept.
    jobs : int
        Processes.
    executor : Executor, optional
        What does the work in place of processes of our own.
    told : callable, optional
        Called after each piece of work with the replications done and to do, arms and baseline together.
    """
    if len(arms) < 2:
        raise InputError("a comparison must have at least one intervention; found none")
    if jobs < 1:
        raise InputError(f"jobs must be a whole number >= 1; found {quoted(jobs)}")
    first, *others = arms
    refuse_if_memory_is_short(max(arm.planned.patients for arm in arms), jobs)
    setups = [arm.setup for arm in others]
    kept = KeptPairs(store, arms) if store else None
    done: list[PairedReplication] = []
    for numbers in batches(
        asked, first.planned.numbers, lambda: _comparison(arms, asked, done).targets_and_figures()
    ):
        wanted = (len({one.baseline.number for one in done}) + len(numbers)) * len(others)

        def add(one: PairedReplication, wanted: int = wanted) -> None:
            done.append(_sharing(done[0], one) if done else one)
            if told:
                told(sum(len(each.arms) for each in done), wanted)

        missing: dict[int, list[int]] = {}
        for number in numbers:
            there = kept.of(number) if kept else None
            if there:
                add(there)
            had = {position for position, _, _ in there.arms} if there else set()
            if len(had) < len(others):
                missing[number] = [position for position in range(len(others)) if position not in had]
        tasks = PairedTask.several(first.setup, setups, missing, jobs=jobs)
        # Closed whatever happens in `told`, so that no process outlives an interruption.
        with closing(perform(carry_out_paired, tasks, jobs=jobs, executor=executor)) as coming:
            for _, one in coming:
                if kept:
                    kept.keep(one)
                add(one)
    return _comparison(arms, asked, done)


def _comparison(
    arms: Sequence[Arm], asked: Precision | None, done: Sequence[PairedReplication]
) -> Comparison:
    """Return the comparison of replications that came in any order and any pieces."""
    by_number: dict[int, Replication] = {one.baseline.number: one.baseline for one in done}
    of_arm: dict[int, dict[int, tuple[Replication, Floats]]] = {i: {} for i in range(len(arms) - 1)}
    for one in done:
        for position, replication, changed in one.arms:
            of_arm[position][replication.number] = (replication, changed)
    compared = []
    for position, arm in enumerate(arms[1:]):
        inorder = [pair for _, pair in sorted(of_arm[position].items())]
        compared.append(
            Compared(
                name=arm.name,
                title=arm.title,
                results=arm.results([replication for replication, _ in inorder]),
                parts=tuple(part.name for part in arm.parts),
                changed=np.stack([changed for _, changed in inorder]),
            )
        )
    return Comparison(
        baseline=arms[0].results(list(by_number.values())),
        arms=tuple(compared),
        words=done[0].words,
        asked=asked,
    )


def _sharing(first: PairedReplication, other: PairedReplication) -> PairedReplication:
    """Return paired replications that share their words, so that thousands of them stay small."""
    return PairedReplication(
        sharing_words(first.baseline, other.baseline),
        tuple(
            (at, sharing_words(first.baseline, one) if one.metric == first.baseline.metric else one, changed)
            for at, one, changed in other.arms
        ),
        first.words,
    )
