from __future__ import annotations

import re
from math import nan

import pytest

from flowsim.experiments.comparisons.results import Difference
from flowsim.report.pack.sentences import change, counts, first, in_words, lead, patients, verdict
from tests.report.comparisons import by_hand

TYPE1 = "four_hour_performance_type1"
FIT = "mffd_patients"


def difference(mean: float, low: float, high: float, adjusted: float = 0.001) -> Difference:
    return Difference(
        baseline=0.74,
        arm=0.74 + mean,
        mean=mean,
        low=low,
        high=high,
        p=adjusted,
        adjusted=adjusted,
        saved=1.0,
    )


BENEFIT = difference(0.012, 0.008, 0.016)
HARM = difference(-0.012, -0.016, -0.008)
NONE = difference(0.001, -0.004, 0.006, 0.8)
LUCK = difference(0.004, 0.001, 0.007, 0.2)
ALONE = difference(0.012, nan, nan, nan)


@pytest.mark.parametrize(
    ("metric", "one", "expected"),
    [
        (TYPE1, BENEFIT, "better"),
        (TYPE1, HARM, "worse"),
        (FIT, HARM, "better"),
        (FIT, BENEFIT, "worse"),
        (TYPE1, NONE, "nothing clear"),
        (TYPE1, LUCK, "perhaps"),
        (TYPE1, ALONE, "unknown"),
        ("emergency_admissions", BENEFIT, "changed"),
    ],
)
def test_a_verdict_says_no_more_than_the_interval(metric: str, one: Difference, expected: str) -> None:
    assert verdict(metric, one) == expected


def test_a_benefit_is_said_with_its_levels_and_its_interval() -> None:
    assert in_words(TYPE1, BENEFIT) == (
        "Within four hours, type 1 rises by 1.2 percentage points, from 74.0% to 75.2% (95% interval of "
        "the change "
        "+0.8 to +1.6), which is better."
    )


def test_a_harm_is_said_as_plainly_as_a_benefit() -> None:
    assert in_words(TYPE1, HARM) == (
        "Within four hours, type 1 falls by 1.2 percentage points, from 74.0% to 72.8% (95% interval of "
        "the change "
        "−1.6 to −0.8), which is worse."
    )


def test_what_may_be_nothing_is_called_neither() -> None:
    assert in_words(TYPE1, NONE) == (
        "Within four hours, type 1: no change that can be told from chance, +0.1 pts (95% interval of "
        "the change "
        "−0.4 to +0.6)."
    )


def test_what_is_not_clear_among_many_is_said_to_be_perhaps_luck() -> None:
    said = in_words(TYPE1, LUCK)
    assert "may be luck" in said
    assert not re.search("better|worse", said)


def test_one_replication_concludes_nothing() -> None:
    assert in_words(TYPE1, ALONE).endswith("That may be chance: nothing can be concluded.")
    assert change(ALONE, "share") == "+1.2 pts (no interval)"


def test_a_change_too_small_to_show_is_not_called_nought() -> None:
    assert "rises by less than 0.1 percentage points" in in_words(TYPE1, difference(0.0002, 0.0001, 0.0003))


def test_headlines_are_counted_by_verdict() -> None:
    # Three replications. Type 1 +1, +3, +2 points: t = 2 / (1 / √3) = 3.5, below 4.3. Fit −10 ± 2: t = 8.7,
    # p = 0.013, third of four in Holm's order: 0.039. Occupancy −1 in each. Twelve-hour waits never differ.
    comparison = by_hand("earlier")
    assert lead(comparison) == TYPE1
    said = counts(comparison, comparison.arms[0])
    assert said == ("Of 4 headlines: 2 better, 2 not to be told from no change."), said


def test_one_replication_judges_no_headline() -> None:
    comparison = by_hand("earlier", replications=1)
    assert "none of the headlines can be judged" in counts(comparison, comparison.arms[0])
    # 300 breaches avoided, 100 caused.
    assert patients(comparison, comparison.arms[0]) == (
        "That is 200 fewer type 1 four-hour breaches over 365 days, without an interval."
    )


def test_breaches_are_said_with_their_interval() -> None:
    # The same in every replication, so the interval is the mean.
    comparison = by_hand("earlier")
    assert patients(comparison, comparison.arms[0]) == (
        "That is 200 fewer type 1 four-hour breaches over 365 days (95% interval 200 to 200 fewer)."
    )


@pytest.mark.parametrize("replications", [1, 3])
def test_of_what_did_nothing_at_all_that_is_said_and_no_more(replications: int) -> None:
    comparison = by_hand("elsewhere", "later", replications=replications)
    elsewhere, later = comparison.arms
    assert first(comparison, elsewhere) == (
        "Nothing differed in any replication: in this period it may not act at all."
    )
    assert patients(comparison, elsewhere) == counts(comparison, elsewhere) == ""
    # The companion: what does something, however unclear, is judged by its interval.
    assert "Nothing differed" not in first(comparison, later)
    assert counts(comparison, later)


def test_no_breach_more_or_fewer_is_no_range() -> None:
    comparison = by_hand("later")
    [arm] = comparison.arms
    arm.changed[:, comparison.words.index(("breaches", "all"))] = 0.0
    assert patients(comparison, arm) == (
        "Over 365 days that is no type 1 four-hour breach more or fewer (95% interval)."
    )
