from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.outcomes import METRICS, Observations, Pool, measure
from flowsim.outcomes.measurement import LONGEST_BY_DAY, _centiles
from flowsim.outcomes.observations import Key
from flowsim.outcomes.registry import metric
from tests.outcomes.written_logs import DAY, NAN, Person, days, inpatient, walk_in, with_attributes, written

LAST_OF_DECEMBER = dt.datetime(2015, 12, 31)

REQUIRED = """
    attendances four_hour_performance four_hour_performance_type1 four_hour_performance_admitted
    four_hour_performance_non_admitted emergency_admissions conversion_rate dta_waits_over_12h
    waits_over_12h_from_arrival ambulance_handover_over_15min ambulance_handover_over_60min
    ambulance_hours_lost_per_day time_to_initial_assessment_median time_in_department_p95
    left_without_being_seen fit_admissions_avoided_per_day short_stay_share amu_stays_over_24h
    occupied_bed_days mffd_bed_days delayed_transfer_days escalation_bed_days mffd_patients
    stranded_patients super_stranded_patients bed_occupancy d2a_wait_mean_days
    elective_cancellations breaches_awaiting_bed_share breaches_awaiting_first_assessment_share
"""


def test_the_promised_metrics_exist() -> None:
    assert set(REQUIRED.split()) <= set(METRICS)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_whole(name: str) -> None:
    metric = METRICS[name]
    assert metric.name == name
    assert metric.direction in ("higher", "lower", "neutral")
    assert metric.definition.endswith(".") and metric.label and metric.source
    assert metric.label not in [other.label for other in METRICS.values() if other is not metric]


@pytest.mark.parametrize("name", METRICS)
def test_nobody_gives_no_warning(name: str) -> None:
    # A whole week, since some figures need a weekend.
    week = written(places=[], end=7 * DAY)
    measured = measure(week, days(7), metrics=[name], child=np.empty(0, dtype=np.int32))
    nobody = 0.0 if METRICS[name].pool is Pool.TOTAL else NAN
    counted_over_days = not math.isnan(measured.fraction(name)[1]) and measured.fraction(name)[1] > 0
    expected = 0.0 if counted_over_days else nobody
    assert measured[name] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("name", METRICS)
def test_who_came_and_went_in_the_warm_up_counts_nowhere(name: str) -> None:
    early = [
        walk_in(
            0.0, 300.0, left_without_being_seen=300.0, decision_to_admit=10.0, fit_avoided=9.0, fit_seen=8.0
        ),
        inpatient(0.0, DAY, medically_fit=500.0, ready_for_service=600.0, service_started=DAY, died=DAY),
        Person("elective", 0.0, {}, [("cancelled_electives", 10.0, 10.0, DAY)]),
    ]
    period = days(4, begins=2)
    child = np.full(3, -1, dtype=np.int32)
    some = measure(written(*early, end=4 * DAY), period, metrics=[name], child=child)
    none = measure(written(end=4 * DAY), period, metrics=[name], child=child[:0])
    assert some.group == none.group
    np.testing.assert_array_equal(some.value, none.value)


def test_a_controller_is_no_patient_whatever_it_is_stamped() -> None:
    team = replace(inpatient(0.0, klass="site_team"), marks={**walk_in(0.0, 60.0).marks, "admitted": 0.0})
    measured = measure(written(team), days(2))
    assert measured["attendances"] == measured["occupied_bed_days"] == measured["spells_ended"] == 0


def test_who_never_came_is_no_patient() -> None:
    never = Person("type3", NAN)
    measured = measure(written(never), days(2))
    assert measured["attendances"] == measured["open_at_end"] == 0


def test_percentages_are_pooled_and_not_averaged() -> None:
    # Day 1 is in December, day 2 in January: 1 of 1 and 1 of 3 within; pooled 2/4, averaged 2/3.
    people = [walk_in(0, 60), walk_in(DAY, DAY + 60), walk_in(DAY, DAY + 300), walk_in(DAY, DAY + 300)]
    measured = measure(written(*people), days(2, origin=LAST_OF_DECEMBER))
    assert measured["four_hour_performance", "month=2015-12"] == 1
    assert measured["four_hour_performance", "month=2016-01"] == 1 / 3
    assert measured["four_hour_performance"] == 2 / 4


def test_a_group_is_one_key_and_its_parts_add_up() -> None:
    people = [
        with_attributes(walk_in(0, 60), stream="majors", locality="FG"),
        with_attributes(walk_in(0, 300), stream="majors", locality="P"),
        with_attributes(walk_in(0, 60), stream="minors", locality="P"),
        walk_in(0, 60),  # without attributes: in no group but all and the times
    ]
    measured = measure(written(*people), days(2))
    assert measured["four_hour_performance_type1", "stream=majors"] == 1 / 2
    assert measured["four_hour_performance_type1", "locality=P"] == 1 / 2
    assert math.isnan(measured["four_hour_performance_type1", "stream=resus"])
    assert measured["attendances_type1", "locality=SEH"] == 0
    assert measured["attendances_type1", "week=2024-W01"] == 4
    assert all(group == "all" or group.count("=") == 1 for group in measured.group)


def test_per_day_figures_divide_by_the_days_of_the_group() -> None:
    # One FIT patient on 31 December; December has one day of the period, January one.
    person = with_attributes(walk_in(0, 60, fit_avoided=30.0), locality="FG")
    measured = measure(written(person), days(2, origin=LAST_OF_DECEMBER))
    assert measured["fit_admissions_avoided_per_day"] == 1 / 2
    assert measured["fit_admissions_avoided_per_day", "month=2015-12"] == 1
    assert measured["fit_admissions_avoided_per_day", "month=2016-01"] == 0
    assert measured["fit_admissions_avoided_per_day", "locality=FG"] == 1 / 2


def test_only_the_groups_asked_for_are_given() -> None:
    log = written(with_attributes(walk_in(0, 60), stream="majors"))
    ungrouped = measure(log, days(2), groups=())
    assert set(ungrouped.group) == {"all"}
    by_stream = measure(log, days(2), metrics=["conversion_rate"], groups=["stream"])
    assert by_stream.group == ("all", *(f"stream={level}" for level in log.levels["stream"]))
    assert len(by_stream) == 6


def test_a_short_period_is_given_by_day_as_well_and_a_longer_one_is_not() -> None:
    people = [walk_in(0, 60), walk_in(DAY, DAY + 60), walk_in(DAY, DAY + 300)]
    month, longer = LONGEST_BY_DAY, LONGEST_BY_DAY + 1
    measured = measure(written(*people, end=month * DAY), days(month, origin=LAST_OF_DECEMBER))
    by_day = [group for group in measured.group if group.startswith("day=")]
    assert measured["attendances", "day=2016-01-01"] == 2
    assert measured["four_hour_performance", "day=2016-01-01"] == 1 / 2
    assert measured["four_hour_performance", "day=2015-12-31"] == 1
    assert len(set(by_day)) == month
    # What is not given by month is not given by day.
    by_month = {m for m, g in zip(measured.metric, measured.group, strict=True) if g.startswith("month=")}
    assert by_month == {
        m for m, g in zip(measured.metric, measured.group, strict=True) if g.startswith("day=")
    }
    beyond = measure(written(*people, end=longer * DAY), days(longer, origin=LAST_OF_DECEMBER))
    assert not any(group.startswith("day=") for group in beyond.group)


def test_what_the_log_does_not_model_is_no_number() -> None:
    log = written(walk_in(0, 60))
    without = replace(log, mark_names=tuple("unused" if m == "fit_avoided" else m for m in log.mark_names))
    assert measure(log, days(2))["fit_admissions_avoided_per_day"] == 0
    assert math.isnan(measure(without, days(2))["fit_admissions_avoided_per_day"])
    assert math.isnan(measure(log, days(2))["readmission_30d_share"])


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95])
def test_centiles_are_those_of_numpy_in_every_group(share: float) -> None:
    rng = np.random.default_rng(7)
    values, codes = rng.integers(0, 10**7, 300) / 1024, rng.integers(-1, 3, 300)
    figures = _centiles(values, Key(codes, ("a", "b", "c", "nobody")), share)
    expected = [np.quantile(values[codes == k], share) for k in range(3)]
    np.testing.assert_allclose(figures[0, :3], expected, rtol=1e-12)
    assert math.isnan(figures[0, 3])
    assert figures[2].tolist() == [*np.bincount(codes[codes >= 0]), 0]


def test_the_frame_has_the_tidy_columns() -> None:
    frame = measure(written(walk_in(0, 60)), days(2), metrics=["attendances"]).to_frame()
    assert list(frame.columns) == ["metric", "group", "value", "numerator", "denominator"]
    assert frame.iloc[0].tolist()[:3] == ["attendances", "all", 1.0]


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match='did you mean "bed_occupancy"'):
        measure(written(), days(2), metrics=["bed_ocupancy"])


def test_a_run_that_ends_too_early_is_refused() -> None:
    with pytest.raises(InputError, match="the run ends at minute 2880"):
        measure(written(), days(3))


def test_two_metrics_of_one_name_are_refused() -> None:
    def attendances(observed: object) -> Observations:
        raise NotImplementedError

    again = metric(label="x", unit="x", direction="neutral", definition="x.", source="x", pool=Pool.TOTAL)
    with pytest.raises(ValueError, match="two metrics are called attendances"):
        again(attendances)
