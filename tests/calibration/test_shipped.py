"""What the baseline was fitted to is what it is judged by."""

from __future__ import annotations

from flowsim.calibration.observations import read_observations
from flowsim.scenario.shipped import shipped_folder
from flowsim.validation.targets import read_targets


def test_observed_figures_are_those_of_the_targets() -> None:
    data = shipped_folder() / "data"
    targets = {
        (one.metric, one.group, one.statistic): one for one in read_targets(data / "rhu_targets_2016_17.csv")
    }
    values = [one for one in read_observations(data / "rhu_observed_2016.csv") if not one.is_range]
    assert values
    for one in values:
        target = targets[one.metric, one.group, one.statistic]
        assert (target.low, target.high) == (one.low, one.high), one.name
