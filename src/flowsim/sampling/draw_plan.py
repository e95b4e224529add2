"""What is to be drawn: classes of patients, laws of their attributes, and the columns their pathways read.

A plan only says it; `cohort.sample` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flowsim.sampling.arrivals import Arrivals
from flowsim.sampling.laws import Column, Draw, Number
from flowsim.sampling.people import Codes, People
from flowsim.timeline import StepFunction


@dataclass(frozen=True, slots=True)
class Drawn:
    """An attribute drawn by probabilities that may depend on earlier ones; the last level takes the rest."""

    probabilities: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Always:
    """An attribute with one level for the whole class."""

    level: str


@dataclass(frozen=True, slots=True)
class ByArrival:
    """An attribute that follows the time of arrival: the step function gives the position of the level."""

    position: StepFunction


@dataclass(frozen=True, slots=True)
class FromOthers:
    """An attribute worked out from attributes declared before it."""

    function: Callable[[People], Codes]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An attribute written out for a class in order of arrival; drawn for whom it is not known."""

    levels: Sequence[str | None]
    otherwise: Drawn


AttributeLaw = Drawn | Always | ByArrival | FromOthers | Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """A second row reserved for whoever may come back.

    Parameters
    ----------
    as_class : str
        The class of the returning patient; attributes are kept.
    draw : Draw
        The draw whose uniform decides the return.
    below : float
        A row is reserved where that uniform is below this bound, which no lever may pass.
    times : int
        How often the same person may come back as that class.
    """

    as_class: str
    draw: Draw
    below: float
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientClass:
    """One class of arrivals, with a pathway of its own.

    Parameters
    ----------
    name : str
    arrivals : Arrivals or None
        None for a class that only returns.
    attributes : Mapping[str, AttributeLaw]
        In the order in which they are worked out.
    returning : Returning or None
    controller : bool
        Rows that are not patients: site meetings, closures.
    """

    name: str
    arrivals: Arrivals | None
    attributes: Mapping[str, AttributeLaw] = field(default_factory=dict)
    returning: Returning | None = None
    controller: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """One way of a branch: low <= value < high of a drawn column."""

    column: Column
    low: float
    high: float


Guard = frozenset[Fork]
"""Forks that a patient must have passed to get somewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawPlan:
    """What a compiled hospital needs drawn.

    Parameters
    ----------
    classes : tuple of PatientClass
    levels : Mapping[str, tuple of str]
        The levels of every attribute.
    columns : tuple of Column
    is_time : tuple of bool
        Which columns are minutes, and so are put on the grid.
    clocks : frozenset of int
        Columns that are minutes of the day, and so must be finite.
    needs : tuple of Mapping[Column, frozenset of Fork]
        For each class the columns that it can read, and their sources, with the forks that lie before all
        reading.
    returns : tuple of frozenset of Fork or None
        For each class the forks that lie before the spawning of a return; None if it never spawns one.
    """

    classes: tuple[PatientClass, ...]
    levels: Mapping[str, tuple[str, ...]]
    columns: tuple[Column, ...]
    is_time: tuple[bool, ...]
    clocks: frozenset[int]
    needs: tuple[Mapping[Column, frozenset[Fork]], ...]
    returns: tuple[frozenset[Fork] | None, ...]
    _behind: dict[int, dict[Guard, list[int]]] = field(default_factory=dict, init=False, repr=False)

    def behind(self, klass: int) -> dict[Guard, list[int]]:
        """Return the positions of the columns that a class can read, by the forks that lie before them."""
        if klass not in self._behind:
            found = self._behind[klass] = {}
            for c, column in enumerate(self.columns):
                if column in self.needs[klass]:
                    found.setdefault(self.needs[klass][column], []).append(c)
        return self._behind[klass]
