"""Other units: seen without any resource of the hospital; a share comes on as a second attendance."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.pathways.hospital import build
from tests.pathways.runs import Levers, Run, run, scenario

UNITS = ("type2", "type3", "treatment_centre")


def test_units_see_and_discharge_without_any_resource_of_the_hospital(baseline: Run) -> None:
    others = baseline.is_class(*UNITS) & ~np.isnan(baseline.mark("departed"))
    took = baseline.mark("departed") - baseline.log.patients.started
    assert others.sum() > 5000
    assert np.array_equal(took[others], baseline.draw("other_unit")[others])
    assert not np.isin(baseline.log.stays.patient, np.flatnonzero(others)).any()
    hour = baseline.hour(baseline.log.patients.started[baseline.is_class("type2")])
    assert ((hour >= 8) & (hour < 20)).all()


def test_whoever_is_sent_on_walks_in_after_the_way_there_and_nobody_else(baseline: Run) -> None:
    sent_on = ~np.isnan(baseline.mark("sent_on"))
    second = baseline.is_class("sent_on")
    child = baseline.cohort.child
    arrives = baseline.mark("sent_on") + baseline.draw("travel_to_ed")
    before_the_end = sent_on & (arrives < baseline.hospital.end)
    assert before_the_end.sum() > 300
    came = child[before_the_end]
    assert np.array_equal(baseline.mark("ed_arrival")[came], arrives[before_the_end])
    assert second[came].all()
    assert (second & baseline.came()).sum() == len(came)
    assert np.array_equal(baseline.mark("sent_on")[sent_on], baseline.mark("departed")[sent_on])
    for name in ("age_band", "locality", "stream"):
        codes = baseline.cohort.attributes[name]
        assert np.array_equal(codes[came], codes[before_the_end])


def test_the_stated_share_is_sent_on(baseline: Run) -> None:
    sent_on = ~np.isnan(baseline.mark("sent_on"))
    for name, share in (("type2", 0.0), ("type3", 0.075), ("treatment_centre", 0.075)):
        here = sent_on[baseline.is_class(name) & ~np.isnan(baseline.mark("departed"))]
        assert abs(here.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(here)), name


def test_a_unit_that_sends_nobody_on_leaves_more_to_walk_in_of_themselves() -> None:
    none = run(12, {"other_units.type3.sent_on": 0, "other_units.treatment_centre.sent_on": 0}, warm_up=2)
    assert np.isnan(none.mark("sent_on")).all()
    assert not none.is_class("sent_on").any() or not none.came()[none.is_class("sent_on")].any()


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"other_units.type3.sent_on": 0.2}, r"other_units.type3.sent_on must be at most 0.1; found 0.2"),
        (
            {"other_units.treatment_centre.per_day": 3000},
            "other_units must not send on more patients than walk in in any month",
        ),
        ({"other_units.type2.volume": 1.3}, r"other_units.type2.volume\n  must be at most 1.25 times"),
    ],
)
def test_units_that_cannot_be_are_refused(levers: Levers, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build(scenario(12, levers))
