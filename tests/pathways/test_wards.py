"""Wards: how long a bed is needed where, pressure, winter, and the site team's escalation beds."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.timeline import DAY, GRID, HOUR
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import BEDS, Bools, Floats, Run, all_beds, run, slots, waiting_at

PLENTY = {**all_beds(3000), **slots(3000)}
TWO_STEPS = 2 / GRID
"""Two parts of a stay, each put on the grid."""

ONE_COT = {"wards.beds.children": 1}
NO_PRESSURE = {"wards.pressure.shortens_stay_by": 0.0}


def acute_phase(asked: Run) -> Floats:
    """Return the time from being in the first bed until medically ready; NaN for who is not ready yet."""
    # A bed is the patient's from before the transfer from the ED.
    return asked.mark("medically_ready") - in_first_bed(asked)


def in_first_bed(asked: Run) -> Floats:
    """Return when the patients have been moved into their first bed."""
    bed = asked.served("first_bed").started
    return np.where(np.isnan(bed), np.nan, np.fmax(bed, asked.mark("admitted")))


def same_patients(one: Run, other: Run) -> tuple[Floats, Floats, Bools]:
    """Return the acute phases of those who came by their own means in both runs, and which rows these are."""
    came = ~np.isnan(one.cohort.arrival)
    assert np.array_equal(one.cohort.arrival[came], other.cohort.arrival[came])
    a, b = acute_phase(one)[: came.sum()], acute_phase(other)[: came.sum()]
    return a, b, ~np.isnan(a) & ~np.isnan(b)


@pytest.fixture(scope="module")
def unhurried() -> Run:
    """Return the crowded hospital in which pressure saves nobody any time."""
    return run(30, {**FEW_BEDS, **NO_PRESSURE})


@pytest.fixture(scope="module")
def hurried() -> Run:
    """Return the crowded hospital in which one who waits for a bed is pressure enough."""
    return run(30, {**FEW_BEDS, "wards.pressure.waiting": 1})


def test_with_beds_for_everybody_the_acute_phase_is_what_was_drawn_wherever_it_is_spent(roomy: Run) -> None:
    moved = run(30, {**FEW_BEDS, **PLENTY, "acute_medicine.straight_to_ward": 1.0})
    through_amu, straight, both = same_patients(roomy, moved)
    beds_differ = (
        roomy.served("first_bed").resource[: len(both)] != moved.served("first_bed").resource[: len(both)]
    )
    assert (both & beds_differ).sum() > 1000
    assert np.abs(through_amu - straight)[both].max() <= TWO_STEPS


@pytest.mark.parametrize(("beds", "factor"), [("right", 1.0), ("outlying", 1.15), ("escalation", 1.10)])
def test_a_stay_is_longer_out_of_place(roomy: Run, unhurried: Run, beds: str, factor: float) -> None:
    drawn, spent, both = same_patients(roomy, unhurried)
    bed = unhurried.served("first_bed")
    surgical = unhurried.is_level("specialty", "surgery", "trauma_orthopaedics")
    medical = unhurried.is_level("specialty", "medicine")
    in_surgical_bed = unhurried.is_in(bed, "surgery", "trauma_orthopaedics")
    chosen = {
        "right": surgical & in_surgical_bed,
        "outlying": medical & in_surgical_bed,
        "escalation": unhurried.is_in(bed, "escalation"),
    }[beds][: len(both)] & both
    assert chosen.sum() > 30
    assert np.abs(spent - factor * drawn)[chosen].max() <= TWO_STEPS


def test_pressure_saves_nothing_or_twelve_percent(roomy: Run, hurried: Run) -> None:
    drawn, spent, both = same_patients(roomy, hurried)
    bed = hurried.served("first_bed")
    right = hurried.is_level("specialty", "surgery", "trauma_orthopaedics") & hurried.is_in(
        bed, "surgery", "trauma_orthopaedics"
    )
    chosen = both & right[: len(both)]
    saved = (drawn - spent)[chosen]
    nothing, something = saved <= TWO_STEPS, np.abs(saved - 0.12 * drawn[chosen]) <= TWO_STEPS
    assert (nothing | something).all()
    assert nothing.sum() > 20
    assert something.sum() > 100


def test_pressure_is_off_when_disabled(roomy: Run) -> None:
    off = run(25, {**FEW_BEDS, "wards.pressure.enabled": False, "wards.pressure.waiting": 1})
    came = ~np.isnan(off.cohort.arrival)
    bed = off.served("first_bed")
    right = off.is_level("specialty", "surgery", "trauma_orthopaedics") & off.is_in(
        bed, "surgery", "trauma_orthopaedics"
    )
    spent = acute_phase(off)[came]
    first = np.flatnonzero(~np.isnan(roomy.cohort.arrival))[: came.sum()]
    drawn = acute_phase(roomy)[first]
    chosen = right[came] & ~np.isnan(spent) & ~np.isnan(drawn)
    assert chosen.sum() > 100
    assert np.abs(spent - drawn)[chosen].max() <= TWO_STEPS


def test_those_who_came_in_winter_stay_longer_by_the_winters_factor(roomy: Run) -> None:
    plain = run(30, {**FEW_BEDS, **PLENTY, "winter.stay": 1.0})
    without, with_, both = same_patients(plain, roomy)
    emergency = (
        ~roomy.is_class("elective")[: len(both)] & ~roomy.is_level("specialty", "children")[: len(both)]
    )
    in_march = roomy.cohort.arrival[: len(both)] < 10 * DAY
    winter, spring = both & emergency & in_march, both & emergency & ~in_march
    assert min(winter.sum(), spring.sum()) > 500
    assert np.abs(with_ - 1.05 * without)[winter].max() <= TWO_STEPS
    assert np.abs(with_ - without)[spring].max() <= TWO_STEPS


# Moves


def test_a_move_from_the_amu_is_one_instant(any_run: Run) -> None:
    first, ward = any_run.served("first_bed"), any_run.served("ward_bed")
    moved = ~np.isnan(ward.started)
    assert any_run.is_in(first, "amu")[moved].all()
    assert np.array_equal(first.ended[moved], ward.started[moved])


def test_a_ward_is_asked_for_after_the_time_in_the_amu() -> None:
    same_for_all = run(20, {"acute_medicine.amu_time": {"fixed": {"value": "20 h"}}})
    ward = same_for_all.stays("ward_bed")
    stayed = ward.requested - in_first_bed(same_for_all)[ward.patient]
    assert len(ward.patient) > 300
    assert stayed.max() == 20 * HOUR
    # Whose whole stay is shorter goes home from the AMU, unless the discharge is complex.
    short = stayed < 20 * HOUR
    assert short.any()
    assert not same_for_all.is_level("pathway", "P4")[ward.patient][short].any()


def test_short_stays_go_to_the_short_stay_unit_and_frail_ones_to_the_frailty_unit(roomy: Run) -> None:
    ward = roomy.served("ward_bed")
    whole = acute_phase(roomy)
    there = ~np.isnan(ward.started) & ~np.isnan(whole)
    frail = roomy.is_level("frailty", "frail")
    for ward_name, who in (
        ("short_stay", there & ~frail & (whole <= 72 * HOUR)),
        ("acute_frailty_unit", there & frail & (whole <= 7 * DAY)),
        ("specialty_medicine", there & ~frail & (whole > 72 * HOUR)),
        ("older_people", there & frail & (whole > 7 * DAY)),
    ):
        assert who.sum() > 20
        assert roomy.is_in(ward, ward_name)[who].all(), ward_name


def test_a_simple_patient_ready_before_the_ward_has_a_bed_goes_home_from_the_amu(crowded: Run) -> None:
    ward = crowded.stays("ward_bed")
    gave_up = ward.patient[np.isnan(ward.started) & ~np.isnan(ward.ended)]
    assert len(gave_up) > 20
    assert crowded.is_level("pathway", "P4")[gave_up].all()
    ended = ward.ended[np.isnan(ward.started) & ~np.isnan(ward.ended)]
    assert np.array_equal(crowded.mark("medically_ready")[gave_up], ended)
    assert np.isnan(crowded.served("ward_bed").started[gave_up]).all()


def test_a_bed_is_cleaned_and_then_stands_until_it_is_given_to_somebody() -> None:
    times = {
        "wards.cleaning": {"fixed": {"value": "1 h"}},
        "wards.allocation.first_bed": {"fixed": {"value": "30 min"}},
    }
    asked = run(12, {**ONE_COT, **times}, warm_up=1)
    cot = asked.stays("first_bed")
    mine = cot.resource == asked.log.resource("childrens_ward")
    order = np.argsort(cot.started[mine])
    started, ended, requested = (times[mine][order][:5] for times in (cot.started, cot.ended, cot.requested))
    empty = started[1:] - ended[:-1]
    waited = requested[1:] < ended[:-1]
    assert waited.any()
    assert set(empty[waited]) == {90.0}
    assert (empty >= 90).all()


# Escalation


def test_beds_that_are_not_needed_are_closed_a_block_after_nine_calm_looks_each() -> None:
    calm = run(14, {**PLENTY, "wards.escalation.opened": 3})
    times, beds = calm.capacity("escalation")
    # Looks every 8 h: the ninth is at 72 h.
    assert times == [0, 3 * DAY, 6 * DAY, 9 * DAY]
    assert beds == [30, 20, 10, 0]


def test_full_beds_and_a_queue_open_a_block_a_day_after_the_look_and_no_more_than_there_are() -> None:
    full = run(8, {**all_beds(1), **ONE_COT, "wards.escalation.opened": 0}, warm_up=1)
    times, beds = full.capacity("escalation")
    # At 8 h not all beds are full. The second look is at 16 h, the block open 24 h later, the next look 8 h
    # after that.
    assert (times, beds) == ([40 * HOUR, 72 * HOUR, 104 * HOUR], [10, 20, 30])
    first = full.stays("first_bed")
    adults = ~full.is_level("specialty", "children")[first.patient]
    asking = type(first)(*(getattr(first, name)[adults] for name in first.__slots__))
    assert waiting_at(asking, np.array([16 * HOUR]))[0] >= 8
    in_beds = (full.log.stays.started <= 8 * HOUR) & np.isin(
        full.log.stays.resource, [full.log.resource(ward) for ward in BEDS]
    )
    assert in_beds.sum() < 8


def test_no_block_is_opened_while_few_wait() -> None:
    patient = run(
        8,
        {
            **all_beds(1),
            **ONE_COT,
            "wards.escalation.opened": 0,
            "escalation_ladder.opel_3.waiting": 90_000,
            "escalation_ladder.opel_4.waiting": 90_000,
        },
        warm_up=1,
    )
    assert patient.capacity("escalation")[1] in ([], [0])


def test_there_are_no_escalation_beds_without_blocks() -> None:
    without = run(8, {**all_beds(1), **ONE_COT, "wards.escalation.blocks": 0}, warm_up=1)
    assert without.capacity("escalation")[1] in ([], [0])
    assert not without.is_in(without.served("first_bed"), "escalation").any()


def test_a_block_opens_only_if_beds_were_full_and_enough_waited_a_day_before(crowded: Run) -> None:
    times, beds = crowded.capacity("escalation")
    opened = np.array(times)[np.diff([0, *beds]) > 0] if times[0] else np.array(times[1:])
    assert len(opened) >= 2
    looks = opened - DAY
    assert (looks % (8 * HOUR) == 0).all()
    first = crowded.stays("first_bed")
    adults = ~crowded.is_level("specialty", "children")[first.patient]
    asking = type(first)(*(getattr(first, name)[adults] for name in first.__slots__))
    assert (waiting_at(asking, looks) >= 8).all()


def closure(ward: str, beds: int, first: str, days: int) -> dict[str, object]:
    return {"ward": ward, "beds": beds, "first": first, "days": days}


def test_a_closure_takes_its_beds_for_its_days() -> None:
    closed = run(
        7,
        {
            "wards.closures": [
                closure("older_people", 28, "2016-04-02", 2),
                closure("older_people", 6, "2016-04-03", 9),
                closure("surgery", 1, "2016-01-01", 7),
            ]
        },
        warm_up=1,
    )
    beds = closed.scenario.wards.beds
    days, open_beds = closed.capacity("older_people")
    assert days == [0, 2 * DAY, 3 * DAY, 4 * DAY]
    assert [beds.older_people - number for number in open_beds] == [0, 28, 34, 6]
    assert closed.capacity("surgery")[1] == [beds.surgery]
    assert closed.capacity("closed_beds") == ([2 * DAY, 3 * DAY, 4 * DAY], [28, 34, 6])


def test_nobody_moves_into_closed_beds_and_nobody_is_put_out_of_them() -> None:
    beds = {**all_beds(60), "wards.escalation.blocks": 0, "wards.escalation.opened": 0}
    closed = run(5, {**beds, "wards.closures": [closure("older_people", 60, "2016-04-01", 2)]}, warm_up=1)
    stays = closed.log.stays
    there = stays.resource == closed.log.resource("older_people")
    begun = stays.started[there]
    assert ((begun < DAY).any(), (begun >= 3 * DAY).any()) == (True, True)
    assert not ((begun >= DAY) & (begun < 3 * DAY)).any()
    assert not (stays.ended[there][begun < DAY] <= DAY).all()


def test_more_beds_than_there_are_cannot_be_closed() -> None:
    with pytest.raises(InputError, match=r"at most the 10 beds of surgery at once; found 12"):
        run(
            12,
            {
                "wards.beds.surgery": 10,
                "wards.closures": [
                    closure("surgery", 6, "2016-04-01", 2),
                    closure("surgery", 6, "2016-04-02", 2),
                ],
            },
        )
