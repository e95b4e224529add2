from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flowsim.calibration.observations import asked_of, read_observations, taken_of
from flowsim.errors import InputError
from flowsim.scenario.shipped import shipped_folder

HEAD = "metric,group,value,tolerance,low,high,source\n"


def read(folder: Path, lines: str, head: str = HEAD) -> tuple[object, ...]:
    file = folder / "observed.csv"
    file.write_text(head + lines, encoding="utf-8")
    return read_observations(file)


def test_a_value_has_a_tolerance_that_is_two_standard_deviations_nearly(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "four_hour_performance,month=2016-05,0.8,0.0196,,,NHS England\n")
    assert (one.low, one.high, one.source) == (0.8, 0.8, "NHS England")
    assert one.discrepancy == pytest.approx(0.01)
    assert not one.is_range
    assert one.name == "four_hour_performance[month=2016-05]"


def test_a_range_prefers_nothing_within_it(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "mffd_patients,,,,130,257,press\n")
    assert (one.low, one.high, one.discrepancy, one.middle) == (130, 257, 0, 193.5)
    assert one.is_range
    assert one.name == "mffd_patients"


def test_the_shipped_figures_are_read() -> None:
    figures = read_observations(shipped_folder() / "data" / "rhu_observed_2016.csv")
    assert len({one.name for one in figures}) == len(figures)
    assert all(one.source for one in figures)


PATTERN = "metric,group,statistic,value,tolerance,low,high,source\n"


def test_a_pattern_is_taken_of_the_months_of_each_year_apart(tmp_path: Path) -> None:
    figures = read(
        tmp_path,
        "mffd_patients,months=2016-04 to 2016-06,months_sd,10,1,,,x\n"
        "mffd_patients,months=2016-04 to 2016-06,,200,1,,,x\n"
        "mffd_patients,month=2016-05,mean,200,1,,,x\n",
        PATTERN,
    )
    assert [one.name for one in figures] == [
        "mffd_patients[months=2016-04 to 2016-06, months_sd]",
        "mffd_patients[months=2016-04 to 2016-06]",
        "mffd_patients[month=2016-05]",
    ]
    months = [("mffd_patients", f"month=2016-0{number}") for number in (4, 5, 6)]
    assert asked_of(figures) == (*months, ("mffd_patients", "months=2016-04 to 2016-06"))
    # Two years at one point: months of 190, 200 and 210, whose standard deviation is 10; and three alike.
    years = np.array([[[190.0, 200, 210, 200.5], [200, 200, 200, 200]]])
    assert taken_of(figures, years).tolist() == [[[10, 200.5, 200], [0, 200, 200]]]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("mffd_patients,all,months_sd,1,1,,,x", "must be of several months"),
        ("mffd_patients,months=2016-04 to 2016-06,months_sdd,1,1,,,x", "did you mean"),
    ],
)
def test_a_pattern_must_be_known_and_of_several_months(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(tmp_path, line + "\n", PATTERN)


def test_all_problems_are_told_each_with_its_line(tmp_path: Path) -> None:
    lines = [
        "four_hour_performanse,all,0.8,0.02,,,x",
        "mffd_patients,all,200,,,,x",
        "mffd_patients,all,,,257,130,x",
        "mffd_patients,all,many,5,,,x",
        "mffd_patients,all,200,0,,,x",
        "time_in_department_p95,months=2016-04 to 2016-06,200,5,,,x",
        "attendances,all,1,1,,,x",
        "attendances,all,1,1,,,x",
        "four_hour_performance,all,80,0.02,,,x",
        "four_hour_performance_type1,all,0.8,2,,,x",
        "bed_occupancy,all,,,85,95,x",
    ]
    with pytest.raises(InputError) as caught:
        read(tmp_path, "\n".join(lines))
    told = [str(problem) for problem in caught.value.problems]
    expected = [
        (2, "did you mean"),
        (3, "value and a tolerance, or low and high"),
        (4, "low must be below high"),
        (5, "finite number"),
        (6, "above 0"),
        (7, "several months"),
        (9, "twice"),
        (10, "value of four_hour_performance must be from 0 to 1; found 80 (80 % is 0.8)"),
        (11, "tolerance of four_hour_performance_type1 must be from 0 to 1; found 2 (2 % is 0.02)"),
        (12, "low of bed_occupancy must be from 0 to 2; found 85"),
    ]
    assert len(told) == len(expected)
    for text, (line, words) in zip(told, expected, strict=True):
        assert f"observed.csv:{line}" in text
        assert words in text


@pytest.mark.parametrize(
    ("lines", "head", "told"),
    [("", HEAD, "at least one figure"), ("a,b\n", "metric,group\n", "tolerance, low, high")],
)
def test_a_file_without_figures_or_columns_is_refused(
    tmp_path: Path, lines: str, head: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        read(tmp_path, lines, head)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_observations(tmp_path / "none.csv")
