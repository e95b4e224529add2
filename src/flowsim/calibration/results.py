"""What a calibration found: which values agree with the record, which the record says nothing of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from flowsim.calibration.ensemble import Ensemble
from flowsim.calibration.parameters import UNIFORM_SD, Parameters
from flowsim.calibration.waves import Matched
from flowsim.experiments.statistics.intervals import Floats

if TYPE_CHECKING:
    import pandas as pd

    from flowsim.calibration.observations import Observation

FOUND, NARROWED = 0.5, 0.85
"""Spread after over spread before: up to the first a parameter is found, up to the second narrowed, beyond
it the data say nothing of it (assumption: a convention of ours)."""

TIED = 0.6
"""Correlation from which two parameters are known only together (assumption)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """What a calibration found; d parameters, m figures, k members of the ensemble.

    Parameters
    ----------
    name, title : str
        Of the scenario.
    key : str
        What identifies the calibration: equal keys have equal results.
    start : date
        The first day run and compared.
    days : int
    seed : int
    runs : int
        Replications of the waves.
    parameters : Parameters
    figures : tuple of Observation
    matched : Matched
    checked : NDArray[np.float64]
        Figures of the ensemble's own runs, shape (k, r, m).
    central : dict
        The value of each parameter at the centre of what agrees best.
    of_central : NDArray[np.float64]
        Figures of runs with those values, shape (r, m).
    """

    name: str
    title: str
    key: str
    start: dt.date
    days: int
    seed: int
    runs: int
    parameters: Parameters
    figures: tuple[Observation, ...]
    matched: Matched
    ensemble: Ensemble
    checked: Floats
    central: dict[str, Any]
    of_central: Floats

    @cached_property
    def spread(self) -> Floats:
        """Standard deviation of each parameter after over that before, shape (d,)."""
        return np.asarray(self.matched.sample.std(axis=0) / UNIFORM_SD)

    def verdict(self, i: int) -> str:
        """Return what the data say of a parameter."""
        spread = self.spread[i]
        return "found" if spread <= FOUND else "narrowed" if spread <= NARROWED else "not identified"

    @cached_property
    def tied(self) -> list[tuple[str, str, float]]:
        """Pairs of parameters known only together, with their correlation, the strongest first."""
        related = np.atleast_2d(np.corrcoef(self.matched.sample.T))
        names = self.parameters.names
        pairs = [
            (names[i], names[j], float(related[i, j]))
            for i, j in combinations(range(len(names)), 2)
            if abs(related[i, j]) >= TIED
        ]
        return sorted(pairs, key=lambda pair: -abs(pair[2]))

    def of_parameters(self) -> pd.DataFrame:
        """Return a table of the parameters: range, centiles of what is plausible, verdict."""
        import pandas as pd

        rows = []
        quantiles = np.quantile(self.matched.sample, [0.05, 0.5, 0.95], axis=0)
        each = [self.parameters.values(point) for point in np.clip(quantiles, 0, 1)]
        for i, axis in enumerate(self.parameters.axes):
            low, middle, high = (one[axis.name] for one in each)
            rows.append(
                {
                    "parameter": axis.name,
                    "verb": axis.verb,
                    "from": axis.values[0],
                    "to": axis.values[1],
                    "plausible_5": low,
                    "plausible_50": middle,
                    "plausible_95": high,
                    "central": self.central[axis.name],
                    "spread_left": round(float(self.spread[i]), 3),
                    "verdict": self.verdict(i),
                }
            )
        return pd.DataFrame(rows)

    def of_figures(self) -> pd.DataFrame:
        """Return a table of the figures: what was observed, and what the ensemble's own runs give.

        The mean is over members and replications; the year is the range of nine in ten single years, of any
        member.
        """
        import pandas as pd

        single = self.checked.reshape(-1, len(self.figures))
        low, high = np.nanquantile(single, [0.05, 0.95], axis=0)
        means = np.nanmean(self.checked, axis=1)
        rows = []
        for j, one in enumerate(self.figures):
            rows.append(
                {
                    "metric": one.metric,
                    "group": one.group,
                    "statistic": one.statistic,
                    "observed_low": one.low,
                    "observed_high": one.high,
                    "discrepancy_sd": one.discrepancy,
                    "mean": float(np.nanmean(means[:, j])),
                    "sd_of_members": float(np.nanstd(means[:, j], ddof=1)),
                    "year_5": float(low[j]),
                    "year_95": float(high[j]),
                    "inside": bool(one.low <= high[j] and one.high >= low[j]),
                    "source": one.source,
                }
            )
        return pd.DataFrame(rows)

    def of_sample(self) -> pd.DataFrame:
        """Return the points drawn from what is plausible, a column a parameter, 0 to 1 of its range."""
        import pandas as pd

        return pd.DataFrame(self.matched.sample.round(4), columns=list(self.parameters.names))

    def of_runs(self) -> pd.DataFrame:
        """Return every run of the waves: its wave, its values and its figures."""
        import pandas as pd

        rows = []
        for number, wave in enumerate(self.matched.waves, start=1):
            for point, several in zip(wave.points, wave.figures, strict=True):
                values = self.parameters.values(point)
                names = [one.name for one in self.figures]
                rows += [
                    {"wave": number, **values, **dict(zip(names, map(float, figures), strict=True))}
                    for figures in several
                ]
        return pd.DataFrame(rows)
