"""Streams: by name, not by position; the same alone or among many, in any process."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from flowsim.sampling import streams
from flowsim.sampling.streams import stream, uniforms

NAMES = [
    f"{place}.{thing}.{k}" for place in ("ed", "amu", "ward") for thing in ("los", "exit") for k in (1, 2)
]


def test_a_stream_does_not_depend_on_what_else_is_drawn() -> None:
    alone = uniforms(1, 0, "ward.los", 100)
    uniforms(1, 0, "discharge.delay", 1000)
    np.testing.assert_array_equal(uniforms(1, 0, "ward.los", 100), alone)


def test_a_replication_alone_is_the_same_as_among_many() -> None:
    many = [uniforms(1, replication, "ward.los", 10) for replication in range(5)]
    np.testing.assert_array_equal(uniforms(1, 3, "ward.los", 10), many[3])


def test_a_longer_call_begins_with_the_same_values() -> None:
    np.testing.assert_array_equal(uniforms(1, 0, "a", 10_000)[:100], uniforms(1, 0, "a", 100))


def test_streams_differ_by_seed_replication_and_name() -> None:
    keys = [(seed, replication, name) for seed in range(3) for replication in range(3) for name in NAMES]
    first = [float(uniforms(*key, 1)[0]) for key in keys]
    assert len(set(first)) == len(keys)


def test_streams_are_not_correlated() -> None:
    drawn = np.array([uniforms(1, replication, name, 10_000) for replication in (0, 1) for name in NAMES])
    correlation = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
    assert np.abs(correlation).max() < 4.5 / np.sqrt(10_000)


def test_uniforms_lie_strictly_between_0_and_1_and_are_uniform() -> None:
    u = uniforms(1, 0, "a", 100_000)
    assert 0 < u.min() < u.max() < 1
    error = np.sqrt(0.1 * 0.9 / len(u))
    np.testing.assert_allclose(np.histogram(u, 10, (0, 1))[0] / len(u), 0.1, atol=4.5 * error)


def test_uniforms_are_the_streams_own() -> None:
    np.testing.assert_allclose(uniforms(1, 2, "a", 10), stream(1, 2, "a").random(10), atol=1e-16)


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_another_process_draws_the_same(hash_seed: str) -> None:
    program = "from flowsim.sampling.streams import uniforms; print(uniforms(7, 2, 'ward.los.1', 3).tolist())"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == str(uniforms(7, 2, "ward.los.1", 3).tolist())


def test_a_uniform_lies_in_the_middle_of_its_step_so_that_none_is_0() -> None:
    u = uniforms(1, 0, "anything", 1000)
    assert (u[u < 0.5] * 2**53 % 1 == 0.5).all()


def test_the_last_step_gives_no_1(monkeypatch: pytest.MonkeyPatch) -> None:
    class Extremes:
        """Draws the first and the last value that a generator has."""

        def random(self, count: int) -> np.ndarray:
            return np.resize([0.0, 1.0 - 2.0**-53], count)

    monkeypatch.setattr(streams, "stream", lambda *_: Extremes())
    low, high = uniforms(1, 0, "a", 2)
    assert low == 2.0**-54
    assert high == 1.0 - 2.0**-53
