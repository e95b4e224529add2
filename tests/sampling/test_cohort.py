"""The cohort: who comes, who they are, and that no lever, class or column changes anybody else."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from flowsim.errors import InputError, SimulationError
from flowsim.pathways.builder import Hospital
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.cohort import Cohort
from flowsim.sampling.distributions import Exponential, Fixed
from flowsim.sampling.draw_plan import Always, ByArrival, Drawn, FromOthers, Recorded, Returning
from flowsim.sampling.laws import By, Chance, Derived, Draw, Given, Number
from flowsim.sampling.streams import uniforms
from flowsim.timeline import DAY, StepFunction, to_grid

BACK = Draw("back", Chance())


def hospital(
    *,
    walk_ins: Number = 1.0,
    ambulances: Number = 1.0,
    days: float = 10,
    extra_class: bool = False,
    extra_column: bool = False,
    home: float = 0.5,
) -> Hospital:
    """Return walk-ins and ambulances who stay once, some of whom come back."""
    result = Hospital(days=days)
    result.attribute("frailty", ("frail", "fit"))
    result.attribute("locality", ("P", "FG", "SEH"))
    attributes = {
        "frailty": Drawn([0.3]),
        "locality": Drawn([By("frailty", {"frail": 0.5, "fit": 0.2}), 0.3]),
    }
    beds = result.resource("beds", 50)
    if extra_class:
        result.arrivals("expected", rate=0.05, attributes={"frailty": Always("fit")}).leave()
    paths = [
        result.arrivals(
            name,
            arrivals=PoissonArrivals(rate=StepFunction.constant(0.1), factor=factor),
            attributes=attributes,
            returning=Returning(as_class="again", draw=BACK, below=0.4),
        )
        for name, factor in (("walk_in", walk_ins), ("ambulance", ambulances))
    ]
    path = paths[0]
    path.join(paths[1], result.arrivals("again"))
    if extra_column:
        path.delay(Draw("triage", Exponential(5)))
    path.seize(beds)
    path.delay(Draw("los", Exponential(300)))
    path.release(beds)
    coming_back = path.branch(BACK, home * 0.8)
    coming_back.spawn(Draw("time at home", Exponential(DAY)))
    path.join(coming_back)
    path.leave()
    return result


def people(cohort: Cohort, columns: list[str], plan: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return, by class, parent's class and candidate, everything that is known of each row."""
    names = [getattr(c, "stream", "") for c in plan.columns]
    rows = [names.index(c) for c in columns]
    parent = np.full(len(cohort), -1)
    has = cohort.child >= 0
    parent[cohort.child[has]] = np.flatnonzero(has)
    classes = [c.name for c in plan.classes]
    result = {}
    for i in range(len(cohort)):
        lineage = (classes[cohort.klass[parent[i]]] if parent[i] >= 0 else "", classes[cohort.klass[i]])
        known = [cohort.attributes[a][i] for a in ("frailty", "locality")]
        result[(*lineage, int(cohort.candidate[i]))] = (
            str(cohort.arrival[i]),
            *map(int, known),
            *map(str, cohort.columns[rows, i].tolist()),
        )
    assert len(result) == len(cohort)
    return result


COLUMNS = ["los", "back", "time at home"]


def drawn(of: Hospital, seed: int = 1, replication: int = 0) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return people(of.sample(seed=seed, replication=replication), COLUMNS, of.compiled.plan)


BASELINE = drawn(hospital())


def test_a_tenth_fewer_walk_ins_leaves_all_others_as_they_were() -> None:
    fewer = drawn(hospital(walk_ins=0.9))
    gone = BASELINE.keys() - fewer.keys()
    assert fewer.items() < BASELINE.items()
    assert {key[:2] for key in gone} == {("", "walk_in"), ("walk_in", "again")}
    walk_ins = sum(key[:2] == ("", "walk_in") for key in BASELINE)
    assert 0.02 < sum(key[:2] == ("", "walk_in") for key in gone) / walk_ins < 0.2


def test_a_tenth_more_walk_ins_leaves_all_others_as_they_were() -> None:
    more = drawn(hospital(walk_ins=1.1))
    assert BASELINE.items() < more.items()
    new = {key[:2] for key in more.keys() - BASELINE.keys()}
    assert new == {("", "walk_in"), ("walk_in", "again")}


def test_fewer_of_one_kind_leaves_the_other_kind_alone() -> None:
    fewer = drawn(hospital(walk_ins=By("frailty", {"frail": 0.5, "fit": 1.0})))
    gone = BASELINE.keys() - fewer.keys()
    assert fewer.items() < BASELINE.items()
    assert {BASELINE[key][1] for key in gone} == {0}


def test_demand_beyond_the_superset_is_refused() -> None:
    with pytest.raises(InputError, match=r"walk_in: demand of 1\.3 times the baseline is beyond"):
        hospital(walk_ins=1.3).sample()


def test_another_class_changes_nobody() -> None:
    other = drawn(hospital(extra_class=True))
    assert {k: v for k, v in other.items() if k[1] != "expected"} == BASELINE
    assert len(other) > len(BASELINE)


def test_another_column_changes_no_other() -> None:
    assert drawn(hospital(extra_column=True)) == BASELINE


def test_another_probability_changes_no_draw() -> None:
    fewer_return = drawn(hospital(home=0.2))
    assert fewer_return.keys() < BASELINE.keys()
    for who, known in fewer_return.items():  # who cannot return any more has no time at home
        assert all(a == b or a == "nan" for a, b in zip(known, BASELINE[who], strict=True))
    assert any("nan" not in known for known in fewer_return.values())


def test_a_longer_horizon_begins_with_the_same_patients() -> None:
    longer = drawn(hospital(days=15))
    assert BASELINE.items() < longer.items()


def test_a_replication_alone_is_the_same_as_among_many() -> None:
    of = hospital()
    many = [drawn(of, replication=k) for k in range(3)]
    assert drawn(hospital(), replication=2) == many[2]
    assert many[0] != many[1] != many[2]


def test_rows_are_in_order_of_arrival_and_returns_stand_behind() -> None:
    cohort = hospital().sample(seed=1)
    coming = ~np.isnan(cohort.arrival)
    assert (np.diff(cohort.arrival[coming]) >= 0).all()
    assert (np.diff(coming.astype(int)) <= 0).all()
    assert (cohort.arrival == to_grid(cohort.arrival))[coming].all()


def test_ties_go_by_class_then_by_candidate() -> None:
    of = Hospital(end=100)
    for name in "ab":
        of.arrivals(name, at=[0, 5, 5]).leave()
    cohort = of.sample()
    assert cohort.klass.tolist() == [0, 1, 0, 0, 1, 1]
    assert cohort.candidate.tolist() == [0, 0, 1, 2, 1, 2]


def test_a_return_is_reserved_where_its_uniform_is_below_the_bound() -> None:
    cohort = hospital().sample(seed=1)
    walk_ins = np.flatnonzero(cohort.klass == 0)
    u = uniforms(1, 0, "walk_in/back", cohort.candidate.max() + 1)[cohort.candidate[walk_ins]]
    assert ((cohort.child[walk_ins] >= 0) == (u < 0.4)).all()


def test_who_comes_back_is_the_same_person() -> None:
    cohort = hospital().sample(seed=1)
    parents = np.flatnonzero(cohort.child >= 0)
    for codes in cohort.attributes.values():
        assert (codes[parents] == codes[cohort.child[parents]]).all()
    assert len(set(cohort.child[parents].tolist())) == len(parents)


def test_who_comes_back_has_draws_of_their_own() -> None:
    of = hospital()
    cohort = of.sample(seed=1)
    los = cohort.columns[[getattr(c, "stream", "") for c in of.compiled.plan.columns].index("los")]
    parents = np.flatnonzero(cohort.child >= 0)
    assert abs(np.corrcoef(los[parents], los[cohort.child[parents]])[0, 1]) < 4.5 / np.sqrt(len(parents))


def test_somebody_may_come_back_several_times() -> None:
    of = Hospital(days=10)
    of.attribute("frailty", ("frail", "fit"))
    returning = Returning(as_class="p", draw=BACK, below=1.0, times=3)
    path = of.arrivals("p", at=[0, 1], returning=returning)
    path.spawn(DAY)
    path.leave()
    log = of.run()
    assert log.patients.started.tolist() == [0, 1, DAY, DAY + 1, 2 * DAY, 2 * DAY + 1, 3 * DAY, 3 * DAY + 1]


def test_the_columns_are_those_of_the_slow_twin() -> None:
    of = hospital()
    cohort = of.sample(seed=1)
    los = [getattr(c, "stream", "") for c in of.compiled.plan.columns].index("los")
    u = uniforms(1, 0, "walk_in/los", cohort.candidate.max() + 1)
    for row in np.flatnonzero(cohort.klass == 0):
        expected = to_grid(Exponential(300).quantile(u[cohort.candidate[row]]))
        assert cohort.columns[los, row] == expected


def test_an_attribute_may_depend_on_those_before_it() -> None:
    of = hospital(days=100)
    cohort = of.sample(seed=1)
    coming = ~np.isnan(cohort.arrival)
    frail = cohort.attributes["frailty"][coming] == 0
    in_p = cohort.attributes["locality"][coming] == 0
    for chosen, share in ((frail, 0.5), (~frail, 0.2)):
        error = np.sqrt(share * (1 - share) / chosen.sum())
        assert abs(in_p[chosen].mean() - share) <= 4.5 * error


def test_attributes_may_follow_the_arrival_or_one_another() -> None:
    of = Hospital(end=300)
    of.attribute("shift", ("day", "night"))
    of.attribute("other", ("a", "b"))
    shift = ByArrival(StepFunction(np.array([0.0, 100.0]), np.array([0.0, 1.0])))
    other = FromOthers(lambda people: 1 - people.codes("shift"))
    of.arrivals("p", at=[0, 99, 100], attributes={"shift": shift, "other": other}).leave()
    cohort = of.sample()
    assert cohort.attributes["shift"].tolist() == [0, 0, 1]
    assert cohort.attributes["other"].tolist() == [1, 1, 0]


def test_who_has_no_such_attribute_has_minus_1() -> None:
    of = Hospital(end=10)
    of.attribute("frailty", ("frail", "fit"))
    of.arrivals("p", at=[0], attributes={"frailty": Always("fit")}).leave()
    of.arrivals("site team", at=[0], controller=True).leave()
    assert of.sample().attributes["frailty"].tolist() == [1, -1]


def test_a_derived_column_is_worked_out_element_by_element() -> None:
    of = Hospital(end=10)
    path = of.arrivals("p", at=[0, 0])
    path.delay(Derived((Draw("a", Given([1, 5])), Draw("b", Given([3, 2]))), np.minimum))
    path.leave()
    assert of.sample().columns.tolist() == [[1, 2]]


def test_times_are_on_the_grid_and_chances_are_not() -> None:
    of = Hospital(days=1)
    path = of.arrivals("p", rate=0.1)
    path.delay(Draw("los", Exponential(300)))
    path.join(path.branch(Draw("chance", Chance()), 0.5))
    path.leave()
    los, chance = of.sample().columns
    assert (los == to_grid(los)).all()
    assert (chance != to_grid(chance)).any()


def test_who_cannot_reach_a_column_has_none() -> None:
    of = Hospital(end=10)
    path = of.arrivals("p", at=[0])
    path.delay(Draw("los", Fixed(5)))
    path.leave()
    of.arrivals("q", at=[0]).leave()
    np.testing.assert_array_equal(of.sample().columns, [[5, np.nan]])


def test_a_value_that_is_not_a_number_is_an_error() -> None:
    of = Hospital(end=10)
    path = of.arrivals("p", at=[0])
    path.delay(Draw("los", Given([float("nan")])))
    path.leave()
    with pytest.raises(SimulationError, match="los of p is not a number"):
        of.sample()


def test_an_infinite_minute_of_the_day_is_an_error_and_an_endless_delay_is_none() -> None:
    of = Hospital(end=10)
    path = of.arrivals("p", at=[0])
    path.until_clock(Draw("time of discharge", Given([math.inf])))
    path.leave()
    with pytest.raises(SimulationError, match="time of discharge of p is no minute of the day"):
        of.sample()
    for_ever = Hospital(end=10)
    path = for_ever.arrivals("p", at=[0])
    path.delay(Draw("stay", Given([math.inf])))
    path.leave()
    assert for_ever.sample().columns.tolist() == [[math.inf]]


def test_a_choice_cannot_pass_the_last_level() -> None:
    of = Hospital(days=1)
    of.attribute("frailty", ("frail", "fit"))
    of.arrivals("p", rate=0.1, attributes={"frailty": Drawn([0.5, 0.2])}).leave()
    assert set(of.sample().attributes["frailty"].tolist()) == {0, 1}


def test_a_hospital_without_anybody_has_an_empty_cohort() -> None:
    of = Hospital(end=10)
    of.arrivals("p", at=[]).leave()
    cohort = of.sample()
    assert len(cohort) == 0
    assert len(of.run().patients.left) == 0


def test_each_way_of_a_sort_is_drawn_for_those_who_go_it() -> None:
    hospital = Hospital(end=10)
    kinds = ("a", "b", "c")
    hospital.attribute("kind", kinds)
    attributes = {"kind": Recorded(kinds, Drawn([0.3, 0.3]))}
    for kind, path in hospital.arrivals("p", at=[0.0] * 3, attributes=attributes).sort("kind").items():
        path.delay(Draw(kind, Fixed(5.0)))
        path.leave()
    table, columns = hospital.sample().columns, hospital.compiled.plan.columns
    rows = zip(columns, table, strict=True)
    drawn = {c.stream: (~np.isnan(row)).tolist() for c, row in rows if isinstance(c, Draw)}
    assert drawn == {"a": [True, False, False], "b": [False, True, False], "c": [False, False, True]}
