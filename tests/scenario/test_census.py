"""A census file: what it may say, and every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.scenario.census import read_census
from flowsim.scenario.csv_file import MOST_PROBLEMS

HEAD = "unit,hours_since_admission,hours_medically_fit,pathway,age_band"


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "census.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def refusal(file: Path) -> str:
    with pytest.raises(InputError) as refused:
        read_census(file)
    return str(refused.value)


def test_a_census_is_read_with_the_longest_stays_first(tmp_path: Path) -> None:
    census = read_census(written(tmp_path, "amu,5,,,75-84", "older_people,200.5,48,P2,85+", "p1_FG,30,,,"))
    assert [one.unit for one in census.patients] == ["older_people", "p1_FG", "amu"]
    assert census.longest == 200.5
    assert census.of("older_people")[0].medically_fit == 48
    assert census.of("amu")[0].medically_fit is None


def test_optional_columns_may_be_there(tmp_path: Path) -> None:
    head = f"{HEAD},frailty,locality,hours_since_decision_to_admit,admission_method"
    rows = ("emergency_department,6,,,85+,frail,SEH,2.5,", "surgery,20,,,45-64,,,,elective")
    surgery, department = read_census(written(tmp_path, *rows, head=head)).patients
    assert (department.frailty, department.locality, department.since_decision) == ("frail", "SEH", 2.5)
    assert surgery.elective and not department.elective


def test_an_empty_hospital_is_a_census(tmp_path: Path) -> None:
    assert read_census(written(tmp_path)).longest == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("amuu,5,,,75-84", 'unit\n  unknown unit "amuu"; did you mean "amu"?'),
        ("amu,five,,,75-84", 'hours_since_admission\n  must be hours from 0 to 87840; found "five"'),
        ("amu,-1,,,75-84", 'found "-1"'),
        ("amu,inf,,,75-84", 'found "inf"'),
        ("amu,,,,75-84", "found nothing"),
        ("amu,5,6,P1,75-84", "must not be longer ago than the admission; found 6 hours"),
        ("amu,5,3,,75-84", "pathway\n  must be P1, P2, P3 or P4 of somebody medically fit"),
        ("amu,5,3,P9,75-84", 'unknown pathway "P9"'),
        ("amu,5,,,", "age_band\n  unknown age_band"),
        ("p1_FG,5,3,P1,", "must be empty in p1_FG"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, row: str, told: str) -> None:
    message = refusal(written(tmp_path, "amu,5,,,75-84", row))
    assert "census.csv:3" in message
    assert told in message


def test_all_mistakes_are_told_at_once_up_to_a_number(tmp_path: Path) -> None:
    message = refusal(written(tmp_path, *["nowhere,x,,,old"] * 30))
    assert "census.csv:2" in message and "census.csv:4" in message
    assert message.count("census.csv:") == MOST_PROBLEMS
    assert f"and {90 - MOST_PROBLEMS} more like these" in message


def test_an_empty_row_is_nobody_and_semicolons_are_told_once(tmp_path: Path) -> None:
    file = written(tmp_path, "amu,5,,,75-84", ",,,,")
    assert len(read_census(file).patients) == 1
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    message = refusal(file)
    assert message.count("census.csv:") == 1
    assert "must have commas between its cells; found semicolons" in message


def test_a_missing_column_and_one_too_many_are_both_told(tmp_path: Path) -> None:
    message = refusal(written(tmp_path, head="unit,hours_since_admission,nhs_number,pathway,age_band"))
    assert "must have a column hours_medically_fit" in message
    assert 'unknown column "nhs_number"' in message
