"""A reduced hospital with three things not well known: a clinician's time, the share admitted, the stay.

patients, 4 an hour --> cubicle (14) --> clinician (3) --home, 1 - share--> leaves
                           |kept until a bed is free
                           +--share--> bed (36) --> leaves
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flowsim.engine.engines import simulator
from flowsim.experiments.statistics.intervals import Floats
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential, Gamma
from flowsim.sampling.laws import Draw
from flowsim.timeline import DAY, HOUR, StepFunction

DAYS, FIRST_DAY = 28, 7
RANGES = ((20.0, 38.0), (0.15, 0.28), (18.0, 34.0))
"""Minutes, share, hours."""
FIGURES = ("median minutes of those sent home", "share over an hour", "beds occupied", "admitted a day")
SEED = 3


def hospital(clinician: float, admitted: float, stay: float) -> Hospital:
    """Return it, for a clinician's mean time [min], a share and a mean stay [h]."""
    built = Hospital(end=DAYS * DAY)
    cubicles, clinicians, beds = (
        built.resource(name, places) for name, places in (("cubicle", 14), ("clinician", 3), ("bed", 36))
    )
    way = built.arrivals("patient", rate=StepFunction.constant(4 / HOUR))
    way.seize(cubicles)
    way.seize(clinicians)
    way.delay(Draw("consultation", Gamma(mean=clinician, cv=0.6)))
    way.release(clinicians)
    home = way.branch("home", 1 - admitted)
    home.release(cubicles)
    home.mark("departed")
    home.leave()
    way.mark("decided")
    way.seize(beds)
    way.release(cubicles)
    way.mark("departed")
    way.mark("admitted")
    way.delay(Draw("stay", Exponential(mean=stay * HOUR)))
    way.release(beds)
    way.leave()
    return built


def figures_of(values: Sequence[float], number: int) -> list[float]:
    """Return the figures of one replication."""
    built = hospital(*values)
    log = simulator("compiled")(
        built.compiled.program, built.sample(seed=SEED, replication=number), built.end
    )
    came, left, decided = log.patients.started, log.mark("departed"), log.mark("decided")
    counted = (came >= FIRST_DAY * DAY) & ~np.isnan(left)
    home = (left - came)[counted & np.isnan(decided)]
    admitted = int((decided >= FIRST_DAY * DAY).sum())
    stays = log.stays
    of_bed = stays.resource == log.resource_names.index("bed")
    began = np.clip(np.nan_to_num(stays.started[of_bed], nan=built.end), FIRST_DAY * DAY, built.end)
    ended = np.clip(np.nan_to_num(stays.ended[of_bed], nan=built.end), FIRST_DAY * DAY, built.end)
    days = DAYS - FIRST_DAY
    beds = float((ended - began).sum()) / (days * DAY)
    return [float(np.median(home)), float((home > HOUR).mean()), beds, admitted / days]


def values_at(point: Floats) -> list[float]:
    """Return the values of the parameters at a point of the cube."""
    return [low + float(u) * (high - low) for u, (low, high) in zip(point, RANGES, strict=True)]


def model(points: Floats, numbers: Sequence[Sequence[int]]) -> Floats:
    """Return the figures of some replications at each point, as `waves.match` asks for them."""
    found = [
        [figures_of(values_at(point), number) for number in some]
        for point, some in zip(points, numbers, strict=True)
    ]
    return np.array(found)
