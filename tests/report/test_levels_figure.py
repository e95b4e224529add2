from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from flowsim.experiments.runs.results import About, Results
from flowsim.report import wording
from flowsim.report.bed_clock_figure import HOURS, bed_clock_figure
from flowsim.report.house_style import svg
from flowsim.report.levels_figure import breaches_figure, can_be_drawn, cascade_figure, leaving_figure
from tests.report.extents import outside, overlapping

FIGURES = {
    ("attendances_type1", "all"): 1000.0,
    ("four_hour_performance_type1", "all"): 0.75,
    ("waits_over_12h_from_arrival", "all"): 0.02,
    ("dta_waits_4_to_12h", "all"): 90.0,
    ("dta_waits_over_12h", "all"): 10.0,
    **{("mffd_patients", f"pathway=P{k}"): 100.0 * k for k in (1, 2, 3)},
    **{("d2a_wait_mean_days", f"pathway=P{k}"): 1.0 * k for k in (1, 2, 3)},
    **{("d2a_occupancy", f"pathway=P{k}"): 0.9 for k in (1, 2, 3)},
    **{("beds_occupied_on_the_hour", hour): 900.0 for hour in HOURS},
}


def results(name: str, replications: int = 2, long: float = 10.0) -> Results:
    """Return results in which replication k is k % above the figures, with so many long waits for a bed."""
    figures = FIGURES | {("dta_waits_over_12h", "all"): long}
    each = np.array([[value * (1 + k / 100) for value in figures.values()] for k in range(replications)])
    return Results(
        about=About(
            name=name, title="A hospital", start=dt.date(2016, 4, 1), days=365, engine="simpy", seed=7
        ),
        numbers=tuple(range(replications)),
        metric=tuple(metric for metric, _ in FIGURES),
        group=tuple(group for _, group in FIGURES),
        values=each,
    )


NAMED = {name: results(name) for name in ("base", "one", "other")}


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def test_every_level_is_written_with_its_interval() -> None:
    # 100 and 101: mean 100.5, t(1) = 12.7, half-width 12.7 x 0.707 / 1.414 = 6.35.
    found = texts(leaving_figure(NAMED))
    assert len(found) == 3 * 3 * 3
    assert found[0] == "100 (94–107)"
    assert all("(" in text for text in found)


def test_the_cascade_counts_patients() -> None:
    # 1,000 attendances in replication 0: 250 breaches, 100 over 4 h and 10 over 12 h from the decision.
    found = texts(cascade_figure({"base": results("base", replications=1)}))
    assert found == ["1,000", "250", "100", "20.0", "10.0"]


@pytest.mark.parametrize("long", [0.0, 0.8, 1.0])
def test_less_than_one_patient_stands_at_the_beginning_of_the_cascade(long: float) -> None:
    figure = cascade_figure({"base": results("base", replications=1, long=long)})
    [ax] = figure.axes
    assert texts(figure)[-1] == wording.with_unit(long, "patients")
    assert ax.get_xlim()[0] == 1
    bar, dot = ax.lines[-2:]
    assert [*bar.get_xdata(), *dot.get_xdata()] == [1, 1, 1]
    assert not dot.get_clip_on()
    assert overlapping(figure) == []
    assert [label.get_text() for label in ax.get_xticklabels()][:2] == ["1 or less", "10"]


def test_the_cascade_begins_at_a_power_of_ten_below_all_that_is_more_than_one() -> None:
    figure = cascade_figure({"base": results("base", replications=1, long=2.0)})
    assert figure.axes[0].get_xlim()[0] == 1
    assert figure.axes[0].get_xticklabels()[0].get_text() == "1"


def test_a_block_has_a_head_only_if_there_are_several_scenarios() -> None:
    def labels(named: dict[str, Results]) -> list[str]:
        return [label.get_text() for label in leaving_figure(named).axes[0].get_yticklabels()]

    assert labels({"base": NAMED["base"]}) == ["Pathway 1", "Pathway 2", "Pathway 3"]
    assert labels(NAMED)[:5] == ["Pathway 1", "baseline", "one", "other", "Pathway 2"]


def test_what_a_run_does_not_have_is_not_drawn() -> None:
    assert can_be_drawn(NAMED["base"], leaving_figure)
    assert not can_be_drawn(NAMED["base"], breaches_figure)


def test_the_bed_clock_says_each_line_with_its_interval() -> None:
    # 900 and 909.
    assert sorted(texts(bed_clock_figure(NAMED)))[0] == "baseline: 904 (847–962)"


ARMS = {
    f"{name} of many words that take three lines of a label, one after another, all of them": results(name)
    for name in ("one", "two", "three", "four")
}


def test_leaders_of_the_bed_clock_end_where_the_labels_begin() -> None:
    figure = bed_clock_figure({"base": results("base"), **ARMS})
    labels = figure.axes[0].texts
    assert len(labels) == 5
    assert outside(figure) == overlapping(figure) == []
    assert sorted(label.get_text().count("\n") for label in labels) == [0, 2, 2, 2, 2]
    begin = Text.get_window_extent(labels[0]).x0
    for label in labels:
        assert isinstance(label, Annotation)
        assert label.arrow_patch is not None
        assert label.arrow_patch.get_window_extent().x1 <= begin


def test_bars_of_the_bed_clock_have_the_dashes_of_their_lines() -> None:
    # Of each of five scenarios its line over the day, then its bar at the end.
    lines = bed_clock_figure({"base": results("base"), **ARMS}).axes[0].lines
    styles = [(line.get_color(), line.get_linestyle()) for line in lines]
    assert styles[::2] == styles[1::2]
    assert len(set(styles)) == 5


def test_equal_results_give_equal_bytes() -> None:
    for figure in (leaving_figure, cascade_figure, bed_clock_figure):
        assert svg(figure(NAMED)) == svg(figure({name: results(name) for name in NAMED}))
