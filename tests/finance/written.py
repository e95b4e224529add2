"""Results written by hand: four weeks from a Monday, a baseline and an arm of the same replications."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from flowsim.experiments.runs.record import KH03, Published
from flowsim.experiments.runs.results import About, Results
from flowsim.finance.prices import PriceBook
from flowsim.outcomes.bed_days import NIGHTS
from flowsim.scenario.sections.section import LOCALITIES, PATHWAYS

DAYS = 28
WEEKS = ("2016-W14", "2016-W15", "2016-W16", "2016-W17")
ABOUT = About(
    name="base",
    title="A hospital",
    start=dt.date(2016, 4, 4),
    days=DAYS,
    engine="simpy",
    seed=7,
    published=(Published("occupied_bed_days", "months=2016-04 to 2016-06", 9100.0, KH03),),
)
Figure = tuple[str, str]

NAMES: tuple[Figure, ...] = (
    *((metric, "all") for metric in ("occupied_bed_days", "bed_days_by_the_hour", "bed_days_started")),
    *((metric, "all") for metric in ("mffd_bed_days", "delayed_transfer_days", "escalation_bed_days")),
    ("admitted_over_6h_from_arrival", "all"),
    *((metric, "all") for metric in ("d2a_slot_days_used", "open_bed_days", "four_hour_performance")),
    *((metric, "all") for metric in ("open_escalation_bed_days", "closed_bed_days")),
    ("occupied_bed_days", "months=2016-04 to 2016-06"),
    *(("bed_days_by_night", f"night={night}") for night in NIGHTS),
    *(
        (metric, f"locality={where}")
        for metric in (
            "attendances",
            "emergency_admissions",
            "direct_emergency_admissions",
            "elective_admissions",
            "occupied_bed_days",
        )
        for where in LOCALITIES
    ),
    *(("d2a_slot_days", f"resource={p.lower()}_{where}") for p in PATHWAYS for where in LOCALITIES),
    *(
        (metric, f"week={week}")
        for metric in (
            "occupied_bed_days",
            "escalation_bed_days",
            "open_bed_days",
            "open_escalation_bed_days",
        )
        for week in WEEKS
    ),
)
LEVEL = 1000.0
"""Of every figure of the baseline but the share."""


def results(changes: dict[Figure, list[float]] | None = None, n: int = 3) -> Results:
    """Return results in which every count is 1,000, some figures changed by so much in each replication."""
    values = np.full((n, len(NAMES)), LEVEL)
    values[:, NAMES.index(("four_hour_performance", "all"))] = 0.8
    for figure, by in (changes or {}).items():
        values[:, NAMES.index(figure)] += by
    return Results(
        about=ABOUT,
        numbers=tuple(range(n)),
        metric=tuple(metric for metric, _ in NAMES),
        group=tuple(group for _, group in NAMES),
        values=values,
    )


def fewer_beds(*per_week: float, n: int = 3) -> dict[Figure, list[float]]:
    """Return the changes of an arm with so many fewer beds taken in each week, in every replication."""
    changes: dict[Figure, list[float]] = {
        ("occupied_bed_days", f"week={week}"): [-7 * beds] * n
        for week, beds in zip(WEEKS, per_week, strict=True)
    }
    return changes | {("occupied_bed_days", "all"): [-7 * sum(per_week)] * n}


def without_ranges(book: PriceBook) -> PriceBook:
    """Return a price book in which nothing is drawn, and every price is of the book's own year."""
    prices = {
        name: replace(one, low=one.value, high=one.value, year=book.prices_of)
        for name, one in book.every_price().items()
        if "." not in name
    }
    assumed = {
        name: replace(one, low=one.value, high=one.value) for name, one in book.every_assumption().items()
    }
    return replace(
        book,
        prices=replace(book.prices, **prices),
        assumptions=replace(book.assumptions, **assumed),
        interventions={},
    )
