from __future__ import annotations

import datetime as dt
import heapq
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from flowsim.engine.log import Log, Stays
from flowsim.outcomes import growing_queues
from flowsim.outcomes.overload import median_slope, rise
from tests.outcomes.written_logs import DAY, NAN, days, walk_in, written

Floats = NDArray[np.float64]


def asking(resource: str, requested: Floats, started: Floats, end: float) -> Log:
    """Return a log of stays alone; who starts after the end of the run still waits."""
    log = written(walk_in(0.0), end=end)
    came = requested < end
    requested, started = requested[came], np.where(started[came] < end, started[came], NAN)
    zeros = np.zeros(len(requested), dtype=np.int32)
    where = zeros + log.resource(resource)
    return replace(log, stays=Stays(zeros, zeros, where, requested, started, np.full(len(zeros), NAN)))


def served(arrivals: Floats, services: Floats, servers: int) -> Floats:
    """Return when each patient starts, first come first served."""
    free = [0.0] * servers
    started = np.empty(len(arrivals))
    for i, (arrival, service) in enumerate(zip(arrivals, services, strict=True)):
        started[i] = max(arrival, heapq.heappop(free))
        heapq.heappush(free, started[i] + service)
    return started


def mmc(load: float, *, seed: int, per_day: float = 20.0, servers: int = 8, year: int = 365) -> Log:
    rng = np.random.default_rng(seed)
    count = rng.poisson(per_day * year)
    arrivals = np.sort(rng.uniform(0, year * DAY, count))
    services = rng.exponential(servers * load / per_day * DAY, count)
    return asking("doctor", arrivals, served(arrivals, services, servers), year * DAY)


@pytest.mark.parametrize("seed", range(8))
def test_a_queue_loaded_to_85_percent_does_not_grow(seed: int) -> None:
    assert growing_queues(mmc(0.85, seed=seed), days(365)) == ()


@pytest.mark.parametrize("seed", range(8))
def test_a_queue_loaded_to_120_percent_grows_by_what_is_too_much(seed: int) -> None:
    (queue,) = growing_queues(mmc(1.2, seed=seed), days(365))
    assert queue.resource == "doctor"
    # 20 come and 20 / 1.2 can be served a day; 4 standard deviations over a year: 4 x sqrt(2 x 20 / 365)
    assert queue.per_day == pytest.approx(20 - 20 / 1.2, abs=1.4)
    assert queue.since < dt.date(2024, 3, 1)
    assert queue.waiting == pytest.approx(365 * queue.per_day, rel=0.2)


def test_growth_is_dated_from_its_beginning() -> None:
    # 20 a day, one every 72 min. Served at once until day 100, then one every 90 min: 4 a day too many.
    arrivals = 72.0 * np.arange(20 * 200)
    late = arrivals >= 100 * DAY
    started = arrivals.copy()
    started[late] = 100 * DAY + 90.0 * np.arange(late.sum())
    (queue,) = growing_queues(asking("amu", arrivals, started, 200 * DAY), days(200))
    assert queue.per_day == pytest.approx(4.0, abs=0.05)
    assert abs((queue.since - dt.date(2024, 4, 10)).days) <= 7  # 100 days after 1 January
    assert queue.waiting == pytest.approx(398, abs=1)  # 99.5 days after it began
    assert str(queue).startswith("amu: the queue has grown by 4 a day since 2024-04-")


def test_a_winter_that_is_over_is_no_growth() -> None:
    # 100 days of 4 a day too many, then 100 days of 4 a day fewer: the queue is back at nothing.
    arrivals = np.concatenate([72.0 * np.arange(20 * 100), 100 * DAY + 120.0 * np.arange(12 * 100)])
    started = served(arrivals, np.full(len(arrivals), 90.0), 1)
    assert growing_queues(asking("amu", arrivals, started, 200 * DAY), days(200)) == ()


def test_a_queue_that_rose_once_and_stays_is_no_growth() -> None:
    # 60 wait from day 20 on, as many as ever: everybody waits three days.
    arrivals = 72.0 * np.arange(20 * 200)
    started = np.where(arrivals < 20 * DAY, arrivals, arrivals + 3 * DAY)
    assert growing_queues(asking("amu", arrivals, started, 200 * DAY), days(200)) == ()


def test_of_a_short_period_nothing_is_said() -> None:
    assert growing_queues(mmc(1.2, seed=1, year=41), days(41)) == ()


def test_the_median_slope_is_blind_to_a_bad_day() -> None:
    levels = 2.0 * np.arange(30.0)
    levels[10] = 500.0
    assert median_slope(levels) == 2.0


def test_a_controller_that_waits_is_no_queue() -> None:
    growing = mmc(1.2, seed=1, year=100)
    team = replace(growing.patients, klass=np.array([growing.class_names.index("site_team")], dtype=np.int32))
    assert growing_queues(growing, days(100)) != ()
    assert growing_queues(replace(growing, patients=team), days(100)) == ()


def test_a_rise_is_one_beyond_two_and_a_half_standard_deviations_of_arrivals_less_departures() -> None:
    # Half a patient a day more: 46.5 from the mean of the first week to that of the last, days 3 to 96.
    waiting = 0.5 * np.arange(100.0)
    # 150 asked: 46.5 / sqrt(2 x 150) = 2.68. 180 asked: 46.5 / sqrt(2 x 180) = 2.45.
    assert rise(waiting, np.tile([1, 2], 50)) == 0
    assert rise(waiting, np.tile([1, 2, 2, 2, 2], 20)) is None


def test_who_asked_before_the_period_or_after_it_is_no_demand_of_it() -> None:
    # 4 a day too many from day 50 on, of 20; the days before, with a hundred times as many, change nothing.
    arrivals = 50 * DAY + 72.0 * np.arange(20 * 100)
    started = 50 * DAY + 90.0 * np.arange(20 * 100)
    crowd = 0.72 * np.arange(2000 * 50)
    quiet = asking("doctor", arrivals, started, 150 * DAY)
    busy = asking("doctor", np.append(crowd, arrivals), np.append(crowd, started), 150 * DAY)
    period = replace(days(140), begins=50 * DAY)
    (queue,) = growing_queues(quiet, period)
    assert queue.resource == "doctor"
    assert growing_queues(busy, period) == (queue,)


def test_a_rise_is_one_of_at_least_twenty_patients() -> None:
    # A quarter of a patient more each day, one in three days asks: 20.25 patients in 88 days, 19.75 in 86,
    # 2.6 standard deviations of 29 and 28 arrivals less departures.
    for n, found in ((88, 0), (86, None)):
        assert rise(0.25 * np.arange(n), (np.arange(n) % 3 == 2).astype(np.int64)) == found


def test_a_rise_that_ended_before_its_second_half_is_over() -> None:
    # One more each day, then as many: of the rise the days from the 47th on have 1.4 of 47, or 21 of 67.
    for last, found in ((50, None), (70, 0)):
        assert rise(np.minimum(np.arange(100.0), last), np.ones(100, dtype=np.int64)) == found
