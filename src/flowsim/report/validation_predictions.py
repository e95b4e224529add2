"""What a validation's report says of months whose record the model has not seen."""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.outcomes import METRICS
from flowsim.report import validation_words as words
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.validation.plan import PREDICTED
from flowsim.validation.validation import Validation


def predicted(found: Validation) -> Iterator[Block]:
    """Yield the predictions, by metric, and the effect of the season."""
    if not found.predictions:
        return
    seen, unseen = (wording.months(some) for some in (found.planned.recorded, found.planned.predicted))
    yield Heading(f"Predictions for {unseen}")
    yield Paragraph(
        "The attendances of those months are an input. Nothing else of them was seen, and nothing was tuned "
        f"to anything after {wording.months(found.planned.recorded[-1:])}. The interval is that of the mean; "
        "a single year, such as the one that happened, lies in the wider range nine times in ten if the "
        "model is right and its parameters are."
    )
    for metric in PREDICTED:
        unit = METRICS[metric].unit
        some = [one for one in found.predictions if one.metric == metric and not one.effect]
        yield Heading(METRICS[metric].label, 3)
        yield Grid(
            ("Period", "Mean (95 %)", "Single years (90 %)"),
            [
                (words.group(one.group), words.model(one.model, unit), words.single(one.model, unit))
                for one in some
            ],
            (1, 2),
        )
    yield Heading("The winter effect", 3)
    yield Paragraph(
        f"{unseen} less {seen}, of the same single year. Shares in percentage points; what is counted, a "
        "month."
    )
    rows = []
    for one in found.predictions:
        if one.effect:
            unit, model = METRICS[one.metric].unit, one.model
            rows.append(
                (
                    METRICS[one.metric].label,
                    wording.signed_with_unit(model.mean, unit),
                    wording.signed_span(model.low, model.high, unit, model.mean),
                    wording.signed_span(model.single_low, model.single_high, unit, model.mean),
                )
            )
    yield Grid(("Figure", "Mean", "95 %", "Single years (90 %)"), rows, (1, 2, 3))
    missing = [
        one.target for one in found.judged if one.target.not_comparable and one.target.use == "hold-out"
    ]
    for target in missing:
        yield Paragraph(f"{target.name}: {target.not_comparable}.")
