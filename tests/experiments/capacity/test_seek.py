from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.experiments.arms.stored import Replications
from flowsim.experiments.capacity.seek import carry_out_seek, seek
from flowsim.experiments.capacity.seek_plan import plan_seek
from flowsim.experiments.runs.run import run
from flowsim.experiments.runs.store import Store
from tests.experiments.small import SMALL

CLINICIANS = "emergency_department.clinicians"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store for searches that try the same hospitals; what it holds changes no answer."""
    return tmp_path_factory.mktemp("ran")


def asked(**more: Any) -> dict[str, Any]:
    return {
        "lever": CLINICIANS,
        "until": "four_hour_performance >= 0.88",
        "changes": SMALL,
        "replications": 3,
        "max_replications": 6,
        "seed": 1,
        **more,
    }


def test_the_least_of_a_roster_that_meets_a_target_is_found(ran: Path) -> None:
    fewer = {"emergency_department.clinicians": {"set": 4}}
    until = "four_hour_performance >= 0.83"
    found = seek("portsmouth-2016", **asked(changes=[SMALL, fewer], until=until, between=(0, 8)), store=ran)
    assert found.answer is not None
    (most,) = found.value(found.answer).values()
    assert 0 < most < 8
    for point in found.points:
        (value,) = found.value(point).values()
        assert found.planned.rule.meets(point) == (value >= most)
    by_trying = run(
        "portsmouth-2016", changes=[SMALL, {CLINICIANS: {"set": 4 + int(most)}}], replications=6, seed=1
    ).by_replication("four_hour_performance")
    np.testing.assert_array_equal(found.answer.figures, by_trying)
    assert np.mean(by_trying >= 0.83) >= 0.8
    assert found.before is not None
    assert found.value(found.before)[CLINICIANS] == most - 1


def test_a_target_that_is_met_already_needs_nothing(ran: Path) -> None:
    found = seek("portsmouth-2016", **asked(until="four_hour_performance >= 0.5"), store=ran)
    assert found.value(found.best) == {CLINICIANS: 0}
    assert len(found.points) == 1


def test_a_target_out_of_reach_is_said_to_be_with_what_stands_in_the_way(ran: Path) -> None:
    planned = plan_seek("portsmouth-2016", **asked(until="four_hour_performance >= 0.999", between=(0, 2)))
    store = Store(ran, pytest.fail)
    found = carry_out_seek(planned, store, obstacles=[CLINICIANS])
    assert not found.found
    assert "no value in range does it" in found._repr_html_()
    assert found.obstacles is not None
    # At the best point, not in the baseline.
    assert found.obstacles.lever(CLINICIANS).lever.size == 11 + found.value(found.best)[CLINICIANS]
    np.testing.assert_array_equal(
        found.obstacles.baseline.by_replication("four_hour_performance"), found.best.figures[:3]
    )
    assert carry_out_seek(planned, store, obstacles=None).obstacles is None


def test_a_difference_is_from_the_baseline_with_the_same_patients(ran: Path) -> None:
    asks = asked(until="difference(four_hour_performance) >= 0", between=(0, 3))
    found = seek("portsmouth-2016", **asks, store=ran)
    assert found.best.figures == pytest.approx(np.zeros(len(found.best.figures)))


@pytest.mark.slow
def test_less_is_sought_where_the_range_goes_down() -> None:
    found = seek(
        "portsmouth-2016",
        **asked(
            lever="demand.volume.walk_in", until="attendances <= 600", between=(1, 0.5), max_replications=3
        ),
    )
    assert found.answer is not None
    (factor,) = found.value(found.answer).values()
    assert 0.5 < factor < 1


@pytest.mark.slow
def test_the_cheapest_of_two_levers_is_found(ran: Path) -> None:
    fewer = {CLINICIANS: {"set": 5}}
    both = asked(
        lever=[CLINICIANS, "front_door.assessment_nurses"],
        until="four_hour_performance >= 0.85",
        changes=[SMALL, fewer],
        between=[(0, 4), (0, 2)],
    )
    cost_of = {CLINICIANS: 10, "front_door.assessment_nurses": 1}
    dear = seek("portsmouth-2016", **both, cost=cost_of, store=ran)
    assert dear.answer is not None
    cost = dear.planned.cost(dear.answer.index)
    assert (
        cost
        == 10 * dear.value(dear.answer)[CLINICIANS] + dear.value(dear.answer)["front_door.assessment_nurses"]
    )
    cheaper = [point for point in dear.points if dear.planned.cost(point.index) < cost]
    assert cheaper
    assert not any(map(dear.planned.rule.meets, cheaper))
    assert list(dear.summary().cost) == [dear.planned.cost(point.index) for point in dear.points]


def test_a_search_that_was_stopped_goes_on_and_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan_seek("portsmouth-2016", **asked(between=(0, 1), replications=2, max_replications=3))
    whole = carry_out_seek(planned, obstacles=None)
    total = sum(len(point.figures) for point in whole.points)
    runs: list[int] = []
    kept = Replications._kept

    def stops(self: Replications, *one: Any) -> None:
        kept(self, *one)
        runs.append(1)
        if len(runs) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Replications, "_kept", stops)
    store = Store(tmp_path, pytest.fail)
    with pytest.raises(KeyboardInterrupt):
        carry_out_seek(planned, store, obstacles=None)
    again = carry_out_seek(planned, store, obstacles=None)
    assert len(runs) == total
    assert again.summary().equals(whole.summary())


def test_tables_have_every_point_and_every_replication(ran: Path) -> None:
    found = seek("portsmouth-2016", **asked(until="four_hour_performance >= 0.5"), store=ran)
    assert list(found.summary().columns[:6]) == [CLINICIANS, "cost", "mean", "ci_low", "ci_high", "p_met"]
    assert len(found.to_frame()) == found.summary().replications.sum()


@pytest.mark.parametrize(
    ("wrong", "messages"),
    [
        ({"lever": []}, ["there must be 1 to 3 different levers; found none"]),
        ({"lever": [CLINICIANS, CLINICIANS]}, ["different levers"]),
        ({"probability": 1}, ["probability must be above 0 and below 1; found 1"]),
        ({"until": "four_hour >= 1"}, ["must be a metric", "four_hour_performance"]),
        ({"between": (1, 2, 3)}, ["between must be given for each lever in turn, or for none; found 3"]),
        ({"between": {CLINICIANS: 3}}, ["must be a first value and a last; found 3"]),
        ({"between": {"clinicians": (0, 1)}}, ["unknown lever in between"]),
        ({"lever": [CLINICIANS, "acute_medicine.amu_beds"]}, ["cost must be given for each", "amu_beds"]),
        ({"cost": {CLINICIANS: -1}}, ["must be a finite number > 0; found -1"]),
        ({"replications": 20}, ["replications must be 1 to max_replications, 6; found 20"]),
        (
            {"until": "four_hour_performance[month=2019-01] >= 0.9", "probability": 1},
            ['unknown month of the run "2019-01"', "probability must be"],
        ),
        ({"until": "four_hour_performance >= 90"}, ["found 90 (90 % is 0.9)"]),
        ({"lever": ["x"], "probability": 2}, ["probability must be", "lever x"]),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, Any], messages: list[str]) -> None:
    with pytest.raises(InputError) as error:
        plan_seek("portsmouth-2016", **asked(**wrong))
    for message in messages:
        assert message in str(error.value)


def test_a_range_that_no_scenario_can_have_is_refused_before_anything_runs() -> None:
    with pytest.raises(InputError, match="must be a share from 0 to 1"):
        plan_seek("portsmouth-2016", **asked(lever="frailty.fit_avoids", between=(0.2, 1.5)))


def test_a_figure_that_the_hospital_does_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="unknown group of four_hour_performance"):
        seek("portsmouth-2016", **asked(until="four_hour_performance[locality=Z] >= 0.9"))
