"""Several hospitals in one run: alone they are what they were, and what they share is one queue."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.engine.engines import DEFAULT, simulator
from flowsim.engine.identities import check
from flowsim.errors import InputError
from flowsim.pathways.builder import Hospital
from flowsim.pathways.hospital import build
from flowsim.pathways.together import apart, together
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.laws import Draw
from tests.pathways.runs import scenario

FEW = {"community.P1.places.P": 2, "community.P1.places.FG": 2, "community.P1.places.SEH": 2}
SLOTS = ("p1_P", "p1_FG", "p1_SEH")


def ward(at: list[float], places: int = 1, minutes: float = 60, end: float = 1000) -> Hospital:
    """Return a hospital whose patients need a slot for an hour each."""
    hospital = Hospital(end=end)
    slots = hospital.resource("slots", places)
    patient = hospital.arrivals("patient", at=at)
    patient.seize(slots)
    patient.delay(minutes)
    patient.release(slots)
    patient.leave()
    return hospital


def started(hospital: Hospital, name: str, shared: tuple[str, ...] = ("slots",)) -> list[float]:
    cohort, log = hospital.sample(), hospital.run()
    part, _ = apart(log, cohort.child, name, {one: hospital.resources[one].places for one in shared})
    return part.stays.started.tolist()


def test_hospitals_queue_together_for_what_they_share() -> None:
    both = together({"north": ward([0, 10]), "south": ward([5, 20])}, ["slots"])
    # Two places for four patients who come at 0, 5, 10 and 20 and need an hour each.
    assert started(both, "north") == [0, 60]
    assert started(both, "south") == [5, 65]
    assert both.resources["slots"].places.levels.tolist() == [2]


def test_each_hospital_sees_the_places_that_it_brought() -> None:
    hospitals = {"north": ward([0, 10], places=1), "south": ward([5], places=3)}
    joint = together(hospitals, ["slots"])
    cohort, log = joint.sample(), joint.run()
    for name, places in (("north", 1), ("south", 3)):
        part, _ = apart(log, cohort.child, name, {"slots": hospitals[name].resources["slots"].places})
        assert part.places.capacity.tolist() == [places]


def test_places_that_open_and_close_as_a_hospital_runs_cannot_be_shared() -> None:
    closing = ward([0])
    outbreak = closing.arrivals("outbreak", at=[5], controller=True)
    outbreak.capacity(closing.resources["slots"], -1)
    outbreak.leave()
    with pytest.raises(InputError, match="south: places of slots are opened and closed as it runs"):
        together({"north": ward([0]), "south": closing}, ["slots"])


def test_with_nothing_shared_each_queues_for_its_own() -> None:
    both = together({"north": ward([0, 10]), "south": ward([5, 20])})
    assert started(both, "north", ()) == [0, 60]
    assert started(both, "south", ()) == [5, 65]
    alone = together({"north": ward([0, 10, 11])}), together({"south": ward([5])})
    assert [started(one, name, ()) for one, name in zip(alone, ("north", "south"), strict=True)] == [
        [0, 60, 120],
        [5],
    ]


def test_shared_rosters_add_up() -> None:
    from flowsim.timeline import StepFunction

    def with_roster(times: list[float], levels: list[float]) -> Hospital:
        hospital = Hospital(end=100)
        nurses = hospital.resource("nurses", StepFunction(np.array(times), np.array(levels)))
        patient = hospital.arrivals("patient", at=[0])
        patient.stay(nurses, Draw("care", Exponential(mean=5)))
        patient.leave()
        return hospital

    both = together({"a": with_roster([0, 50], [1, 3]), "b": with_roster([0, 20], [2, 0])}, ["nurses"])
    places = both.resources["nurses"].places
    assert (places.times.tolist(), places.levels.tolist()) == ([0, 20, 50], [3, 1, 3])


Histories = dict[tuple[str, int, int], bytes]


@pytest.fixture(scope="module")
def hospitals() -> dict[str, Hospital]:
    return {name: build(scenario(12, FEW, warm_up=2)) for name in ("north", "south")}


@pytest.fixture(scope="module")
def alone(hospitals: dict[str, Hospital]) -> dict[str, Histories]:
    return {name: by_person(together({name: one}), name) for name, one in hospitals.items()}


def by_person(joint: Hospital, name: str, shared: tuple[str, ...] = ()) -> Histories:
    """Return all that happened to each patient of one hospital."""
    cohort = joint.sample(seed=3)
    log = simulator(DEFAULT)(joint.compiled.program, cohort, joint.end)
    part, _ = apart(log, cohort.child, name, {one: joint.resources[one].places for one in shared})
    order = sorted(range(len(part.mark_names)), key=lambda i: part.mark_names[i])
    times = np.vstack([part.patients.started, part.patients.left, part.patients.marks[order]])
    rows = np.ascontiguousarray(times.T)
    visits: dict[tuple[str, int], int] = {}
    found = {}
    for row in range(len(part.patients.klass)):
        who = (part.class_names[part.patients.klass[row]], int(part.patients.candidate[row]))
        visits[who] = visits.get(who, 0) + 1
        found[*who, visits[who]] = rows[row].tobytes()
    return found


def test_two_hospitals_that_share_nothing_are_two_separate_runs(
    hospitals: dict[str, Hospital], alone: dict[str, Histories]
) -> None:
    both = together(hospitals)
    for name in hospitals:
        assert len(alone[name]) > 3000
        assert by_person(both, name) == alone[name]


def test_what_is_shared_is_felt_in_the_other_hospital(
    hospitals: dict[str, Hospital], alone: dict[str, Histories]
) -> None:
    changed = by_person(together(hospitals, SLOTS), "south", SLOTS)
    assert changed.keys() == alone["south"].keys()
    assert changed != alone["south"]


def test_a_joint_run_obeys_the_laws_of_logs_on_both_engines(hospitals: dict[str, Hospital]) -> None:
    pytest.importorskip("numba")
    both = together(hospitals, SLOTS)
    logs = [both.run(seed=3, engine=engine) for engine in ("simpy", "compiled")]
    assert logs[0].first_difference(logs[1]) is None
    assert [one for one in check(logs[0], both.compiled.program) if one.violation] == []


def test_hospitals_that_do_not_go_together_are_refused_with_every_reason() -> None:
    with pytest.raises(InputError) as refused:
        together({"a": ward([0]), "b:c": ward([0], end=2000)}, ["slots", "slotz"])
    message = str(refused.value)
    assert "must last equally long, warm-up included; found a 0.694444 days, b:c 1.38889 days" in message
    assert "without a colon; found b:c" in message
    assert message.count('unknown resource to share "slotz"; did you mean "slots"?') == 2
