from __future__ import annotations

import datetime as dt

import numpy as np

from flowsim.experiments.runs.results import About, Results
from flowsim.outcomes.bed_clock import HOURS_OF_WEEK
from flowsim.report.house_style import svg
from flowsim.report.medically_fit_figure import by_pathway, medically_fit_figure
from flowsim.report.medically_fit_figure import can_be_drawn as ready_can_be_drawn
from flowsim.report.week_figure import can_be_drawn, in_words, week_figure

ABOUT = About(name="a", title="A", start=dt.date(2016, 4, 1), days=91, engine="simpy", seed=1)


def of(figures: dict[tuple[str, str], list[float]]) -> Results:
    """Return results with the figures of each replication."""
    values = np.array(list(figures.values())).T
    return Results(
        about=ABOUT,
        numbers=tuple(range(len(values))),
        metric=tuple(metric for metric, _ in figures),
        group=tuple(group for _, group in figures),
        values=values,
    )


def weeks() -> dict[tuple[str, str], list[float]]:
    """Return 900 beds, 960 on Monday at 09:00, 870 on Saturday at 17:00; one more in replication 1."""
    beds = dict.fromkeys(HOURS_OF_WEEK, 900.0) | {"Mon 09": 960.0, "Sat 17": 870.0}
    return {
        ("beds_occupied_on_the_hour", f"hour_of_week={key}"): [each, each + 1] for key, each in beds.items()
    }


def test_the_fullest_and_the_emptiest_hour_are_said_with_intervals() -> None:
    # 960 and 961: t(1) = 12.7, half-width 12.7 x 0.707 / 1.414 = 6.35. The difference is 90 in both.
    assert in_words(of(weeks())) == (
        "fullest Mon 09:00, 960 beds (954–967); emptiest Sat 17:00, 870 beds (864–877); "
        "between them 90.0 (90.0) beds"
    )


def test_a_week_with_an_hour_missing_is_not_drawn() -> None:
    whole = weeks()
    assert can_be_drawn(of(whole))
    del whole["beds_occupied_on_the_hour", "hour_of_week=Sun 23"]
    assert not can_be_drawn(of(whole))


def test_the_map_has_a_row_a_day_and_a_column_an_hour() -> None:
    figure = week_figure(of(weeks()))
    [image] = figure.axes[0].images
    assert image.get_array().shape == (7, 24)
    assert image.get_array()[0, 9] == 960.5 and image.get_array()[5, 17] == 870.5


def ready() -> dict[tuple[str, str], list[float]]:
    months = {f"month=2016-0{k}": [100.0 + k, 102.0 + k] for k in (4, 5, 6)}
    pathways = {"pathway=P1": [60.0, 62.0], "pathway=P2": [40.0, 42.0], "pathway=P4": [0.0, 0.0]}
    return {("mffd_patients", group): each for group, each in {**months, **pathways}.items()}


def test_medically_fit_patients_are_drawn_by_month_and_by_pathways_that_have_any() -> None:
    # 60 and 62: half-width 12.7.
    assert by_pathway(of(ready())) == [("Pathway 1", "61.0 (48.3–73.7)"), ("Pathway 2", "41.0 (28.3–53.7)")]
    figure = medically_fit_figure(of(ready()))
    assert [text.get_text() for text in figure.axes[0].texts] == ["107 (94–120)", "105 (92–118)"]
    assert not ready_can_be_drawn(of({key: each for key, each in ready().items() if "2016-06" not in key[1]}))


def test_equal_results_give_equal_bytes() -> None:
    for figure, figures in ((week_figure, weeks), (medically_fit_figure, ready)):
        assert svg(figure(of(figures()))) == svg(figure(of(figures())))
