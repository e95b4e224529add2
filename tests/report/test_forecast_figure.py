from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from flowsim.experiments.runs.results import Results
from flowsim.report.forecast_figure import FEWEST, PANELS, can_be_forecast, fan, forecast_figure
from flowsim.report.house_style import png
from tests.report.results import by_hand

DAYS = ("2016-08-31", "2016-09-01", "2016-09-02")


def forecast(replications: int = 21, warm_up_days: int | None = None) -> Results:
    """Return three days in which replication k of day i has the figure 10 i + k."""
    each = np.arange(replications)[:, None] + 10.0 * np.arange(len(DAYS))
    results = by_hand(replications)
    return replace(
        results,
        about=replace(results.about, days=len(DAYS), warm_up_days=warm_up_days),
        metric=tuple(name for name, *_ in PANELS for _ in DAYS),
        group=tuple(f"day={day}" for day in DAYS) * len(PANELS),
        values=np.hstack([each] * len(PANELS)),
    )


def test_a_fan_is_the_centiles_of_each_day_over_replications() -> None:
    seen = fan(forecast(), PANELS[0][0])
    assert seen.days == tuple(map(dt.date.fromisoformat, DAYS))
    # 21 figures, 0 to 20: the 5th centile is the second, the quartiles the sixth and the sixteenth.
    assert seen.bands[:, 0].tolist() == [1, 5, 10, 15, 19]
    assert seen.bands[2].tolist() == [10, 20, 30]


def test_a_fan_needs_a_census_days_and_enough_replications() -> None:
    assert can_be_forecast(forecast(FEWEST))
    assert not can_be_forecast(forecast(FEWEST - 1))
    assert not can_be_forecast(forecast(warm_up_days=56))
    assert not can_be_forecast(replace(by_hand(FEWEST), about=replace(by_hand().about, warm_up_days=None)))


def test_the_picture_says_what_the_bands_are_and_equal_results_give_equal_bytes() -> None:
    figure = forecast_figure(forecast())
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == ["nine in ten runs", "half of the runs", "median run"]
    assert "inputs" in figure.texts[-1].get_text()
    assert [ax.get_title(loc="left") for ax in figure.axes] == [title for _, title, *_ in PANELS]
    assert png(figure) == png(forecast_figure(forecast()))


def test_shares_are_drawn_in_percent() -> None:
    share = forecast_figure(forecast()).axes[2].lines[0].get_ydata()
    assert np.asarray(share) == pytest.approx([1000, 2000, 3000])
