from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.fitting.fragment import PROFILE, VOLUMES
from flowsim.fitting.small_numbers import FEWEST
from tests.command_line import flowsim as command
from tests.fitting.extracts import MAPPING, drawn, written

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(autouse=True)
def prepared(elsewhere: None, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(MAPPING)


def test_a_fit_writes_a_folder_that_runs_and_tells_of_nobody(tmp_path: Path) -> None:
    drawn(tmp_path / "data.csv", separator=";")
    done = command("fit", "data.csv", "--mapping", "ours.yaml", "--name", "ours-2016", "--out", "found")
    assert done.exit_code == 0, done.stderr
    folder = tmp_path / "found"
    assert {file.name for file in folder.iterdir()} == {
        "ours-2016.yaml",
        PROFILE,
        "quality.md",
        "quality.json",
        "fits.md",
        "fits.json",
        "in_department.png",
        "manifest.json",
    }
    share = load_scenario(folder / "ours-2016.yaml").value.demand.ambulance_share
    assert share == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / 7300))
    for file in folder.iterdir():
        assert b"9434765" not in file.read_bytes(), file
    assert "--mapping" not in done.stdout and "ambulance_share" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_same_fit_gives_the_same_bytes_and_another_is_not_written_over_it(tmp_path: Path) -> None:
    drawn(tmp_path / "data.csv", days=28)
    again = ("fit", "data.csv", "--mapping", "ours.yaml", "--out", "found")
    assert command(*again).exit_code == 0
    before = {file.name: file.read_bytes() for file in (tmp_path / "found").iterdir()}
    assert command(*again).exit_code == 0
    after = {file.name: file.read_bytes() for file in (tmp_path / "found").iterdir()}
    assert {name for name in before if before[name] != after[name]} <= {"manifest.json"}
    refused = command(*again, "--name", "another")
    assert refused.exit_code == 2
    assert "--out must be a new or empty folder" in refused.stderr


def test_json_is_as_its_schema_says(tmp_path: Path) -> None:
    from flowsim.report.fit_json import FitJson

    drawn(tmp_path / "data.csv", days=28)
    done = command("fit", "data.csv", "--mapping", "ours.yaml", "--json")
    told = json.loads(done.stdout)
    assert FitJson.model_validate_json(done.stdout).name == "data-fitted"
    assert told["extracts"][0]["rows_read"] % 5 == 0


def test_all_problems_of_all_files_come_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", ("X", "Y"), [(1, 2)])
    done = command(
        "fit", "a.csv", "missing.csv", "--end", "soon", "--name", "No Name", "--template", "nowhere"
    )
    assert done.exit_code == 2
    for words in ('"soon"', "--name must be a name", 'unknown scenario "nowhere"', "a.csv:1", "missing.csv"):
        assert words in done.stderr, words
    assert done.stderr.rstrip().endswith("nothing was run")
    assert not (tmp_path / "results").exists()


def test_two_extracts_of_a_kind_are_refused(tmp_path: Path) -> None:
    drawn(tmp_path / "a.csv", days=20)
    drawn(tmp_path / "b.csv", days=20, seed=2)
    with pytest.raises(InputError, match="must be the only extract of emergency attendances"):
        flowsim.fit("a.csv", "b.csv", mapping=["ours.yaml", "ours.yaml"])


def test_hostile_cells_and_names_do_not_reach_what_is_written(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x")'
    rows = [("2016-04-01", f"10:{i % 60:02}", evil, i % 90) for i in range(120)]
    written(
        tmp_path / "=cmd.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "ARRIVAL MODE", "AGE"), rows, separator="\t"
    )
    done = command("fit", "=cmd.csv", "--out", "found")
    assert done.exit_code == 0, done.stderr
    for file in (tmp_path / "found").iterdir():
        text = file.read_bytes()
        assert b"HYPERLINK" not in text, file
        if file.suffix in (".csv", ".md", ".yaml"):
            assert not any(line.startswith((b"=", b"+", b"@")) for line in text.splitlines()), file


def test_a_small_group_is_in_nothing_that_is_written(tmp_path: Path) -> None:
    # 3 rows without an arrival among 1,003: neither 3, nor 1,003, nor any two numbers that differ by 3.
    rows = [("2016-04-01", f"{i // 60 % 24:02}:{i % 60:02}", i // 60) for i in range(1000)]
    rows += [("", "", age) for age in (1, 2, 3)]
    written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)
    assert command("fit", "x.csv", "--out", "found").exit_code == 0
    quality = json.loads((tmp_path / "found" / "quality.json").read_text())["extracts"][0]
    assert (quality["rows_read"], quality["rows_used"]) == (1005, 1000)
    assert quality["findings"][0]["rows"] == f"1-{FEWEST - 1}"


def test_a_whole_year_gives_attendances_by_month(tmp_path: Path) -> None:
    drawn(tmp_path / "data.csv", days=365, per_day=30)
    found = flowsim.fit("data.csv", mapping="ours.yaml", end="2017-04-01")
    months = list(csv.DictReader(io.StringIO(found.files[VOLUMES])))
    assert [row["period"] for row in months][:2] == ["2016-04-01", "2016-05-01"]
    assert len(months) == 12
    counts = [int(row["type1_attendances"]) for row in months]
    assert all(count % 5 == 0 for count in counts)
    assert sum(counts) == pytest.approx(365 * 30, abs=4 * np.sqrt(365 * 30) + 30)
    assert found.value("demand.day_cv").value == 0


def test_the_february_of_a_leap_year_is_brought_to_28_days(tmp_path: Path) -> None:
    days = [dt.date(2019, 3, 1) + dt.timedelta(days=i) for i in range(366)]
    rows = [(day, f"{i % 24:02}:{i % 60:02}", i) for day in days for i in range(10)]
    written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)
    months = list(csv.DictReader(io.StringIO(flowsim.fit("x.csv", end="2020-03-01").files[VOLUMES])))
    assert (months[-1]["period"], months[-1]["type1_attendances"]) == ("2020-02-01", "280")


def test_days_that_differ_more_than_chance_are_seen(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = []
    for day in range(182):
        date = dt.date(2016, 4, 1) + dt.timedelta(days=day)
        for i in range(rng.poisson(100 * rng.gamma(25, 1 / 25))):  # a cv of 0.2
            rows.append((date, f"{rng.integers(24):02}:{rng.integers(60):02}", i))
    written(tmp_path / "x.csv", ("ARRIVAL DATE", "ARRIVAL TIME", "AGE"), rows)
    found = flowsim.fit("x.csv", end="2016-09-30").value("demand.day_cv")
    low, high = found.interval["cv"]
    assert low < 0.2 < high
    assert high - low < 0.1


def test_where_some_hour_has_few_weekday_times_hour_stands_for_it(tmp_path: Path) -> None:
    drawn(tmp_path / "data.csv", days=28, per_day=80)
    found = flowsim.fit("data.csv", mapping="ours.yaml", end="2016-04-29")
    assert found.arrivals is not None and found.arrivals.profile is not None
    profile = found.arrivals.profile
    assert profile.form == "weekday times hour of the day"
    assert np.linalg.matrix_rank(profile.ambulance, tol=1e-8) == 1
    assert profile.all.sum() == pytest.approx(7 * 80, abs=4 * np.sqrt(80 * 28) / 4)


def test_the_synthetic_nights_are_read_and_fitted_without_clocks(tmp_path: Path) -> None:
    # NHSRdatasets' 300 made-up patients: nights alone, so nobody can be still in and no law is put in.
    found = flowsim.fit(DATA / "synthetic_los_model.csv", mapping="apc")
    assert {one.group for one in found.timed} >= {"under_65", "65_plus"}
    old = found.duration("length_of_stay", "65_plus")
    assert old.durations.by_dates and old.fit is not None
    assert found.values == ()
    assert "wards.time_to_medically_ready" in {one.path for one in found.without}


def test_the_heap_before_four_hours_is_seen_in_synthetic_attendances(tmp_path: Path) -> None:
    # NHS England's synthetic A&E records, given as counts in bins of ten minutes: each becomes as many rows.
    rng = np.random.default_rng(5)
    rows = []
    with (DATA / "synthetic_ae_time_in_department.csv").open(encoding="utf-8", newline="") as file:
        bins = [(int(row["minutes_bin_start"]), int(row["attendances"])) for row in csv.DictReader(file)]
    for begins, count in bins:
        for lasting in begins + rng.integers(0, 10, count // 4):
            arrived = np.datetime64("2016-01-01T00:00") + np.timedelta64(
                int(rng.integers(0, 300 * 1440)), "m"
            )
            rows.append(
                (
                    *str(arrived).split("T"),
                    *str(arrived + np.timedelta64(int(lasting), "m")).split("T"),
                    len(rows),
                )
            )
    header = (
        "ARRIVAL DATE",
        "ARRIVAL TIME",
        "DEPARTURE DATE",
        "A AND E DEPARTURE TIME",
        "A AND E ATTENDANCE NUMBER",
    )
    written(tmp_path / "x.csv", header, rows)
    stay = flowsim.fit("x.csv").duration("in_department", "all")
    assert "a heap just before 240 minutes, which no family has" in stay.notes
    assert stay.fit is not None and stay.fit.how_near == "poor"


def test_extracts_of_the_model_are_of_the_form_that_is_fitted(tmp_path: Path) -> None:
    made = command(
        "extract",
        "portsmouth-2016",
        "--change",
        "run.days=2",
        "--change",
        'run.warm_up="0 days"',
        "--out",
        "made",
    )
    assert made.exit_code == 0, made.stderr
    found = flowsim.fit("made/attendances.csv", "made/spells.csv", end="2016-04-03")
    assert [one.extract.mapping.name for one in found.extracts] == ["ecds", "apc"]
    findings = {one.key for checked in found.extracts for one in checked.findings}
    assert findings <= {"still_in"}
    assert command("extract", "portsmouth-2016", "--out", "made").exit_code == 2
