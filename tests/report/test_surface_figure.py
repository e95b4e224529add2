from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flowsim.experiments.runs.results import Figure
from flowsim.experiments.sweeps.results import Sweep, SweptArm
from flowsim.report.difference_figure import BETTER, WORSE
from flowsim.report.house_style import GREY, svg
from flowsim.report.surface_figure import DARKEST, figures, shade, surface_of
from tests.report.results import by_hand

TYPE_ALL = "four_hour_performance"
# Of beds and slots; a spread of ± 0.01 in the first is not to be told from nothing.
SHIFTS = {(0, 5): 0.0, (4, 0): 0.02, (4, 5): 0.03, (8, 0): -0.02, (8, 5): 0.04}


def swept(*, replications: int = 4, axes: tuple[str, ...] = ("beds", "slots")) -> Sweep:
    """Return a sweep in which one combination of six was not run, and another arm varies neither."""
    results = by_hand(replications)
    noise = 0.01 * np.cos(np.arange(replications))[:, None]
    arms = [("base", {}, results.values), ("other", {"interventions": "other"}, results.values + 0.1)]
    for (beds, slots), shift in SHIFTS.items():
        varied = dict(zip(axes, (beds, slots), strict=False))
        arms.append((f"{beds}-{slots}", varied, results.values + shift + noise * (1 if shift == 0 else 0.1)))
    return Sweep(
        name="small",
        title="A sweep",
        rank_by=TYPE_ALL,
        arms=tuple(
            SweptArm(
                name=name,
                title=name,
                key=name,
                varied=varied,
                results=replace(results, values=values, growing=()),
            )
            for name, varied, values in arms
        ),
    )


def test_what_was_run_of_two_levers_is_the_surface() -> None:
    surface = surface_of(swept())
    assert surface is not None
    assert (surface.x, surface.columns) == ("beds", (0, 4, 8))
    assert (surface.y, surface.rows) == ("slots", (0, 5))
    assert set(surface.arms) == set(SHIFTS)


def test_a_sweep_of_one_lever_has_none() -> None:
    assert surface_of(swept(axes=("beds",))) is None
    assert figures(swept(axes=("beds",))) == {}


def test_every_cell_has_its_change_and_its_interval_and_what_was_not_run_has_no_cell() -> None:
    [(name, figure)] = figures(swept()).items()
    assert name == "surface-four_hour_performance"
    [ax] = figure.axes
    texts = [text.get_text() for text in ax.texts]
    assert len(texts) == len(ax.patches) == len(SHIFTS)
    assert all(" to " in text and "(" in text for text in texts)
    # The noise is about 0 ± 0.8 points; a tenth of it leaves 2 points clear.
    hatched = [bool(patch.get_hatch()) for patch in ax.patches]
    assert hatched == [True, False, False, False, False]
    assert texts[1].startswith("+2.0*") and texts[3].startswith("−2.0*")


@pytest.mark.parametrize(
    ("metric", "low", "high", "expected"),
    [
        (TYPE_ALL, 0.01, 0.03, BETTER),
        (TYPE_ALL, -0.03, -0.01, WORSE),
        ("mffd_patients", -3.0, -1.0, BETTER),
        ("mffd_patients", 1.0, 3.0, WORSE),
        ("attendances", 1.0, 3.0, GREY),
    ],
)
def test_a_colour_says_better_or_worse(metric: str, low: float, high: float, expected: str) -> None:
    one = Figure((low + high) / 2, 1.0, low, high)
    colour, share = shade(metric, one, abs(one.mean)) or ("", 0.0)
    assert (colour, share) == (expected, pytest.approx(DARKEST))


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.03), (0.0, 0.0), (float("nan"), float("nan"))])
def test_no_colour_where_the_interval_includes_no_change_or_there_is_none(low: float, high: float) -> None:
    assert shade(TYPE_ALL, Figure(0.01, 1.0, low, high), 0.01) is None


def test_equal_sweeps_give_equal_bytes() -> None:
    first, second = (figures(swept())["surface-four_hour_performance"] for _ in range(2))
    assert svg(first) == svg(second)
