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


def test_with_beds_for_everybody_no_elective_is_cancelled(roomy: Run) -> None:
    assert np.isnan(roomy.mark("cancelled")).all()
    admitted = roomy.is_class("elective")
    assert admitted.sum() > 500
    assert np.array_equal(roomy.mark("admitted")[admitted], roomy.log.patients.started[admitted])


def test_an_elective_without_a_bed_is_cancelled_on_the_day_when_the_wait_is_over(crowded: Run) -> None:
    cancelled = ~np.isnan(crowded.mark("cancelled"))
    waited = (crowded.mark("cancelled") - crowded.log.patients.started)[cancelled]
    assert crowded.is_class("elective")[cancelled].all()
    assert set(waited) == {0.0, 8 * HOUR}
    assert min((waited == 0).sum(), (waited > 0).sum()) > 50
    assert np.isnan(crowded.served("elective_bed").started[cancelled]).all()
    assert np.isnan(crowded.mark("admitted")[cancelled]).all()


def test_electives_are_cancelled_ahead_only_while_enough_emergencies_wait(crowded: Run) -> None:
    arrived = crowded.log.patients.started
    ahead = crowded.mark("cancelled") == arrived
    assert (requests(crowded, arrived[ahead]) >= 13).all()


def test_with_certainty_whoever_comes_while_enough_wait_is_cancelled_ahead_and_nobody_else() -> None:
    strict = run(20, {**FEW_BEDS, "elective.cancelled_when_waiting": 3, "elective.cancelled_ahead": 1.0})
    elective = strict.is_class("elective") & strict.came()
    arrived = strict.log.patients.started[elective]
    ahead = strict.mark("cancelled")[elective] == arrived
    assert np.array_equal(ahead, requests(strict, arrived) >= 3)
    assert 20 < ahead.sum() < len(ahead) - 20


def test_emergencies_get_a_surgical_bed_before_electives(crowded: Run) -> None:
    emergency, elective = crowded.stays("first_bed"), crowded.stays("elective_bed")
    surgical = crowded.is_level("specialty", "surgery", "trauma_orthopaedics")[emergency.patient]
    asked = emergency.requested[surgical]
    stop = np.where(np.isnan(emergency.started), emergency.ended, emergency.started)[surgical]
    stop = np.where(np.isnan(stop), np.inf, stop)
    waited = elective.started[elective.started > elective.requested]
    assert len(waited) > 20
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
    assert known.sum() > 700
    assert abs((luck[known] < share).mean() - share) <= 4 * np.sqrt(share * (1 - share) / known.sum())


def test_an_elective_stays_for_the_drawn_time_and_then_leaves_on_a_day_of_discharge(baseline: Run) -> None:
    elective = baseline.is_class("elective") & ~np.isnan(baseline.mark("medically_ready"))
    stayed = baseline.mark("medically_ready") - baseline.mark("admitted")
    assert elective.sum() > 300
    assert np.array_equal(stayed[elective], baseline.draw("elective_stay")[elective])
    gone = elective & ~np.isnan(baseline.mark("discharged")) & np.isnan(baseline.mark("died"))
    assert np.array_equal((baseline.mark("discharged") % DAY)[gone], baseline.draw("discharge_time")[gone])


def test_operations_fall_away_when_emergencies_fill_the_beds(crowded: Run, roomy: Run) -> None:
    def done(asked: Run) -> int:
        return int((asked.is_class("elective") & ~np.isnan(asked.mark("admitted"))).sum())

    assert done(crowded) < 0.5 * done(roomy)
