"""The part of a validation's report that sets the model beside simple ones, and says which is nearer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from flowsim.experiments.runs.record import months_of_group
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.validation.bed_models import MODELS, BedsBesideSimple
from flowsim.validation.beside_simple import (
    AS_IT_IS,
    LEVEL_SET,
    BesideSimple,
    Forecast,
    further_off,
    scored,
)
from flowsim.validation.offered_load import ELECTIVE_SHARE
from flowsim.validation.simple_models import SIMPLE_MODELS
from flowsim.validation.validation import Validation

SCORES = ("Model", "Mean absolute error", "CRPS", "Interval score", "Width (90 %)", "Inside")


def beside_simple_models(found: Validation) -> Iterator[Block]:
    """Yield the comparison of four-hour performance, then that of beds."""
    yield Heading("Beside simple models")
    if found.simple is None or found.beds is None:
        yield Paragraph(
            "Not compared: that needs six consecutive months of record from the first month run, and the "
            "beds of two quarters."
        )
        return
    yield from _what_each_is(found.simple)
    yield from _on_the_months_used(found.simple)
    yield from _rolling(found.simple)
    yield from _ahead(found.simple)
    yield from _beds(found.beds)


def _what_each_is(simple: BesideSimple) -> Iterator[Block]:
    yield Grid(("Model", "What it says"), [(one.name, one.says) for one in SIMPLE_MODELS])
    slope = simple.slope
    yield Paragraph(
        f"The distribution of a simple model is its errors in {simple.others} other trusts in the same "
        "months, as many months ahead. They have the same months in them, which favours the simple models. "
        "The same month of the year before is not among them: no record of this trust before April 2016 was "
        "handed out."
    )
    yield Paragraph(
        "An offered load knows no number of beds and nobody waits in it, so it says nothing of four hours. "
        "What it says here goes by way of occupancy: in the other trusts type 1 performance moved by "
        f"{_ratio(slope.value)} points ({_ratio(slope.low)} to {_ratio(slope.high)}) with each point of "
        "occupancy, from April to June to July to September 2016. Admissions of later months are their "
        f"attendances at the conversion seen so far; electives, {100 * ELECTIVE_SHARE:g} % of beds, are "
        "taken not to move (assumption)."
    )
    yield Paragraph(
        f"The simulation is not calibrated anew at each origin. “{AS_IT_IS}” is the scenario as it stands: "
        "it was set with all recorded months in view, so on those it has seen more than the simple models. "
        f"“{LEVEL_SET}” is moved at each origin by the mean of record less model over the months seen, and "
        "by nothing else. Its parameters were set with all recorded months in view as well, though none of "
        "them belongs to one month."
    )


def _on_the_months_used(simple: BesideSimple) -> Iterator[Block]:
    yield Heading("Type 1 within four hours, on the months used", 3)
    yield Paragraph("Every level is set by all of these months. In points.")
    yield _scores(simple.used)
    yield Paragraph(verdict_on(simple.used, AS_IT_IS))


def _rolling(simple: BesideSimple) -> Iterator[Block]:
    yield Heading("Type 1 within four hours, on a rolling origin", 3)
    yield Paragraph("Each month from those before it. In percent, then scores in points.")
    models = list(dict.fromkeys(one.model for one in simple.rolling))
    said = {(one.model, one.month): one for one in simple.rolling}
    months = list(dict.fromkeys(one.month for one in simple.rolling))
    rows = [
        [
            wording.months([month]),
            f"{100 * said[models[0], month].record:.1f}",
            *(f"{100 * said[model, month].point:.1f}" for model in models),
        ]
        for month in months
    ]
    yield Grid(("Month", "Record", *models), rows, range(1, len(models) + 2))
    yield _scores(simple.rolling)
    for model in (LEVEL_SET, AS_IT_IS):
        yield Paragraph(verdict_on(simple.rolling, model))


def _ahead(simple: BesideSimple) -> Iterator[Block]:
    if not simple.ahead:
        return
    yield Heading("What each predicts, type 1 within four hours", 3)
    yield Paragraph("The point and the 90 % interval, in percent: to be compared with what was kept back.")
    models = list(dict.fromkeys(one.model for one in simple.ahead))
    said = {(one.model, one.month): one for one in simple.ahead}
    rows = []
    for month in dict.fromkeys(one.month for one in simple.ahead):
        cells = [wording.months([month])]
        for model in models:
            one = said[model, month]
            span = "" if math.isnan(one.low) else f" ({100 * one.low:.0f} to {100 * one.high:.0f})"
            cells.append(f"{100 * one.point:.1f}{span}")
        rows.append(cells)
    yield Grid(("Month", *models), rows, range(1, len(models) + 1))


def _beds(beds: BedsBesideSimple) -> Iterator[Block]:
    yield Heading("Occupancy at midnight, by quarter", 3)
    yield Paragraph(
        "Beds are published by quarter. Each quarter from those before it; the simulation as it is was set "
        "by the recorded ones among others. The offered load can say nothing of the first, since admissions "
        "by month begin with it. In percent."
    )
    rows = [
        [
            wording.months(months_of_group(one.group)),
            _percent(one.record),
            *(_percent(one.said[model]) for model in MODELS),
        ]
        for one in beds.quarters
    ]
    yield Grid(("Quarter", "Record", *MODELS), rows, range(1, len(MODELS) + 2))
    off = {
        model: [
            abs(one.said[model] - one.record)
            for one in beds.quarters
            if not math.isnan(one.record) and not math.isnan(one.said[model])
        ]
        for model in MODELS
    }
    yield Grid(
        ("Model", "Mean absolute error, points", "Quarters"),
        [
            [model, f"{100 * sum(each) / len(each):.1f}", str(len(each))]
            for model, each in off.items()
            if each
        ],
        (1, 2),
    )
    longer = "; ".join(f"{model} {100 * error:.1f}" for model, error in beds.longer.items())
    yield Paragraph(
        f"Two recorded quarters decide nothing. Over the {beds.tried} quarters that can be predicted from a "
        f"year of record, one quarter ahead, the simple models are off by, in points: {longer}."
    )


def _scores(forecasts: Sequence[Forecast]) -> Grid:
    rows = [
        (
            one.model,
            f"{100 * one.error:.1f}",
            f"{100 * one.crps:.1f}",
            wording.NO_FIGURE if math.isnan(one.interval_score) else f"{100 * one.interval_score:.1f}",
            wording.NO_FIGURE if math.isnan(one.width) else f"{100 * one.width:.1f}",
            wording.NO_FIGURE if math.isnan(one.width) else f"{one.covered} of {one.months}",
        )
        for one in scored(forecasts)
    ]
    return Grid(SCORES, rows, range(1, len(SCORES)))


def verdict_on(forecasts: Sequence[Forecast], model: str) -> str:
    """Return which simple model is nearest, and whether the simulation is nearer, or not, decidedly."""
    found = scored(forecasts)
    mine = next(one for one in found if one.model == model)
    best = next(one for one in found if one.model not in (AS_IT_IS, LEVEL_SET))
    mean, low, high = further_off(forecasts, model, best.model)
    interval = f"{_points(low)} to {_points(high)}"
    if low > 0:
        decided = f"The simple model is nearer (difference {_points(mean)}, 95 % {interval})."
    elif high < 0:
        decided = f"The simulation is nearer (difference {_points(mean)}, 95 % {interval})."
    else:
        leads = "simple model" if mean > 0 else "simulation"
        decided = (
            f"The {leads} is ahead, but {mine.months} months do not decide it (difference "
            f"{_points(mean)}, 95 % {interval}, as if months were independent)."
        )
    rivals = [one for one in found if one is mine or one.model not in (AS_IT_IS, LEVEL_SET)]
    sharper = min(rivals, key=lambda one: one.crps)
    return (
        f"“{model}” is off by {100 * mine.error:.1f} points, “{best.model}”, the nearest simple model, by "
        f"{100 * best.error:.1f}. {decided} Of it and the simple models, “{sharper.model}” has the best CRPS."
    )


def _points(value: float) -> str:
    """Return percentage points, with a sign that is no hyphen."""
    return f"{100 * value:.1f}".replace("-", "−")


def _ratio(value: float) -> str:
    """Return points a point."""
    return f"{value:.2f}".replace("-", "−")


def _percent(value: float) -> str:
    return wording.NO_FIGURE if math.isnan(value) else f"{100 * value:.1f}"
