"""What a drawn column means: a named stream, and the law that turns its uniforms into values.

A `Draw` is declared by the pathway where it is used and drawn for every patient beforehand. Its law may
depend on who the patient is (`By`), never on what happens to them: the state of the hospital chooses between
columns, not within one. Two draws that read one stream (`Draw.through`) give the same patient the same luck
under two laws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flowsim.sampling.people import People

Floats = NDArray[np.float64]


class Quantile(Protocol):
    """A distribution: monotone from a uniform to a value."""

    def quantile(self, u: Floats) -> Floats:
        """Return the values below which a share `u` lies."""


@dataclass(frozen=True, slots=True)
class By:
    """A number that depends on one attribute; products with numbers and other `By` are allowed.

    Parameters
    ----------
    attribute : str
    values : Mapping[str, float]
        The value at each level. Every level must be there, unless `otherwise` is given.
    """

    attribute: str
    values: Mapping[str, float]
    otherwise: float | None = None

    def of(self, people: People) -> Floats:
        """Return each patient's value, shape (n,)."""
        table = []
        for level in people.levels(self.attribute):
            value = self.values.get(level, self.otherwise)
            if value is None:
                raise KeyError(f"no value for {self.attribute}={level}; there are {', '.join(self.values)}")
            table.append(value)
        return np.array(table, dtype=np.float64)[people.codes(self.attribute)]

    def __mul__(self, other: Number) -> Product:
        return Product((self, other))

    __rmul__ = __mul__


@dataclass(frozen=True, slots=True)
class Product:
    """The product of numbers, each fixed or by an attribute."""

    factors: tuple[Number, ...]

    def of(self, people: People) -> Floats:
        """Return each patient's value, shape (n,)."""
        result = np.ones(len(people))
        for factor in self.factors:
            result = result * number_of(factor, people)
        return result

    def __mul__(self, other: Number) -> Product:
        return Product((*self.factors, other))

    __rmul__ = __mul__


Number = float | By | Product
"""A number that is the same for everyone, or depends on attributes."""


def number_of(number: Number, people: People) -> Floats:
    """Return each patient's value of a number, shape (n,)."""
    return number.of(people) if isinstance(number, By | Product) else np.full(len(people), float(number))


class Law(Protocol):
    """Turns uniforms into values, knowing who the patients are."""

    def apply(self, u: Floats, people: People) -> Floats:
        """Return a value for each uniform, shape (n,)."""


@dataclass(frozen=True, slots=True)
class Chance:
    """The uniform itself: read by a branch or compared with a level."""

    def apply(self, u: Floats, people: People) -> Floats:
        """Return `u`."""
        return u


@dataclass(frozen=True, slots=True)
class Duration:
    """A time from a distribution, the same for everyone or by an attribute, times a factor.

    Parameters
    ----------
    distribution : Quantile or Mapping[str, Quantile]
        With a mapping, `by` names the attribute whose levels are its keys.
    factor : Number
        Multiplies the time.
    """

    distribution: Quantile | Mapping[str, Quantile]
    by: str | None = None
    factor: Number = 1.0

    def apply(self, u: Floats, people: People) -> Floats:
        """Return minutes, not yet on the grid."""
        if not isinstance(self.distribution, Mapping):
            times = self.distribution.quantile(u)
        else:
            assert self.by is not None
            times = np.full(len(people), np.nan)
            for level, distribution in self.distribution.items():
                chosen = people.is_level(self.by, level)
                if chosen.any():
                    times[chosen] = distribution.quantile(u[chosen])
        return times if self.factor == 1.0 else times * number_of(self.factor, people)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several options, by probabilities that may depend on attributes; the value is its position.

    The probabilities of a patient need not add up to 1: what is left over goes to the last option + 1.
    """

    probabilities: Sequence[Number]

    def apply(self, u: Floats, people: People) -> Floats:
        """Return the position of the option, 0 to len(probabilities)."""
        chosen = np.zeros(len(people))
        cumulative = np.zeros(len(people))
        for probability in self.probabilities:
            cumulative = cumulative + number_of(probability, people)
            chosen += u >= cumulative
        return chosen


@dataclass(frozen=True, slots=True)
class Given:
    """Values written out, one a patient in order of arrival: for traces and tests."""

    values: Sequence[float]

    def apply(self, u: Floats, people: People) -> Floats:
        """Return the first n of the values written out."""
        if len(self.values) < len(u):
            raise ValueError(f"{len(self.values)} values given for {len(u)} patients")
        return np.asarray(self.values, dtype=np.float64)[: len(u)]


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """One drawn column: a value for every patient.

    Parameters
    ----------
    stream : str
        Name of the stream, after the thing that it decides. One draw has one stream; only `through` shares
        it.
    law : Law or Quantile
        A bare distribution means a `Duration`.
    trait : bool
        A property of the patient, the same at every visit, which may therefore stand on a loop.
    """

    stream: str
    law: Law | Quantile
    trait: bool = False
    base: Draw | None = None

    def through(self, law: Law | Quantile) -> Draw:
        """Return another column that reads the same uniforms through another law."""
        return Draw(self.stream, law, self.trait, self.base or self)

    def values(self, u: Floats, people: People) -> Floats:
        """Return the column for these uniforms, shape (n,)."""
        law = self.law
        return law.apply(u, people) if hasattr(law, "apply") else Duration(law).apply(u, people)


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """A column worked out from other columns, such as the smaller of two patiences.

    Parameters
    ----------
    sources : tuple of Draw or Derived
    function : callable
        Takes as many arrays of shape (n,) as there are sources, returns one; element by element.
    """

    sources: tuple[Column, ...]
    function: Callable[..., Floats]

    @property
    def trait(self) -> bool:
        """Whether every source is a trait."""
        return all(source.trait for source in self.sources)


@dataclass(frozen=True, slots=True, eq=False)
class AttributeCode:
    """The column of an attribute's codes, for sorting patients by who they are."""

    attribute: str
    trait: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A column without chance: a number that depends on who the patient is."""

    number: Number
    trait: bool = True


Column = Draw | Derived | AttributeCode | Value
"""Whatever a verb can read for each patient."""


def name_of(column: Column) -> str:
    """Return what a message calls a column."""
    if isinstance(column, Draw):
        return column.stream
    if isinstance(column, Derived):
        return " and ".join(name_of(source) for source in column.sources)
    return column.attribute if isinstance(column, AttributeCode) else "a value"
