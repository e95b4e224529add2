"""The baseline's bed days on each basis of counting, reconciled with each other and with the KH03 return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flowsim.experiments.runs.record import KH03, days_in, months_of_group
from flowsim.experiments.runs.results import Results

MIDNIGHTS, HOURS, STARTED = "Midnights", "Hours / 24", "Started days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The occupied-bed return of some months beside the model: beds at midnight, on the mean."""

    months: tuple[str, ...]
    published: float
    model: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Occupied bed days of a run, the mean over its replications.

    Parameters
    ----------
    by_basis : Mapping[str, float]
    days : int
        Reported.
    returns : tuple of Return
        KH03 quarters that the run reports.
    """

    by_basis: Mapping[str, float]
    days: int
    returns: tuple[Return, ...]

    @property
    def midnights(self) -> float:
        """Those of the census, which KH03 and the price book use."""
        return self.by_basis[MIDNIGHTS]

    @property
    def stays(self) -> float:
        """How often somebody left the beds: started days less midnights, for each has one date more."""
        return self.by_basis[STARTED] - self.by_basis[MIDNIGHTS]

    @classmethod
    def of(cls, results: Results) -> Bases:
        """Return the bed days of a run."""
        metrics = {
            MIDNIGHTS: "occupied_bed_days",
            HOURS: "bed_days_by_the_hour",
            STARTED: "bed_days_started",
        }
        return cls(
            by_basis={label: results.figure(metric).mean for label, metric in metrics.items()},
            days=results.about.days,
            returns=tuple(
                Return(
                    months=months_of_group(one.group),
                    published=one.value / days_in(months_of_group(one.group)),
                    model=results.figure(one.metric, one.group).mean / days_in(months_of_group(one.group)),
                )
                for one in results.about.published
                if one.source == KH03 and one.metric == "occupied_bed_days"
            ),
        )
