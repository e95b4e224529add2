"""Escalation: the level that the site team's looks set, and what is done from a level on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY, HOUR
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import BEDS, Run, all_beds, run, scenario, slots

NOBODY = {"demand.direct_per_day": 0, "elective.per_day": 0}
PLENTY = {**all_beds(3000), **slots(3000)}


ALL_CLOSED = [
    {"ward": ward, "beds": 600, "first": "2016-04-01", "days": 1}
    for ward in BEDS
    if ward not in ("childrens_ward", "escalation")
]


def triggers(**levels: tuple[float, int]) -> dict[str, Any]:
    """Return the levers that set the triggers of levels."""
    return {
        f"escalation_ladder.{level}": {"occupancy": share, "waiting": waiting}
        for level, (share, waiting) in levels.items()
    }


def level(asked: Run) -> tuple[list[float], list[int]]:
    """Return the times of change in hours and the levels."""
    times, levels = asked.capacity("opel")
    return [t / HOUR for t in times], levels


def test_a_level_rises_at_once_as_far_as_its_triggers_are_met_and_only_at_a_look() -> None:
    few = {
        **all_beds(1),
        "wards.beds.children": 1,
        "wards.escalation.blocks": 0,
        "wards.escalation.opened": 0,
    }
    full = run(3, {**few, **triggers(opel_4=(0.95, 20))}, warm_up=1)
    first = full.stays("first_bed")
    adults = ~full.is_level("specialty", "children")[first.patient]
    asked = np.sort(first.requested[adults])
    # Seven beds, so nearly everybody waits: eight at one look, twenty at a later one.
    looks = 8 * HOUR * np.arange(1, 9)
    waiting = np.searchsorted(asked, looks) - 7
    times, levels = level(full)
    assert (times[0], levels[0], levels[-1]) == (0, 1, 4)
    assert all(t % 8 == 0 for t in times)
    assert times[-1] == looks[np.argmax(waiting >= 20)] / HOUR
    assert (np.diff(levels) > 0).all()


def test_a_level_falls_by_one_after_enough_calm_looks_each() -> None:
    levers = {**all_beds(600), **triggers(opel_2=(0.9, 0), opel_3=(0.9, 0), opel_4=(0.9, 0))}
    a_day = run(6, {**levers, "wards.closures": ALL_CLOSED, "wards.escalation.blocks": 0}, warm_up=1)
    # All but the children's beds are closed from hour 24 to 48, so all open beds are in use.
    # Calm looks at hours 48, 56 and 64, and so on.
    assert level(a_day) == ([0, 24, 64, 88, 112], [1, 4, 3, 2, 1])
    assert a_day.log.first_difference(a_day.hospital.run(seed=1, engine="simpy")) is None


def test_triggers_that_fall_from_level_to_level_are_refused() -> None:
    with pytest.raises(InputError, match="fall from level to level"):
        scenario(5, triggers(opel_3=(0.95, 20), opel_4=(0.95, 8)))


@pytest.mark.parametrize("measure", ["discharges_forward_from", "full_capacity_from"])
def test_a_measure_that_needs_pressure_is_refused_at_its_line_where_pressure_is_off(
    tmp_path: Path, measure: str
) -> None:
    file = tmp_path / "calm.yaml"
    head = "extends: portsmouth-2016\nname: calm\ntitle: Calm\n"
    file.write_text(f"{head}escalation_ladder:\n  {measure}: 3\nwards: {{pressure: {{enabled: false}}}}\n")
    with pytest.raises(InputError) as refusal:
        load(file, Scenario)
    message = "must be left out while wards.pressure.enabled is false, which turns it off; found 3"
    assert str(refusal.value).endswith(f"calm.yaml:5  escalation_ladder.{measure}\n  {message}")


def test_electives_may_be_cancelled_from_a_level_on_where_pressure_is_off() -> None:
    levers = {"escalation_ladder.electives_cancelled_from": 2, "wards.pressure.enabled": False}
    assert scenario(12, levers).escalation_ladder.electives_cancelled_from == 2


# What is done from a level on. Level 2 is declared at the first look and never stood down.

AT_ONCE = triggers(opel_2=(0.0, 0), opel_3=(1.0, 10_000), opel_4=(1.0, 10_000))


def test_discharges_are_brought_forward_from_a_level_on() -> None:
    few_wait = {**PLENTY, **AT_ONCE}
    plain = run(12, few_wait, warm_up=1)
    forward = run(12, {**few_wait, "escalation_ladder.discharges_forward_from": 2}, warm_up=1)
    one, other = (
        asked.mark("medically_ready") - np.fmax(asked.served("first_bed").started, asked.mark("admitted"))
        for asked in (plain, forward)
    )
    adults = ~plain.is_level("specialty", "children")[: len(one)]
    started = plain.mark("admitted")
    surgical = plain.is_level("specialty", "surgery") & adults & (started > DAY)
    both = surgical & ~np.isnan(one) & ~np.isnan(other)
    assert both.sum() > 50
    np.testing.assert_allclose(other[both], 0.88 * one[both], atol=0.01)


def test_electives_are_cancelled_ahead_from_a_level_on() -> None:
    levers = {**PLENTY, **AT_ONCE, "elective.cancelled_ahead": 1.0, "elective.rebooked.times": 0}
    asked = run(5, {**levers, "escalation_ladder.electives_cancelled_from": 2}, warm_up=1)
    cancelled = asked.stays("cancelled_electives")
    elective = asked.is_class("elective") & asked.came()
    late = asked.log.patients.started >= 8 * HOUR
    assert set(cancelled.patient) == set(np.flatnonzero(elective & late))
    assert (elective & ~late).any()


def test_any_ward_makes_room_sooner_from_a_level_on() -> None:
    plain = run(20, {**FEW_BEDS, **AT_ONCE})
    sooner = run(20, {**FEW_BEDS, **AT_ONCE, "escalation_ladder.full_capacity_from": 2})
    waits = []
    for asked in (plain, sooner):
        first = asked.served("first_bed")
        # Nobody's own first bed is in the short-stay unit.
        made_room = asked.is_in(first, "short_stay")
        waits.append((first.started - asked.mark("decision_to_admit"))[made_room] / HOUR)
    assert len(waits[0]) > 20
    assert waits[0].min() >= 9.5
    assert waits[1].min() >= 4
    assert (waits[1] < 9.5).sum() > 20
