from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.record import months_group, months_of_group, read_record, whole_months
from flowsim.experiments.runs.run import load_scenario
from tests.experiments.small import small


def published(days: int) -> dict[tuple[str, str], float]:
    scenario = small(run__days=days).value
    return {(one.metric, one.group): one.value for one in read_record(scenario)}


def test_months_together_are_named_by_the_first_and_the_last() -> None:
    group = months_group(["2016-11", "2016-12", "2017-01"])
    assert group == "months=2016-11 to 2017-01"
    assert months_of_group(group) == ("2016-11", "2016-12", "2017-01")
    assert months_group(["2016-11"]) == "month=2016-11"
    assert months_of_group("month=2016-11") == ()


@pytest.mark.parametrize(
    "group", ["months=2016-05 to 2016-04", "months=2016-04 to 2016-04", "months=2016-4 to 2016-7", "months=x"]
)
def test_months_that_never_end_are_refused(group: str) -> None:
    with pytest.raises(ValueError, match='must be months such as "months=2016-04 to 2016-10"'):
        months_of_group(group)


def test_only_whole_months_are_compared() -> None:
    assert whole_months(dt.date(2016, 4, 1), 60) == ["2016-04"]
    assert whole_months(dt.date(2016, 4, 1), 61) == ["2016-04", "2016-05"]
    assert whole_months(dt.date(2016, 4, 2), 60) == ["2016-05"]


def test_a_run_shorter_than_a_month_has_no_record() -> None:
    assert published(29) == {}


def test_a_share_of_several_months_is_pooled() -> None:
    # April: 11,159 attendances, 2,653 breaches; May: 12,460 and 2,492.
    record = published(61)
    assert record["four_hour_performance", "month=2016-04"] == pytest.approx(1 - 2653 / 11159)
    together = record["four_hour_performance", "months=2016-04 to 2016-05"]
    assert together == pytest.approx(1 - (2653 + 2492) / (11159 + 12460))
    assert record["emergency_admissions", "months=2016-04 to 2016-05"] == 2905 + 3094


def test_the_record_ends_with_october_and_that_of_beds_with_september() -> None:
    record = published(365)
    groups = {group for _, group in record}
    assert "months=2016-04 to 2016-10" in groups
    assert "months=2016-04 to 2016-09" in groups
    assert not any("2016-11" in group for group in groups)
    # KH03: 941.08 of 994.48 beds over 91 days, 928.22 of 985.00 over 92.
    occupied, open_ = 941.08 * 91 + 928.22 * 92, 994.48 * 91 + 985.0 * 92
    assert record["bed_occupancy", "months=2016-04 to 2016-09"] == pytest.approx(occupied / open_)


def test_a_scenario_without_a_record_has_none() -> None:
    scenario = small(run__days=365, run__record=None, run__record_of_beds=None).value
    assert read_record(scenario) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("period\n", "must have columns all_attendances"),
        ("2016-04-01,x,1,1,1,1\n", 'all_attendances\n  must be a number >= 0.*; found "x"'),
        ("1/4/16,1,1,1,1,1\n", 'period\n  must be a date as YYYY-MM-DD.*; found "1/4/16"'),
        ("2016-04-01,1,1,0,0,0\n", "must have attendances of all types"),
        ("2016-04-01,inf,1,1,0,0\n", 'must be a number >= 0.*; found "inf"'),
        ("2016-04-01,2,nan,1,0,0\n", 'must be a number >= 0.*; found "nan"'),
        ("2016-04-01,2\n", "type1_admissions\n  must be a number >= 0.*; found nothing"),
    ],
)
def test_a_broken_record_is_refused_at_its_line(tmp_path: Path, text: str, message: str) -> None:
    header = "period,all_attendances,all_breaches_4h,type1_attendances,type1_breaches_4h,type1_admissions\n"
    (tmp_path / "record.csv").write_text(text if "period" in text else header + text)
    (tmp_path / "child.yaml").write_text("extends: portsmouth-2016\nrun: {record: record.csv}\n")
    scenario = load_scenario(tmp_path / "child.yaml").value
    with pytest.raises(InputError, match=message) as caught:
        read_record(scenario)
    assert "record.csv:" in str(caught.value)
