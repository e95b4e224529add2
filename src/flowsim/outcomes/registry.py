"""What a metric is: its words, how it pools, and the function of the log that gives its observations.

A metric's name is the name of its function; every table, figure and help text reads the entry here. The
function says what was observed, when and of whom; `measurement` alone makes the figures of all and of
groups from that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from flowsim.outcomes.observations import Observations
from flowsim.outcomes.observed import Observed

Direction = Literal["higher", "lower", "neutral"]
"""Which way is better."""


MOST_OCCUPANCY = 2.0
"""What no occupancy is taken to exceed, above 1 since places may close under their patients: assumption."""


class Pool(Enum):
    """How observations become one figure."""

    TOTAL = "total"
    MEAN = "ratio of sums"
    MEDIAN = "median"
    P90 = "90th centile"
    P95 = "95th centile"

    @property
    def quantile(self) -> float | None:
        """The share of observations at or below the figure; None for sums."""
        return _QUANTILES.get(self)


_QUANTILES = {Pool.MEDIAN: 0.5, Pool.P90: 0.9, Pool.P95: 0.95}


Function = Callable[[Observed], Observations]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One reported number.

    Parameters
    ----------
    name : str
    label : str
        For people, without the unit.
    unit : str
        `share` (0-1), `patients`, `bed days`, `minutes`, `days` and the like.
    direction : str
        Whether higher or lower is better, or neither.
    definition : str
        Population, clock and what open patients do.
    source : str
        Who publishes the definition; `ours` if nobody does.
    pool : Pool
    groups : tuple of str
        Which keys it may be given by, besides all.
    needs : tuple of str
        Marks, attributes or fields of the period without which it is not modelled.
    most : float
        What it cannot exceed, in its unit; none is below 0.
    function : Callable[[Observed], Observations]
    """

    name: str
    label: str
    unit: str
    direction: Direction
    definition: str
    source: str
    pool: Pool
    groups: tuple[str, ...]
    needs: tuple[str, ...]
    most: float
    function: Function

    def refuse_impossible(self, value: float, what: str = "", *, difference: bool = False) -> None:
        """Refuse a target or an observed figure that it cannot be, such as a share given in percent.

        Parameters
        ----------
        value : float
        what : str, optional
            What the value is of the metric, such as `tolerance`.
        difference : bool
            Whether it is a difference between two figures.

        Raises
        ------
        ValueError
            With what it can be.
        """
        least = -self.most if difference else 0.0
        if least <= value <= self.most:
            return
        allowed = f"from {least:g} to {self.most:g}" if self.most < math.inf else "0 or more"
        unit = "pp" if difference else "%"
        is_share = self.unit == "share" and least <= value / 100 <= self.most
        meant = f" ({value:g} {unit} is {value / 100:g})" if is_share else ""
        of = f"{what} of {self.name}" if what else self.name
        raise ValueError(f"{of} must be {allowed}; found {value:g}{meant}")


METRICS: dict[str, Metric] = {}
"""Every metric by name, in the order of the tables."""

TIME = ("month", "week")
"""Groups that every observation has."""

PLACE = ("locality", "council")
"""Where patients live; `measurement` works out the council from the locality."""


def metric(
    *,
    label: str,
    unit: str,
    direction: Direction,
    definition: str,
    source: str,
    pool: Pool,
    groups: tuple[str, ...] = TIME,
    needs: tuple[str, ...] = (),
    most: float | None = None,
) -> Callable[[Function], Function]:
    """Enter the decorated function of an `Observed` into `METRICS` under its own name.

    A share is at most 1 and nothing else has an upper limit, unless `most` says otherwise.
    """
    usual = 1.0 if unit == "share" else math.inf

    def enter(function: Function) -> Function:
        name = function.__name__
        if name in METRICS:
            raise ValueError(f"two metrics are called {name}")
        function.__doc__ = definition
        METRICS[name] = Metric(
            name=name,
            label=label,
            unit=unit,
            direction=direction,
            definition=definition,
            source=source,
            pool=pool,
            groups=groups,
            needs=needs,
            most=usual if most is None else most,
            function=function,
        )
        return function

    return enter
