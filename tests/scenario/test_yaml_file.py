"""YAML 1.2 as a scenario reads it: no surprises, and every line remembered."""

# ruff: noqa: E501 -- each case stands on one line of its table
from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from flowsim.errors import InputError
from flowsim.scenario.yaml_file import read_yaml, write_yaml


def read(tmp_path: Path, text: str) -> dict[str, Any]:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    return read_yaml(tmp_path / "x.yaml").tree


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10:30", "10:30"),
        ("22:00", "22:00"),
        ("no", "no"),
        ("true", True),
        ("2016-12-25", "2016-12-25"),
        ("1.0e3", 1000.0),
        ("1e3", 1000.0),
        ("010", 10),
        ("0o10", 8),
        ("0x10", 16),
        ("-5", -5),
        (".5", 0.5),
        (".inf", math.inf),
        ("-.inf", -math.inf),
        ("~", None),
        ("", None),
        ('"5"', "5"),
        (r'"\ud83d\ude00"', "\N{GRINNING FACE}"),  # as JSON writes it
        ("!!str 5", "5"),
        ("!!int 5", 5),
        ("1_000", "1_000"),
        ("[a, {b: 1}]", ["a", {"b": 1}]),
    ],
)
def test_a_value_is_what_yaml_1_2_says(tmp_path: Path, written: str, value: object) -> None:
    found = read(tmp_path, f"a: {written}\n")["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_key_is_text_as_it_is_written(tmp_path: Path) -> None:
    assert list(read(tmp_path, "{0.5: 1, 08:00: 2, 2016-12-25: 3, true: 4, 'x.y': 5}")) == [
        *("0.5", "08:00", "2016-12-25", "true", "x.y")
    ]


def test_every_value_remembers_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("# first\na:\n  b: 1\n  c:\n    - 5\n    - {d: 6}\n")
    document = read_yaml(tmp_path / "x.yaml")
    lines = {keys: place.line for keys, place in document.places.items()}
    assert lines[("a",)] == 2
    assert lines[("a", "b")] == 3
    assert lines[("a", "c", 0)] == 5
    assert lines[("a", "c", 1, "d")] == 6


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffname: x\n") == {"name": "x"}


def test_a_wrong_core_tag_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'must fit its tag tag:yaml.org,2002:int; found "five"'):
        read(tmp_path, "a: !!int five\n")


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    tree = {
        "text": ["no", "5", "1e3", "~", "", " x ", "10:30", "a: b", "- c", "#d", "é\n\tf", "2016-12-25", "0x10", "'", '"'],
        "numbers": [1, -2, 0.1, 1e-7, 1e22, 123456.789],
        "rest": [True, False, None, [], {}],
        "keys": {"0.5": 1, "08:00": 2, "true": 3, "": 4, "null": 5},
    }  # fmt: skip
    assert read(tmp_path, write_yaml(tree)) == tree
