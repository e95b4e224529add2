from __future__ import annotations

from pathlib import Path

from flowsim.scenario.remarks import remark_on, remarks_in

TEXT = """\
# Of the file.

name: it
beds:            # all of them
  # D: nobody
  # counted.
  ward: 12       # fitted, was 10
  other: "a # b"
  more: {x: 1, y: 2}   # A: published
"""


def test_a_remark_belongs_to_the_value_on_its_line_or_on_the_next(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    file.write_text(TEXT, encoding="utf-8")
    remarks = remarks_in(file)
    assert remarks == {
        ("beds",): "all of them",
        ("beds", "ward"): "D: nobody counted. fitted, was 10",
        ("beds", "more"): "A: published",
    }
    assert remark_on(remarks, ("beds", "more", "y")) == "A: published"
    assert remark_on(remarks, ("beds", "other")) == ""
