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
