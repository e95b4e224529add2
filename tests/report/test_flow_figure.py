from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from flowsim.experiments.runs.results import About, Results
from flowsim.report.flow_figure import DEPARTMENT, NEEDED, SPELLS, can_be_drawn, flow_figure, flows, in_words
from flowsim.report.house_style import svg

# Ten days. 100 a day through the department: 60 home, 10 unseen, 30 admitted; 15 others and 5 planned.
# 50 spells end a day: 2 by death, 5, 2 and 1 by pathway, so 40 go home.
VALUES = (40.0, 60.0, 1000.0, 0.1, 300.0, 150.0, 50.0, 500.0, 0.04, 5.0, 2.0, 1.0)


def results(replications: int = 2, without: int | None = None) -> Results:
    keep = [i for i in range(len(NEEDED)) if i != without]
    return Results(
        about=About(name="a", title="A", start=dt.date(2016, 4, 1), days=10, engine="simpy", seed=1),
        numbers=tuple(range(replications)),
        metric=tuple(NEEDED[i][0] for i in keep),
        group=tuple(NEEDED[i][1] for i in keep),
        values=np.array([[VALUES[i] for i in keep]] * replications),
    )


def test_what_comes_goes() -> None:
    found = {(one.begin, one.end): float(one.each.mean()) for one in flows(results())}
    assert found[DEPARTMENT, "Home from the department"] == pytest.approx(60)
    assert found[SPELLS, "Home without a service"] == pytest.approx(40)
    for place in (DEPARTMENT, SPELLS):
        come = sum(each for (_, end), each in found.items() if end == place)
        assert come == pytest.approx(sum(each for (begin, _), each in found.items() if begin == place))


def test_every_place_is_written_with_its_interval() -> None:
    varied = results()
    varied.values[1] *= 1.1
    figure = flow_figure(
        Results(
            about=varied.about, numbers=(0, 1), metric=varied.metric, group=varied.group, values=varied.values
        )
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert len(texts) == 13 and all("(" in text and "–" in text for text in texts)
    assert "Pathway 1" in texts[-4]


def test_those_who_do_not_see_it_read_it() -> None:
    assert "Planned to Spells in hospital 5.0" in in_words(results())


def test_a_run_without_one_of_the_counts_has_no_diagram() -> None:
    assert can_be_drawn(results())
    assert not any(can_be_drawn(results(without=i)) for i in range(len(NEEDED)))


def test_equal_results_give_equal_bytes() -> None:
    assert svg(flow_figure(results(1))) == svg(flow_figure(results(1)))
