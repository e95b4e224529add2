"""Who changed: of the same patients, whose breach, admission or bed days an intervention avoided or caused.

Patients who come in one arm only, as a lever on demand makes them or a readmission that did not happen, are
counted apart. So for everything counted

    arm - baseline = caused - avoided + in the arm only - in the baseline only

holds exactly, in each group as in all. A group is the patient's in the baseline, for those in the arm only
that in the arm. Where the time had gone is known of breaches alone: of those avoided in the baseline, of
those caused in the arm.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from flowsim.experiments.comparisons.fates import AWAITED, COUNTED, Fates, matched
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.measurement import ALL
from flowsim.outcomes.period import Ints

COLUMNS = ("avoided", "caused", "in_baseline_only", "in_arm_only")

Words = tuple[tuple[str, str], ...]
"""What was counted and in which group, `all` or one `key=value`: a row each."""


def words_of(labels: Mapping[str, tuple[str, ...]]) -> Words:
    """Return the rows of `who_changed`.

    Parameters
    ----------
    labels : Mapping[str, tuple of str]
        From `labels_of`.
    """
    rows = []
    for name in COUNTED:
        rows.append((name, ALL))
        for key, values in labels.items():
            rows += [(name, f"{key}={value}") for value in values]
        if name == "breaches":
            rows += [(name, f"awaited={value}") for value in AWAITED]
    return tuple(rows)


def who_changed(baseline: Fates, arm: Fates, labels: Mapping[str, tuple[str, ...]]) -> Floats:
    """Return what was avoided and caused: the rows of `words_of`, the columns of `COLUMNS`."""
    mine, theirs = matched(baseline, arm)
    only_here = np.setdiff1d(np.arange(len(baseline.who)), mine, assume_unique=True)
    only_there = np.setdiff1d(np.arange(len(arm.who)), theirs, assume_unique=True)
    rows: list[Floats] = []
    for name in COUNTED:
        before, after = baseline.counts[name], arm.counts[name]
        more = after[theirs] - before[mine]
        # Of each column the amounts, whose they are in the baseline's rows or in the arm's.
        columns = (
            (np.maximum(-more, 0.0), baseline, mine),
            (np.maximum(more, 0.0), baseline, mine),
            (before[only_here], baseline, only_here),
            (after[only_there], arm, only_there),
        )
        rows.append(np.array([[amounts.sum() for amounts, _, _ in columns]]))
        for key, values in labels.items():
            sums = [_sums(amounts, of.groups[key][at], len(values)) for amounts, of, at in columns]
            rows.append(np.stack(sums, axis=1))
        if name == "breaches":
            caused_where = (columns[1][0], arm, theirs)
            sums = [
                _sums(amounts, of.awaited[at], len(AWAITED))
                for amounts, of, at in (columns[0], caused_where, *columns[2:])
            ]
            rows.append(np.stack(sums, axis=1))
    return np.concatenate(rows)


def _sums(amounts: Floats, codes: Ints, count: int) -> Floats:
    """Return the sums of amounts in each group; nothing is summed of those in none."""
    return np.asarray(np.bincount(codes + 1, amounts, minlength=count + 1)[1:], dtype=np.float64)
