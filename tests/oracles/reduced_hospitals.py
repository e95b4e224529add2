"""From a case of `oracles.json` to a hospital: arrivals, stages, queues and windows, by the builder."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.pathways.blueprint import Calendar, Resource, is_waited_for
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path as Way
from flowsim.sampling.distribution import Distribution
from flowsim.sampling.distributions import Exponential, Fixed, Lognormal
from flowsim.sampling.draw_plan import Always, Drawn
from flowsim.sampling.laws import By, Draw, Given
from flowsim.timeline import DAY, HOUR, StepFunction

Model = dict[str, Any]
Case = dict[str, Any]

CASES: dict[str, Case] = {
    case["id"]: case
    for case in json.loads(Path(__file__).with_name("oracles.json").read_text(encoding="utf-8"))["cases"]
}

FINE_STEPS = 240
"""Steps a day by which a smooth rate is followed; their error is of the order of 1e-5."""


def build(model: Model, *, until: float, end: float) -> Hospital:
    """Return the hospital of a model.

    Parameters
    ----------
    model : Model
    until : float
        Minute after which nobody comes any more.
    end : float
        Minutes that a run lasts.
    """
    hospital = Hospital(end=end)
    way = arriving(hospital, model, until)
    stages = model.get("stages", [])
    if not stages:
        way.leave()
        return hospital
    places = {stage["name"]: resource(hospital, stage, end) for stage in stages}
    if "choice" in model:
        lay_choice(hospital, way, stages, places)
    elif "parts" in stages[0]:
        lay_parts(hospital, way, stages[0], places["Visit"])
    else:
        lay_stages(hospital, way, model, places)
    return hospital


def arriving(hospital: Hospital, model: Model, until: float) -> Way:
    """Return the path of all patients, each with the attribute `class`."""
    hospital.attribute("class", ("1", "2", "3"))
    sources = model["arrivals"] if isinstance(model["arrivals"], list) else [model["arrivals"]]
    ways: list[Way] = []
    for source in sources:
        share = source.get("class1_probability")
        law = Always(str(source.get("class", 1))) if share is None else Drawn((share, 1 - share))
        ways.append(
            hospital.arrivals(f"patients {len(ways)}", rate=rate(source, until), attributes={"class": law})
        )
    ways[0].join(*ways[1:])
    return ways[0]


def rate(source: Model, until: float) -> StepFunction:
    """Return the patients a minute, none after `until`."""
    if "base_per_h" in source:
        hours = (np.arange(FINE_STEPS) + 0.5) * 24 / FINE_STEPS
        wave = np.cos(2 * np.pi * (hours - source["peak_h"]) / 24)
        levels = source["base_per_h"] + source["amplitude_per_h"] * wave
    elif "rates_per_h" in source:
        levels = np.array(source["rates_per_h"])
    else:
        levels = np.array([source["rate_per_h"]])
    while_open = StepFunction.repeating((levels / HOUR).tolist(), step=DAY / len(levels), end=until)
    before = while_open.times < until
    return StepFunction(np.append(while_open.times[before], until), np.append(while_open.levels[before], 0.0))


def resource(hospital: Hospital, stage: Model, end: float) -> Resource:
    places = stage["places"]
    if places == "unlimited":
        places = math.inf
    elif isinstance(places, dict):
        places = StepFunction.repeating(places["number"], step=places["step_h"] * HOUR, end=end)
    return hospital.resource(stage["name"], places)


def law(duration: Model) -> Distribution:
    if duration["law"] == "exponential":
        return Exponential(mean=duration["mean_h"] * HOUR)
    if duration["law"] == "lognormal":
        return Lognormal(mean=duration["mean_h"] * HOUR, sd=duration["sd_h"] * HOUR)
    assert duration["law"] == "fixed", duration
    return Fixed(value=duration["value_h"] * HOUR)


def lay_stages(hospital: Hospital, way: Way, model: Model, places: dict[str, Resource]) -> None:
    """Lay stage after stage; the place is kept, or not, until the next one has a free place."""
    queue = hospital.waiting_list("queue")
    limit = model.get("queue_limit", "none")
    if limit not in ("none", 0):
        way.when(is_waited_for(queue, limit)).leave()
    patience: float | Draw | None = 0 if limit == 0 else None
    if "patience" in model:
        patience = Draw("patience", law(model["patience"]))
    gone = way.seize(
        places[model["stages"][0]["name"]],
        waiting=queue,
        patience=patience,
        priority=By("class", {"1": 1, "2": 2, "3": 3}),
    )
    if gone:
        gone.leave()
    window = leave_window(hospital, model["leave_window"]) if "leave_window" in model else None
    for stage in model["stages"]:
        name, then = stage["name"], stage["then"]
        turnaround = stage["turnaround_h"] * HOUR if "turnaround_h" in stage else None
        way.delay(Draw(f"{name}.stay", law(stage["duration"])))
        way.mark(f"{name}.ready")
        if then == "leave":
            if window is not None:
                way.until(window)
            way.release(name, turnaround)
            way.leave()
            return
        if then["probability"] < 1:
            home = way.branch(f"{name}.home", 1 - then["probability"])
            home.release(name, turnaround)
            home.leave()
        if then["holds_place_until_next_is_free"]:
            way.seize(places[then["to"]])
            way.release(name, turnaround)
        else:
            way.release(name, turnaround)
            way.seize(places[then["to"]])


def leave_window(hospital: Hospital, window: Model) -> Calendar:
    assert not window["closed_days"]
    hours = [float(window["open_h"] <= h < window["close_h"]) for h in range(24)]
    return hospital.calendar("window", StepFunction.repeating(hours, step=HOUR, end=hospital.end))


def lay_choice(hospital: Hospital, way: Way, stages: list[Model], places: dict[str, Resource]) -> None:
    """Lay the first stage that is free, else nothing."""
    served, gone = way.choose(*places.values(), slot="bed", patience=0)
    base = Draw("bed.stay", law(stages[0]["duration"]))
    for path, stage in zip(served, stages, strict=True):
        path.delay(base.through(law(stage["duration"])))
        path.release("bed")
        path.leave()
    gone.leave()


def lay_parts(hospital: Hospital, way: Way, stage: Model, cubicles: Resource) -> None:
    """Lay a consultation and perhaps tests, all in one cubicle."""
    consultation, tests = stage["parts"]
    doctors = hospital.resource("doctor", consultation["number_of_doctors"])
    way.seize(cubicles)
    way.seize(doctors)
    way.delay(Draw("consultation", law(consultation["duration"])))
    way.release(doctors)
    tested = way.branch("tests", tests["probability"])
    tested.delay(Draw("tests.stay", law(tests["duration"])))
    way.join(tested)
    way.release(cubicles)
    way.leave()


def build_trace(model: Model, *, end: float) -> Hospital:
    """Return the hospital of a trace: patients with their own arrivals, priorities and durations [min]."""
    patients = model["patients"]
    assert not model["leave_window_by_stage"]
    hospital = Hospital(end=end)
    stages = []
    for k, stage in enumerate(model["stages"], start=1):
        places = stage["places"]
        if isinstance(places, list):
            times, numbers = zip(*((p["from"], p["number"]) for p in places), strict=True)
            places = StepFunction(np.array(times, dtype=float), np.array(numbers, dtype=float))
        stages.append(hospital.resource(f"stage{k}", places))
    way = hospital.arrivals("patients", at=[p["arrival"] for p in patients])
    priority = Draw("priority", Given([p["priority"] for p in patients]))
    gone = way.seize(stages[0], priority=priority, patience=model["patience"])
    if gone:
        gone.leave()
    for k, stage in enumerate(stages):
        way.delay(Draw(f"{stage.name}.stay", Given([(*p["durations"], *[0] * 9)[k] for p in patients])))
        way.mark(f"{stage.name}.ready")
        if k + 1 < len(stages):
            stops = Draw(f"{stage.name}.last", Given([len(p["durations"]) > k + 1 for p in patients]))
            home = way.branch(stops, 0.5)
            home.release(stage)
            home.leave()
            way.seize(stages[k + 1], priority=priority)
        way.release(stage)
    way.leave()
    return hospital
