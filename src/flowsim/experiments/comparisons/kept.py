"""Paired replications in a store: what is finished is kept at once, and a comparison goes on from there.

Figures are kept as those of any replication, so that a sweep finds them, too. Who changed is kept beside them
in the same form, under the key of the two scenarios: a figure for each of its rows and columns.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.comparisons.paired import PairedReplication
from flowsim.experiments.comparisons.who_changed import COLUMNS
from flowsim.experiments.folders.provenance import digest
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.store import Store, figures_key


class KeptPairs:
    """What a store has of a baseline and its arms.

    Parameters
    ----------
    store : Store
    arms : sequence of Arm
        The baseline first.
    """

    def __init__(self, store: Store, arms: Sequence[Arm]) -> None:
        self.store = store
        self.baseline, *self.others = (figures_key(arm.key, arm.seed, arm.engine) for arm in arms)
        self.changed = [digest(["who changed", self.baseline, other]) for other in self.others]

    def of(self, number: int) -> PairedReplication | None:
        """Return what there is of a replication: the baseline and some arms, or nothing."""
        baseline = self.store.get(self.baseline, number)
        if baseline is None:
            return None
        found = []
        words: tuple[tuple[str, str], ...] = ()
        for position, (key, changed) in enumerate(zip(self.others, self.changed, strict=True)):
            arm, who = self.store.get(key, number), self.store.get(changed, number)
            if arm is not None and who is not None:
                words = tuple(zip(who.metric, who.group, strict=True))[:: len(COLUMNS)]
                found.append((position, arm, who.values.reshape(-1, len(COLUMNS))))
        return PairedReplication(baseline, tuple(found), words) if found else None

    def keep(self, one: PairedReplication) -> None:
        """Keep a replication of the baseline and some arms.

        Raises
        ------
        ResultsError
            If it cannot be written.
        """
        self.store.put(self.baseline, one.baseline)
        rows = np.repeat(np.array(one.words, dtype=object), len(COLUMNS), axis=0)
        for position, arm, changed in one.arms:
            self.store.put(self.others[position], arm)
            who = Replication(
                number=arm.number,
                metric=tuple(rows[:, 0]),
                group=tuple(rows[:, 1]),
                values=changed.ravel(),
                growing=(),
            )
            self.store.put(self.changed[position], who)
