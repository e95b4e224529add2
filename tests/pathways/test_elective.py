"""Electives: the surgical beds they share, and when they are cancelled."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.timeline import DAY, HOUR
from tests.pathways.conftest import FEW_BEDS
from tests.pathways.runs import Run, run, waiting_at


def requests(asked: Run, t: np.ndarray) -> np.ndarray:
    """Return how many adults wait for a first bed at each time."""
    first = asked.stays("first_bed")
    adults = ~asked.is_level("specialty", "children")[first.patient]
    of_adults = type(first)(*(getattr(first, name)[adults] for name in first.__slots__))
    return waiting_at(of_adults, t)


def dates(asked: Run) -> tuple[np.ndarray, np.ndarray]:
    """Return when each date of an elective fell, and whether it was cancelled ahead.

    A date is asking for a bed, or being cancelled without having asked: who is cancelled on the day has.
    """
    bed, cancelled = asked.stays("elective_bed"), asked.stays("cancelled_electives")
    asking = set(zip(bed.patient.tolist(), bed.ended.tolist(), strict=True))
    ahead = np.array(
        [
            one not in asking
            for one in zip(cancelled.patient.tolist(), cancelled.started.tolist(), strict=True)
        ]
    )
    when = np.concatenate([bed.requested, cancelled.started[ahead]])
    return when, np.repeat([False, True], [len(bed.patient), ahead.sum()])


def test_with_beds_for_everybody_no_elective_is_cancelled(roomy: Run) -> None:
    assert not len(roomy.stays("cancelled_electives").patient)
    admitted = roomy.is_class("elective")
    assert admitted.sum() > 300
    assert np.array_equal(roomy.mark("admitted")[admitted], roomy.log.patients.started[admitted])


def test_an_elective_without_a_bed_is_cancelled_on_the_day_when_the_wait_is_over(crowded: Run) -> None:
    bed, cancelled = crowded.stays("elective_bed"), crowded.stays("cancelled_electives")
    left = np.isnan(bed.started) & ~np.isnan(bed.ended)
    assert left.sum() > 50
    assert set(bed.ended[left] - bed.requested[left]) == {8 * HOUR}
    of_day = set(zip(bed.patient[left].tolist(), bed.ended[left].tolist(), strict=True))
    assert of_day < set(zip(cancelled.patient.tolist(), cancelled.started.tolist(), strict=True))
    assert crowded.is_class("elective")[cancelled.patient].all()


def test_electives_are_cancelled_ahead_only_while_enough_emergencies_wait(crowded: Run) -> None:
    when, ahead = dates(crowded)
    assert ahead.sum() > 50
    assert (requests(crowded, when[ahead]) >= 13).all()


def test_with_certainty_whoever_comes_while_enough_wait_is_cancelled_ahead_and_nobody_else() -> None:
    strict = run(20, {**FEW_BEDS, "elective.cancelled_when_waiting": 3, "elective.cancelled_ahead": 1.0})
    when, ahead = dates(strict)
    assert np.array_equal(ahead, requests(strict, when) >= 3)
    assert 20 < ahead.sum() < len(ahead) - 20


def test_emergencies_get_a_surgical_bed_before_electives(crowded: Run) -> None:
    emergency, elective = crowded.stays("first_bed"), crowded.stays("elective_bed")
    surgical = crowded.is_level("specialty", "surgery", "trauma_orthopaedics")[emergency.patient]
    asked = emergency.requested[surgical]
    stop = np.where(np.isnan(emergency.started), emergency.ended, emergency.started)[surgical]
    stop = np.where(np.isnan(stop), np.inf, stop)
    waited = elective.started[elective.started > elective.requested]
    assert len(waited) > 5
    for t in waited.tolist():
        assert not ((asked < t) & (stop > t)).any()


@pytest.mark.parametrize(("orthopaedic", "ward"), [(0.0, "surgery"), (1.0, "trauma_orthopaedics")])
def test_each_kind_of_elective_has_its_ward(orthopaedic: float, ward: str) -> None:
    beds = {"wards.beds.surgery": 500, "wards.beds.trauma_orthopaedics": 500}
    one_kind = run(6, {**beds, "elective.orthopaedic": orthopaedic}, warm_up=1)
    bed = one_kind.served("elective_bed")
    got = ~np.isnan(bed.started)
    assert got.sum() > 50
    assert one_kind.is_in(bed, ward)[got].all()


def test_a_third_of_electives_are_orthopaedic(baseline: Run) -> None:
    luck = baseline.draw("elective_orthopaedic")
    known = ~np.isnan(luck)
    share = baseline.scenario.elective.orthopaedic
    assert known.sum() > 500
    assert abs((luck[known] < share).mean() - share) <= 4 * np.sqrt(share * (1 - share) / known.sum())


def test_an_elective_stays_for_the_drawn_time_and_then_leaves_on_a_day_of_discharge(baseline: Run) -> None:
    elective = baseline.is_class("elective") & ~np.isnan(baseline.mark("medically_ready"))
    stayed = baseline.mark("medically_ready") - baseline.mark("admitted")
    assert elective.sum() > 200
    assert np.array_equal(stayed[elective], baseline.draw("elective_stay")[elective])
    gone = elective & ~np.isnan(baseline.mark("discharged")) & np.isnan(baseline.mark("died"))
    assert np.array_equal((baseline.mark("discharged") % DAY)[gone], baseline.draw("discharge_time")[gone])


# New dates

EVERY_DAY = {
    "elective.weekdays": {"Mon-Sun": 1},
    "elective.hours": [0] * 9 + [1] + [0] * 14,
    "elective.rebooked": {"share": 1.0, "after": {"fixed": {"value": "3 days"}}, "times": 2},
}
NO_BEDS = {
    "elective.cancelled_ahead": 0.0,
    "wards.closures": [
        {"ward": ward, "beds": beds, "first": "2016-03-01", "days": 60}
        for ward, beds in (("surgery", 208), ("trauma_orthopaedics", 128))
    ],
}


def test_who_is_cancelled_asks_again_twice_and_is_then_lost() -> None:
    never = run(15, {**EVERY_DAY, **NO_BEDS}, warm_up=1)
    stays = never.stays("cancelled_electives")
    first_day = np.flatnonzero(never.is_class("elective") & (never.log.patients.started < DAY))
    assert len(first_day) > 10
    for patient in first_day:
        mine = stays.patient == patient
        since, until = stays.started[mine], stays.ended[mine]
        asked = never.log.patients.started[patient]
        # The wait for a bed ends after 17:00, so three days later 09:00 to 10:00 is over: the fourth day.
        assert since.tolist() == [t + 8 * HOUR for t in (asked, until[0], until[1])]
        assert ((until - asked)[:2] // DAY).tolist() in ([3, 7], [4, 8])
        assert ((until[:2] % DAY) // HOUR == 9).all()
        assert until[2] == since[2] == never.log.patients.left[patient]


def test_without_new_dates_the_cancelled_are_lost_at_once() -> None:
    lost = run(5, {**EVERY_DAY, **NO_BEDS, "elective.rebooked.times": 0}, warm_up=1).stays(
        "cancelled_electives"
    )
    assert len(lost.patient) > 50
    assert np.array_equal(lost.started, lost.ended)
    assert np.bincount(lost.patient).max() == 1


def test_new_dates_fall_on_days_of_planned_work() -> None:
    weekdays = {**EVERY_DAY, "elective.weekdays": {"Mon-Fri": 1, "Sat-Sun": 0}}
    asked = run(15, {**weekdays, **NO_BEDS}, warm_up=1)
    new = asked.stays("cancelled_electives").ended
    assert set(asked.weekday(new[~np.isnan(new)])) <= set(range(5))


def test_in_a_pause_everybody_is_put_off_and_their_dates_are_made_anew_after_it() -> None:
    paused = run(
        12, {**EVERY_DAY, "elective.pauses": [{"first": "2016-04-02", "days": 4}]}, warm_up=1
    )  # minute 0 is 31 March
    cancelled = paused.stays("electives_put_off")
    started = paused.log.patients.started
    elective = paused.is_class("elective") & paused.came()
    during = (started >= 2 * DAY) & (started < 6 * DAY)
    assert set(cancelled.patient) == set(np.flatnonzero(elective & during))
    assert np.array_equal(cancelled.started, started[cancelled.patient])
    # Three days after a date of the first day is still in the pause: three days from its end, not its end.
    assert set(cancelled.ended[started[cancelled.patient] < 3 * DAY] // DAY) == {9}
    assert set(cancelled.ended[started[cancelled.patient] > 3 * DAY + 12 * HOUR] // DAY) <= {7, 8, 9}
    asked = paused.stays("elective_bed").requested
    assert not ((asked >= 2 * DAY) & (asked < 6 * DAY)).any()


def test_a_pause_leaves_everybody_else_the_same_person_at_the_same_minute() -> None:
    plain = run(5, EVERY_DAY, warm_up=1)
    paused = run(5, {**EVERY_DAY, "elective.pauses": [{"first": "2016-04-02", "days": 1}]}, warm_up=1)
    assert np.array_equal(plain.cohort.arrival, paused.cohort.arrival, equal_nan=True)
    assert np.array_equal(plain.draw("elective_stay"), paused.draw("elective_stay"), equal_nan=True)


def test_operations_fall_away_when_emergencies_fill_the_beds(crowded: Run, roomy: Run) -> None:
    def done(asked: Run) -> int:
        return int((asked.is_class("elective") & ~np.isnan(asked.mark("admitted"))).sum())

    assert done(crowded) < 0.5 * done(roomy)
