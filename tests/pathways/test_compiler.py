"""What the compiler refuses and what it warns of, each as a fact, and how it numbers operands."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.engine.program import NONE, Verb
from flowsim.errors import BuildError
from flowsim.pathways.blueprint import Resource
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.draw_plan import Drawn, Fork, Returning
from flowsim.sampling.laws import Chance, Derived, Draw
from flowsim.timeline import StepFunction


def hospital() -> tuple[Hospital, Resource, Path]:
    result = Hospital(end=100)
    return result, result.resource("beds", 1), result.arrivals("p", at=[0])


def refused(of: Hospital, message: str) -> None:
    with pytest.raises(BuildError) as error:
        _ = of.compiled
    assert str(error.value) == message


def test_a_class_without_a_pathway_is_refused() -> None:
    of, _, _ = hospital()
    refused(of, "the pathway of p has no verb")


def test_a_path_that_ends_nowhere_is_refused() -> None:
    of, beds, path = hospital()
    path.seize(beds)
    refused(of, "a path ends after seize beds: send those patients on, or let them leave")


def test_patients_who_give_up_must_go_somewhere() -> None:
    of, beds, path = hospital()
    path.seize(beds, patience=10)
    path.release(beds)
    path.leave()
    refused(of, "a path ends after seize beds: send those patients on, or let them leave")


def test_a_seize_into_a_slot_that_may_be_full_is_refused() -> None:
    of, beds, path = hospital()
    aside = path.branch("aside", 0.5)
    aside.seize(beds)
    path.join(aside)
    path.seize(beds, patience=5).leave()
    path.release(beds)
    path.leave()
    with pytest.raises(BuildError, match="seize beds: the slot beds may be full already"):
        _ = of.compiled


def test_a_release_of_a_slot_that_may_be_empty_is_refused() -> None:
    of, beds, path = hospital()
    path.join(path.seize(beds, patience=10))
    path.release(beds)
    path.leave()
    refused(of, "release beds: the slot may be empty")


def test_leaving_with_something_in_hand_is_refused() -> None:
    of, beds, path = hospital()
    path.seize(beds)
    path.leave()
    refused(of, "a patient may leave while holding beds")


def test_a_place_in_line_since_a_mark_that_may_be_unset_is_refused() -> None:
    of, beds, path = hospital()
    aside = path.branch("aside", 0.5)
    aside.mark("asked")
    path.join(aside)
    path.seize(beds, since="asked")
    path.release(beds)
    path.leave()
    refused(of, "seize beds: the mark asked may not be set")


def test_a_mark_on_every_way_is_set() -> None:
    of, beds, path = hospital()
    aside = path.branch("aside", 0.5)
    aside.mark("asked")
    path.mark("asked")
    path.join(aside)
    path.seize(beds, since="asked")
    path.release(beds)
    path.leave()
    assert of.compiled.warnings == ()


def on_a_loop(path: Path, draw: Draw) -> None:
    again = path.here()
    path.delay(draw)
    path.branch("home", 0.5).leave()
    path.to(again)


def test_a_fresh_draw_on_a_loop_is_refused() -> None:
    of, _, path = hospital()
    on_a_loop(path, Draw("look", Exponential(10)))
    with pytest.raises(BuildError, match="delay: a draw on a loop would be the same at every visit") as error:
        _ = of.compiled
    assert "branch home: a draw on a loop" in str(error.value)


def test_a_trait_on_a_loop_is_allowed() -> None:
    of, beds, path = hospital()
    again = path.here()
    gone = path.seize(beds, patience=Draw("patience", Exponential(10), trait=True))
    gone.delay(60)
    gone.to(again)
    path.release(beds)
    path.leave()
    assert of.compiled.warnings == ()


def test_two_draws_of_one_stream_are_refused() -> None:
    of, _, path = hospital()
    path.delay(Draw("look", Exponential(10)))
    path.delay(Draw("look", Exponential(10)))
    path.leave()
    refused(of, "two draws read the stream look; name them apart, or derive one with `through`")


def test_two_laws_of_one_draw_are_allowed() -> None:
    of, _, path = hospital()
    look = Draw("look", Exponential(10))
    path.delay(look)
    path.delay(look.through(Exponential(20)))
    path.leave()
    assert len(of.compiled.plan.columns) == 2


def test_a_return_reads_a_stream_of_its_own_or_one_it_shares() -> None:
    of = Hospital(end=100)
    returning = Returning(as_class="again", draw=Draw("look", Exponential(1)), below=0.5)
    path = of.arrivals("p", at=[0], returning=returning)
    path.delay(Draw("look", Exponential(10)))
    path.leave()
    of.arrivals("again").leave()
    refused(of, "two draws read the stream look; name them apart, or derive one with `through`")


@pytest.mark.parametrize("first", ["minutes", "number"])
def test_a_column_read_as_minutes_and_as_a_number_is_refused(first: str) -> None:
    of, beds, path = hospital()
    length = Draw("treatment", Exponential(10))
    if first == "minutes":
        path.delay(length)
    path.seize(beds, priority=length)
    path.delay(length)
    path.release(beds)
    path.leave()
    message = "treatment is read as minutes (delay) and as a number (seize beds)"
    refused(of, f"{message}; derive a column of its own for one of them")


def test_minutes_that_decide_a_way_by_a_column_of_its_own_are_allowed() -> None:
    of, _, path = hospital()
    length = Draw("treatment", Exponential(10))
    path.delay(length)
    path.join(*path.route(Derived((length,), lambda minutes: minutes // 10), 2))
    path.leave()
    assert of.run(seed=2, engine="simpy").first_difference(of.run(seed=2, engine="compiled")) is None


@pytest.mark.parametrize("minute", [math.inf, -math.inf])
def test_an_infinite_minute_of_the_day_is_refused(minute: float) -> None:
    of, _, path = hospital()
    path.until_clock(minute)
    path.leave()
    refused(of, f"clock: a minute of the day must be finite; found {minute}")


@pytest.mark.parametrize("at", [-5.0, math.nan])
def test_arrivals_before_minute_0_are_refused(at: float) -> None:
    with pytest.raises(BuildError, match=f"arrivals of p must be at minute 0 or later; found {at}"):
        Hospital(end=100).arrivals("p", at=[at, 3.0])


@pytest.mark.parametrize("name", ["frailty", "accepted"])
def test_a_stream_with_the_name_of_an_attribute_is_refused(name: str) -> None:
    of = Hospital(end=100)
    of.attribute("frailty", ("frail", "fit"))
    path = of.arrivals("p", at=[0], attributes={"frailty": Drawn([0.5])})
    path.delay(Draw(name, Exponential(10)))
    path.leave()
    refused(of, f"the stream {name} has the name of an attribute; name them apart")


def test_a_resource_without_places_that_must_be_passed_is_refused() -> None:
    of = Hospital(end=100)
    path = of.arrivals("p", at=[0])
    path.stay(of.resource("beds", 0), 5)
    path.leave()
    refused(of, "beds: patients must pass here, but there is never a place")


@pytest.mark.parametrize(
    "way_out", ["patience", "another resource", "a controller", "a later shift", "nobody"]
)
def test_a_resource_without_places_may_be_passed_otherwise(way_out: str) -> None:
    of = Hospital(end=100)
    late = StepFunction(np.array([0.0, 50.0]), np.array([0.0, 1.0]))
    closed = of.resource("beds", late if way_out == "a later shift" else 0)
    other = [of.resource("chairs", 1)] if way_out == "another resource" else []
    path = of.label("nobody")[1] if way_out == "nobody" else of.arrivals("p", at=[0])
    gone = path.seize(closed, *other, patience=9 if way_out == "patience" else None)
    path.release(closed)
    path.join(gone)
    path.leave()
    if way_out == "a controller":
        opener = of.arrivals("opener", at=[50], controller=True)
        opener.capacity(closed, 1)
        opener.leave()
    assert of.compiled.warnings == ()


def test_a_calendar_that_never_opens_is_refused() -> None:
    of, _, path = hospital()
    path.until(of.calendar("night", StepFunction.constant(0)))
    path.leave()
    refused(of, "night: patients must wait for this calendar, but it never opens")


def test_all_faults_are_told_at_once() -> None:
    of, beds, path = hospital()
    path.seize(beds, since="asked")
    path.leave()
    refused(of, "seize beds: the mark asked may not be set\na patient may leave while holding beds")


def ring(*, patience: float | None) -> Hospital:
    """Return P1 and P2, each held while waiting for the other."""
    of = Hospital(end=100)
    p1, p2 = of.resource("P1", 1), of.resource("P2", 1)
    for name, first, second in (("out", p1, p2), ("back", p2, p1)):
        path = of.arrivals(name, at=[0])
        path.seize(first)
        gone = path.seize(second, patience=patience)
        path.release(second)
        path.join(gone)
        path.release(first)
        path.leave()
    return of


def test_a_ring_is_warned_of() -> None:
    assert ring(patience=None).compiled.warnings == (
        "P1, P2 are held while waiting for one another: they can wait for ever",
    )


def test_a_ring_with_patience_is_not_warned_of() -> None:
    assert ring(patience=5).compiled.warnings == ()


def test_a_ring_of_three_is_warned_of() -> None:
    of = Hospital(end=100)
    rooms = [of.resource(name, 1) for name in "ABC"]
    for k in range(3):
        path = of.arrivals(f"p{k}", at=[0])
        path.seize(rooms[k])
        path.seize(rooms[(k + 1) % 3])
        path.release(rooms[k])
        path.release(rooms[(k + 1) % 3])
        path.leave()
    assert of.compiled.warnings == ("A, B, C are held while waiting for one another: they can wait for ever",)


def test_a_resource_held_while_waiting_for_another_of_its_places_is_warned_of() -> None:
    of = Hospital(end=100)
    beds = of.resource("beds", 2)
    path = of.arrivals("p", at=[0])
    path.seize(beds)
    path.seize(beds, slot="second bed")
    path.release("second bed")
    path.release(beds)
    path.leave()
    assert of.compiled.warnings == (
        "beds is held while waiting for another of its places: that can last for ever",
    )


def test_constants_stand_on_the_grid_once() -> None:
    of, beds, path = hospital()
    path.seize(beds)
    path.delay(1 / 3)
    path.delay(341 / 1024)
    path.release(beds, 20)
    path.leave()
    program = of.compiled.program
    assert program.constants.tolist() == [0, 341 / 1024, 20]
    assert (program.code[program.code[:, 0] == Verb.DELAY, 2] == -3).all()


def test_an_operand_that_is_not_a_number_is_refused() -> None:
    of, _, path = hospital()
    path.delay(math.nan)
    path.leave()
    refused(of, "an operand is not a number")


def test_a_column_is_needed_by_the_classes_that_can_reach_it() -> None:
    of = Hospital(end=100)
    first, second = of.arrivals("first", at=[0]), of.arrivals("second", at=[0])
    first.delay(Draw("only first", Exponential(1)))
    first.join(second)
    first.delay(Draw("both", Exponential(1)))
    first.leave()
    needs = [sorted(column.stream for column in columns) for columns in of.compiled.plan.needs]
    assert needs == [["both", "only first"], ["both"]]


def test_a_column_is_needed_behind_the_forks_that_lie_on_every_way_to_it() -> None:
    of, _, path = hospital()
    chance, stay, home = (
        Draw("admitted", Chance()),
        Draw("stay", Exponential(1)),
        Draw("home", Exponential(1)),
    )
    admitted = path.branch(chance, 0.25)
    admitted.delay(stay)
    path.join(admitted)
    path.delay(home)
    path.leave()
    needs = of.compiled.plan.needs[0]
    assert needs[stay] == {Fork(chance, float("-inf"), 0.25)}
    assert needs[chance] == needs[home] == frozenset()


def test_a_seize_is_one_row_of_the_program() -> None:
    of = Hospital(end=100)
    a, b = of.resource("A", 1), of.resource("B", 2)
    closed = of.calendar("closed", StepFunction(np.array([0.0, 50.0]), np.array([0.0, 1.0])))
    path = of.arrivals("p", at=[0])
    path.mark("asked")
    gone = path.seize(a, b.preferred(3), slot="bed", priority=2, patience=30, closing=closed, since="asked")
    path.release("bed")
    path.join(gone)
    path.leave()
    program = of.compiled.program
    row = dict(
        zip(
            ("next", "start", "count", "slot", "list", "priority", "patience", "closing", "exit", "since"),
            program.code[1, 1:11].tolist(),
            strict=True,
        )
    )
    assert program.constants[-2 - row.pop("priority")] == 2
    assert program.constants[-2 - row.pop("patience")] == 30
    assert row == {
        "next": 2,
        "start": 0,
        "count": 2,
        "slot": 0,
        "list": 0,
        "closing": 0,
        "exit": 3,
        "since": 0,
    }
    assert program.alternatives.tolist() == [[0, 0, 2], [1, 3, 2]]
    assert program.code[0, 3] == NONE
