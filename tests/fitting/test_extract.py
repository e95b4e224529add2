from __future__ import annotations

import codecs
from pathlib import Path

import numpy as np
import pytest

from flowsim.errors import InputError
from flowsim.fitting.extract import read_extract
from flowsim.fitting.mapping import as_code, find_mapping, read_mapping, shipped_mappings
from tests.fitting.extracts import MAPPING, written

HEADER = "EMERGENCY CARE ARRIVAL DATE;Emergency_Care_Arrival_Time;arrival mode;AGE"


def minutes(*moments: str) -> list[float]:
    return [float(np.datetime64(one, "m").astype(int)) for one in moments]


def saved(tmp_path: Path, content: str | bytes) -> Path:
    file = tmp_path / "data.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def refusal(tmp_path: Path, content: str | bytes, mapping: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read_extract(saved(tmp_path, content), mapping)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_strangers_file_is_read(tmp_path: Path, encoding: str) -> None:
    rows = ["", "01/02/2017; 10:00 ;1;40;café", ";;;;", " 2017-02-01 ;1130;AMBULANCE;41,0;", ""]
    text = "\r\n".join([f"{HEADER};comment", *rows])
    extract = read_extract(saved(tmp_path, text.encode(encoding)))
    assert extract.mapping.name == "ecds"
    assert extract.clocks["arrival"].tolist() == minutes("2017-02-01T10:00", "2017-02-01T11:30")
    assert extract.numbers["age"].tolist() == [40, 41]
    assert extract.is_code("arrival_mode", "ambulance").tolist() == [True, True]


def test_the_day_stands_before_the_month(tmp_path: Path) -> None:
    extract = read_extract(saved(tmp_path, f"{HEADER}\n02/03/2017;00:00;2;1\n31/03/2017;00:00;2;1\n"))
    assert extract.clocks["arrival"].tolist() == minutes("2017-03-02", "2017-03-31")


def test_what_cannot_be_read_is_counted_by_field(tmp_path: Path) -> None:
    rows = ["01/02/2017;10:00;1;40", "31/02/2017;10:00;9;old", "01/02/2017;;;", "01/02/2017;11:00;1"]
    extract = read_extract(saved(tmp_path, "\n".join([HEADER, *rows])))
    assert extract.ragged == 1
    assert extract.absent == {"arrival": (1, 1), "age": (1, 1), "arrival_mode": (1, 1)}


def test_an_unknown_code_is_named_if_it_is_not_rare_and_nobodys_number(tmp_path: Path) -> None:
    codes = ["helicopter"] * 8 + ["bike"] * 7 + ["9434765919"] * 9 + ["=cmd()"] * 9 + ["1"]
    extract = read_extract(saved(tmp_path, "\n".join([HEADER, *(f"01/02/2017;10:00;{c};4" for c in codes)])))
    assert extract.unknown_codes["arrival_mode"] == {"helicopter": 8}
    assert extract.absent["arrival_mode"] == (0, 33)


@pytest.mark.parametrize(
    ("written", "compared"), [("01", "1"), ("1.0", "1"), (" 2a", "2a"), (0, "0"), ("P1", "p1")]
)
def test_codes_are_compared_without_capitals_and_zeros_in_front(written: object, compared: str) -> None:
    assert as_code(written) == compared


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "must be a table with a header row; found nothing"),
        ("|\n", "must be a table with a header row; found only separators"),
        ("ARRIVAL DATE\n", "must have rows below its header; found none"),
        (b"PK\x03\x04abc", "must be a CSV file; found a workbook: save it as CSV first"),
        (b"a\x00b,c\n1,2\n", "must be text; found a file of bytes"),
        ("AGE,AGE,ARRIVAL DATE\n1,2,3\n", 'must have each column once; found "AGE" more than once'),
        ("ARRIVAL DATE\n2/13/2017\n2/14/2017\n", "2 of 2 are not"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert message in refusal(tmp_path, content)


def test_a_file_without_the_columns_is_told_the_nearest(tmp_path: Path) -> None:
    message = refusal(tmp_path, "EMERGENCY CARE ARIVAL DATE,AGE\n1,2\n", "ecds")
    assert 'must have column "EMERGENCY CARE ARRIVAL DATE"' in message
    assert 'did you mean "EMERGENCY CARE ARIVAL DATE"?' in message


def test_the_shipped_mapping_that_finds_most_is_taken(tmp_path: Path) -> None:
    file = written(tmp_path / "x.csv", ("ADMISSION DATE", "DISCHARGE DATE", "AGE"), [("2016-04-01", "", 4)])
    assert read_extract(file).mapping.name == "apc"


def test_dates_alone_are_known_as_such(tmp_path: Path) -> None:
    file = written(tmp_path / "x.csv", ("ADMISSION DATE", "DISCHARGE DATE"), [("2016-04-01", "2016-04-03")])
    extract = read_extract(file)
    assert extract.has_hours == {"admission": False, "discharge": False}


def test_the_shipped_mappings_are_sound() -> None:
    assert list(shipped_mappings()) == ["apc", "ecds"]
    for name in shipped_mappings():
        mapping = find_mapping(name)
        assert mapping.name == name
        assert set(mapping.clocks) == set(mapping.kind.clocks)
        assert set(mapping.codes) == set(mapping.kind.codes)


def test_a_mapping_is_told_all_its_mistakes_at_once(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yaml"
    file.write_text(
        MAPPING.replace("{at: LEFT}", "{at: LEFT, date: DAY}")
        .replace("age: Age", "aje: Age")
        .replace("other: [walk-in]", 'foot: [walk-in, "ambulance"]')
    )
    with pytest.raises(InputError) as caught:
        read_mapping(file)
    message = str(caught.value)
    assert 'unknown field "aje"; did you mean "age"? Allowed here: age' in message
    assert (
        f"{file}:5" in message.replace(str(file.resolve()), str(file))
        and "must have either at, or date" in message
    )
    assert 'unknown value "foot"' in message
    assert 'code "ambulance" must have one meaning; found ambulance and foot' in message


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    content = codecs.BOM_UTF8 + b"ARRIVAL DATE,ARRIVAL TIME\n2016-04-01,10:00\n"
    assert read_extract(saved(tmp_path, content)).clocks["arrival"].tolist() == minutes("2016-04-01T10:00")
