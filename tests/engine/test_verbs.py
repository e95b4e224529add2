"""What each verb does where the worked traces do not look, on every engine."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from flowsim.errors import SimulationError
from flowsim.pathways.blueprint import has_free, is_occupied, is_open, is_waited_for, opens_within
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.draw_plan import Returning
from flowsim.sampling.laws import Draw, Given
from flowsim.timeline import StepFunction
from tests.engine.checked import Engine


def steps(*pairs: tuple[float, float]) -> StepFunction:
    times, levels = zip(*pairs, strict=True)
    return StepFunction(np.array(times), np.array(levels))


def given(name: str, *values: float) -> Draw:
    return Draw(name, Given(values), trait=True)


def split_by(path: Path, aside: Path) -> None:
    """Let those aside leave 1 minute later, so that a log shows who went where."""
    path.leave()
    aside.delay(1)
    aside.leave()


def test_a_loop_that_takes_no_time_is_an_error_naming_patient_and_instruction(engine: Engine) -> None:
    hospital = Hospital(end=1000)
    waits = hospital.arrivals("p", at=[3])
    waits.delay(900)
    waits.leave()
    path = hospital.arrivals("q", at=[7])
    again = path.here()
    path.mark("again")
    path.to(again)
    with pytest.raises(
        SimulationError, match=r"more than 1,000,000 verbs in one instant, minute 7\.0: patient 1 is at mark"
    ):
        engine(hospital)


@pytest.mark.parametrize("patients", [1000, 1001])
def test_a_million_verbs_in_one_instant_are_allowed(engine: Engine, patients: int) -> None:
    # Of each who waits for 12:00: 998 marks, a release and the leaving.
    hospital = Hospital(end=1000)
    doors = hospital.resource("doors", StepFunction(np.array([0.0, 720.0]), np.array([0.0, 2000.0])))
    path = hospital.arrivals("p", at=[0.0] * patients)
    path.seize(doors)
    for _ in range(998):
        path.mark("passing")
    path.release(doors)
    path.leave()
    if patients == 1000:
        assert (engine(hospital).patients.left == 720.0).all()
    else:
        with pytest.raises(SimulationError, match=r"minute 720\.0: patient 1000 is at mark passing"):
            engine(hospital)


def test_a_loop_that_takes_time_is_no_error(engine: Engine) -> None:
    hospital = Hospital(end=10)
    path = hospital.arrivals("p", at=[0])
    again = path.here()
    path.delay(1 / 1024)
    path.to(again)
    assert math.isnan(engine(hospital).patients.left[0])


def test_a_place_in_line_since_a_mark_is_before_those_who_came_and_asked_meanwhile(engine: Engine) -> None:
    hospital = Hospital(end=1000)
    bed = hospital.resource("bed", 1)
    path = hospital.arrivals("p", at=[0, 10, 20])
    path.mark("came")
    path.delay(Draw("until asking", Given([0, 30, 0])))
    path.seize(bed, since="came")
    path.delay(Draw("stay", Given([100, 5, 5])))
    path.release(bed)
    path.leave()
    # The second comes at 10 and asks at 40; the third comes and asks at 20.
    np.testing.assert_array_equal(engine(hospital).stays.started, [0, 105, 100])


def test_what_would_happen_at_the_end_does_not_happen(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    path = hospital.arrivals("p", at=[0, 1, 2, 100])
    gone = path.seize(beds, patience=99)
    path.delay(100)
    path.release(beds)
    path.join(gone)
    path.leave()
    log = engine(hospital)
    assert len(log.patients.left) == 3
    assert np.isnan(log.patients.left).all()
    np.testing.assert_array_equal(log.stays.started, [0, np.nan, np.nan])
    np.testing.assert_array_equal(log.stays.ended, [np.nan] * 3)


def test_a_change_of_the_roster_at_the_end_does_not_happen(engine: Engine) -> None:
    hospital = Hospital(end=100)
    hospital.resource("beds", steps((0, 1), (100, 2)))
    hospital.arrivals("p", at=[0]).leave()
    assert engine(hospital).places.capacity.tolist() == [1]


def test_a_delay_of_0_takes_no_turn(engine: Engine) -> None:
    # Both come in at 5: the first asks for the bed before anything is done of the second.
    hospital = Hospital(end=100)
    doors = hospital.resource("doors", steps((0, 0), (5, 2)))
    bed = hospital.resource("bed", 1)
    for name, delay in (("p", True), ("q", False)):
        path = hospital.arrivals(name, at=[0])
        path.seize(doors)
        if delay:
            path.delay(given("delay", 0))
        path.stay(bed, 10)
        path.release(doors)
        path.leave()
    log = engine(hospital)
    assert log.stays.patient.tolist() == [0, 1, 0, 1]
    assert log.stays.started.tolist() == [5, 5, 5, 15]


def test_a_turnaround_of_0_takes_no_turn(engine: Engine) -> None:
    # As without any the place is free at once, which the releaser sees.
    hospital = Hospital(end=100)
    bed = hospital.resource("bed", 1)
    path = hospital.arrivals("p", at=[0])
    path.seize(bed)
    path.delay(10)
    path.release(bed, given("cleaning", 0))
    split_by(path, path.when(has_free(hospital.group("G", bed))))
    assert engine(hospital).patients.left.tolist() == [11]


def test_a_uniform_at_the_bound_takes_the_next_way(engine: Engine) -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0, 0])
    split_by(path, path.branch(Draw("way", Given([0.5, 0.5 - 2**-53])), 0.5))
    assert engine(hospital).patients.left.tolist() == [0, 1]


def test_four_hundred_boarders_move_up_in_one_instant(engine: Engine) -> None:
    hospital = Hospital(end=3000)
    rooms = [hospital.resource(f"room {k}", 1) for k in range(400)]
    path = hospital.arrivals("p", at=list(range(401)))
    path.seize(rooms[0])
    for room, following in pairwise(rooms):
        path.seize(following)
        path.release(room)
    path.delay(2000)
    path.release(rooms[-1])
    path.leave()
    stays = engine(hospital).stays
    assert (stays.started == 2000).sum() == 400
    assert stays.started[(stays.patient == 400) & (stays.resource == 0)] == 2000


def test_patience_0_turns_away_only_where_no_place_is_free(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    path = hospital.arrivals("p", at=[0, 5])
    gone = path.seize(beds, patience=0)
    path.delay(10)
    path.release(beds)
    path.join(gone)
    path.leave()
    log = engine(hospital)
    assert log.patients.left.tolist() == [10, 5]


def test_patience_0_does_not_wait_for_a_place_that_is_free_later_in_the_instant(engine: Engine) -> None:
    # Both go on at 30, who asks first: the delay until then was laid at 5, the other at 10.
    hospital = Hospital(end=100)
    bed = hospital.resource("bed", 1)
    holder = hospital.arrivals("holder", at=[0])
    holder.seize(bed)
    holder.delay(10)
    holder.delay(20)
    holder.release(bed)
    holder.leave()
    asking = hospital.arrivals("asking", at=[5])
    asking.delay(25)
    gone = asking.seize(bed, patience=0)
    asking.release(bed)
    asking.join(gone)
    asking.leave()
    np.testing.assert_array_equal(engine(hospital).stays.started, [0, np.nan])


def test_patience_that_ran_out_before_asking_is_over(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    path = hospital.arrivals("p", at=[0, 1])
    path.mark("came")
    path.delay(10)
    gone = path.seize(beds, patience=10, since="came")
    path.delay(50)
    path.release(beds)
    path.join(gone)
    path.leave()
    log = engine(hospital)
    assert log.stays.requested.tolist() == [10, 11]
    np.testing.assert_array_equal(log.stays.started, [10, np.nan])
    assert log.stays.ended.tolist() == [60, 11]


def test_a_queue_that_is_closed_is_left_at_once(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    closed = hospital.calendar("closed", steps((0, 1), (50, 0)))
    path = hospital.arrivals("p", at=[0, 5, 60])
    gone = path.seize(beds, closing=closed)
    path.delay(70)
    path.release(beds)
    path.join(gone)
    path.leave()
    log = engine(hospital)
    np.testing.assert_array_equal(log.stays.started, [0, np.nan, 70])
    np.testing.assert_array_equal(log.stays.ended, [70, 5, np.nan])


def test_an_alternative_at_lower_rank_stands_behind(engine: Engine) -> None:
    hospital = Hospital(end=100)
    own, other = hospital.resource("own", 1), hospital.resource("other", 1)
    medical = hospital.arrivals("medical", at=[0, 1, 2])
    medical.seize(own, other.preferred(1), slot="bed")
    medical.delay(given("medical.stay", 50, 20, 1))
    medical.release("bed")
    medical.leave()
    surgical = hospital.arrivals("surgical", at=[3])
    surgical.stay(other, 5)
    surgical.leave()
    log = engine(hospital)
    # At 21 the outlier's place goes to the surgical patient, who came later, and only then to an outlier.
    assert log.stays.started.tolist() == [0, 1, 26, 21]


def test_who_stands_in_three_queues_is_counted_once(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = [hospital.resource(name, 0) for name in "ABC"]
    queue = hospital.waiting_list("for a bed")
    path = hospital.arrivals("p", at=[0, 1])
    path.delay(0)
    gone = path.seize(*beds, slot="bed", waiting=queue, patience=20)
    path.release("bed")
    path.join(gone)
    path.leave()
    look = hospital.arrivals("look", at=[5, 20, 21], controller=True)
    two = look.when(is_waited_for(queue, 2))
    one = look.when(is_waited_for(queue, 1))
    three = two.when(is_waited_for(queue, 3))
    for minutes, way in enumerate((look, one, two, three)):
        way.delay(minutes)
    look.join(one, two, three)
    look.leave()
    log = engine(hospital)
    # At 20 and 21 patience, phase 2, has run out before the controller, an arrival, looks.
    assert (log.patients.left - log.patients.started)[2:].tolist() == [2, 1, 0]


def test_when_reads_free_places_with_the_patients_own_as_used(engine: Engine) -> None:
    hospital = Hospital(end=100)
    a, b = hospital.resource("A", 1), hospital.resource("B", 1)
    both = hospital.group("both", a, b)
    path = hospital.arrivals("p", at=[0, 10])
    path.seize(a, b, slot="bed")
    free = path.when(has_free(both, 1))
    full = path.when(is_occupied(both, 1.0))
    assert free and full
    for minutes, way in ((20, free), (30, full), (99, path)):
        way.delay(minutes)
    path.join(free, full)
    path.release("bed")
    path.leave()
    assert engine(hospital).stays.ended.tolist() == [20, 40]


def test_a_group_without_places_is_full(engine: Engine) -> None:
    hospital = Hospital(end=100)
    none = hospital.group("none", hospital.resource("A", 0))
    path = hospital.arrivals("p", at=[0])
    split_by(path, path.when(is_occupied(none, 0.5)))
    assert engine(hospital).patients.left.tolist() == [1]


def test_over_a_fall_a_group_has_no_fewer_than_0_free_places(engine: Engine) -> None:
    hospital = Hospital(end=100)
    a, b = hospital.resource("A", steps((0, 2), (10, 0))), hospital.resource("B", 1)
    group = hospital.group("both", a, b)
    path = hospital.arrivals("p", at=[0, 0])
    path.stay(a, 50)
    path.leave()
    looker = hospital.arrivals("q", at=[20])
    split_by(looker, looker.when(has_free(group, 1)))
    assert engine(hospital).patients.left.tolist() == [50, 50, 21]


def test_a_calendar_is_closed_on_the_left(engine: Engine) -> None:
    hospital = Hospital(end=2000)
    day = hospital.calendar("day", steps((0, 0), (540, 1), (1080, 0)))
    path = hospital.arrivals("p", at=[539, 540, 1079, 1080])
    split_by(path, path.when(is_open(day)))
    log = engine(hospital)
    assert (log.patients.left - log.patients.started).tolist() == [0, 1, 1, 0]


def test_opens_within_counts_the_last_minute_and_open_now(engine: Engine) -> None:
    hospital = Hospital(end=2000)
    day = hospital.calendar("day", steps((0, 0), (540, 1), (1080, 0)))
    path = hospital.arrivals("p", at=[479, 480, 600, 1080])
    split_by(path, path.when(opens_within(day, 60)))
    log = engine(hospital)
    assert (log.patients.left - log.patients.started).tolist() == [0, 1, 1, 0]


def test_who_waits_for_a_level_that_never_comes_stays(engine: Engine) -> None:
    hospital = Hospital(end=2000)
    day = hospital.calendar("day", steps((0, 0.5), (500, 0)))
    path = hospital.arrivals("p", at=[0, 1])
    path.until(day, above=given("u", 0.4, 0.6))
    path.leave()
    np.testing.assert_array_equal(engine(hospital).patients.left, [0, np.nan])


def test_the_last_stamp_of_a_mark_stands(engine: Engine) -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[5])
    path.mark("seen")
    path.delay(10)
    path.mark("seen")
    path.delay(10)
    path.leave()
    assert engine(hospital).mark("seen").tolist() == [15]


def returning(*, at: float = 0, delays: tuple[float, ...]) -> Hospital:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[at])
    home = Draw("home", Given([0.0]))
    hospital.classes[0] = replace(
        hospital.classes[0], returning=Returning(as_class="again", draw=home, below=1)
    )
    for delay in delays:
        path.spawn(delay)
    path.delay(1)
    path.leave()
    again = hospital.arrivals("again")
    again.delay(2)
    again.leave()
    return hospital


def test_a_second_spawn_does_nothing(engine: Engine) -> None:
    log = engine(returning(delays=(10, 30)))
    assert log.patients.started.tolist() == [0, 10]
    assert log.patients.left.tolist() == [1, 12]


def test_a_child_spawned_for_now_comes_now(engine: Engine) -> None:
    log = engine(returning(at=7, delays=(0,)))
    assert log.patients.started.tolist() == [7, 7]
    assert log.patients.left.tolist() == [8, 9]


def test_a_spawn_without_a_reserved_row_does_nothing(engine: Engine) -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[5])
    path.spawn(10)
    path.leave()
    log = engine(hospital)
    assert log.patients.started.tolist() == [5]


def test_a_rise_is_served_before_the_next_verb(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 0)
    path = hospital.arrivals("p", at=[0])
    path.stay(beds, 5)
    path.leave()
    opener = hospital.arrivals("opener", at=[10], controller=True)
    opener.capacity(beds, +1)
    split_by(opener, opener.when(has_free(hospital.group("G", beds))))
    log = engine(hospital)
    assert log.stays.started.tolist() == [10]
    assert log.patients.left.tolist() == [15, 10]


def test_closures_beyond_the_roster_leave_no_places_not_fewer(engine: Engine) -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", steps((0, 1), (20, 3)))
    path = hospital.arrivals("p", at=[5])
    path.stay(beds, 5)
    path.leave()
    closure = hospital.arrivals("closure", at=[0], controller=True)
    closure.capacity(beds, -2)
    closure.leave()
    log = engine(hospital)
    assert log.places.capacity.tolist() == [1, 0, 1]
    assert log.stays.started.tolist() == [20]


def test_controllers_are_known_as_such(engine: Engine) -> None:
    hospital = Hospital(end=100)
    hospital.arrivals("p", at=[5]).leave()
    hospital.arrivals("site team", at=[0], controller=True).leave()
    log = engine(hospital)
    assert [log.class_names[k] for k in log.patients.klass if not log.controllers[k]] == ["p"]


def test_a_hospital_without_resources_runs(engine: Engine) -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[5])
    path.delay(10)
    path.leave()
    log = engine(hospital)
    assert log.patients.left.tolist() == [15]
    assert len(log.stays.patient) == len(log.places.time) == 0


def test_the_same_run_twice_is_the_same_log(engine: Engine) -> None:
    hospital = Hospital(days=2)
    path = hospital.arrivals("p", rate=0.1)
    path.stay(hospital.resource("beds", 2), given("stay", *[15.0] * 1000))
    path.leave()
    assert engine(hospital).first_difference(engine(hospital)) is None
    assert engine(hospital).first_difference(engine(hospital, replication=1)) is not None
