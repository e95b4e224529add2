"""Reduced hospitals against exact answers: every figure of all cases but one, which is not our rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engine.checked import ENGINES, Engine
from tests.oracles.acceptance import (
    FAULT,
    FULL,
    SEED,
    SIZES,
    THIN,
    THINNER,
    Rule,
    changed,
    failures,
    planned,
    simulate,
    variants,
)
from tests.oracles.reduced_hospitals import CASES, Case, build_trace

VARIANTS = variants()

NOT_OUR_RULE = "roster-day-overlap"
"""Each shift a new set of staff, all free at once: flowsim's rosters let staff finish the patient in hand."""

TRACES = ("trace-boarding", "trace-roster-priority")


COMPILED, SIMPY = Engine(ENGINES["compiled"]), Engine(ENGINES["simpy"])


@pytest.fixture(params=["compiled", pytest.param("simpy", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    # Both give the same logs, as other tests show; what takes minutes on SimPy is left to the slow ones.
    return Engine(ENGINES[request.param])


def judged(case: Case, rule: Rule, engine: Engine) -> list[str]:
    return failures(case, simulate(case, rule, engine), rule)


def test_every_case_is_tried() -> None:
    assert set(CASES) == {*SIZES, *TRACES, NOT_OUR_RULE}
    assert {case["id"] for case in VARIANTS.values()} == set(SIZES)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_figures_are_exact_within_a_thin_sample(name: str, engine: Engine) -> None:
    assert judged(VARIANTS[name], THIN, engine) == []


@pytest.mark.parametrize("name", VARIANTS)
def test_the_simpy_engine_gives_the_same_log(name: str) -> None:
    hospital = planned(VARIANTS[name], THINNER).hospital
    logs = [engine(hospital, seed=SEED, replication=0) for engine in (COMPILED, SIMPY)]
    assert logs[0].first_difference(logs[1]) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_the_figures_of_the_simpy_engine_are_exact_within_a_thinner_sample(name: str) -> None:
    assert judged(VARIANTS[name], THINNER, SIMPY) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_the_figures_are_exact_by_the_full_rule(name: str) -> None:
    # On the compiled engine alone: the SimPy engine gives the same log, and would take an hour.
    assert judged(VARIANTS[name], FULL, COMPILED) == []


FAULTS: dict[str, tuple[str, str, Any]] = {
    "visits 5 % longer": ("mmc-majors-6", "stages.0.duration.mean_h", 1.05),
    "one place too many": ("mmc-majors-6", "stages.0.places", 7),
    "one chair too many in the waiting room": ("mmck-small-ed", "queue_limit", 6),
    "fixed patience where it is drawn": ("renege-exp-8", "patience", {"law": "fixed", "value_h": 2.0}),
    "patience 5 % longer": ("renege-fixed-4", "patience", {"law": "fixed", "value_h": 1.575}),
    "the wrong class first": (
        "priority2-mmc-4",
        "arrivals",
        [{"rate_per_h": 1.2, "class": 2}, {"rate_per_h": 2.0, "class": 1}],
    ),
    "one bed too many": ("loss-lognormal-10", "stages.0.places", 11),
    "cleaning forgotten": ("turnaround-loss-8", "stages.0.turnaround_h", 0.0),
    "drawn visits where they are fixed": (
        "md1-triage",
        "stages.0.duration",
        {"law": "exponential", "mean_h": 0.2},
    ),
    "no more staff by day": (
        "roster-day-finish",
        "stages.0.places",
        {"step_h": 1, "number": [4] * 8 + [7] * 16},
    ),
    "no boarding": ("tandem-block-3-4", "stages.0.then.holds_place_until_next_is_free", False),
    "one escalation bed too many": ("overflow-loss-10-3", "stages.1.places", 4),
    "a third doctor": ("space-and-staff-6-2", "stages.0.parts.0.number_of_doctors", 3),
    "the window an hour longer": ("window-daily-unlimited", "leave_window.close_h", 19),
    "rates an hour late": (
        "arrivals-day",
        "arrivals.rates_per_h",
        np.roll(CASES["arrivals-day"]["model"]["arrivals"]["rates_per_h"], 1).tolist(),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_hospital_is_rejected_even_by_a_thinner_sample(fault: str, engine: Engine) -> None:
    name, path, value = FAULTS[fault]
    wrong = changed(CASES[name], path, value)
    assert judged(wrong, FAULT, engine)


def test_our_roster_is_not_the_one_with_overlap(engine: Engine) -> None:
    finish, overlap = CASES["roster-day-finish"], CASES[NOT_OUR_RULE]
    figures = ("mean_wait", "p_wait", "mean_queue_at_slot")
    other = finish | {"expected": {f: overlap["expected"][f] for f in figures}}
    assert len(judged(other, FAULT, engine)) == len(figures)


@pytest.mark.parametrize("engine", [COMPILED, SIMPY], ids=["compiled", "simpy"])
@pytest.mark.parametrize("name", TRACES)
def test_a_trace_comes_out_to_the_minute(name: str, engine: Engine) -> None:
    case = CASES[name]
    assert told(case, engine) == case["expected"]


def told(case: Case, engine: Engine) -> dict[str, Any]:
    """Return the figures of a trace in the words of the reference."""
    log = engine(build_trace(case["model"], end=10_000))
    stays = log.stays
    n, stages = len(log.patients.left), len(case["model"]["stages"])
    start, ready, out = (np.full((n, stages), np.nan) for _ in range(3))
    for k in range(stages):
        mine = stays.site == log.sites.index(f"stage{k + 1}")
        start[stays.patient[mine], k] = stays.started[mine]
        out[stays.patient[mine], k] = stays.ended[mine]
        ready[:, k] = log.mark(f"stage{k + 1}.ready")
    gave_up = np.isnan(start[:, 0])
    left_queue = np.where(gave_up, out[:, 0], np.nan)
    out[gave_up, 0] = np.nan
    arrival = log.patients.started
    wait = np.where(gave_up, out[:, 0], start[:, 0]) - arrival
    figures: dict[str, Any] = {
        "patients": n,
        "left_queue": int(gave_up.sum()),
        "mean_wait_min": np.nanmean(wait),
        "mean_entry_stay_min": pytest.approx(float(np.nanmean(out[:, 0] - arrival)), abs=1e-8),
        "entry_stay_within_240_min": float((out[~gave_up, 0] - arrival[~gave_up] <= 240).mean()),
        "last_departure_min": np.nanmax(out),
        "start_min": written(start),
        "ready_min": written(ready),
        "out_min": written(out),
        "left_queue_min": written(left_queue),
    }
    for k in range(stages):
        figures[f"stage{k + 1}_bed_minutes"] = np.nansum(out[:, k] - start[:, k])
        figures[f"stage{k + 1}_blocked_minutes"] = np.nansum(out[:, k] - ready[:, k])
        figures[f"stage{k + 1}_patients"] = int((~np.isnan(start[:, k])).sum())
    return figures


def written(values: Any) -> list[Any]:
    """Return an array as the reference writes it, None for what did not happen."""
    return [written(v) if np.ndim(v) else None if np.isnan(v) else float(v) for v in values]
