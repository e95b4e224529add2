"""Each law can fail: a log is doctored by one number and the law that it breaks says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from flowsim.engine.identities import Check, check
from flowsim.engine.log import Log
from flowsim.pathways.builder import Hospital
from flowsim.sampling.distributions import Exponential
from flowsim.sampling.laws import Draw
from flowsim.timeline import DAY, StepFunction
from tests.engine.checked import Engine

NAN = float("nan")


def hospital() -> Hospital:
    """Return two beds, one at night, for about 60 patients in four days, who give up after 5 h."""
    result = Hospital(days=4)
    beds = result.resource("beds", StepFunction.repeating([1, 2, 2], step=480, end=4 * DAY))
    chairs = result.resource("chairs", 20)
    path = result.arrivals("p", rate=15 / DAY)
    gone = path.seize(beds, patience=300)
    path.delay(Draw("beds.stay", Exponential(mean=120)))
    path.release(beds)
    path.stay(chairs, Exponential(mean=900))
    path.join(gone)
    path.leave()
    return result


def laws(log: Log, of: Hospital) -> dict[str, Check]:
    return {c.name: c for c in check(log, of.compiled.program)}


def doctored(log: Log, table: str, column: str, row: int, value: float) -> Log:
    part = getattr(log, table)
    values = getattr(part, column).copy()
    values[row] = value
    return replace(log, **{table: replace(part, **{column: values})})


def test_all_laws_hold_for_a_run(engine: Engine) -> None:
    of = hospital()
    checks = laws(engine(of), of)
    assert list(checks) == [
        "order",
        "entries",
        "outcomes",
        "requests",
        "capacity",
        "idle",
        "bed-time",
        "little",
        "census",
        "flow",
    ]
    assert all(c.ok and c.count > 0 for c in checks.values())


def waiting_row(log: Log) -> int:
    """Return a stay of a bed that began after a wait."""
    s = log.stays
    return int(np.flatnonzero((s.started > s.requested) & (s.ended > s.started))[3])


def chair_over_midnight(log: Log) -> int:
    s = log.stays
    return int(np.flatnonzero((s.resource == 1) & (s.ended // DAY > s.started // DAY))[-1])


Doctor = Callable[[Log], Log]


def started_before_asking(log: Log) -> Log:
    row = waiting_row(log)
    return doctored(log, "stays", "started", row, log.stays.requested[row] - 1)


def ended_before_the_start(log: Log) -> Log:
    row = chair_over_midnight(log)
    return doctored(log, "stays", "ended", row, log.stays.started[row] - 3 * DAY)


def left_before_coming(log: Log) -> Log:
    return doctored(log, "patients", "left", 20, log.patients.started[20] - DAY)


def asked_before_coming(log: Log) -> Log:
    row = int(np.flatnonzero(log.stays.patient == 5)[0])
    return doctored(log, "patients", "started", 5, log.stays.requested[row] + 1)


def left_with_a_chair(log: Log) -> Log:
    return doctored(log, "stays", "ended", chair_over_midnight(log), NAN)


def asked_while_waiting(log: Log) -> Log:
    row = int(np.flatnonzero(log.stays.resource == 1)[4])
    bed = int(np.flatnonzero((log.stays.patient == log.stays.patient[row]) & (log.stays.resource == 0))[0])
    return doctored(log, "stays", "requested", row, log.stays.requested[bed])


def started_while_full(log: Log) -> Log:
    row = waiting_row(log)
    return doctored(log, "stays", "started", row, log.stays.requested[row])


def waited_beside_a_free_bed(log: Log) -> Log:
    s = log.stays
    row = int(np.flatnonzero((s.resource == 0) & (s.started == s.requested) & (s.ended > s.started + 1))[0])
    return doctored(log, "stays", "started", row, s.started[row] + 1)


@pytest.mark.parametrize(
    ("doctor", "broken"),
    [
        (started_before_asking, "order"),
        (started_before_asking, "little"),
        (ended_before_the_start, "order"),
        (ended_before_the_start, "bed-time"),
        (ended_before_the_start, "census"),
        (left_before_coming, "entries"),
        (left_before_coming, "flow"),
        (asked_before_coming, "entries"),
        (left_with_a_chair, "outcomes"),
        (asked_while_waiting, "requests"),
        (started_while_full, "capacity"),
        (waited_beside_a_free_bed, "idle"),
    ],
)
def test_a_doctored_log_breaks_its_law(doctor: Doctor, broken: str, engine: Engine) -> None:
    of = hospital()
    found = laws(doctor(engine(of)), of)[broken]
    assert not found.ok
    assert found.violation is not None


def test_a_violation_names_the_stay(engine: Engine) -> None:
    of = hospital()
    log = engine(of)
    row = waiting_row(log)
    violation = laws(started_while_full(log), of)["capacity"].violation
    assert violation is not None
    assert violation.startswith(f"stay {row} of patient {log.stays.patient[row]} (beds): requested ")
    assert violation.endswith("no place was free")


def test_a_fall_of_capacity_breaks_no_law(engine: Engine) -> None:
    of = Hospital(end=1000)
    beds = of.resource("beds", StepFunction(np.array([0.0, 50.0]), np.array([3.0, 1.0])))
    path = of.arrivals("p", at=[0, 0, 0, 60])
    path.stay(beds, 100)
    path.leave()
    checks = laws(engine(of), of)
    assert all(c.ok for c in checks.values())


def test_a_start_in_the_instant_of_a_fall_is_found(engine: Engine) -> None:
    of = Hospital(end=1000)
    beds = of.resource("beds", StepFunction(np.array([0.0, 50.0]), np.array([2.0, 1.0])))
    path = of.arrivals("p", at=[0, 50])
    path.stay(beds, 100)
    path.leave()
    log = doctored(engine(of), "stays", "started", 1, 50)
    assert not laws(log, of)["capacity"].ok


def test_a_start_before_a_fall_of_the_same_instant_is_lawful_where_the_table_changes_nothing(
    engine: Engine,
) -> None:
    # The table has a line at 50 that says what was so before. At 50 the patient's delay ends and the bed is
    # theirs; then the site team comes and closes it, which throws nobody out.
    of = Hospital(end=1000)
    beds = of.resource("beds", StepFunction(np.array([0.0, 50.0]), np.array([1.0, 1.0])))
    path = of.arrivals("p", at=[0])
    path.delay(50)
    path.stay(beds, 100)
    path.leave()
    closure = of.arrivals("closure", at=[50], controller=True)
    closure.capacity(beds, -1)
    closure.leave()
    log = engine(of)
    assert log.stays.started.tolist() == [50]
    assert log.places.capacity.tolist() == [1, 0]
    assert laws(log, of)["capacity"].ok


def test_a_place_being_cleaned_is_not_idle(engine: Engine) -> None:
    of = Hospital(end=1000)
    beds = of.resource("beds", 1)
    path = of.arrivals("p", at=[0, 1])
    path.stay(beds, 100, turnaround=30)
    path.leave()
    log = engine(of)
    assert log.stays.started.tolist() == [0, 130]
    assert laws(log, of)["idle"].count == 0


def test_an_empty_run_obeys_all_laws(engine: Engine) -> None:
    of = Hospital(end=1000)
    path = of.arrivals("p", at=[])
    path.stay(of.resource("beds", 1), 100)
    path.leave()
    assert all(c.ok for c in laws(engine(of), of).values())
