from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.experiments.runs.run import load_scenario
from flowsim.experiments.runs.trajectory import Milestone, read_trajectory

HEAD = "month,within_4h_pct,what,source\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "trajectory.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_portsmouths_is_85_then_87_then_95_percent() -> None:
    found = read_trajectory(load_scenario("portsmouth-2016").value.run.trajectory)
    assert [(one.month, one.share, one.what) for one in found] == [
        ("2016-10", 0.85, "plan"),
        ("2017-03", 0.87, "forecast"),
        ("2018-03", 0.95, "plan"),
    ]
    assert all("Operating Plan 2017-19" in one.source for one in found)


@pytest.mark.parametrize("place", ["derby-2016", "southampton-2016"])
def test_another_place_does_not_inherit_it(place: str) -> None:
    assert read_trajectory(load_scenario(place).value.run.trajectory) == ()


def test_a_file_is_read_in_the_order_of_its_months(tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "2020-01,90,plan,Board paper\n")
    assert read_trajectory(file) == (Milestone("2020-01", 0.9, "plan", "Board paper"),)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEAD + "2020-02,90,plan,A\n2020-13,90,plan,A\n2020-03,nan,plan,A\n2020-01,90,plan,A\n2020-05,90,,A\n",
    )
    with pytest.raises(InputError) as caught:
        read_trajectory(file)
    told = str(caught.value)
    assert all(f"{file}:{line}" in told for line in (3, 4, 5, 6))
    assert 'month must be written like "2016-10"; found "2020-13"' in told
    assert 'within_4h_pct must be a percentage from 0 to 100; found "nan"' in told
    assert 'month must be later than 2020-02; found "2020-01"' in told
    assert "what and source must both be given" in told


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="what, source missing"):
        read_trajectory(written(tmp_path, "month,within_4h_pct\n2020-01,90\n"))
