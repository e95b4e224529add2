"""What an arm changes in a year, in beds, slots and people: all that is later priced, and no price.

Days are those of the midnight census. Released is what is free more than in the baseline: beds open less beds
taken, so that beds added to a hospital release only what of them stays empty. A bed closed for infection is
not open, but staffed and paid as before: closing it releases nothing and saves nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flowsim.experiments.runs.reporting import service
from flowsim.experiments.runs.results import About, Results
from flowsim.experiments.statistics.intervals import Floats
from flowsim.outcomes.bed_days import LAST_NIGHT, NIGHTS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS

YEAR = 365
"""Days; effects of shorter or longer runs are brought to it."""
WEEK = 7

COSTS = ("core_beds_opened", *(f"slot_days.{p}.{where}" for p in PATHWAYS for where in LOCALITIES))
"""What an arm adds and must pay for, rather than brings about."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Changes of a year, replication by replication the arm less the baseline; n replications.

    Parameters
    ----------
    amounts : Mapping[str, NDArray[np.float64]]
        By name, shape (n,): `core_days`, `escalation_days` and `acute_days` released, `excess_days`,
        `mffd_bed_days` and `delayed_transfer_days` fewer [bed days]; `d2a_slot_days_used` more and
        `slot_days.P1.FG` added [slot days]; `core_beds_opened`, whether or not closed for infection [beds];
        `attendances.FG` and `admissions.FG` avoided, `late_admissions` fewer and `electives.FG` done more
        [patients]; `four_hour_points` gained [percentage points].
    free : NDArray[np.float64]
        Core beds free more in each whole week, shape (n, n_weeks).
    shares : Mapping[str, float]
        Of each locality in the baseline's bed days.
    """

    amounts: Mapping[str, Floats]
    free: Floats
    shares: Mapping[str, float]


def scaled_to_a_year(about: About) -> list[str]:
    """Return what to beware of where a year is reckoned from fewer days."""
    if about.days >= YEAR:
        return []
    return [f"a year is reckoned from {about.days} days, as if all others were like them."]


def effects_of(baseline: Results, arm: Results, trim_point: int) -> Effects:
    """Return what an arm changes.

    Parameters
    ----------
    baseline, arm : Results
        The same replications of the same days.
    trim_point : int
        Days of a spell beyond which each is an excess bed day.

    Raises
    ------
    InputError
        If the results lack a figure, as those of an older flowsim do.
    """
    yearly = YEAR / baseline.about.days

    def more(metric: str, group: str = ALL) -> Floats:
        return (arm.by_replication(metric, group) - baseline.by_replication(metric, group)) * yearly

    def opened(group: str = ALL) -> Floats:
        return more("open_bed_days", group) - more("open_escalation_bed_days", group)

    def released(group: str = ALL) -> Floats:
        return opened(group) - more("occupied_bed_days", group) + more("escalation_bed_days", group)

    taken = more("occupied_bed_days")
    excess = [f"night={night}" for night in NIGHTS[min(trim_point, LAST_NIGHT) :]]
    amounts = {
        "core_days": released(),
        "escalation_days": -more("escalation_bed_days"),
        "acute_days": more("mffd_bed_days") - taken,
        "excess_days": -sum((more("bed_days_by_night", night) for night in excess), start=0 * taken),
        "mffd_bed_days": -more("mffd_bed_days"),
        "delayed_transfer_days": -more("delayed_transfer_days"),
        "d2a_slot_days_used": more("d2a_slot_days_used"),
        "core_beds_opened": (opened() + more("closed_bed_days")) / YEAR,
        "late_admissions": -more("admitted_over_6h_from_arrival"),
        "four_hour_points": 100 * more("four_hour_performance") / yearly,
    }
    for where in LOCALITIES:
        group = f"locality={where}"
        admissions = more("emergency_admissions", group) + more("direct_emergency_admissions", group)
        amounts |= {
            f"attendances.{where}": -more("attendances", group),
            f"admissions.{where}": -admissions,
            f"electives.{where}": more("elective_admissions", group),
        }
        for pathway in PATHWAYS:
            slots = more("d2a_slot_days", f"resource={service(pathway, where)}")
            amounts[f"slot_days.{pathway}.{where}"] = slots
    free = [released(week) / (yearly * WEEK) for week in whole_weeks(baseline)]
    days = {
        where: float(baseline.figure("occupied_bed_days", f"locality={where}").mean) for where in LOCALITIES
    }
    return Effects(
        amounts=amounts,
        free=np.stack(free, axis=1) if free else np.empty((len(taken), 0)),
        shares={where: one / sum(days.values()) for where, one in days.items()},
    )


def whole_weeks(results: Results) -> list[str]:
    """Return the groups of the weeks of which a run reports every day, such as `week=2016-W14`."""
    days = [results.about.start + dt.timedelta(i) for i in range(results.about.days)]
    counted = Counter("week={}-W{:02}".format(*day.isocalendar()[:2]) for day in days)
    return [week for week, count in counted.items() if count == WEEK]
