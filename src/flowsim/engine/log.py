"""The log: everything a run leaves behind, as flat columns; every metric is worked out from it.

`patients` has a row for each row of the cohort, `stays` a row for each seize in order of asking, `places` a
row for each change of a resource's capacity. Times are minutes; NaN means that it did not happen (before the
end of the run).

    a stay that was                   requested  started  ended              resource
    served                            asking     grant    release            the one taken
    abandoned or turned away          asking     NaN      leaving the queue  the first preference
    still waiting at the end          asking     NaN      NaN                the first preference
    still held at the end             asking     grant    NaN                the one taken
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from flowsim.engine.program import Program
from flowsim.sampling.cohort import Cohort


@dataclass(frozen=True, slots=True, eq=False)
class Patients:
    """One row a row of the cohort; n rows.

    Parameters
    ----------
    klass : NDArray[np.int32]
        Position in `Log.class_names`.
    started : NDArray[np.float64]
        Arrival, or the moment of coming back; NaN for a reserved return that did not happen.
    left : NDArray[np.float64]
    marks : NDArray[np.float64]
        Shape (n_marks, n): the last time each mark was stamped.
    attributes : Mapping[str, NDArray[np.int8]]
        Position in `Log.levels[name]`, -1 for none.
    candidate : NDArray[np.int64]
        With the class, who this is in every scenario.
    """

    klass: NDArray[np.int32]
    started: NDArray[np.float64]
    left: NDArray[np.float64]
    marks: NDArray[np.float64]
    attributes: Mapping[str, NDArray[np.int8]]
    candidate: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """One row a seize, in order of asking.

    Parameters
    ----------
    patient : NDArray[np.int32]
        Row in `Log.patients`.
    site : NDArray[np.int32]
        Position in `Log.sites`: which seize of the pathway.
    resource : NDArray[np.int32]
        Position in `Log.resource_names`.
    requested, started, ended : NDArray[np.float64]
    """

    patient: NDArray[np.int32]
    site: NDArray[np.int32]
    resource: NDArray[np.int32]
    requested: NDArray[np.float64]
    started: NDArray[np.float64]
    ended: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Every change of a resource's capacity, in order of time.

    Parameters
    ----------
    time : NDArray[np.float64]
    resource : NDArray[np.int32]
    capacity : NDArray[np.int64]
        From `time` on.
    """

    time: NDArray[np.float64]
    resource: NDArray[np.int32]
    capacity: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """All that happened in [0, end)."""

    patients: Patients
    stays: Stays
    places: Places
    end: float
    resource_names: tuple[str, ...]
    mark_names: tuple[str, ...]
    class_names: tuple[str, ...]
    controllers: tuple[bool, ...]
    sites: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls,
        program: Program,
        cohort: Cohort,
        end: float,
        *,
        started: NDArray[np.float64],
        left: NDArray[np.float64],
        marks: NDArray[np.float64],
        stays: Stays,
        places: Places,
    ) -> Log:
        """Return the log of a run, given what happened in it."""
        return cls(
            Patients(cohort.klass, started, left, marks, cohort.attributes, cohort.candidate),
            stays,
            places,
            end,
            program.resource_names,
            program.mark_names,
            program.class_names,
            program.controllers,
            program.sites,
            cohort.levels,
        )

    def mark(self, name: str) -> NDArray[np.float64]:
        """Return when each patient was last given this mark, shape (n,)."""
        return np.asarray(self.patients.marks[self.mark_names.index(name)])

    def resource(self, name: str) -> int:
        """Return the position of a resource."""
        return self.resource_names.index(name)

    def first_difference(self, other: Log) -> str | None:
        """Return where two logs differ first, or None if they are equal bit for bit."""
        for table in ("patients", "stays", "places"):
            mine, theirs = getattr(self, table), getattr(other, table)
            for column in fields(mine):
                a, b = getattr(mine, column.name), getattr(theirs, column.name)
                if isinstance(a, Mapping):
                    continue
                if a.shape != b.shape:
                    return f"{table}.{column.name}: shapes {a.shape} and {b.shape}"
                same = (a == b) | (np.isnan(a) & np.isnan(b)) if a.dtype.kind == "f" else a == b
                if not same.all():
                    at = tuple(int(i) for i in np.argwhere(~same)[0])
                    return f"{table}.{column.name}{list(at)}: {a[at]} and {b[at]}"
        return None
