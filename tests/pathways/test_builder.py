"""The builder: what is written is what is run, and what makes no sense is refused where it is written."""

from __future__ import annotations

import math

import numpy as np
import pytest

from flowsim.engine.program import Verb
from flowsim.errors import BuildError
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.distributions import Exponential, Fixed
from flowsim.sampling.draw_plan import Always, Drawn
from flowsim.sampling.laws import By, Choice, Draw, Given
from flowsim.timeline import StepFunction


def erlang_c(servers: int, load: float) -> float:
    """Return the share who wait in an M/M/c queue, load in erlangs."""
    waiting = load**servers / math.factorial(servers) / (1 - load / servers)
    return waiting / (sum(load**k / math.factorial(k) for k in range(servers)) + waiting)


def test_five_lines_make_an_mmc_queue() -> None:
    hospital = Hospital(days=60)
    cubicles = hospital.resource("cubicles", 6)
    patient = hospital.arrivals("walk_in", rate=5.1 / 60)
    patient.stay(cubicles, Exponential(mean=60))
    patient.leave()
    shares = []
    for replication in range(10):
        stays = hospital.run(seed=1, replication=replication).stays
        shares.append((stays.started > stays.requested)[stays.requested > 10_000].mean())
    error = np.std(shares, ddof=1) / math.sqrt(10)
    assert abs(np.mean(shares) - erlang_c(6, 5.1)) <= 4.5 * error
    assert error < 0.03


def test_a_resource_may_have_no_limit() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0] * 50)
    path.stay(hospital.resource("chairs", math.inf), 10)
    path.leave()
    assert (hospital.run().stays.started == 0).all()


@pytest.mark.parametrize("places", [1.5, StepFunction(np.array([0.0, 9.0]), np.array([1.0, 1.5]))])
def test_places_are_whole_numbers(places: float | StepFunction) -> None:
    with pytest.raises(BuildError, match=r"places of beds must be whole numbers; found 1\.5"):
        Hospital(end=100).resource("beds", places)


def test_a_hospital_needs_an_end() -> None:
    with pytest.raises(BuildError, match=r"either end \(minutes\) or days"):
        Hospital()
    with pytest.raises(BuildError, match=r"either end \(minutes\) or days"):
        Hospital(end=1, days=1)
    with pytest.raises(BuildError, match="a time above 0; found 0"):
        Hospital(days=0)


def test_names_are_used_once() -> None:
    hospital = Hospital(end=100)
    hospital.resource("beds", 1)
    hospital.calendar("day", StepFunction.constant(1))
    hospital.group("G&A")
    hospital.attribute("frailty", ("none", "some"))
    hospital.arrivals("p", at=[0])
    with pytest.raises(BuildError, match="another resource is named beds already"):
        hospital.resource("beds", 1)
    with pytest.raises(BuildError, match="another calendar is named day already"):
        hospital.calendar("day", StepFunction.constant(1))
    with pytest.raises(BuildError, match="another group is named G&A already"):
        hospital.group("G&A")
    with pytest.raises(BuildError, match="another attribute is named frailty already"):
        hospital.attribute("frailty", ("none", "some"))
    with pytest.raises(BuildError, match="there is a class of patients named p already"):
        hospital.arrivals("p", at=[0])


def test_a_waiting_list_is_one_by_its_name() -> None:
    hospital = Hospital(end=100)
    assert hospital.waiting_list("beds") is hospital.waiting_list("beds")


def test_a_verb_where_nobody_gets_is_refused() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0])
    path.leave()
    assert not path
    with pytest.raises(BuildError, match="nobody gets to this mark seen"):
        path.mark("seen")


def test_nobody_gives_up_without_patience() -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    path = hospital.arrivals("p", at=[0])
    assert not path.seize(beds)
    path.release(beds)
    assert path.seize(beds, patience=10)


def test_an_alternative_stands_once_in_a_seize() -> None:
    hospital = Hospital(end=100)
    beds = hospital.resource("beds", 1)
    path = hospital.arrivals("p", at=[0])
    with pytest.raises(BuildError, match=r"none of them twice; found \['beds', 'beds'\]"):
        path.seize(beds, beds.preferred(1))
    with pytest.raises(BuildError, match=r"at least one resource, none of them twice; found \[\]"):
        path.seize()


@pytest.mark.parametrize("probabilities", [[1.2], [0.6, 0.6], [-0.1]])
def test_probabilities_lie_between_0_and_1(probabilities: list[float]) -> None:
    path = Hospital(end=100).arrivals("p", at=[0])
    with pytest.raises(BuildError, match="probabilities of home must lie between 0 and 1"):
        path.split("home", probabilities)


def shares(hospital: Hospital) -> list[float]:
    """Return how many leave at each minute after they came."""
    log = hospital.run(seed=5)
    minutes = (log.patients.left - log.patients.started)[log.patients.left > 0].astype(int)
    return [float(n) / len(minutes) for n in np.bincount(minutes)]


def leave_after(*paths: Path) -> None:
    """Let the first path leave at once, the second after a minute, and so on."""
    for minutes, path in enumerate(paths):
        path.delay(minutes)
        path.leave()


def test_a_split_sends_the_rest_on() -> None:
    hospital = Hospital(days=10)
    path = hospital.arrivals("p", rate=1)
    first, second = path.split("way", [0.5, 0.2])
    leave_after(path, first, second)
    assert shares(hospital) == pytest.approx([0.3, 0.5, 0.2], abs=4.5 * math.sqrt(0.25 / 14_000))


def test_a_split_may_depend_on_who_the_patient_is() -> None:
    hospital = Hospital(days=10)
    hospital.attribute("frailty", ("frail", "fit"))
    path = hospital.arrivals("p", rate=1, attributes={"frailty": Drawn([0.4])})
    ward = path.branch("ward", By("frailty", {"frail": 1.0, "fit": 0.0}))
    leave_after(path, ward)
    assert shares(hospital) == pytest.approx([0.6, 0.4], abs=4.5 * math.sqrt(0.25 / 14_000))


def test_sort_sends_each_level_its_own_way() -> None:
    hospital = Hospital(end=100)
    hospital.attribute("stream", ("minors", "majors", "resus"))
    paths = [
        hospital.arrivals(level, at=[k], attributes={"stream": Always(level)})
        for k, level in enumerate(("majors", "resus", "minors"))
    ]
    paths[0].join(*paths[1:])
    ways = paths[0].sort("stream")
    assert not paths[0]
    leave_after(ways["minors"], ways["majors"], ways["resus"])
    log = hospital.run()
    assert (log.patients.left - log.patients.started).tolist() == [1, 2, 0]


def test_route_sends_each_patient_where_a_column_says() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0, 0, 0])
    leave_after(*path.route(Draw("position", Given([2, 0, 1])), 3))
    assert hospital.run().patients.left.tolist() == [2, 0, 1]


def test_two_branches_on_one_draw_have_the_same_luck() -> None:
    hospital = Hospital(days=10)
    chance = Draw("frail", Choice([0.5]))
    path = hospital.arrivals("p", rate=1)
    first = path.branch(chance, 0.5)
    never = path.branch(chance, 0.4)
    second = first.branch(chance, 0.5)
    leave_after(path, second, never, first)
    # Nobody goes aside at one of the two only.
    assert shares(hospital) == pytest.approx([0.5, 0.5], abs=4.5 * math.sqrt(0.25 / 14_000))


def test_join_brings_paths_together() -> None:
    hospital = Hospital(end=100)
    path, other = hospital.arrivals("p", at=[0]), hospital.arrivals("q", at=[1])
    path.join(other)
    assert not other
    path.delay(5)
    path.leave()
    assert hospital.run().patients.left.tolist() == [5, 6]
    assert len(hospital.instructions) == 2


def test_a_label_may_be_gone_to_before_it_is_placed() -> None:
    hospital = Hospital(end=100)
    label, later = hospital.label("later")
    path = hospital.arrivals("p", at=[0])
    path.delay(3)
    path.to(label)
    later.delay(4)
    later.leave()
    assert hospital.run().patients.left.tolist() == [7]


def test_a_class_may_begin_where_another_goes_on() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0])
    path.delay(3)
    middle = path.here("middle")
    path.delay(4)
    path.leave()
    hospital.arrivals("q", at=[1]).to(middle)
    assert hospital.run().patients.left.tolist() == [7, 5]


def test_labels_without_a_verb_between_them_follow_one_another() -> None:
    hospital = Hospital(end=100)
    first, path = hospital.label("first")
    second, later = hospital.label("second")
    path.to(second)
    patient = hospital.arrivals("p", at=[0])
    patient.delay(1)
    patient.to(first)
    later.delay(2)
    later.leave()
    assert hospital.run().patients.left.tolist() == [3]


def test_a_bare_distribution_is_drawn_from_a_stream_named_after_the_resource() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0])
    path.stay(hospital.resource("beds", 1), Fixed(value=12))
    path.leave()
    (column,) = hospital.compiled.plan.columns
    assert isinstance(column, Draw)
    assert column.stream == "beds.stay"
    assert hospital.run().stays.ended.tolist() == [12]


def test_stays_are_logged_under_their_site() -> None:
    hospital = Hospital(end=100)
    a, b = hospital.resource("A", 1), hospital.resource("B", 1)
    path = hospital.arrivals("p", at=[0])
    path.seize(a)
    path.seize(b, slot="bed")
    path.release("bed")
    path.seize(b, slot="bed", site="bed again")
    path.release("bed")
    path.release(a)
    path.leave()
    log = hospital.run()
    assert [log.sites[k] for k in log.stays.site] == ["A", "bed", "bed again"]


def test_an_instruction_is_described_by_its_site() -> None:
    hospital = Hospital(end=100)
    path = hospital.arrivals("p", at=[0])
    path.stay(hospital.resource("beds", 1), 5)
    path.leave()
    program = hospital.compiled.program
    assert [Verb(v) for v in program.code[:, 0]] == [Verb.SEIZE, Verb.DELAY, Verb.RELEASE, Verb.LEAVE]
    assert program.describe(0) == "seize beds"
    assert program.describe(3) == "leave (instruction 3)"


def test_the_compiled_hospital_is_worked_out_once() -> None:
    hospital = Hospital(end=100)
    hospital.arrivals("p", at=[0]).leave()
    assert hospital.compiled is hospital.compiled
