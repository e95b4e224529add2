"""Whether a calibration finds a truth that we chose, and is as sure of it as it may be."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.calibration.observations import Observation
from flowsim.calibration.parameters import cube
from flowsim.calibration.waves import match
from flowsim.experiments.statistics.intervals import Floats
from tests.calibration.reduced import FIGURES, model

REPEATS, RUNS = 20, 480
FEWEST_COVERED = 16
"""Of 20 intervals of 90 %: fewer come up once in a hundred times (binomial)."""

NEAREST = 0.08
"""Share of the runs that rejection keeps."""


def truths() -> Floats:
    return 0.1 + 0.8 * cube(REPEATS, 3, 11)


def year(truth: Floats, repeat: int) -> Floats:
    """Return the figures that were observed: one replication that no calibration uses."""
    return model(truth[None], [[1_000_000 + repeat]])[0, 0]


def observed(figures: Floats) -> list[Observation]:
    return [
        Observation(name, "all", float(value), float(value), 0.0, "")
        for name, value in zip(FIGURES, figures, strict=True)
    ]


def matched(repeat: int, runs: int = RUNS) -> tuple[Floats, Floats]:
    """Return the truth of a repeat and what is plausible."""
    truth = truths()[repeat]
    found = match(model, observed(year(truth, repeat)), np.full(3, 0.5), runs=runs, sample=400, seed=repeat)
    return truth, found.sample


@pytest.mark.slow
def test_nine_in_ten_intervals_hold_the_truth() -> None:
    inside, widths = np.zeros(3), np.zeros(3)
    rejected_inside, rejected_widths = np.zeros(3), np.zeros(3)
    points = cube(RUNS, 3, 2)
    figures = model(points, [[i] for i in range(RUNS)])[:, 0]
    spread = figures.std(axis=0)
    for repeat in range(REPEATS):
        truth, sample = matched(repeat)
        low, high = np.quantile(sample, [0.05, 0.95], axis=0)
        inside += (low <= truth) & (truth <= high)
        widths += (high - low) / REPEATS
        # Rejection, with as many runs: the nearest of points that fill the cube.
        off = (((figures - year(truth, repeat)) / spread) ** 2).sum(axis=1)
        nearest = points[np.argsort(off)[: int(NEAREST * RUNS)]]
        low, high = np.quantile(nearest, [0.05, 0.95], axis=0)
        rejected_inside += (low <= truth) & (truth <= high)
        rejected_widths += (high - low) / REPEATS
    told = f"{inside} of {REPEATS}, widths {widths}; rejection {rejected_inside}, {rejected_widths}"
    assert (inside >= FEWEST_COVERED).all(), told
    # Why the runs go into emulators: rejection covers as well, and knows much less.
    assert (rejected_widths > 1.2 * widths).all(), told


def test_the_truth_of_a_hospital_lies_in_what_is_plausible() -> None:
    truth, sample = matched(0, runs=80)
    off = (sample.mean(axis=0) - truth) / sample.std(axis=0)
    assert (np.abs(off) < 4).all()
    assert (sample.std(axis=0) < 0.25).any()


def test_figures_of_another_hospital_lead_elsewhere() -> None:
    figures = year(np.array([0.9, 0.1, 0.9]), 0)
    found = match(model, observed(figures), np.full(3, 0.5), runs=80, sample=200, seed=1)
    truth = truths()[0]
    off = (found.sample.mean(axis=0) - truth) / found.sample.std(axis=0)
    assert (np.abs(off) > 2).any()
