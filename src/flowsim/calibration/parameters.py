"""What is not well known: levers with ranges, as points of a cube whose sides are 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError, Problem
from flowsim.experiments.statistics.intervals import Floats
from flowsim.pathways.hospital import build
from flowsim.scenario.axes import Axis
from flowsim.scenario.levers import Change
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.schema import Scenario
from flowsim.units import parse_duration
from flowsim.wording import unknown

UNIFORM_SD = 12**-0.5
"""Standard deviation of a uniform number between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Levers with their ranges, every value of a range as likely as another before any data; d of them.

    Parameters
    ----------
    axes : tuple of Axis
    """

    axes: tuple[Axis, ...]

    def __len__(self) -> int:
        return len(self.axes)

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called."""
        return tuple(axis.name for axis in self.axes)

    def only(self, names: Sequence[str]) -> Parameters:
        """Return some of them, in their own order; all if no name is given.

        Raises
        ------
        InputError
            If there is none of a name, with those there are.
        """
        wrong = [unknown("uncertain parameter", name, self.names) for name in names if name not in self.names]
        if wrong:
            raise InputError([Problem("", "", message) for message in wrong])
        return Parameters(tuple(axis for axis in self.axes if not names or axis.name in names))

    def values(self, point: Floats) -> dict[str, Any]:
        """Return the value of each at a point, as YAML would have it."""
        return {axis.name: axis.at(float(u), ()).value for axis, u in zip(self.axes, point, strict=True)}

    def changes(self, values: Mapping[str, Any]) -> list[Change]:
        """Return the levers moved that give parameters their values; those without one stay as written."""
        return [
            Change(path, axis.verb, values[axis.name])
            for axis in self.axes
            if axis.name in values
            for path in axis.paths
        ]

    def shares(self, points: Floats) -> Floats:
        """Return how far along their ranges the values at some points are, 0 to 1, shape (n, d)."""
        columns = [
            np.array([_along(axis, axis.at(float(u), ()).value) for u in column])
            for axis, column in zip(self.axes, points.T, strict=True)
        ]
        return np.stack(columns, axis=1)

    def snapped(self, points: Floats) -> Floats:
        """Return what the values at some points stand for, shape (n, d): whole numbers are steps."""
        columns = [
            np.array([_position(axis, axis.at(float(u), ()).value) for u in column])
            for axis, column in zip(self.axes, points.T, strict=True)
        ]
        return np.stack(columns, axis=1)

    def point(self, values: Mapping[str, Any]) -> Floats:
        """Return the point at which the parameters have some values, shape (d,)."""
        return np.array([_position(axis, values[axis.name]) for axis in self.axes])


def cube(count: int, sides: int, seed: int) -> Floats:
    """Return points that fill a cube evenly, a scrambled Sobol sequence, shape (count, sides)."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(sides, rng=np.random.default_rng(seed))
    drawn: NDArray[np.float64] = sequence.random_base2(max(count - 1, 1).bit_length())
    return drawn[:count]


def read_parameters(loaded: Loaded[Scenario], names: Sequence[str] = ()) -> Parameters:
    """Return the uncertain parameters that a scenario declares, each tried at both ends of its range.

    Parameters
    ----------
    loaded : Loaded
    names : sequence of str
        Which of them; all if no name is given.

    Raises
    ------
    InputError, BuildError
        If it declares none, or none of a name, or the scenario cannot be what a range allows; with every
        problem.
    """
    uncertain = loaded.value.uncertain
    if uncertain is None:
        raise InputError(
            f"{loaded.value.name} must say what is uncertain, within which range; it has no "
            "`uncertain`, such as\n"
            "uncertain:\n  turnaround: {lever: wards.cleaning, times: {from: 0.5, to: 1.5}}"
        )
    file = loaded.files[0].file
    parameters = Parameters(uncertain.axes).only(names)
    problems = []
    for axis in parameters.axes:
        for end in axis.values:
            try:
                load(file, Scenario, [Change(path, axis.verb, end) for path in axis.paths])
            except InputError as error:
                problems += [
                    Problem(
                        one.where, f"uncertain.{axis.name}", f"{axis.verb} {end}: {one.path} {one.message}"
                    )
                    for one in error.problems
                ]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    for corner in (0.0, 1.0):
        values = parameters.values(np.full(len(parameters), corner))
        build(load(file, Scenario, parameters.changes(values)).value)
    return parameters


def _position(axis: Axis, value: Any) -> float:
    """Return where in its range a value lies, 0 to 1; a whole number in the middle of its step."""
    low, high = axis.values
    if isinstance(low, int) and isinstance(high, int):
        return float((value - low + 0.5) / (high - low + 1))
    return _along(axis, value)


def _along(axis: Axis, value: Any) -> float:
    """Return how far a value is from the low end of its range, that to the high end being 1."""
    low, high = axis.values
    if isinstance(low, str):
        low, high, value = (float(parse_duration(one)) for one in (low, high, value))
    return float((value - low) / (high - low))
