"""Who changed in hospitals of four patients, whose times are worked out in comments."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from flowsim.experiments.comparisons.fates import AWAITED, COUNTED, fates_of, labels_of
from flowsim.experiments.comparisons.who_changed import COLUMNS, who_changed, words_of
from flowsim.outcomes import ReportingPeriod
from flowsim.pathways.builder import Hospital
from flowsim.sampling.draw_plan import Always, Returning
from flowsim.sampling.laws import Chance, Draw, Given

PERIOD = ReportingPeriod(origin=dt.datetime(2016, 4, 4), begins=0.0, ends=1440.0, ga_beds=("ward",))
ARRIVALS = (0.0, 10.0, 20.0, 130.0)


def department(
    clinicians: int, minutes: float, *, arrivals: tuple[float, ...] = ARRIVALS, bed: float = 0.0
) -> Hospital:
    """Return a department in which everybody waits for one thing; some then take a bed for some minutes."""
    hospital = Hospital(end=2880.0)
    hospital.attribute("stream", ("minors", "majors"))
    hospital.attribute("frailty", ("not_frail", "frail"))
    hospital.attribute("locality", ("P", "FG"))
    attributes = {"stream": Always("majors"), "frailty": Always("frail"), "locality": Always("FG")}
    patient = hospital.arrivals("walk_in", at=arrivals, attributes=attributes)
    ward = hospital.resource("ward", 10)
    staff = hospital.resource("clinicians", clinicians)
    patient.mark("ed_arrival")
    patient.mark("assessed")
    patient.seize(staff, slot="clinician")
    patient.mark("first_clinician")
    patient.delay(minutes)
    patient.release("clinician")
    if bed:
        patient.mark("decision_to_admit")
        patient.seize(ward, slot="bed")
        patient.mark("departed")
        patient.mark("admitted")
        patient.delay(bed)
        patient.mark("discharged")
        patient.release("bed")
    else:
        patient.mark("departed")
    patient.leave()
    return hospital


def changed(before: Hospital, after: Hospital) -> dict[tuple[str, str], tuple[float, ...]]:
    """Return the rows of who changed in which anything is not 0, in the order of `COLUMNS`."""
    fates, labels = [], {}
    for hospital in (before, after):
        cohort = hospital.sample(seed=1)
        log = hospital.run(seed=1, engine="simpy")
        fates.append(fates_of(log, PERIOD, cohort.child))
        labels = labels_of(log)
    table = who_changed(fates[0], fates[1], labels)
    rows = zip(words_of(labels), table.tolist(), strict=True)
    return {word: tuple(row) for word, row in rows if any(row)}


def test_the_columns_are_avoided_caused_and_in_one_arm_only() -> None:
    assert COLUMNS == ("avoided", "caused", "in_baseline_only", "in_arm_only")


def test_whoever_was_treated_where_they_were_did_not_come() -> None:
    def calls(conveyed: float) -> Hospital:
        hospital = Hospital(end=2880.0)
        hospital.resource("ward", 1)
        patient = hospital.arrivals("emergency_call", at=ARRIVALS)
        conveyed_too = patient.branch(Draw("conveyance", Given([0.2, 0.4, 0.6, 0.8])), conveyed)
        patient.mark("see_and_treat")
        patient.leave()
        conveyed_too.mark("ed_arrival")
        conveyed_too.mark("departed")
        conveyed_too.leave()
        return hospital

    # Three of four calls are conveyed, then one.
    found = changed(calls(0.7), calls(0.3))
    assert found["patients", "all"] == (2.0, 0.0, 0.0, 0.0)


def test_nobody_changed_where_nothing_did() -> None:
    assert changed(department(1, 100.0, bed=2000.0), department(1, 100.0, bed=2000.0)) == {}


def test_a_patient_is_the_same_where_a_class_more_was_laid_before() -> None:
    def hospital(*others: str) -> Hospital:
        built = Hospital(end=2880.0)
        built.resource("ward", 1)
        for name in (*others, "walk_in"):
            path = built.arrivals(name, at=ARRIVALS, controller=name == "outbreak")
            path.mark("ed_arrival")
            path.mark("departed")
            path.leave()
        return built

    assert changed(hospital(), hospital("outbreak")) == {}
    assert changed(hospital(), hospital("others")) == {
        ("patients", "all"): (0.0, 0.0, 0.0, 4.0),
        ("patients", "hour=00"): (0.0, 0.0, 0.0, 3.0),
        ("patients", "hour=02"): (0.0, 0.0, 0.0, 1.0),
    }


def test_the_breaches_that_a_second_clinician_avoids_are_those_of_the_last_two() -> None:
    # One clinician: they leave at 100, 200, 300, 400, in the department 100, 190, 280, 270 minutes.
    # Two: 100, 110, 200, 230. The third and the fourth breach no more; they had waited for the clinician.
    assert changed(department(1, 100.0), department(2, 100.0)) == {
        ("breaches", "all"): (2.0, 0.0, 0.0, 0.0),
        ("breaches", "stream=majors"): (2.0, 0.0, 0.0, 0.0),
        ("breaches", "frailty=frail"): (2.0, 0.0, 0.0, 0.0),
        ("breaches", "locality=FG"): (2.0, 0.0, 0.0, 0.0),
        ("breaches", "hour=00"): (1.0, 0.0, 0.0, 0.0),
        ("breaches", "hour=02"): (1.0, 0.0, 0.0, 0.0),
        ("breaches", "awaited=first clinician"): (2.0, 0.0, 0.0, 0.0),
    }


def test_caused_breaches_are_told_apart_from_avoided_ones_and_by_where_the_time_went_in_the_arm() -> None:
    # Four clinicians who take 250 minutes each: everybody breaches, under treatment; the last two did before.
    found = changed(department(1, 100.0), department(4, 250.0))
    assert found["breaches", "all"] == (0.0, 2.0, 0.0, 0.0)
    assert found["breaches", "awaited=treatment"] == (0.0, 2.0, 0.0, 0.0)
    assert ("breaches", "awaited=first clinician") not in found


def test_bed_days_are_released_by_those_who_stay_shorter() -> None:
    # In bed from 100, 200, 300, 400 until 1,500 to 1,800: one night in the period each; without, none.
    found = changed(department(1, 100.0, bed=1400.0), department(1, 100.0, bed=60.0))
    assert found["bed_days", "all"] == (4.0, 0.0, 0.0, 0.0)
    assert ("admissions", "all") not in found


def test_who_is_no_longer_admitted_is_an_admission_avoided() -> None:
    found = changed(department(1, 100.0, bed=60.0), department(1, 100.0))
    assert found["admissions", "all"] == (4.0, 0.0, 0.0, 0.0)


def test_who_comes_in_one_arm_only_is_counted_apart() -> None:
    # The fourth comes at another time, so it is another patient: of these only the first had to wait.
    found = changed(department(1, 100.0), department(1, 100.0, arrivals=(0.0, 10.0, 20.0, 700.0)))
    assert found["patients", "all"] == (0.0, 0.0, 1.0, 1.0)
    assert found["breaches", "all"] == (0.0, 0.0, 1.0, 0.0)
    assert found["patients", "hour=02"] == (0.0, 0.0, 1.0, 0.0)
    assert found["patients", "hour=11"] == (0.0, 0.0, 0.0, 1.0)


def test_somebody_who_comes_back_is_matched_with_the_same_return() -> None:
    def hospital(returns: float, minutes: float) -> Hospital:
        built = Hospital(end=2880.0)
        built.resource("ward", 1)
        back = Draw("back", Chance())
        first = built.arrivals(
            "walk_in", at=(0.0, 5.0), returning=Returning(as_class="returning", draw=back, below=1.0)
        )
        again = built.arrivals("returning")
        for patient, stay in ((first, 1.0), (again, minutes)):
            patient.mark("ed_arrival")
            patient.delay(stay)
            patient.mark("departed")
        coming = first.branch(back, returns)
        coming.spawn(60.0)
        coming.leave()
        first.leave()
        again.leave()
        return built

    # Both come back and breach; then neither does; then neither comes back.
    assert changed(hospital(1.0, 300.0), hospital(1.0, 100.0))["breaches", "all"] == (2.0, 0.0, 0.0, 0.0)
    assert changed(hospital(1.0, 300.0), hospital(0.0, 300.0))["breaches", "all"] == (0.0, 0.0, 2.0, 0.0)


@pytest.mark.parametrize("counted", COUNTED)
def test_everything_counted_has_a_row_for_all_and_for_each_group(counted: str) -> None:
    labels = {"locality": ("P", "FG", "none")}
    rows = [group for name, group in words_of(labels) if name == counted]
    assert rows[:4] == ["all", "locality=P", "locality=FG", "locality=none"]
    assert len(rows) == 4 + (len(AWAITED) if counted == "breaches" else 0)


def test_everybody_is_somebody_else() -> None:
    hospital = department(1, 100.0)
    fates = fates_of(hospital.run(seed=1, engine="simpy"), PERIOD, hospital.sample(seed=1).child)
    assert len(np.unique(fates.who)) == len(ARRIVALS)
