"""The shipped data files are what `data/README.md` says, and stop where they must."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_and_every_column_is_described() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    files = sorted(DATA.glob("*.csv"))
    assert files
    for file in files:
        section = text.partition(f"### {file.name}\n")[2].partition("\n### ")[0]
        missing = [column for column in rows(file.name)[0] if f"`{column}`" not in section]
        assert not missing, f"{file.name}: {missing}"


def test_the_baseline_stops_with_october_2016() -> None:
    assert [row["period"] for row in rows("rhu_baseline_monthly.csv")] == [
        f"2016-{month:02}-01" for month in range(4, 11)
    ]


def test_after_october_2016_only_attendances_are_given() -> None:
    assert list(rows("rhu_attendances_2016_17.csv")[0]) == [
        "period",
        "type1_attendances",
        "type2_attendances",
        "type3_other_attendances",
    ]


def test_bed_numbers_are_the_trusts_general_and_acute_and_stop_with_september_2016() -> None:
    beds = rows("rhu_kh03_beds_quarterly.csv")
    assert {(row["org_code"], row["sector"]) for row in beds} == {("RHU", "general_and_acute")}
    assert beds[-1]["quarter"] == "2016-17 Q2"
    assert max(row["period_end"] for row in beds) == "2016-09-30"


def test_bed_occupancy_is_occupied_over_available() -> None:
    for row in rows("rhu_kh03_beds_quarterly.csv"):
        share = float(row["occupied_beds"]) / float(row["available_beds"])
        assert float(row["occupancy"]) == pytest.approx(share, abs=5e-5)


def test_attendances_and_baseline_agree_where_both_exist() -> None:
    columns = ["period", "type1_attendances", "type2_attendances", "type3_other_attendances"]
    volumes = rows("rhu_attendances_2016_17.csv")[:7]
    baseline = [{column: row[column] for column in columns} for row in rows("rhu_baseline_monthly.csv")]
    assert volumes == baseline


def test_the_hours_of_a_week_are_complete_and_their_shares_add_to_one() -> None:
    hours = rows("ecds_england_arrivals_by_hour_2024_25.csv")
    assert [(int(row["iso_weekday"]), int(row["hour"])) for row in hours] == [
        (day, hour) for day in range(1, 8) for hour in range(24)
    ]
    for share in ("share_of_week", "ambulance_share_of_week"):
        # 168 shares rounded to six places.
        assert sum(float(row[share]) for row in hours) == pytest.approx(1.0, abs=168 * 5e-7)


# What is kept back, for judging the model

ROOT = DATA.parent
ALL_TABLES = [*sorted(DATA.glob("*.csv")), *sorted((ROOT / "scenarios").rglob("*.csv"))]
TARGETS = "rhu_targets_2016_17.csv"
"""What it may say of later months is held by `tests/validation/test_targets.py`."""
TRAJECTORY = "rhu_four_hour_trajectory.csv"
"""What was expected late in 2016 of later months, not what came."""
WITHOUT_A_YEAR = {
    "ecds_england_arrivals_by_hour_2024_25.csv",
    "trusts_2016_17.csv",
    "example_census.csv",
    TARGETS,
    "rhu_observed_2016.csv",
    "qipp_2016_19.csv",
    TRAJECTORY,
    "synthetic_los_model.csv",
    "synthetic_ae_time_in_department.csv",
}
"""England's shape of the week, names, what was planned, and what is made up."""


def test_the_trajectory_is_a_plan_or_a_forecast_and_no_record() -> None:
    assert {row["what"] for row in rows(TRAJECTORY)} == {"plan", "forecast"}


@pytest.mark.parametrize("file", ALL_TABLES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_table_goes_beyond_march_2017(file: Path) -> None:
    with file.open(encoding="utf-8", newline="") as text:
        table = list(csv.DictReader(text))
    if file.name in WITHOUT_A_YEAR:
        assert not {"period", "period_start"} & set(table[0])
        return
    assert max(row.get("period") or row["period_end"] for row in table) <= "2017-03-31"


def test_portsmouth_stands_in_its_own_tables_alone_of_which_only_attendances_go_beyond_october_2016() -> None:
    of_portsmouth = {"rhu_attendances_2016_17.csv", "rhu_baseline_monthly.csv", "rhu_kh03_beds_quarterly.csv"}
    for file in ALL_TABLES:
        text = file.read_text(encoding="utf-8")
        if file.name in (TARGETS, TRAJECTORY):
            continue
        if file.name not in of_portsmouth:
            assert "RHU" not in text and "Portsmouth" not in text, file
        elif file.name != "rhu_attendances_2016_17.csv":
            assert not any(month in text for month in ("2016-11", "2016-12", "2017-")), file


def test_every_trust_has_a_name_and_no_month_twice() -> None:
    names = {row["org_code"] for row in rows("trusts_2016_17.csv")}
    assert len(names) == 138
    for name, when in (("ae_attendances_2016_17.csv", "period"), ("kh03_2016_17.csv", "period_start")):
        keys = [(row["org_code"], row[when]) for row in rows(name)]
        assert len(keys) == len(set(keys))
        assert {code for code, _ in keys} == names


def test_nobody_breaches_or_is_admitted_who_did_not_attend() -> None:
    for row in rows("ae_attendances_2016_17.csv"):
        for kind in ("type1", "type2", "type3_other"):
            assert 0 <= int(row[f"{kind}_breaches_4h"]) <= int(row[f"{kind}_attendances"])
        assert 0 <= int(row["type1_admissions"]) <= int(row["type1_attendances"])
    for row in rows("kh03_2016_17.csv"):
        assert 0 < float(row["occupied_beds"]) <= float(row["available_beds"])
