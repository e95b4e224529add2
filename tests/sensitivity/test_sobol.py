"""Sobol indices of functions whose indices are known, directly and by an emulator of few runs."""

from __future__ import annotations

import numpy as np

from flowsim.calibration.parameters import cube
from flowsim.experiments.statistics.intervals import Floats
from flowsim.sensitivity.sobol import Indices, indices_of, sobol_indices

A, B = 7.0, 0.1


def ishigami(points: Floats) -> Floats:
    x, y, z = (2 * np.pi * points - np.pi).T
    return np.asarray(np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x))


def test_the_ishigami_function_has_its_known_indices() -> None:
    # V = 1/2 + a²/8 + b π⁴/5 + b² π⁸/18; of it x alone (1 + b π⁴/5)²/2, y alone a²/8, z none alone; x with z
    # b² π⁸ (1/18 - 1/50).
    pi4 = np.pi**4
    whole = 0.5 + A**2 / 8 + B * pi4 / 5 + B**2 * pi4**2 / 18
    first = np.array([(1 + B * pi4 / 5) ** 2 / 2, A**2 / 8, 0]) / whole
    together = B**2 * pi4**2 * (1 / 18 - 1 / 50) / whole
    found, total = sobol_indices(ishigami, 3, seed=0)
    np.testing.assert_array_less(np.abs(found[0] - first), 4 * found[1] + 1e-3)
    np.testing.assert_array_less(np.abs(total[0] - first - [together, 0, together]), 4 * total[1] + 1e-3)
    assert abs(total[0, 2] - found[0, 2]) > 8 * total[1, 2]  # z matters, and only with x


def test_a_function_that_does_not_vary_has_none() -> None:
    found, total = sobol_indices(lambda points: np.ones(len(points)), 2, seed=1)
    assert not found.any()
    assert not total.any()


SLOPES = np.array([3.0, 1.0, 0.0])
TRUTH = SLOPES**2 / (SLOPES**2).sum()


def emulated(noise: float) -> Indices:
    """Return the indices of a plane by 40 points with two runs each, whose chance is known to be noise."""
    draw = np.random.default_rng(3)
    points, others = cube(40, 3, seed=4), cube(32, 3, seed=5)
    figures = (points @ SLOPES)[:, None, None] + noise * draw.normal(size=(40, 2, 1))
    foretell = (others @ SLOPES)[:, None] + noise * draw.normal(size=(32, 1)) / np.sqrt(2)
    return indices_of(points, figures, others, foretell, seed=6)


def test_a_plane_is_found_by_its_emulator_with_chance_beside_it() -> None:
    found = emulated(noise=0.3)
    for one in (found.first, found.total):
        assert np.all((one.low[:, 0] - 0.02 <= TRUTH) & (one.high[:, 0] + 0.02 >= TRUTH))
        assert np.all(one.high[:, 0] - one.low[:, 0] < 0.4)
    # The variance of the plane is (9 + 1) / 12 = 0.833, that of chance 0.09: parameters make 0.90 of it.
    assert found.split.share_low[0] < 0.9025 < found.split.share_high[0]
    assert found.split.dominates(0) == "parameters"
    assert found.foretold[0] > 0.85
    assert found.doubt[0] < 0.1
    assert found.runs == 80


def test_where_chance_drowns_the_plane_nothing_is_claimed() -> None:
    found = emulated(noise=8.0)
    assert found.split.dominates(0) == "chance"
    assert found.foretold[0] < 0.3
    assert found.first.high[0, 0] - found.first.low[0, 0] > 0.4
