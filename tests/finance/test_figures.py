from __future__ import annotations

from dataclasses import replace

import pytest

from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.parameters import Parameters
from flowsim.errors import InputError
from flowsim.experiments.arms.arms import read_arms
from flowsim.finance.figures import read_members, run_arms
from flowsim.scenario.axes import Uncertain
from tests.experiments.small import SMALL

ASKED = ("p1-slots-15",)
LEVER = {"lever": "community.P1.places.P", "add": {"from": -4, "to": 4}}
ENSEMBLE = Ensemble(
    "portsmouth-2016",
    Parameters(
        Uncertain.parse({"places": {"lever": "community.P1.places.P", "add": {"from": -4, "to": 4}}}).axes
    ),
    ({"places": -3}, {"places": 2}),
    ({"community.P1.places.P": 43}, {"community.P1.places.P": 48}),
)


def test_members_are_the_same_arms_with_their_own_parameters() -> None:
    arms = read_arms("portsmouth-2016", ASKED, changes=SMALL, replications=3, build=False)
    members = read_members(ENSEMBLE, "portsmouth-2016", ASKED, arms, SMALL)
    places = [[arm.loaded.value.community.P1.places["P"] for arm in several] for several in members]
    # 46 in the baseline, 7 more with the intervention.
    assert places == [[43, 50], [48, 55]]
    assert {arm.loaded.value.run.days for several in members for arm in several} == {2}
    assert {(arm.replications, arm.seed) for several in members for arm in several} == {(3, arms[0].seed)}
    with pytest.raises(InputError, match="must be of portsmouth-2016; found one of another"):
        read_members(replace(ENSEMBLE, scenario="another"), "portsmouth-2016", ASKED, arms)


def test_nothing_to_price_is_refused() -> None:
    arms = read_arms("portsmouth-2016", (), changes=SMALL, build=False)
    with pytest.raises(InputError, match="at least one intervention"):
        run_arms(arms)
