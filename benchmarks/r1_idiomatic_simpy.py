"""R1 as a competent SimPy user writes it: a process a patient, a Resource a stage, draws where needed.

This is the yardstick of every ratio, so it is neither slowed down nor tuned: SimPy's documented way of
writing a model, counters instead of logs, and the garbage collector as Python starts it.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import simpy
from r1 import AMU, ARRIVAL_RATES, D2A, DAY, DAYS, ED, FOUR_HOURS, HOUR, TRIAGE, WARD, Outputs, Stage

Process = Generator[simpy.Event, None, None]


class Area:
    """The units of one stage, with the counts that its outputs need."""

    def __init__(self, env: simpy.Environment, stage: Stage, rng: np.random.Generator) -> None:
        self.env = env
        self.units = simpy.Resource(env, capacity=stage.units)
        self.onward = stage.onward
        self.mu = stage.mu
        self.sigma = stage.sigma
        self.rng = rng
        self.held = 0
        self.held_minutes = 0.0
        self.last_change = 0.0
        self.given = 0
        self.waited = 0.0

    def sample_duration(self) -> float:
        """Return the minutes a patient needs here."""
        return self.rng.lognormal(self.mu, self.sigma)

    def record_change(self, change: int) -> None:
        """Add the time at the level so far, then change the number of units held."""
        now = self.env.now
        self.held_minutes += self.held * (now - self.last_change)
        self.last_change = now
        self.held += change

    def record_start(self, asked: float) -> None:
        """Note that a patient who asked at `asked` has a unit now."""
        self.given += 1
        self.waited += self.env.now - asked
        self.record_change(+1)

    def mean_held(self) -> float:
        """Return the time average of the units held until now."""
        self.record_change(0)
        return self.held_minutes / self.env.now

    def mean_wait(self) -> float:
        """Return the mean minutes from asking for a unit to getting it."""
        return self.waited / self.given


class Hospital:
    """The five stages, the patients going through them, and the counts for the whole hospital."""

    def __init__(self, env: simpy.Environment, seed: int) -> None:
        self.env = env
        self.rng = np.random.default_rng(seed)
        self.triage = Area(env, TRIAGE, self.rng)
        self.ed = Area(env, ED, self.rng)
        self.amu = Area(env, AMU, self.rng)
        self.ward = Area(env, WARD, self.rng)
        self.d2a = Area(env, D2A, self.rng)
        self.arrived = 0
        self.durations_ended = 0
        self.ed_out = 0
        self.within_four_hours = 0

    def arrivals(self) -> Process:
        """Start patients by thinning: candidates at the peak rate, each kept with probability rate / peak."""
        peak = max(ARRIVAL_RATES)
        while True:
            arrival = self.env.now + self.rng.exponential(1 / peak)
            while self.rng.random() * peak >= ARRIVAL_RATES[int(arrival // HOUR) % 24]:
                arrival += self.rng.exponential(1 / peak)
            yield self.env.timeout(arrival - self.env.now)
            self.arrived += 1
            self.env.process(self.patient())

    def patient(self) -> Process:
        """Walk one patient from triage to home; a unit is kept until the next stage's unit is theirs."""
        arrived = self.env.now
        with self.triage.units.request() as nurse:
            yield nurse
            self.triage.record_start(arrived)
            yield self.env.timeout(self.triage.sample_duration())
            self.durations_ended += 1
        self.triage.record_change(-1)

        asked = self.env.now
        with self.ed.units.request() as space:
            yield space
            self.ed.record_start(asked)
            yield self.env.timeout(self.ed.sample_duration())
            self.durations_ended += 1
            admitted = self.rng.random() < self.ed.onward
            if admitted:
                asked = self.env.now
                bed = self.amu.units.request()
                yield bed
                self.amu.record_start(asked)
        self.ed.record_change(-1)
        self.ed_out += 1
        if self.env.now - arrived <= FOUR_HOURS:
            self.within_four_hours += 1
        if not admitted:
            return

        area = self.amu
        for next_area in (self.ward, self.d2a):
            yield self.env.timeout(area.sample_duration())
            self.durations_ended += 1
            if self.rng.random() >= area.onward:
                break
            asked = self.env.now
            next_bed = next_area.units.request()
            yield next_bed
            next_area.record_start(asked)
            area.units.release(bed)
            area.record_change(-1)
            area, bed = next_area, next_bed
        else:
            yield self.env.timeout(area.sample_duration())
            self.durations_ended += 1
        area.units.release(bed)
        area.record_change(-1)


def replicate(seed: int, days: int = DAYS) -> Outputs:
    """Run one replication of R1.

    Parameters
    ----------
    seed : int
        Seed of the replication's only random stream.
    days : int
        Horizon.

    Returns
    -------
    Outputs
        The replication's outputs.
    """
    env = simpy.Environment()
    hospital = Hospital(env, seed)
    env.process(hospital.arrivals())
    env.run(until=days * DAY)
    return Outputs(
        arrivals=hospital.arrived,
        ed_out=hospital.ed_out,
        four_hour_pct=100 * hospital.within_four_hours / hospital.ed_out,
        occ_triage=hospital.triage.mean_held(),
        occ_ed=hospital.ed.mean_held(),
        occ_amu=hospital.amu.mean_held(),
        occ_ward=hospital.ward.mean_held(),
        occ_d2a=hospital.d2a.mean_held(),
        blocked_amu=hospital.amu.mean_wait(),
        blocked_ward=hospital.ward.mean_wait(),
        blocked_d2a=hospital.d2a.mean_wait(),
        events=hospital.arrived + hospital.durations_ended,
    )
