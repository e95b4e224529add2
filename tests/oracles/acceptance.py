"""The rule by which a figure passes, and how long runs must be for it to mean something.

A figure is a ratio of totals over R >= 20 replications (a mean over patients, or over time), with the
standard error of a ratio. It passes when |figure - exact| <= 4.5 standard errors and the standard error is at
most 1 % of a mean, or 0.005 of a probability. In a profile over slots each slot must pass, and the average
standard error may be 1 % of the average.

`FULL` is that rule. `THIN` is for every day: runs of a 24th, a standard error five times as wide. `THINNER`,
a 160th and thirteen times as wide, is for the SimPy engine, whose log of every case is held to the compiled
one's besides.
`FAULT`, an 80th, is for hospitals that are wrong, and they must be caught nevertheless.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowsim.pathways.builder import Hospital
from flowsim.timeline import DAY, HOUR
from tests.engine.checked import Engine
from tests.oracles.measures import Run, measure
from tests.oracles.reduced_hospitals import CASES, Case, build

REPLICATIONS = 20
ERRORS = 4.5
SEED = 1948


@dataclass(frozen=True)
class Rule:
    """How long runs are and how wide a standard error may be, relative to the acceptance rule's."""

    length: float
    width: float


FULL = Rule(1, 1)
THIN = Rule(1 / 24, 5)
THINNER = Rule(1 / 160, 13)
FAULT = Rule(1 / 80, 1e9)


@dataclass(frozen=True)
class Size:
    """Days of one run that count under the full rule, and days before they begin to.

    Planned from the standard errors that the reference's own simulations reached.
    """

    days: float
    warm_up: int = 20
    runs: int = 1
    """Independent runs that make one replication, where one would be short, or too long for the engine."""


SIZES = {
    "mmc-majors-6": Size(3600),
    "mmck-small-ed": Size(500),
    "renege-exp-8": Size(400),
    "renege-fixed-4": Size(800),
    "priority2-mmc-4": Size(2000),
    "loss-lognormal-10": Size(800),
    "mt-inf-ed-hourly": Size(240, 3),
    "mt-inf-sinusoid-exp": Size(320, 3),
    "md1-triage": Size(2700),
    "mg1-lognormal": Size(2400),
    "turnaround-loss-8": Size(3200),
    "roster-day-finish": Size(4000, 3),
    "transient-overload-5": Size(1, 0, runs=640),
    "tandem-block-3-4": Size(3000),
    "boarding3-no-waiting": Size(8000, 60),
    "d2a-ward-6": Size(40_000, 600, runs=16),
    "overflow-loss-10-3": Size(5000, 60),
    "window-daily-unlimited": Size(1600, 28),
    "space-and-staff-6-2": Size(3500),
    "tandem-open-2-5": Size(5000),
    "arrivals-day": Size(1600, 0),
}

SMOOTH_AND_STEPS = {
    "smooth": ("mean_occupied_at_slot", "mean_occupied"),
    "steps": ("mean_occupied_at_slot_hourly_steps", "mean_occupied"),
}


def variants() -> dict[str, Case]:
    """Return every statistical case by name, some also with other laws of the same mean, hence figures."""
    result = {name: case for name, case in CASES.items() if name in SIZES}
    for name in ("loss-lognormal-10", "window-daily-unlimited", "turnaround-loss-8"):
        mean = CASES[name]["model"]["stages"][0]["duration"]["mean_h"]
        for law in ({"law": "exponential", "mean_h": mean}, {"law": "fixed", "value_h": mean}):
            result[f"{name}, {law['law']}"] = changed(CASES[name], "stages.0.duration", law)
    wave = result.pop("mt-inf-sinusoid-exp")
    for kind, figures in SMOOTH_AND_STEPS.items():
        result[f"{wave['id']}, {kind}"] = wave | {"expected": {f: wave["expected"][f] for f in figures}}
    rates = {"rates_per_h": wave["model"]["arrivals"]["hourly_step_version_rates_per_h"]}
    result[f"{wave['id']}, steps"] = changed(result[f"{wave['id']}, steps"], "arrivals", rates)
    return result


def changed(case: Case, path: str, value: Any) -> Case:
    """Return the case with one value of its model changed, its figures as they were."""
    model = copy.deepcopy(case["model"])
    *way, last = path.split(".")
    place = model
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[last] = value
    return case | {"model": model}


Totals = dict[str, list[tuple[Any, Any]]]


@dataclass(frozen=True)
class Planned:
    """A case as a hospital, the minutes from which and to which it counts, and the runs of a replication."""

    hospital: Hospital
    start: float
    stop: float
    runs: int


def planned(case: Case, rule: Rule) -> Planned:
    """Return a case at the length of a rule."""
    size = SIZES[case["id"]]
    start = size.warm_up * DAY
    runs = max(1, round(size.runs * rule.length))
    stop = start + math.ceil(size.days * size.runs * rule.length / runs) * DAY
    # A day of arrivals more, for those whom later ones overtake; then time for all to go home.
    until, end = (stop, stop + HOUR) if size.days == 1 else (stop + DAY, stop + 1000 * DAY)
    return Planned(build(case["model"], until=until, end=end), start, stop, runs)


def simulate(case: Case, rule: Rule, engine: Engine) -> Totals:
    """Return each figure's sum and number, one pair a replication."""
    of = planned(case, rule)
    totals: Totals = {figure: [] for figure in case["expected"]}
    for replication in range(REPLICATIONS):
        pairs = []
        for k in range(of.runs):
            log = engine(of.hospital, seed=SEED, replication=replication * of.runs + k)
            run = Run(log, of.start, of.stop, case)
            pairs.append({figure: measure(run, figure) for figure in case["expected"]})
        for figure, values in totals.items():
            values.append((sum(p[figure][0] for p in pairs), sum(p[figure][1] for p in pairs)))
    return totals


def failures(case: Case, totals: Totals, rule: Rule) -> list[str]:
    """Return in words each figure that does not pass."""
    result = []
    for figure, exact in case["expected"].items():
        least = reference_error(case, figure, totals[figure], rule)
        for fault in _faults(figure, np.asarray(exact, dtype=np.float64), totals[figure], rule, least):
            result.append(f"{figure}: {fault}")
    return result


def reference_error(case: Case, figure: str, pairs: list[tuple[Any, Any]], rule: Rule) -> float:
    """Return the standard error that the reference's own simulation implies for runs as long as ours."""
    simulation = case["check"]["simulation"]
    size = simulation["size"].split()
    error = float(simulation["figures"].get(figure, {}).get("se", 0.0))
    in_days = size[1] in ("days", "periods")
    ours = SIZES[case["id"]].days * rule.length * len(pairs) if in_days else np.sum([p[1] for p in pairs])
    return error * math.sqrt(int(size[0]) * simulation["replications"] / float(ours))


def _faults(figure: str, exact: Any, pairs: list[tuple[Any, Any]], rule: Rule, least: float) -> list[str]:
    sums = np.array([p[0] for p in pairs], dtype=np.float64)
    numbers = np.array([p[1] for p in pairs], dtype=np.float64).reshape(-1, *[1] * (sums.ndim - 1))
    value = sums.sum(axis=0) / numbers.sum()
    off = sums - value * numbers
    error = np.sqrt((off**2).sum(axis=0) * len(pairs) / (len(pairs) - 1)) / numbers.sum()
    if figure.startswith("p95"):
        # The 95th percentile: fewer than 95 % lie below it, at least 95 % at or below it.
        below, upto = value - 0.95
        wrong = (below >= ERRORS * error[0]) | (upto < -ERRORS * error[1])
        return [f"slots {np.flatnonzero(wrong).tolist()} are not the 95th percentile"] if wrong.any() else []
    if figure.startswith("sd"):
        value = np.sqrt(value)
        error = error / (2 * value)
    allowed = 0.01 * np.abs(exact).mean()
    if is_probability(figure):
        allowed = 0.005
        # What is rare comes in a few clusters, or not at all, and then the spread between replications is
        # small as well: the exact law and the reference's own, longer simulation know it better.
        error = np.maximum(error, np.maximum(least, np.sqrt(exact * (1 - exact) / numbers.sum())))
    faults = []
    wrong = np.abs(value - exact) > ERRORS * error + 1e-9 * np.abs(exact)
    if wrong.any():
        i = np.argmax(wrong)
        v, x, e = (np.atleast_1d(a)[i] for a in (value, exact, error))
        where = f" at {i}" if exact.ndim else ""
        faults.append(f"{v:.6g} is not {x:.6g}{where}, standard error {e:.2g}")
    if error.mean() > rule.width * allowed:
        faults.append(f"standard error {error.mean():.2g} above {rule.width * allowed:.2g}: raise the length")
    return faults


def is_probability(figure: str) -> bool:
    return "_within_" in figure or "share" in figure or figure.startswith("p_") or "_p_" in figure
