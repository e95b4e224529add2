"""What a sensitivity analysis found: which parameters matter most, and so what to measure next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from flowsim.calibration.parameters import Parameters
from flowsim.experiments.statistics.intervals import Floats, Intervals, intervals
from flowsim.outcomes import METRICS
from flowsim.sensitivity.morris import Effects
from flowsim.sensitivity.sobol import Indices

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensitivity:
    """What a sensitivity analysis found; d parameters, m metrics.

    Parameters
    ----------
    name, title : str
        Of the scenario.
    key : str
        What identifies the analysis: equal keys have equal results.
    start : date
    days : int
    seed : int
    parameters : Parameters
    remarks : Mapping of str to str
        What the scenario's file says beside each parameter.
    metrics : tuple of str
        The first is what parameters are ranked by.
    caveats : tuple of str
        Assumptions that the figures rest on and that could be taken for facts.
    effects : Effects
    indices : Indices or None
        If they were asked for.
    written : NDArray[np.float64]
        Figures of the scenario as written, shape (n, m).
    ends : NDArray[np.float64]
        With each parameter alone at the low and at the high end of its range, the same replications, shape
        (d, 2, n, m).
    """

    name: str
    title: str
    key: str
    start: dt.date
    days: int
    seed: int
    parameters: Parameters
    remarks: Mapping[str, str]
    metrics: tuple[str, ...]
    caveats: tuple[str, ...]
    effects: Effects
    indices: Indices | None
    written: Floats
    ends: Floats

    @property
    def last(self) -> dt.date:
        """The last day reported."""
        return self.start + dt.timedelta(days=self.days - 1)

    def ranking(self, metric: str | None = None) -> list[int]:
        """Return the positions of the parameters, the one whose mean absolute effect is the largest first."""
        column = self.effects.absolute.value[:, self.metrics.index(metric or self.metrics[0])]
        return [int(i) for i in np.argsort(-np.nan_to_num(column), kind="stable")]

    def swings(self, metric: str) -> tuple[Intervals, Intervals]:
        """Return what the low and the high end of each parameter change, paired, d figures each."""
        j = self.metrics.index(metric)
        low, high = ((self.ends[:, end, :, j] - self.written[:, j]).T for end in range(2))
        return intervals(low), intervals(high)

    def of_effects(self) -> pd.DataFrame:
        """Return a table of effects over whole ranges: a row a parameter and metric, the largest first."""
        import pandas as pd

        found, rows = self.effects, []
        for j, metric in enumerate(self.metrics):
            for rank, i in enumerate(self.ranking(metric), 1):
                axis = self.parameters.axes[i]
                rows.append(
                    {
                        "metric": metric,
                        "rank": rank,
                        "parameter": axis.name,
                        "verb": axis.verb,
                        "from": axis.values[0],
                        "to": axis.values[1],
                        "mu": found.mean[i, j],
                        "mu_star": found.absolute.value[i, j],
                        "mu_star_low": found.absolute.low[i, j],
                        "mu_star_high": found.absolute.high[i, j],
                        "sigma": found.spread.value[i, j],
                        "sigma_low": found.spread.low[i, j],
                        "sigma_high": found.spread.high[i, j],
                        "mu_star_by_chance": found.by_chance[i, j],
                        "p_holm": found.p[i, j],
                        "beyond_chance": bool(found.beyond_chance[i, j]),
                        "unit": METRICS[metric].unit,
                        "remark": self.remarks[axis.name],
                    }
                )
        return pd.DataFrame(rows)

    def of_ends(self) -> pd.DataFrame:
        """Return a table of what each end of each range changes: a row a parameter, end and metric."""
        import pandas as pd

        rows = []
        for metric in self.metrics:
            for which, found in zip(("from", "to"), self.swings(metric), strict=True):
                for i, axis in enumerate(self.parameters.axes):
                    rows.append(
                        {
                            "metric": metric,
                            "parameter": axis.name,
                            "end": which,
                            "verb": axis.verb,
                            "value": axis.values[which == "to"],
                            "difference": found.mean[i],
                            "ci_low": found.low[i],
                            "ci_high": found.high[i],
                            "unit": METRICS[metric].unit,
                        }
                    )
        return pd.DataFrame(rows)

    def of_indices(self) -> pd.DataFrame:
        """Return a table of Sobol indices: a row a parameter and metric, the largest total first; or none."""
        import pandas as pd

        found, rows = self.indices, []
        for j, metric in enumerate(self.metrics if found else ()):
            assert found is not None
            for i in np.argsort(-np.nan_to_num(found.total.value[:, j]), kind="stable"):
                row: dict[str, object] = {"metric": metric, "parameter": self.parameters.axes[i].name}
                for name, one in (("first", found.first), ("total", found.total)):
                    row |= {
                        name: one.value[i, j],
                        f"{name}_low": one.low[i, j],
                        f"{name}_high": one.high[i, j],
                    }
                rows.append(row)
        return pd.DataFrame(rows)

    def of_variance(self) -> pd.DataFrame:
        """Return a table of what makes the variance of single years: a row a metric; or none."""
        import pandas as pd

        found = self.indices
        if found is None:
            return pd.DataFrame()
        split = found.split
        return pd.DataFrame(
            {
                "metric": self.metrics,
                "parameters": split.parameters,
                "chance": split.chance,
                "share_of_parameters": split.share,
                "share_low": split.share_low,
                "share_high": split.share_high,
                "emulator_doubt": found.doubt,
                "emulator_foretold": found.foretold,
            }
        )
