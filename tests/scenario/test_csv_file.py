"""A CSV of figures is read whole, or refused with the line of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowsim.errors import InputError
from flowsim.scenario import csv_file
from flowsim.scenario.csv_file import read_csv


def refusal(tmp_path: Path, content: bytes) -> str:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_csv(tmp_path / "x.csv", ("a", "b"))
    return " ".join(str(caught.value).split())


def test_every_row_has_every_column_and_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b'\xef\xbb\xbfa,b\r\n1,"two\nlines"\n\n3\n4,5,,\n,,\n , \n')
    rows = read_csv(tmp_path / "x.csv", ("b",)).rows
    assert [row.cells for row in rows] == [
        {"a": "1", "b": "two\nlines"},
        {"a": "3", "b": ""},
        {"a": "4", "b": "5"},
    ]
    assert [row.where.rpartition(":")[2] for row in rows] == ["3", "5", "6"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.csv:1 must have columns a, b; found nothing"),
        (b"a,c\n1,2\n", 'x.csv:1 must have columns b; found "a", "c"'),
        (b"a,b,a\n1,2,3\n", 'x.csv:1 must have each column once; found "a" more than once'),
        (b"a,b\n3,5\n1,234,5\n", "x.csv:3 must have at most 2 cells; found 3"),
        (b"a,b\n1,234,5\n1,2\n1,234,5\n", "x.csv:4 must have at most 2 cells; found 3"),
        (b"a,b\n" + b"1,2,3\n" * 30, "x.csv and 10 more like these"),
        (b"a;b\n1;2\n", "x.csv:1 must have commas between its cells; found semicolons"),
        (b"a\tb\n1\t2\n", "x.csv:1 must have commas between its cells; found tabs"),
        (b",,\n", "x.csv:1 must have columns a, b; found nothing"),
        (b"a,b\n1,\xff\n", "x.csv:2 must be UTF-8 text; found the byte 0xff"),
        (b"a,b\n1,\x1b[31m\n", "x.csv:2 must have no control characters; found U+001B"),
        (b"a,b\n1,\0\n", "x.csv:2 must have no control characters; found U+0000"),
        (b"a,b\n1," + b"x" * 10_001, "x.csv:2 must have at most 10,000 characters in a cell; found 10,001"),
        (b"a,b\n1," + b"x" * 200_000, "x.csv:2 must be a table; field larger than field limit (131072)"),
    ],
)
def test_what_is_no_table_is_refused_at_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refusal(tmp_path, content)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "LARGEST_FILE", 20)
    assert "must have at most 20 bytes; found more" in refusal(tmp_path, b"a,b\n" + b"1,2\n" * 5)


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for file in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="must be a CSV file that can be read"):
            read_csv(file)
