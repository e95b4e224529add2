from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console, RenderableType

from flowsim.report.bottlenecks_figure import binding_figure, worths_figure
from flowsim.report.bottlenecks_table import bottlenecks_table, lever_words, worst_hours
from flowsim.report.capacity_json import BottlenecksJson, bottlenecks_json
from flowsim.report.house_style import png, svg
from tests.experiments.capacity.answers import BASELINE, bottlenecks_by_hand

FOUND = bottlenecks_by_hand(
    wards__beds__older_people=(BASELINE + np.array([0.02, 0.022, 0.02, 0.022]), 10),
    acute_medicine__amu_beds=(BASELINE + np.array([0.03, 0.01, -0.01, -0.02]), 3),
)


def told(renderable: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=80, highlight=False).print(renderable)
    return stream.getvalue()


def test_the_table_has_the_best_lever_first_with_the_worth_of_one_unit() -> None:
    text = told(bottlenecks_table(FOUND))
    assert max(map(len, text.splitlines())) <= 80
    rows = [line.split() for line in text.splitlines() if line.startswith((" 1 ", " 2 "))]
    assert rows == [
        ["1", "beds", "older", "people", "+10", "+0.21*", "0.02", "0"],
        ["2", "amu", "beds", "+3", "+0.08", "1.18", "0"],
    ]
    assert "in the baseline 73.0%: Within four hours, all types" in text
    assert "night_team: not run, nobody is ever there" in text
    assert "clear among all 4 worths" in " ".join(text.split())


def test_the_table_tells_what_is_waited_for() -> None:
    row = next(line for line in told(bottlenecks_table(FOUND)).splitlines() if line.startswith("beds "))
    assert row.split() == ["beds", "25%", "0.5", "50.0%", "all", "week,", "25%"]


def test_all_levers_are_shown_if_they_are_asked_for() -> None:
    many = bottlenecks_by_hand(4, **{f"ward__{i:02}": (BASELINE, 1) for i in range(20)})
    assert "The first 15 of 20 levers" in told(bottlenecks_table(many))
    assert " ward 19" not in told(bottlenecks_table(many))
    everything = told(bottlenecks_table(many, every=True))
    assert "The first" not in everything
    assert "\n20 19 " in everything


def test_one_replication_has_no_intervals() -> None:
    one = bottlenecks_by_hand(1, ward__beds=(BASELINE + 0.01, 1))
    assert "One replication gives no interval" in told(bottlenecks_table(one))
    assert len(png(worths_figure(one))) > 1000
    assert bottlenecks_json(one).levers[0].worth["four_hour_performance"].ci_low is None


def test_a_lever_is_called_by_its_path_without_the_section() -> None:
    assert lever_words("community.P1.places.FG") == "P1 places FG"
    assert lever_words("acute_medicine.ambulatory_care.hours.later") == "ambulatory care hours later"


@pytest.mark.parametrize(
    ("worst", "words"),
    [
        ([(10, 12)], "Mon 10:00 to 12:00, 90%"),
        ([(20, 24)], "Mon 20:00 to 24:00, 90%"),
        ([(20, 30)], "Mon 20:00 to Tue 06:00, 90%"),
        ([(34, 36), (60, 63)], "Wed 12:00 to 15:00, 90%"),
        ([(160, 168), (0, 8)], "Sun 16:00 to Mon 08:00, 90%"),
        ([(0, 168)], "all week, 90%"),
    ],
)
def test_the_worst_hours_are_the_longest_stretch_at_the_worst_level(
    worst: list[tuple[int, int]], words: str
) -> None:
    share = np.full(168, 0.3)
    for begin, end in worst:
        share[begin:end] = 0.9
    assert worst_hours(share) == words


def test_equal_results_give_equal_pictures() -> None:
    for draw in (worths_figure, binding_figure):
        assert png(draw(FOUND)) == png(draw(FOUND))
        assert b"<svg" in svg(draw(FOUND))


def test_the_pictures_show_every_lever_and_every_hour() -> None:
    worths, hours = worths_figure(FOUND), binding_figure(FOUND)
    labels = [label.get_text() for label in worths.axes[0].get_yticklabels()]
    assert labels == ["beds older people  (+10)", "amu beds  (+3)"]
    image = hours.axes[0].images[0].get_array()
    assert image is not None
    assert image.shape == (1, 168)
    assert np.all(np.asarray(image) == 25.0)


def test_json_has_the_best_lever_first_and_every_hour_of_the_week() -> None:
    found = bottlenecks_json(FOUND)
    assert BottlenecksJson.model_validate_json(found.model_dump_json()) == found
    assert [one.lever for one in found.levers] == ["wards.beds.older_people", "acute_medicine.amu_beds"]
    assert found.levers[0].worth["four_hour_performance"].worth == pytest.approx(0.0021)
    assert found.binding[0].waited_share_by_hour == [0.25] * 168
