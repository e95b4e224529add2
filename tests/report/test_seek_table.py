from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rich.console import Console, RenderableType

from flowsim.experiments.capacity.seeking import Index
from flowsim.experiments.statistics.intervals import Floats
from flowsim.report.capacity_json import SeekJson, seek_json
from flowsim.report.house_style import png, svg
from flowsim.report.seek_figure import curve_figure
from flowsim.report.seek_table import seek_table, verdict
from tests.experiments.capacity.answers import BASELINE, bottlenecks_by_hand, seek_by_hand

FIGURES: dict[Index, Floats] = {
    (0,): BASELINE,
    (1,): BASELINE + 0.02,
    (2,): BASELINE + 0.06,
    (3,): BASELINE + 0.1,
}
MET = seek_by_hand(FIGURES, (2,))
NOT_MET = seek_by_hand(
    {(0,): BASELINE - 0.1, (3,): BASELINE - 0.05},
    None,
    bottlenecks_by_hand(wards__beds__surgery=(BASELINE + 0.02, 2)),
)
MIX = seek_by_hand({(1, 1): BASELINE + 0.06, (1, 0): BASELINE, (3, 3): BASELINE + 0.1}, (1, 1))


def told(renderable: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=80, highlight=False).print(renderable)
    return stream.getvalue()


def test_the_answer_and_the_value_before_it_are_told_with_their_chances() -> None:
    assert verdict(MET) == [
        "acute_medicine.amu_beds 60 beds is the first value with P(four_hour_performance >= 0.75) of at "
        "least 80%.",
        "There P is 100% (40–100%, 4 of 4 replications) and the mean 79.0%.",
        "At acute_medicine.amu_beds 59 beds P is 50% (7–93%, 2 of 4 replications) and the mean 75.0%.",
        "That is not sure yet, P may be below what was asked for: try --max-replications 8.",
    ]


def test_that_nothing_does_is_told_with_what_stands_in_the_way() -> None:
    assert verdict(NOT_MET) == [
        "No value in range gives P(four_hour_performance >= 0.75) of at least 80%.",
        "The nearest is acute_medicine.amu_beds 61 beds: P is 0% (0–60%, 0 of 4 replications) and the mean "
        "68.0%.",
        "What stands in the way there: waited for most are beds (25% of the time).",
        "One unit more would be worth most of wards.beds.surgery (+1.00): Within four hours, all types.",
    ]


def test_a_mix_is_told_with_its_cost_and_its_grid() -> None:
    sentences = verdict(MIX)
    # From 58 and 208 beds now to 59 and 59, at 2 a bed.
    assert sentences[0].endswith("costs -296:")
    assert sentences[1].startswith("acute_medicine.amu_beds 59 beds, wards.beds.surgery 59 beds: P is 100%")
    assert "wards.beds.surgery 58, 59, 60, 61." in sentences[2]


@pytest.mark.parametrize("found", [MET, NOT_MET, MIX], ids=["met", "not met", "mix"])
def test_the_table_has_a_row_for_each_point_and_fits(found: object) -> None:
    text = told(seek_table(found))  # type: ignore[arg-type]
    assert max(map(len, text.splitlines())) <= 80
    rows = [line for line in text.splitlines() if re.search(r"–[0-9]+% +4$", line.rstrip())]
    assert len(rows) == len(found.points)  # type: ignore[attr-defined]


def test_values_whose_side_is_open_are_marked() -> None:
    rows = [line.split() for line in told(seek_table(MET)).splitlines() if line.lstrip().startswith("6")]
    assert rows[0] == ["60", "beds", "79.0", "74.9–83.1", "100%?", "40–100%", "4"]


@pytest.mark.parametrize("found", [MET, NOT_MET, MIX], ids=["met", "not met", "mix"])
def test_equal_searches_give_equal_pictures(found: object) -> None:
    assert png(curve_figure(found)) == png(curve_figure(found))  # type: ignore[arg-type]
    assert b"<svg" in svg(curve_figure(found))  # type: ignore[arg-type]


def test_json_has_the_answer_every_point_and_what_stands_in_the_way() -> None:
    met, not_met = seek_json(MET), seek_json(NOT_MET)
    for one in (met, not_met):
        assert SeekJson.model_validate_json(one.model_dump_json()) == one
    assert met.answer is not None
    assert met.answer.values == {"acute_medicine.amu_beds": 60}
    assert (met.answer.p_met, met.answer.meets, met.answer.sure) == (1.0, True, False)
    assert met.obstacles is None
    assert not_met.answer is None
    assert not_met.best.values == {"acute_medicine.amu_beds": 61}
    assert not_met.obstacles is not None
    assert [len(one.points) for one in (met, not_met)] == [4, 2]


def test_a_figure_that_nobody_has_is_null() -> None:
    found = seek_by_hand({(0,): np.full(4, np.nan)}, None)
    assert seek_json(found).best.mean is None
    assert seek_json(found).best.p_met == 0.0
