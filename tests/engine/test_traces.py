"""The worked traces of the verbs' meaning, to the minute, on every engine.

One place, seize, delay, release, leave, unless a test says otherwise. `told` writes a log as the traces are
written: requested/started/ended, - for what did not happen, patients a, b, c in row order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

import numpy as np

from flowsim.engine.log import Log
from flowsim.pathways.blueprint import Resource, is_waited_for
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.draw_plan import Returning
from flowsim.sampling.laws import Draw, Given
from flowsim.timeline import StepFunction
from tests.engine.checked import Engine


def given(name: str, *values: float) -> Draw:
    """Return a column with these values, one a patient in order of arrival."""
    return Draw(name, Given(values), trait=True)


def steps(*pairs: tuple[float, float]) -> StepFunction:
    times, levels = zip(*pairs, strict=True)
    return StepFunction(np.array(times), np.array(levels))


def ward(
    places: float | StepFunction, *, at: Sequence[float], lasting: Sequence[float], end: float = 1000
) -> tuple[Hospital, Resource, Path, Draw]:
    """Return a hospital of one resource, with patients whose way is still to be laid."""
    hospital = Hospital(end=end)
    return hospital, hospital.resource("A", places), hospital.arrivals("p", at=at), given("stay", *lasting)


def told(log: Log, *, resources: bool = False) -> str:
    patients = [k for k, c in enumerate(log.patients.klass) if not log.controllers[c]]
    lines = []
    for letter, row in zip(ascii_lowercase, patients, strict=False):
        s = log.stays
        stays = [
            (f"{log.resource_names[s.resource[i]]} " if resources else "")
            + "/".join("-" if math.isnan(c[i]) else f"{c[i]:g}" for c in (s.requested, s.started, s.ended))
            for i in np.flatnonzero(s.patient == row)
        ]
        came = not math.isnan(log.patients.started[row])
        lines.append(f"{letter} {' and '.join(stays) if came else 'never came'}")
    return ", ".join(lines)


def test_01_ties_go_by_row_and_a_release_before_an_arrival(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 0, 30, 30], lasting=[30, 30, 10, 10])
    path.stay(a, stay)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/30, b 0/30/60, c 30/60/70, d 30/70/80"


def test_02_priority_goes_before_order(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 5, 6, 7], lasting=[30, 10, 10, 10])
    path.seize(a, priority=given("priority", 1, 2, 0, 0))
    path.delay(stay)
    path.release(a)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/30, b 5/50/60, c 6/30/40, d 7/40/50"


def test_03_a_grant_beats_patience_in_the_same_instant(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 0, 0, 10], lasting=[30, 40, 5, 5])
    gone = path.seize(a, patience=30)
    path.delay(stay)
    path.release(a)
    path.join(gone)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/30, b 0/30/70, c 0/-/30, d 10/-/40"


def test_04_patience_0_means_turned_away(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 10, 30], lasting=[30, 5, 5])
    gone = path.seize(a, patience=0)
    path.delay(stay)
    path.release(a)
    path.join(gone)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/30, b 10/-/10, c 30/30/35"


def test_05_a_boarder_keeps_the_cubicle_until_a_bed_is_free(engine: Engine) -> None:
    hospital = Hospital(end=1000)
    ed, amu, beds = (hospital.resource(name, 1) for name in ("ED", "AMU", "W"))
    path = hospital.arrivals("p", at=[0, 0, 0, 0])
    path.seize(ed)
    path.delay(10)
    home = path.branch(given("home", 1, 1, 1, 0), 0.5)
    home.release(ed)
    home.leave()
    path.seize(amu)
    path.release(ed)
    path.delay(20)
    home = path.branch(given("short", 1, 1, 0, 0), 0.5)
    home.release(amu)
    home.leave()
    path.seize(beds)
    path.release(amu)
    path.delay(100)
    path.release(beds)
    path.leave()
    assert told(engine(hospital), resources=True) == (
        "a ED 0/0/10 and AMU 10/10/30 and W 30/30/130, b ED 0/10/30 and AMU 20/30/130 and W 50/130/230, "
        "c ED 0/30/130 and AMU 40/130/150, d ED 0/130/140"
    )


def test_06_who_has_a_choice_when_several_open_gets_the_preferred_one(engine: Engine) -> None:
    hospital = Hospital(end=1000)
    a, b = (hospital.resource(name, steps((0, 0), (60, 1))) for name in "AB")
    path = hospital.arrivals("p", at=[0, 1, 2])
    (on_b, on_a), _ = path.choose(b, a, slot="place")
    on_a.delay(10)
    on_b.delay(20)
    on_a.join(on_b)
    on_a.release("place")
    on_a.leave()
    assert told(engine(hospital), resources=True) == "a B 0/60/80, b A 1/60/70, c A 2/70/80"


def test_07_who_is_served_by_one_alternative_stands_in_the_other_queue_no_more(engine: Engine) -> None:
    hospital = Hospital(end=1000)
    a, b = hospital.resource("A", 1), hospital.resource("B", 1)
    path = hospital.arrivals("p", at=[0, 0, 5, 6])
    (on_a, on_b), _ = path.choose(a, b, slot="place")
    on_a.delay(given("on_a", 40, 9, 9, 10))
    on_b.delay(given("on_b", 9, 20, 50, 9))
    on_a.join(on_b)
    on_a.release("place")
    on_a.leave()
    assert told(engine(hospital), resources=True) == "a A 0/0/40, b B 0/0/20, c B 5/20/70, d A 6/40/50"


def test_08_a_fall_goes_before_a_release_in_the_same_instant(engine: Engine) -> None:
    hospital, a, path, stay = ward(steps((0, 2), (20, 1), (60, 2)), at=[0, 0, 5, 6], lasting=[20, 40, 25, 10])
    path.stay(a, stay)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/20, b 0/0/40, c 5/40/65, d 6/60/70"


def test_09_a_place_that_closes_is_cleaned_first(engine: Engine) -> None:
    hospital, a, path, stay = ward(steps((0, 2), (20, 1), (80, 2)), at=[0, 0, 5, 6], lasting=[10, 30, 10, 10])
    path.stay(a, stay, turnaround=15)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/10, b 0/0/30, c 5/45/55, d 6/70/80"


def test_10_who_releases_and_asks_again_joins_behind(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 5], lasting=[10, 10])
    path.stay(a, stay)
    path.stay(a, given("again", 7, 7))
    path.leave()
    assert told(engine(hospital)) == "a 0/0/10 and 10/20/27, b 5/10/20 and 20/27/34"


def test_11_until_goes_on_at_the_first_level_above_the_uniform(engine: Engine) -> None:
    hospital = Hospital(end=5000)
    day = hospital.calendar(
        "day", steps((0, 0), (540, 1), (1080, 0), (1980, 0.4), (2520, 0), (3420, 1), (3960, 0))
    )
    path = hospital.arrivals("p", at=[480, 540, 1080, 1081])
    path.until(day, above=given("u", 0, 0, 0, 0.5))
    path.leave()
    assert engine(hospital).patients.left.tolist() == [540, 540, 1980, 3420]


def test_12_a_clock_time_that_is_now_is_now(engine: Engine) -> None:
    hospital = Hospital(end=5000)
    path = hospital.arrivals("p", at=[599, 600, 601])
    path.until_clock(600)
    path.leave()
    assert engine(hospital).patients.left.tolist() == [600, 600, 2040]


def test_13_who_asks_again_with_since_keeps_their_place_in_line(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 10, 20, 40], lasting=[100, 10, 10, 10])
    elsewhere = hospital.resource("X", 1)
    path.mark("asked")
    late = path.seize(a, priority=1, patience=60, since="asked")
    to_x = late.branch(given("to_x", 1, 1, 0, 1), 0.5)
    to_x.stay(elsewhere, 5)
    to_x.leave()
    late.seize(a, priority=0, since="asked")
    path.join(late)
    path.delay(stay)
    path.release(a)
    path.leave()
    assert told(engine(hospital), resources=True) == (
        "a A 0/0/100, b A 10/-/70 and A 70/100/110, c A 20/-/80 and X 80/80/85, "
        "d A 40/-/100 and A 100/110/120"
    )


def test_14_a_controller_opens_a_place_when_two_looks_running_find_two_waiting(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 5, 6, 350, 351], lasting=[200, 130, 100, 100, 50])
    path.stay(a, stay)
    path.leave()
    queue = hospital.waiting_list("A")
    site_team = hospital.arrivals("site team", at=[0], controller=True)
    look = site_team.here("look")
    busy = site_team.when(is_waited_for(queue, 2))
    site_team.delay(60)
    site_team.to(look)
    busy.delay(60)
    still_busy = busy.when(is_waited_for(queue, 2))
    busy.delay(60)
    busy.to(look)
    still_busy.delay(60)
    still_busy.capacity(a, +1)
    open_look = still_busy.here("open")
    still_busy.delay(60)
    somebody = still_busy.when(is_waited_for(queue, 1))
    somebody.to(open_look)
    still_busy.delay(60)
    somebody = still_busy.when(is_waited_for(queue, 1))
    somebody.to(open_look)
    still_busy.capacity(a, -1)
    still_busy.delay(60)
    still_busy.to(look)
    log = engine(hospital)
    assert told(log) == "a 0/0/200, b 5/180/310, c 6/200/300, d 350/350/450, e 351/450/500"
    assert log.places.time.tolist() == [0, 180, 300]
    assert log.places.capacity.tolist() == [1, 2, 1]


def test_15_in_one_instant_roster_then_release_then_patience_then_arrival(engine: Engine) -> None:
    hospital, a, path, stay = ward(steps((0, 1), (60, 2)), at=[0, 30, 30, 30, 60], lasting=[60, 5, 5, 5, 5])
    gone = path.seize(a, patience=30)
    path.delay(stay)
    path.release(a)
    path.join(gone)
    path.leave()
    assert told(engine(hospital)) == "a 0/0/60, b 30/60/65, c 30/60/65, d 30/-/60, e 60/65/70"


def test_16_roster_and_closures_add_up(engine: Engine) -> None:
    hospital, a, path, stay = ward(steps((0, 1), (60, 2)), at=[0, 20, 80], lasting=[30, 30, 10])
    path.stay(a, stay)
    path.leave()
    closure = hospital.arrivals("closure", at=[0, 20], controller=True)
    closure.capacity(a, -1)
    closure.delay(60)
    closure.capacity(a, +1)
    closure.leave()
    log = engine(hospital)
    assert told(log) == "a 0/0/30, b 20/60/90, c 80/80/90"
    assert log.places.capacity.tolist() == [1, 0, 1, 2]


def test_17_at_closing_the_queue_leaves_for_elsewhere(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 5, 30, 59], lasting=[60, 10, 10, 10])
    elsewhere = hospital.resource("B", math.inf)
    closed = hospital.calendar("closed", steps((0, 0), (60, 1), (120, 0)))
    sent_on = path.seize(a, closing=closed)
    path.delay(stay)
    path.release(a)
    path.leave()
    sent_on.stay(elsewhere, stay)
    sent_on.leave()
    assert told(engine(hospital), resources=True) == (
        "a A 0/0/60, b A 5/60/70, c A 30/-/60 and B 60/60/70, d A 59/-/60 and B 60/60/70"
    )


def test_18_a_child_starts_after_its_parent(engine: Engine) -> None:
    hospital, a, path, stay = ward(1, at=[0, 40], lasting=[30, 30])
    hospital.classes[0] = replace(
        hospital.classes[0], returning=Returning(as_class="again", draw=stay, below=1)
    )
    path.join(hospital.arrivals("again"))
    path.stay(a, stay)
    home = path.branch(given("home", 1, 0), 0.5)
    path.spawn(20)
    path.join(home)
    path.leave()
    log = engine(hospital)
    assert told(log) == "a 0/0/30, b 40/40/70, c 50/70/100"
    assert log.patients.started[:3].tolist() == [0, 40, 50]
