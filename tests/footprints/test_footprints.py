"""Another place from a template: what is scaled, by what, and what comes of the shipped places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from flowsim.errors import InputError
from flowsim.experiments.runs.record import read_record
from flowsim.experiments.runs.run import load_scenario, plan
from flowsim.footprints import new, scaling
from flowsim.footprints.new import new_place
from flowsim.footprints.published import Published, of_template, of_trust, trusts
from flowsim.footprints.scaling import at, bases, count, scaled
from flowsim.scenario.calendars import OpeningHours, Roster
from flowsim.scenario.capacity import capacity_levers
from flowsim.scenario.schema import Scenario
from flowsim.scenario.shipped import find_scenario, shipped_scenarios

TEMPLATE = "portsmouth-2016"
SHIPPED = {"derby-2016": "RTG", "southampton-2016": "RHM"}

KEPT = {
    "wards.escalation.blocks": "the size of a block is scaled",
    "wards.escalation.opened": "the size of a block is scaled",
    "wards.escalation.close_looks": "a time",
    "escalation_ladder.calm_looks": "a time",
    "escalation_ladder.beds_opened_from": "a level",
    "infection_control.bay": "rooms are alike",
    "infection_control.ward": "wards are alike",
    "elective.rebooked.times": "of one patient",
    "other_units.treatment_centre.per_day": "0 elsewhere: it is the template's neighbour",
}
"""Counts of the schema that are not scaled to another place, and why."""


@cache
def template() -> Scenario:
    return load_scenario(TEMPLATE).value


@cache
def base() -> Published:
    return of_template(template())


# The shipped places


@pytest.mark.golden
@pytest.mark.parametrize(("name", "trust"), SHIPPED.items())
def test_a_shipped_place_is_what_the_command_makes(
    name: str, trust: str, tmp_path: Path, file_regression: FileRegressionFixture
) -> None:
    made = new_place(TEMPLATE, trust, name, tmp_path / name)
    shipped = find_scenario(name).parent
    assert sorted(file.name for file in shipped.iterdir()) == sorted(made.files)
    for file in made.files:
        file_regression.check((tmp_path / name / file).read_bytes(), fullpath=shipped / file, binary=True)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_place_can_be_run_and_has_its_year_of_record_beside_it(name: str) -> None:
    planned = plan(load_scenario(name))
    groups = {one.group for one in planned.about.published}
    assert "months=2016-04 to 2017-03" in groups
    assert planned.about.published == read_record(load_scenario(name).value)


def test_published_figures_of_the_year_are_those_of_the_shipped_places() -> None:
    # Type 1 a day, four-hour type 1 and all types, admission fraction, beds open, occupancy.
    expected = {
        "derby-2016": (371.6, 0.837, 0.880, 0.308, 987, 0.893),
        "southampton-2016": (272.5, 0.878, 0.896, 0.383, 1098, 0.937),
    }
    for name, figures in expected.items():
        year = {
            one.metric: one.value
            for one in read_record(load_scenario(name).value)
            if one.group == "months=2016-04 to 2017-03"
        }
        found = (
            year["attendances_type1"] / 365,
            year["four_hour_performance_type1"],
            year["four_hour_performance"],
            year["conversion_rate"],
            year["occupied_bed_days"] / year["bed_occupancy"] / 365,
            year["bed_occupancy"],
        )
        assert found == pytest.approx(figures, rel=2e-3)


# What is scaled


def counts(section: Any, path: str) -> Iterator[str]:
    """Yield the paths of every whole number, roster and number a day in a section and below it."""
    below: dict[str, Any] = {}
    if isinstance(section, Mapping):
        below = dict(section)
    elif is_dataclass(section) and type(section).__module__.startswith("flowsim.scenario.sections"):
        below = {one.name: getattr(section, one.name) for one in fields(section)}
    elif (isinstance(section, Roster | int) and not isinstance(section, bool)) or path.endswith("per_day"):
        yield path
    for key, value in below.items():
        yield from counts(value, f"{path}.{key}")


def test_every_path_that_is_scaled_exists_in_the_template() -> None:
    for path in (*scaling.OTHERS, *scaling.UNSCALED, *KEPT, *filter(None, scaling.CAPACITY)):
        at(template(), path)


def test_every_ratio_that_is_named_is_known() -> None:
    known = bases(of_trust("RTG"), base())
    assert {*scaling.OTHERS.values(), *scaling.CAPACITY.values(), *scaling.SHARES} <= set(known)


def test_every_count_of_the_template_is_scaled_or_said_to_be_kept() -> None:
    done = {one.path for one in scaled(template(), bases(of_trust("RTG"), base()))}
    undecided = [
        path
        for section in fields(template())
        for path in counts(getattr(template(), section.name), section.name)
        if path not in done and path not in KEPT and at(template(), path) != 0
    ]
    assert undecided == [], (
        "say in scaling.OTHERS what each is scaled by, or in KEPT why it is the same anywhere"
    )


def test_all_capacity_is_scaled_but_opening_hours_and_what_is_said_to_be_scaled_otherwise() -> None:
    done = {one.path for one in scaled(template(), bases(of_trust("RTG"), base()))}
    for lever in capacity_levers(template()):
        left = isinstance(lever.value, OpeningHours) or lever.value == 0 or lever.path in scaling.UNSCALED
        assert (lever.path in done) != left, lever.path


def test_nothing_is_scaled_twice() -> None:
    paths = [one.path for one in scaled(template(), bases(of_trust("RTG"), base()))]
    assert len(paths) == len(set(paths))


def test_a_place_like_the_template_gets_the_templates_numbers() -> None:
    for one in scaled(template(), bases(base(), base())):
        assert one.after == one.before, one.path


@pytest.mark.parametrize(
    ("before", "ratio", "after"),
    [(12, 1.235, 15), (10, 1.25, 13), (3, 0.5, 2), (4, 0.01, 1), (0, 3.0, 0), (100, 1.0, 100), (7, 0.0, 1)],
)
def test_a_count_goes_to_the_nearest_whole_number_halves_up_and_never_to_none(
    before: int, ratio: float, after: int
) -> None:
    assert count(before, ratio) == after


def test_a_share_is_at_most_1() -> None:
    by = bases(of_trust("RHM"), base())
    by["conversion"] = replace(by["conversion"], here=2 * by["conversion"].template)
    shares = {one.path: one.after for one in scaled(template(), by)}
    assert shares["emergency_department.referred.resus"] == 1.0
    assert shares["emergency_department.referred.minors"] == 0.06


def test_ratios_are_of_the_same_months_in_both_places() -> None:
    by = bases(of_trust("RTG"), base())
    # Worked out by hand from the two records: 23,982 and 21,213 admissions in 214 days.
    assert by["admissions"].here == pytest.approx(23_982 / 214, abs=0.01)
    assert by["admissions"].template == pytest.approx(21_213 / 214)
    assert by["attendances"].here == pytest.approx(371.6, abs=0.05)
    assert by["beds_open"].here == pytest.approx((985.52 + 968.5) / 2)
    assert by["beds_open"].template == pytest.approx((994.47 + 985.03) / 2, abs=0.05)
    assert by["conversion"].ratio == pytest.approx(0.911)
    assert by["stay"].ratio == pytest.approx(by["beds_occupied"].ratio / by["admissions"].ratio, abs=2e-3)


def test_a_new_places_capacity_is_that_of_the_template_times_the_ratio_of_its_section() -> None:
    place, was = load_scenario("southampton-2016").value, template()
    by = bases(of_trust("RHM"), base())
    pairs = {
        "emergency_department.spaces.majors": "attendances",
        "wards.beds.surgery": "beds_open",
        "acute_medicine.amu_beds": "beds_open",
        "community.P1.places.FG": "admissions",
        "frailty.fit_assessors": "admissions",
    }
    for path, name in pairs.items():
        assert at(place, path) == count(at(was, path), by[name].ratio), path
    assert place.demand.locality == was.demand.locality
    assert place.frailty.fit_hours == was.frailty.fit_hours


# What is refused


def test_everything_wrong_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_place("portsmuth-2016", "derby", "A b", tmp_path)
    assert str(caught.value).splitlines() == [
        "--name must be a name of at most 80 lower case letters, digits, hyphens, dots and underscores, "
        'such as "winter-2016"; found "A b"',
        f"{tmp_path} must not exist yet; nothing is ever written over",
        'unknown template "portsmuth-2016"; did you mean "portsmouth-2016"? '
        f"Allowed here: {', '.join(shipped_scenarios())}",
        'unknown trust "derby"; did you mean RTG (Derby Teaching Hospitals NHS Foundation Trust)? '
        "flowsim new --list shows all 138",
    ]
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [("RTH9", "RTH"), ("southamptn", "RHM"), ("isle of wight", "R1F"), ("cambrige", "RGT")],
)
def test_the_trust_that_may_be_meant_is_named(written: str, meant: str) -> None:
    with pytest.raises(InputError, match=rf"did you mean {meant} \("):
        of_trust(written)


def test_a_trust_may_be_written_in_small_letters() -> None:
    assert of_trust("rtg") == of_trust("RTG")


def test_a_year_that_was_not_published_whole_is_refused_with_its_gaps(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        new_place(TEMPLATE, "RHQ", "sheffield", tmp_path / "new")
    assert str(caught.value).splitlines() == [
        "RHQ must have attendances of 2016-04; they were not published",
        "RHQ must have admissions of 2016-04; they were not published",
    ]
    assert not (tmp_path / "new").exists()


def test_the_templates_own_trust_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be another than the template's own"):
        new_place(TEMPLATE, "RHU", "again", tmp_path / "new")


def test_a_template_without_a_record_is_refused() -> None:
    run = replace(template().run, record_of_beds=None)
    with pytest.raises(InputError, match=r"must name run\.record and run\.record_of_beds"):
        of_template(replace(template(), run=run))


def test_a_template_without_a_record_of_its_own_time_is_refused() -> None:
    later = replace(template(), run=replace(template().run, start=dt.date(2019, 4, 1)))
    with pytest.raises(InputError, match="must have a record of the time that it runs"):
        of_template(later)


def test_a_folder_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new, "write_file", full)
    with pytest.raises(Exception, match="No space left"):
        new_place(TEMPLATE, "RTG", "derby", tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


# Every trust


@pytest.mark.parametrize("trust", ["R1F", "R1H", "RCX", "RTE"])
def test_small_and_large_trusts_and_such_as_stopped_reporting_beds_can_be_made(
    trust: str, tmp_path: Path
) -> None:
    made = new_place(TEMPLATE, trust, "another", tmp_path / "new")
    scenario = load_scenario(made.scenario).value
    assert scenario.title == f"{trusts()[trust]}, 2016/17"
    assert read_record(scenario)


@pytest.mark.slow
def test_every_trust_can_be_made_or_is_refused_for_its_gaps(tmp_path: Path) -> None:
    refused = []
    for trust in trusts():
        try:
            made = new_place(TEMPLATE, trust, trust.lower(), tmp_path / trust)
        except InputError as error:
            assert "were not published" in str(error)
            refused.append(trust)
        else:
            plan(load_scenario(made.scenario))
    assert refused == ["RFR", "RHQ"]
