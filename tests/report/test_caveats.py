"""Wherever a result of the FIT is shown it is said once whose assumption its hours are, and nowhere else."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from rich.console import Console, RenderableType

from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.experiments.comparisons.results import Comparison
from flowsim.experiments.runs.expectations import Clause, Expectation
from flowsim.experiments.runs.results import Results
from flowsim.experiments.sweeps.results import Sweep
from flowsim.report.bottlenecks_figure import binding_figure, worths_figure
from flowsim.report.bottlenecks_table import bottlenecks_table
from flowsim.report.capacity_json import bottlenecks_json, seek_json
from flowsim.report.comparison_json import compare_json
from flowsim.report.comparison_table import comparison_table
from flowsim.report.difference_figure import difference_figure
from flowsim.report.run_json import run_json
from flowsim.report.run_table import run_table
from flowsim.report.seek_figure import curve_figure
from flowsim.report.seek_table import seek_table
from flowsim.report.sweep_json import sweep_json
from flowsim.report.sweep_table import sweep_markdown, sweep_table
from flowsim.report.terminal import WIDTH
from flowsim.report.waterfall_figure import waterfall_figure
from tests.experiments.capacity.answers import BASELINE, bottlenecks_by_hand, plan_by_hand, seek_by_hand
from tests.report.comparisons import by_hand as compared_by_hand
from tests.report.results import by_hand
from tests.report.sweeps import swept_by_hand

SAID = "are our assumption"
ASSUMED = {"fit_hours": "the baseline's levers"}
MOVED = {"fit_hours": "levers with one more assessor"}


def times(output: RenderableType | str | Any) -> int:
    """Return how often a table, a text or a picture says it."""
    if hasattr(output, "texts"):
        return "\n".join(text.get_text().replace("\n", " ") for text in output.texts).count(SAID)
    stream = io.StringIO()
    Console(file=stream, width=WIDTH).print(output)
    return " ".join(stream.getvalue().split()).count(SAID)


def under(results: Results, caveats: dict[str, str]) -> Results:
    return replace(results, about=replace(results.about, caveats=caveats))


def seen_by_the_fit(results: Results) -> Results:
    """Return results whose second metric is called that of the FIT."""
    name = "fit_admissions_avoided_per_day"
    return replace(
        results,
        metric=tuple(name if metric.endswith("type1") else metric for metric in results.metric),
        about=replace(results.about, published=()),
    )


def comparison(baseline: dict[str, str], arm: dict[str, str], *names: str) -> Comparison:
    """Return a comparison of which the arms with the first in them have the levers of `arm`."""
    made = compared_by_hand(*names)
    moved = [name for name in names if names[0] in name.split("+")]
    return replace(
        made,
        baseline=under(made.baseline, baseline),
        arms=tuple(
            replace(one, results=under(one.results, arm if one.name in moved else baseline))
            for one in made.arms
        ),
    )


def sweep(arm: dict[str, str], **more: object) -> Sweep:
    """Return a sweep of which the first arm has the levers of `arm`."""
    made = swept_by_hand(**more)  # type: ignore[arg-type]
    levers = (ASSUMED, arm, ASSUMED)
    return replace(
        made,
        arms=tuple(
            replace(one, results=under(one.results, standing))
            for one, standing in zip(made.arms, levers, strict=True)
        ),
    )


def bottlenecks(lever: str) -> Bottlenecks:
    made = bottlenecks_by_hand(4, **{lever.replace(".", "__"): (BASELINE + 0.02, 2)})
    return replace(made, baseline=under(made.baseline, ASSUMED))


def test_a_run_says_it_with_the_fits_figures_under_the_hours_assumed() -> None:
    shown = seen_by_the_fit(by_hand())
    for results, there in ((under(shown, ASSUMED), 1), (shown, 0), (under(by_hand(), ASSUMED), 0)):
        assert times(run_table(results)) == there
        assert len(run_json(results).caveats) == there


@pytest.mark.parametrize("names", [("earlier",), ("earlier", "later", "earlier+later")])
@pytest.mark.parametrize(
    ("baseline", "arm", "there"), [(ASSUMED, MOVED, 1), (ASSUMED, {}, 1), (ASSUMED, ASSUMED, 0), ({}, {}, 0)]
)
def test_a_comparison_says_it_if_an_arm_moves_the_fits_levers(
    names: tuple[str, ...], baseline: dict[str, str], arm: dict[str, str], there: int
) -> None:
    found = comparison(baseline, arm, *names)
    assert times(comparison_table(found)) == times(difference_figure(found)) == there
    assert len(compare_json(found).caveats) == found._repr_html_().count(SAID) == there


def test_a_waterfall_says_it_if_its_own_package_moves_the_fits_levers() -> None:
    names = ("earlier", "later", "earlier+later")
    for arm, there in ((MOVED, 1), (ASSUMED, 0)):
        found = comparison(ASSUMED, arm, *names)
        assert times(waterfall_figure(found, "earlier+later", "four_hour_performance_type1")) == there


def test_a_sweep_says_it_on_the_terminal_and_in_markdown() -> None:
    for arm, there in ((MOVED, 1), (ASSUMED, 0)):
        found = sweep(arm)
        assert times(sweep_table(found)) == sweep_markdown(found).count(SAID) == there
        assert len(sweep_json(found).caveats) == found._repr_html_().count(SAID) == there


def test_a_sweep_says_it_of_an_expectation_that_is_of_the_fit() -> None:
    expected = Expectation(that=Clause.parse("fit_admissions_avoided_per_day >= 3"))
    made = sweep(ASSUMED, expect=(expected,))
    arms = tuple(replace(arm, results=seen_by_the_fit(arm.results)) for arm in made.arms)
    found = replace(made, arms=arms)
    assert times(sweep_table(found)) == sweep_markdown(found).count(SAID) == 1


def test_bottlenecks_say_it_if_a_lever_shown_is_the_fits() -> None:
    for lever, there in (("frailty.fit_assessors", 1), ("wards.beds.surgery", 0)):
        found = bottlenecks(lever)
        assert times(bottlenecks_table(found)) == times(worths_figure(found)) == there
        assert len(bottlenecks_json(found).caveats) == found._repr_html_().count(SAID) == there


def test_the_picture_of_waits_says_it_if_the_fit_is_waited_for() -> None:
    found = bottlenecks("wards.beds.surgery")
    assert times(binding_figure(found)) == 0
    waited_for = replace(found, binding=replace(found.binding, resources=("fit",)))
    assert times(binding_figure(waited_for)) == times(bottlenecks_table(waited_for)) == 1


def test_a_search_says_it_if_its_lever_or_what_stands_in_the_way_is_the_fits() -> None:
    found = seek_by_hand({(0,): np.array([0.7, 0.72, 0.74, 0.76])}, None, bottlenecks("wards.beds.surgery"))
    of_the_fit = replace(found, planned=plan_by_hand(("frailty.fit_assessors",)))
    in_the_way = replace(found, obstacles=bottlenecks("frailty.fit_assessors"))
    for one, there, drawn in ((found, 0, 0), (of_the_fit, 1, 1), (in_the_way, 1, 0)):
        assert (times(seek_table(one)), times(curve_figure(one))) == (there, drawn)
        assert len(seek_json(one).caveats) == there
