"""Comparisons of the small hospital: pairing, what adds up, and the same whatever the number of processes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import read_arms
from flowsim.experiments.comparisons.comparison import carry_out_comparison, compare
from flowsim.experiments.comparisons.fates import METRIC_OF
from flowsim.experiments.comparisons.paired import PairedTask
from flowsim.experiments.comparisons.results import Comparison, net
from flowsim.experiments.comparisons.waterfall import waterfall
from flowsim.experiments.runs.run import run
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.scenario.interventions import Intervention
from tests.experiments.small import SMALL, small

BASE = "portsmouth-2016"
BUSY = {**SMALL, "emergency_department.spaces.majors": {"set": 12}}
"""So few spaces that patients wait and breach."""

NOTHING = Intervention.of("nothing", "Nothing at all", {"acute_medicine.amu_beds": {"add": 0}})
SPACES = Intervention.of("spaces", "More spaces", {"emergency_department.spaces.majors": {"add": 10}})
FEWER = Intervention.of("fewer", "Fewer walk in", {"demand.volume.walk_in": {"set": 0.8}})
PACKAGE = "spaces+fewer"


@cache
def compared() -> Comparison:
    return compare(BASE, (SPACES, FEWER), NOTHING, changes=BUSY, replications=3, seed=1)


def test_an_intervention_that_changes_nothing_differs_by_exactly_nothing_and_nobody_changed() -> None:
    differences = compared().to_frame().query("arm == 'nothing'").difference.dropna()
    assert len(differences) > 1000
    assert (differences == 0).all()
    assert (compared().arm("nothing").changed == 0).all()
    assert not compared().difference("nothing", "four_hour_performance").clear


def test_an_intervention_that_changes_something_is_found_out() -> None:
    assert compared().difference("spaces", "four_hour_performance").mean > 0
    avoided, caused, *_ = compared().changed("spaces", "breaches").T
    assert (avoided > caused).all()


def test_an_arm_alone_has_the_same_figures() -> None:
    changes = {**BUSY, "demand.volume.walk_in": {"set": 0.8}}
    alone = run(BASE, changes=changes, replications=3, seed=1)
    assert np.array_equal(alone.values, compared().arm("fewer").results.values, equal_nan=True)


def test_the_parts_of_a_package_are_run_alone_unless_that_is_not_wanted() -> None:
    assert [arm.name for arm in compared().arms] == [PACKAGE, "nothing", "spaces", "fewer"]
    assert [arm.name for arm in compared().packages] == [PACKAGE]
    without = compare(BASE, (SPACES, NOTHING), changes=SMALL, parts=False, replications=1)
    assert [arm.name for arm in without.arms] == ["spaces+nothing"]
    assert without.packages == ()


@pytest.mark.parametrize("arm", [PACKAGE, "spaces", "fewer"])
@pytest.mark.parametrize(("counted", "metric"), METRIC_OF.items())
def test_what_was_caused_less_what_was_avoided_is_the_difference_of_the_metric(
    arm: str, counted: str, metric: str
) -> None:
    comparison = compared()
    if counted == "breaches":
        before, after = (
            (1 - results.by_replication(metric)) * results.by_replication("attendances_type1")
            for results in (comparison.baseline, comparison.arm(arm).results)
        )
        expected = after - before
    else:
        expected = comparison.by_replication(arm, metric)
    assert net(comparison.changed(arm, counted)) == pytest.approx(expected)


@pytest.mark.parametrize("key", ["stream", "frailty", "locality", "hour", "awaited"])
def test_the_groups_of_a_key_add_up_to_all(key: str) -> None:
    comparison = compared()
    for arm in comparison.arms:
        for counted in ("breaches",) if key == "awaited" else ("patients", *METRIC_OF):
            groups = [group for name, group in comparison.words if name == counted and f"{key}=" in group]
            total = sum(comparison.changed(arm.name, counted, group) for group in groups)
            assert np.array_equal(total, comparison.changed(arm.name, counted))


def test_a_lever_on_demand_changes_who_comes_and_that_is_counted_apart() -> None:
    avoided, caused, before, after = compared().changed("fewer", "patients").T
    # A fifth of about 330 walk-ins in two days: 66, four standard errors of 8 below it.
    assert (before > 34).all()
    assert (after < before / 10).all()
    assert (avoided + caused < before / 10).all()


def test_a_package_is_its_parts_and_their_interaction_in_every_replication() -> None:
    steps = waterfall(compared(), PACKAGE, "four_hour_performance")
    assert [(step.kind, step.name) for step in steps] == [
        ("alone", "spaces"),
        ("alone", "fewer"),
        ("sum", PACKAGE),
        ("interaction", PACKAGE),
        ("together", PACKAGE),
    ]
    spaces, fewer, total, interaction, together = steps
    assert total.mean == pytest.approx(spaces.mean + fewer.mean)
    assert together.mean == pytest.approx(total.mean + interaction.mean)
    assert together.mean == compared().difference(PACKAGE, "four_hour_performance").mean
    assert interaction.low < interaction.mean < interaction.high


def test_a_waterfall_needs_the_parts() -> None:
    with pytest.raises(InputError, match="must be of a package whose interventions were also run alone"):
        waterfall(compared(), "spaces", "four_hour_performance")


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same() -> None:
    one = compare(BASE, SPACES, changes=BUSY, replications=2, seed=1)
    two = compare(BASE, SPACES, changes=BUSY, replications=2, seed=1, jobs=2)
    assert one.summary().equals(two.summary())
    assert one.who_changed_by_replication().equals(two.who_changed_by_replication())


@pytest.mark.parametrize(("jobs", "tasks"), [(1, 2), (2, 4), (8, 6)])
def test_arms_are_shared_out_where_there_are_more_processes_than_replications(jobs: int, tasks: int) -> None:
    setups = [arm.setup for arm in read_arms(BASE, [NOTHING, SPACES, FEWER], changes=SMALL)]
    several = PairedTask.several(setups[0], setups[1:], {0: [0, 1, 2], 1: [0, 1, 2]}, jobs=jobs)
    assert len(several) == tasks
    done = sorted((task.number, position) for task in several for position, _ in task.arms)
    assert done == [(number, position) for number in (0, 1) for position in (0, 1, 2)]


def test_headline_differences_are_adjusted_for_being_many_and_others_are_not() -> None:
    summary = compared().summary()
    adjusted = summary[~summary.p_holm.isna()]
    assert set(adjusted.metric) <= set(HEADLINES)
    assert set(adjusted.group) == {"all"}
    assert set(adjusted.arm) == {arm.name for arm in compared().arms}
    assert (adjusted.p_holm >= adjusted.p).all()


def test_a_precision_of_the_difference_decides_how_many_replications() -> None:
    comparison = compare(
        BASE, SPACES, changes=BUSY, seed=1, precision="four_hour_performance=4pp", max_replications=12
    )
    [(arm, attained)] = comparison.precision
    difference = comparison.difference("spaces", "four_hour_performance")
    assert arm == "spaces"
    assert attained.reached
    assert attained.half_width == pytest.approx((difference.high - difference.low) / 2)
    assert len(comparison.numbers) == 10


def test_progress_is_told_as_arms_and_replications_done() -> None:
    told: list[tuple[int, int]] = []
    arms = read_arms(BASE, [NOTHING, SPACES], changes=SMALL, replications=2)
    carry_out_comparison(arms, told=lambda done, total: told.append((done, total)))
    assert told == [(2, 4), (4, 4)]


def test_a_comparison_typed_at_a_prompt_is_one_line() -> None:
    arms = ", ".join(arm.name for arm in compared().arms)
    shown = f"<Comparison of portsmouth-2016 with {arms}: {len(compared().numbers)} replications>"
    assert repr(compared()) == shown


def test_tables_are_tidy() -> None:
    comparison = compared()
    frame = comparison.to_frame()
    assert list(frame.columns) == [
        *("arm", "replication", "metric", "group", "baseline", "value", "difference")
    ]
    assert frame.duplicated(["arm", "replication", "metric", "group"]).sum() == 0
    mean = frame.query("arm == 'spaces' and metric == 'four_hour_performance' and group == 'all'")
    found = comparison.difference("spaces", "four_hour_performance")
    assert mean.difference.mean() == pytest.approx(found.mean)
    who = comparison.who_changed().query("arm == 'spaces' and counted == 'breaches' and group == 'all'")
    assert who.net.item() == pytest.approx(net(comparison.changed("spaces", "breaches")).mean())
    assert "four_hour_performance" in comparison._repr_html_()


def test_a_comparison_with_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="must have at least one intervention"):
        compare(BASE, changes=SMALL)


def test_an_unknown_arm_or_count_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match='unknown arm "spacs"; did you mean "spaces"'):
        compared().difference("spacs", "four_hour_performance")
    with pytest.raises(InputError, match='unknown count "breaches, stream=x"'):
        compared().changed("spaces", "breaches", "stream=x")


def test_the_baseline_is_that_of_a_run() -> None:
    assert np.array_equal(
        compare(small().files[0].file, NOTHING, changes=SMALL, replications=1, seed=1).baseline.values,
        run(small(), replications=1, seed=1).values,
        equal_nan=True,
    )
