from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from flowsim.experiments.runs.results import About, Results
from flowsim.report.spc_figure import in_words, others, simulated, spc_figure, xmr


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    # Moving ranges 2, 2, 2: mean 2. Mean 75.
    chart = xmr(np.array([74.0, 76.0, 74.0, 76.0]))
    assert (chart.mean, chart.low, chart.high) == pytest.approx((75.0, 75 - 5.32, 75 + 5.32))
    assert not chart.signals.any()


def test_seven_on_one_side_are_a_signal_and_six_are_not() -> None:
    def signals(count: int) -> list[int]:
        # Up and down around 10 and around -10, so that the moving range is wide enough for no other rule.
        above = [10.0 + (-1) ** i * 8 for i in range(count)]
        below = [-10.0 + (-1) ** i * 8 for i in range(count)]
        return xmr(np.array(above + below)).signals.tolist()

    assert signals(7) == [1] * 7 + [-1] * 7
    assert not any(signals(6))


def test_a_point_beyond_a_limit_is_a_signal() -> None:
    values = np.array([0.0, 1.0] * 10 + [9.0] + [0.0, 1.0] * 10)
    assert xmr(values).signals[20] == 1


def test_seven_rising_are_a_signal() -> None:
    # Rises by 1 between wide swings, never seven on one side of the mean.
    values = np.array([0.0, 8.0, 0.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.0, 8.0, 0.0, 8.0])
    assert xmr(values).signals[4:11].tolist() == [1] * 7


def test_two_of_three_near_a_limit_are_a_signal() -> None:
    # Mean range 1.7, so limits near 4.5 and two thirds of the way near 3.
    values = np.array([0.0, 1.0, -1.0, 0.5, -0.5, 1.0, -1.0] * 4)
    limit = xmr(values).high
    values[10], values[11] = 0.9 * limit, 0.8 * limit
    assert xmr(values).signals[10:12].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("standard", "said"),
    [(95.0, "hardly a week will meet it"), (60.0, "hardly a week will miss it"), (75.0, "by chance")],
)
def test_what_is_said_of_the_standard_depends_on_the_limits(standard: float, said: str) -> None:
    chart = xmr(np.array([74.0, 76.0, 74.0, 76.0]))
    assert said in in_words(chart, standard)
    assert "no week stands out" in in_words(chart, standard)


def test_a_chart_of_one_year_says_so_and_how_far_the_others_lie() -> None:
    charts = [xmr(np.array([74.0, 76.0, 74.0, 76.0]) + more) for more in (0.0, 2.0)]
    # Limits 75 ± 5.32 and 77 ± 5.32.
    assert others(charts, "simulated year") == (
        " Over all 2 simulated years the lower limit is 69.7 to 71.7%, the mean 75.0 to 77.0%, "
        "the upper limit 80.3 to 82.3%."
    )
    assert others(charts[:1], "simulated year") == " This is one simulated year: another may look otherwise."


@pytest.mark.parametrize(("replications", "bands"), [(1, 0), (3, 1)])
def test_the_band_of_all_runs_stands_behind_the_one_run(replications: int, bands: int) -> None:
    weeks = [f"week=2016-W{week:02}" for week in range(14, 27)]
    values = 0.7 + 0.01 * np.arange(13)[None, :] % 0.03 + 0.01 * np.arange(replications)[:, None]
    about = About(name="a", title="A", start=dt.date(2016, 4, 4), days=91, engine="simpy", seed=1)
    results = Results(
        about=about,
        numbers=tuple(range(replications)),
        metric=("four_hour_performance_type1",) * 13,
        group=tuple(weeks),
        values=values,
    )
    figure = spc_figure(results)
    assert len(figure.axes[0].collections) == bands
    said = [text.get_text() for text in figure.texts]
    assert said[0].endswith("in one simulated run")
    assert "year" not in "".join(said)
    assert f"replication 0{' of 3' if bands else ', the only one'}, by week" in said[1]
    assert ("grey: the lowest to the highest of all" in said[1]) == bool(bands)
    # The companion: what is as long as a year is called one.
    assert simulated(replace(results, about=replace(about, days=365))) == "simulated year"
