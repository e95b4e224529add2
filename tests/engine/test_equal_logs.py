"""The engines give the same log, bit for bit, of random hospitals and of every shipped scenario.

Equality proves something only if it can fail: every broken interpreter below is found out by some of the same
random hospitals.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from flowsim.engine import simpy_engine, simpy_state, simpy_verbs
from flowsim.engine.log import Log
from flowsim.engine.program import Program, Verb
from flowsim.engine.simpy_state import CAPACITY_CHANGE, IMPATIENCE, NAN, WAKE, Action, Patient, Request, Run
from flowsim.pathways.builder import Hospital
from flowsim.pathways.hospital import build
from flowsim.sampling.cohort import Cohort
from flowsim.scenario.loading import load
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_scenario, shipped_scenarios
from flowsim.timeline import DAY
from tests.engine.checked import ENGINES, Engine
from tests.engine.random_hospitals import hospitals, listed

EXAMPLES = 150
"""As many as find every broken interpreter below, and are right without a fault."""
OTHERS = 50
"""Besides, so that a fault of the engines' own is told with the smallest hospital that shows it."""
MANY_EXAMPLES = 5000

# An example is a whole hospital: hundreds of choices, some 20 ms.
drawn_hospitals = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

compiled, on_simpy = Engine(ENGINES["compiled"]), Engine(ENGINES["simpy"])


def difference(hospital: Hospital, *, seed: int = 1) -> str | None:
    """Return where the two engines' logs differ first; each obeys every law."""
    program, cohort = hospital.compiled.program, hospital.sample(seed=seed)
    log = compiled.run(program, cohort, hospital.end)
    return log.first_difference(on_simpy.run(program, cohort, hospital.end))


# Random hospitals


@settings(drawn_hospitals, max_examples=OTHERS)
@given(hospitals())
def test_the_engines_agree_on_random_hospitals(hospital: Hospital) -> None:
    where = difference(hospital)
    assert where is None, f"{where}\n{listed(hospital)}"


@pytest.mark.slow
@settings(drawn_hospitals, max_examples=MANY_EXAMPLES)
@given(hospitals())
def test_the_engines_agree_on_very_many_random_hospitals(hospital: Hospital) -> None:
    where = difference(hospital)
    assert where is None, f"{where}\n{listed(hospital)}"


# Shipped scenarios


def shipped(name: str, *, days: int, warm_up_days: int) -> Hospital:
    scenario = load(find_scenario(name), Scenario).value
    return build(replace(scenario, run=replace(scenario.run, days=days, warm_up=warm_up_days * DAY)))


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_engines_agree_on_days_of_each_shipped_scenario(name: str) -> None:
    assert difference(shipped(name, days=3, warm_up_days=2)) is None


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_engines_agree_on_months_of_each_shipped_scenario(name: str) -> None:
    assert difference(shipped(name, days=60, warm_up_days=7)) is None


# Broken interpreters, each found out by the logs of random hospitals

Case = tuple[Program, Cohort, float, Log]


@cache
def cases() -> tuple[Case, ...]:
    """Return random hospitals with the logs that are right."""
    found: list[Case] = []

    @settings(drawn_hospitals, max_examples=EXAMPLES, phases=[Phase.generate], database=None)
    @given(hospitals())
    def collect(hospital: Hospital) -> None:
        program, cohort = hospital.compiled.program, hospital.sample(seed=1)
        found.append((program, cohort, hospital.end, ENGINES["compiled"](program, cohort, hospital.end)))

    collect()
    return tuple(found)


Break = Callable[[pytest.MonkeyPatch], None]

FAULTS: dict[str, Break] = {}
"""What a fault is, in words, and how to put it into the SimPy engine."""


def fault(words: str) -> Callable[[Break], Break]:
    def register(broken: Break) -> Break:
        FAULTS[words] = broken
        return broken

    return register


def make(monkeypatch: pytest.MonkeyPatch, verb: Verb, maker: Callable[[Run, int, list[int]], Action]) -> None:
    monkeypatch.setitem(simpy_verbs.MAKERS, verb, maker)


@fault("a place is given only after the releaser's next verb")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def release(run: Run, i: int, code: list[int]) -> Action:
        right = simpy_verbs.release(run, i, code)

        def action(patient: Patient) -> int:
            served: list[int] = []
            with monkeypatch.context() as during:
                during.setattr(run, "serve", served.append)
                following = right(patient)
            after = run.actions[following](patient)
            for resource in served:
                run.serve(resource)
            return after

        return action

    make(monkeypatch, Verb.RELEASE, release)


@fault("a place is clean at once")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def release(run: Run, i: int, code: list[int]) -> Action:
        return simpy_verbs.release(run, i, [*code[:3], -1, *code[4:]])

    make(monkeypatch, Verb.RELEASE, release)


@fault("a uniform on the bound goes the way below it")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def branch(run: Run, i: int, code: list[int]) -> Action:
        uniform = run.operand(code[2])
        ways = range(code[3], code[3] + code[4])
        bounds, targets = run.program.cumulative.tolist(), run.program.targets.tolist()
        # Who went wrong reads columns that were not drawn for them: no bound is above, the last way is left.
        return lambda patient: next(
            (targets[k] for k in ways if uniform(patient.row) <= bounds[k]), targets[ways[-1]]
        )

    make(monkeypatch, Verb.BRANCH, branch)


@fault("patience goes before a release in the same instant")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simpy_verbs, "IMPATIENCE", CAPACITY_CHANGE)


@fault("arrivals go before patience in the same instant")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simpy_engine, "ARRIVAL", IMPATIENCE - 0.5)


@fault("arrivals go before ends of delays in the same instant")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simpy_engine, "ARRIVAL", WAKE - 0.5)


@fault("a change of roster goes after releases in the same instant")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simpy_engine, "CAPACITY_CHANGE", WAKE + 0.5)


def queue_by(
    monkeypatch: pytest.MonkeyPatch, key: Callable[[float, float, int], tuple[float, float, int]]
) -> None:
    def push(queue: list[Any], entry: tuple[float, float, int, Request]) -> None:
        heapq.heappush(queue, (*key(*entry[:3]), entry[3]))

    monkeypatch.setattr(simpy_verbs, "heappush", push)


@fault("priority is ignored")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_by(monkeypatch, lambda priority, since, ticket: (0, since, ticket))


@fault("the place in line is not kept")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_by(monkeypatch, lambda priority, since, ticket: (priority, 0, ticket))


@fault("of two who wait since the same moment the last comes first")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    queue_by(monkeypatch, lambda priority, since, ticket: (priority, since, -ticket))


@fault("who is given a place goes on before those given one earlier")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Run.grant

    def grant(run: Run, request: Request) -> None:
        right(run, request)
        run.ready.rotate(1)

    monkeypatch.setattr(Run, "grant", grant)


@fault("capacities of one instant are served one at a time")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    right = simpy_engine._Clock.set_capacities

    def set_capacities(clock: simpy_engine._Clock, change: simpy_engine.Change) -> None:
        for one in change[1]:
            right(clock, (change[0], [one]))

    monkeypatch.setattr(simpy_engine._Clock, "set_capacities", set_capacities)


@fault("places opened by a controller are not given away")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def capacity(run: Run, i: int, code: list[int]) -> Action:
        def action(patient: Patient) -> int:
            run.extra[code[2]] += code[3]
            run.adjust_capacity(code[2])
            return code[1]

        return action

    make(monkeypatch, Verb.CAPACITY, capacity)


@fault("the roster undoes what controllers did")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    right = simpy_engine._Clock.set_capacities

    def set_capacities(clock: simpy_engine._Clock, change: simpy_engine.Change) -> None:
        for resource, _ in change[1]:
            clock.extra[resource] = 0
        right(clock, change)

    monkeypatch.setattr(simpy_engine._Clock, "set_capacities", set_capacities)


@fault("a clock time that is now is tomorrow")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def clock(run: Run, i: int, code: list[int]) -> Action:
        minute = run.operand(code[2])
        return lambda patient: run.sleep(patient, (minute(patient.row) - run.now) % DAY or DAY, code[1])

    make(monkeypatch, Verb.CLOCK, clock)


@fault("a row starts again at a second spawn")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def spawn(run: Run, i: int, code: list[int]) -> Action:
        right = simpy_verbs.spawn(run, i, code)

        def action(patient: Patient) -> int:
            patient.spawned = False
            return right(patient)

        return action

    make(monkeypatch, Verb.SPAWN, spawn)


@fault("the first stamp of a mark stands")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def mark(run: Run, i: int, code: list[int]) -> Action:
        def action(patient: Patient) -> int:
            if patient.marks[code[2]] is NAN:
                patient.marks[code[2]] = run.now
            return code[1]

        return action

    make(monkeypatch, Verb.MARK, mark)


@fault("a calendar opens a moment after its time")
def _(monkeypatch: pytest.MonkeyPatch) -> None:
    def level(run: Run, calendar: int) -> float:
        times, levels = run.calendars[calendar]
        passed = sum(1 for time in times[1:] if time < run.now)
        run.pointer[calendar] = passed
        return levels[passed]

    monkeypatch.setattr(Run, "level", level)


def queueing(after: Callable[[Run, Request], None]) -> Break:
    """Return a fault of what happens when somebody begins to wait."""

    def broken(monkeypatch: pytest.MonkeyPatch) -> None:
        def seize(run: Run, i: int, code: list[int]) -> Action:
            right = simpy_verbs.seize(run, i, code)

            def action(patient: Patient) -> int:
                following = right(patient)
                if following == simpy_state.WAIT and patient.request is not None:
                    after(run, patient.request)
                return following

            return action

        make(monkeypatch, Verb.SEIZE, seize)

    return broken


@fault("somebody who queues for several resources counts several times")
@queueing
def _(run: Run, request: Request) -> None:
    run.waiting[request.list] += len(request.alternatives) - 1


@fault("a choice is made in the order of resources, not of preference")
@queueing
def _(run: Run, request: Request) -> None:
    request.alternatives = sorted(request.alternatives)


def differing(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for program, cohort, end, right in cases():
        where = right.first_difference(ENGINES["simpy"](program, cohort, end))
        if where is not None:
            yield where


@pytest.mark.parametrize("words", FAULTS)
def test_random_hospitals_find_a_broken_interpreter(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[words](monkeypatch)
    assert next(differing(monkeypatch), None) is not None


def test_those_hospitals_find_nothing_wrong_without_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(differing(monkeypatch)) == []
