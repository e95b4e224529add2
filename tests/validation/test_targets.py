from __future__ import annotations

import csv
import math
import statistics
from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.validation.targets import COLUMNS, NOT_JUDGED, Target, marked_as_fitted, read_targets

DATA = Path(__file__).parents[2] / "data"
SHIPPED = DATA / "rhu_targets_2016_17.csv"
GOOD = {
    "metric": "conversion_rate",
    "statistic": "mean",
    "low": "0.3",
    "high": "0.4",
    "use": "calibrate",
    "fitted": "no",
    "grade": "A",
    "source": "Somebody",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "targets.csv"
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def refused(file: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_targets(file)
    return [f"{one.where.rpartition('/')[2]} {one.path} {one.message}" for one in caught.value.problems]


def shipped() -> dict[tuple[str, str, str], Target]:
    return {(one.metric, one.group, one.statistic): one for one in read_targets(SHIPPED) if one.metric}


def record() -> list[dict[str, str]]:
    with (DATA / "rhu_baseline_monthly.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("tolerance", "allowed"),
    [
        ("", (0.3, 0.4)),
        ("0.05", (0.25, 0.45)),
        ("10%", (0.27, 0.44)),
        ("factor 2", (0.15, 0.8)),
    ],
)
def test_a_tolerance_goes_beyond_both_ends_of_the_record(
    tmp_path: Path, tolerance: str, allowed: tuple[float, float]
) -> None:
    one = read_targets(written(tmp_path, {**GOOD, "tolerance": tolerance}))[0]
    assert (one.allowed_low, one.allowed_high) == pytest.approx(allowed)
    assert one.allows(allowed[0] + 1e-9) and one.allows(allowed[1] - 1e-9)
    assert not one.allows(allowed[0] - 0.001) and not one.allows(allowed[1] + 0.001)
    assert not one.allows(math.nan)


def test_an_end_that_is_not_there_allows_everything(tmp_path: Path) -> None:
    one = read_targets(written(tmp_path, {**GOOD, "low": "", "tolerance": "factor 2"}))[0]
    assert one.allows(-1e9) and not one.allows(0.81)


def test_a_target_may_be_shown_and_not_judged(tmp_path: Path) -> None:
    assert not read_targets(written(tmp_path, {**GOOD, "tolerance": NOT_JUDGED}))[0].judged


def test_all_mistakes_come_at_once_each_with_its_place(tmp_path: Path) -> None:
    rows = [
        {**GOOD, "metric": "conversion_rates", "use": "fun", "fitted": "maybe", "source": ""},
        {**GOOD, "low": "0.5", "tolerance": "a bit"},
        {**GOOD, "low": "", "high": ""},
        {**GOOD, "low": "x"},
        {**GOOD, "not_comparable": "it is not modelled"},
        {**GOOD, "statistic": "median"},
        {**GOOD},
        {**GOOD},
        {**GOOD, "high": "40"},
    ]
    found = refused(written(tmp_path, *rows))
    close = 'targets.csv:2 metric unknown metric "conversion_rates"; did you mean "conversion_rate"?'
    assert any(one.startswith(close) for one in found)
    assert any(one.startswith('targets.csv:2 use unknown use "fun"') for one in found)
    assert any(one.startswith('targets.csv:2 fitted unknown fitted "maybe"') for one in found)
    assert "targets.csv:2 source must say who published it, or assumption; found nothing" in found
    assert "targets.csv:3 high must be at least low, 0.5; found 0.4" in found
    assert any(one.startswith("targets.csv:3 tolerance must be a number > 0") for one in found)
    assert "targets.csv:4 low must be a number, or high must; only a hold-out has neither" in found
    assert 'targets.csv:5 low must be a number or nothing; found "x"' in found
    assert any(one.startswith("targets.csv:6 not_comparable must stand with a name") for one in found)
    assert any(one.startswith('targets.csv:7 statistic unknown statistic "median"') for one in found)
    assert any(one.startswith("targets.csv:9  must stand once") for one in found)
    percent = "conversion_rate must be from 0 to 1; found 40 (40 % is 0.4)"
    assert f"targets.csv:10 high {percent}" in found


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "must be a CSV file that can be read" in refused(tmp_path / "nothing.csv")[0]
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert "must have columns name, metric" in refused(other)[0]
    assert "must have a row for each target" in refused(written(tmp_path))[0]


def test_the_shipped_months_are_the_published_ones() -> None:
    targets = shipped()
    for row in record():
        group = f"month={row['period'][:7]}"
        type1 = 1 - float(row["type1_breaches_4h"]) / float(row["type1_attendances"])
        every = 1 - float(row["all_breaches_4h"]) / float(row["all_attendances"])
        assert targets["four_hour_performance_type1", group, "mean"].low == pytest.approx(type1, abs=5e-5)
        assert targets["four_hour_performance", group, "mean"].low == pytest.approx(every, abs=5e-5)
        assert targets["emergency_admissions", group, "mean"].low == float(row["type1_admissions"])


def test_the_shipped_pooled_targets_follow_from_the_months() -> None:
    rows, targets, seven = record(), shipped(), "months=2016-04 to 2016-10"

    def total(name: str) -> float:
        return sum(float(row[name]) for row in rows)

    type1 = 1 - total("type1_breaches_4h") / total("type1_attendances")
    assert targets["four_hour_performance_type1", seven, "mean"].low == pytest.approx(type1, abs=5e-5)
    conversion = total("type1_admissions") / total("type1_attendances")
    assert targets["conversion_rate", seven, "mean"].low == pytest.approx(conversion, abs=5e-5)
    months = [1 - float(row["type1_breaches_4h"]) / float(row["type1_attendances"]) for row in rows]
    spread = targets["four_hour_performance_type1", seven, "months_sd"].low
    assert spread == pytest.approx(statistics.stdev(months), abs=5e-5)


def test_nothing_of_the_trust_after_october_2016_is_among_the_targets_but_attendances() -> None:
    later = [one for key, one in shipped().items() if "2016-11" <= key[1].partition("=")[2][-7:] <= "2017-03"]
    assert later
    assert all(one.metric == "attendances_type1" or math.isnan(one.low) for one in later)


def test_what_a_calibration_was_fitted_to_is_marked_and_an_input_stays_one() -> None:
    targets = read_targets(SHIPPED)
    year, seven = "all", "months=2016-04 to 2016-10"
    keys = [
        ("stays_of_7_days_share", seven, "mean"),
        ("attendances_type1", year, "mean"),
        ("four_hour_performance_type1", year, "mean"),
    ]
    marked = {(one.metric, one.group, one.statistic): one.fitted for one in marked_as_fitted(targets, keys)}
    before = {(one.metric, one.group, one.statistic): one.fitted for one in targets}
    changed = {key for key in marked if marked[key] != before[key]}
    assert changed == {("stays_of_7_days_share", seven, "mean")}
    assert marked["stays_of_7_days_share", seven, "mean"] == "yes"
