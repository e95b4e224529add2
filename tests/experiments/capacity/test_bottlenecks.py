from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.arms.arms import Arm
from flowsim.experiments.arms.stored import Replications
from flowsim.experiments.capacity.binding import HOURS
from flowsim.experiments.capacity.bottlenecks import bottlenecks, carry_out_bottlenecks, plan_bottlenecks
from flowsim.experiments.capacity.worths import MEASURES, Bottlenecks
from flowsim.experiments.runs.replication import Replication
from flowsim.experiments.runs.run import run
from flowsim.experiments.runs.store import Store
from flowsim.experiments.statistics.differences import holm
from tests.experiments.capacity.answers import BASELINE, bottlenecks_by_hand
from tests.experiments.small import SMALL

LEVERS = ["emergency_department.clinicians", "wards.beds.older_people", "frailty.fit_hours"]


@cache
def small_bottlenecks() -> Bottlenecks:
    return bottlenecks("portsmouth-2016", levers=LEVERS, changes=SMALL, replications=3, seed=1)


def test_a_worth_is_the_paired_difference_divided_by_the_step() -> None:
    found = bottlenecks_by_hand(wards=(np.array([0.74, 0.78, 0.78, 0.82]), 2))  # 4, 6, 4, 6 points more
    worth = found.worth("wards", "four_hour_performance")
    half = (
        3.182446 * np.std([2, 3, 2, 3], ddof=1) / 2
    )  # t with three degrees of freedom, over the root of four
    assert 100 * worth.mean == pytest.approx(2.5)
    assert (100 * worth.low, 100 * worth.high) == pytest.approx((2.5 - half, 2.5 + half), abs=1e-5)
    assert found.by_replication("wards", "four_hour_performance") == pytest.approx([0.02, 0.03, 0.02, 0.03])


def test_levers_are_ranked_by_what_one_unit_is_worth_not_by_what_was_run() -> None:
    found = bottlenecks_by_hand(
        many=(BASELINE + np.array([0.05, 0.06, 0.05, 0.06]), 10),
        one=(BASELINE + np.array([0.01, 0.02, 0.01, 0.02]), 1),
    )
    assert [more.lever.name for more in found.ranking()] == ["one", "many"]
    assert list(found.summary().drop_duplicates("lever").lever) == ["one", "many"]


def test_marks_are_for_all_levers_together() -> None:
    found = bottlenecks_by_hand(
        sure=(BASELINE + np.array([0.050, 0.051, 0.050, 0.051]), 1),
        alone=(BASELINE + np.array([0.01, 0.04, 0.02, 0.03]), 1),
        none=(BASELINE + np.array([0.01, -0.01, 0.02, -0.03]), 1),
    )
    levers = ("sure", "alone", "none")
    worths = [found.worth(name, "four_hour_performance") for name in levers]
    waits = [found.worth(name, "dta_waits_over_12h") for name in levers]
    together = holm(np.array([one.p for one in [*worths, *waits]]))
    assert [one.adjusted for one in [*worths, *waits]] == pytest.approx(together.tolist())
    assert [one.clear for one in worths] == [True, False, False]
    assert worths[1].p < 0.05 < worths[1].adjusted  # alone it would have been clear


def test_each_lever_says_what_it_gives_and_how_that_is_waited_for() -> None:
    found = bottlenecks_by_hand(wards=(np.array([0.74, 0.78, 0.78, 0.82]), 2))
    assert found.waited_share(found.levers[0]) == 0.25
    assert found.utilisation(found.levers[0]) == 0.5


def test_the_step_is_a_twentieth_of_what_there_is_unless_it_is_said() -> None:
    levers = {more.lever.name: more for more in small_bottlenecks().levers}
    assert {name: more.step for name, more in levers.items()} == {
        "emergency_department.clinicians": 1,
        "wards.beds.older_people": 10,
        "frailty.fit_hours.earlier": 1,
        "frailty.fit_hours.later": 1,
    }
    assert levers["wards.beds.older_people"].resources == ("older_people",)
    planned = plan_bottlenecks(
        "portsmouth-2016", levers=["wards.beds.older_people"], changes=SMALL, units=3, replications=1
    )
    assert planned.steps == (3,)


def test_an_arm_has_the_figures_of_the_scenario_run_alone() -> None:
    found = small_bottlenecks()
    alone = run(
        "portsmouth-2016",
        changes=[SMALL, {"wards.beds.older_people": {"add": 10}}],
        replications=3,
        seed=1,
    )
    np.testing.assert_array_equal(found.lever("wards.beds.older_people").results.values, alone.values)


def test_the_baselines_log_is_looked_at_in_every_replication() -> None:
    found = small_bottlenecks()
    assert found.binding.minutes.sum() == 3 * 2 * 24 * 60
    assert len(found.binding.to_frame()) == len(found.binding.resources) * HOURS
    assert 0.03 < found.binding.share_in_all[found.binding.resources.index("clinicians")] < 0.9


def test_tables_have_a_row_for_each_lever_and_metric() -> None:
    found = small_bottlenecks()
    assert len(found.summary()) == len(found.levers) * len(found.metrics)
    assert set(MEASURES) < set(found.metrics)
    assert len(found.to_frame()) == 3 * len(found.summary())
    assert "emergency_department.clinicians" in found._repr_html_()


def test_nothing_is_run_twice_and_a_second_time_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan_bottlenecks("portsmouth-2016", levers=LEVERS[:1], changes=SMALL, replications=2, seed=1)
    store = Store(tmp_path, pytest.fail)
    first = carry_out_bottlenecks(planned, store)
    kept: list[str] = []
    keep = Replications.keep

    def noted(self: Replications, arm: Arm, one: Replication) -> None:
        kept.append(arm.name)
        keep(self, arm, one)

    monkeypatch.setattr(Replications, "keep", noted)
    told: list[tuple[int, int]] = []
    second = carry_out_bottlenecks(planned, store, told=lambda *one: told.append(one))
    assert kept == ["portsmouth-2016"] * 2  # the baseline, for its log
    assert told[-1] == (4, 4)
    np.testing.assert_array_equal(first.summary().worth, second.summary().worth)
    np.testing.assert_array_equal(first.binding.waited, second.binding.waited)


@pytest.mark.slow
def test_with_a_precision_worths_are_as_narrow_as_was_asked() -> None:
    found = bottlenecks(
        "portsmouth-2016", levers=LEVERS[:1], changes=SMALL, precision="3pp", max_replications=20, seed=1
    )
    ((lever, attained),) = found.precision
    assert (lever, attained.reached) == ("emergency_department.clinicians", True)
    worth = found.worth(lever, "four_hour_performance")
    assert 100 * (worth.high - worth.low) / 2 == pytest.approx(attained.percent)
    assert attained.percent <= 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"levers": ["wards.bed"]}, "unknown lever of capacity"),
        ({"units": 0}, "units must be a whole number >= 1; found 0"),
        ({"rank_by": "bed_occupancy"}, "unknown metric to rank by"),
        ({"replications": 2, "precision": "1pp"}, "cannot both be given"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan_bottlenecks("portsmouth-2016", changes=SMALL, **wrong)  # type: ignore[arg-type]


def test_an_unknown_lever_or_metric_of_the_results_is_refused() -> None:
    with pytest.raises(InputError, match="unknown lever"):
        small_bottlenecks().worth("clinicians", "four_hour_performance")
    with pytest.raises(InputError, match="unknown metric"):
        small_bottlenecks().worth("emergency_department.clinicians", "four_hours")
