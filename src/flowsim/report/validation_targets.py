"""How a validation's report sets the model beside every target, bad first, and month by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from flowsim.outcomes import METRICS
from flowsim.report import validation_words as words
from flowsim.report import wording
from flowsim.report.document import Block, Grid, Heading, Paragraph
from flowsim.validation.by_month import BY_MONTH
from flowsim.validation.estimates import FEWEST_YEARS
from flowsim.validation.judging import (
    MET,
    MISSED,
    NOT_COMPARABLE,
    Judged,
    bad_first,
    counted,
)
from flowsim.validation.public_months import PERFORMANCE
from flowsim.validation.targets import FITTED, NOT_JUDGED
from flowsim.validation.validation import Validation

COLUMNS = ("Figure", "Period", "Record", "Tolerance", "Model (95 %)", "Single years (90 %)", "Use", "Fitted")
HEADS = {
    MISSED: ("Not within tolerance", "The furthest off first, in widths of what was allowed."),
    MET: ("Within tolerance", ""),
    NOT_JUDGED: ("Shown, not judged", "No tolerance was set, or the record is kept back."),
}
HOW_FITTED = {"no": "no", "follows": "follows", "yes": "fitted", "input": "input"}


def in_short(found: Validation) -> Iterator[Block]:
    """Yield how many targets of each use were met, and for how many of those that is evidence."""
    judged = [one for one in found.judged if one.verdict in (MET, MISSED)]
    met = [one for one in judged if one.verdict == MET]
    free = [one for one in judged if one.target.fitted == "no"]
    free_met = [one for one in free if one.verdict == MET]
    yield Paragraph(
        f"{len(met)} of {len(judged)} judged figures are within the tolerance that was fixed beforehand, "
        f"{len(judged) - len(met)} are not. Of the {len(free)} that nothing was fitted to, {len(free_met)} "
        "are: only agreement in those is evidence."
    )
    rows = [
        [use, *(str(counts[verdict]) for verdict in (MISSED, MET, NOT_JUDGED, NOT_COMPARABLE))]
        for use, counts in counted(found.judged).items()
    ]
    yield Grid(("Use", "Not within", "Within", "Not judged", "Not comparable"), rows, range(1, 5))


def every_target(found: Validation) -> Iterator[Block]:
    """Yield every target with the model beside it."""
    yield Heading("The model beside every target")
    yield Paragraph(
        "Judged on the mean. “Not surely” says that part of its 95 % interval lies on the other side. "
        + " ".join(f"“{HOW_FITTED[key]}”: {meaning}." for key, meaning in FITTED.items())
    )
    ordered = bad_first(found.judged)
    for verdict, (head, remark) in HEADS.items():
        some = [one for one in ordered if one.verdict == verdict]
        if some:
            yield Heading(f"{head}: {len(some)}", 3)
            if remark:
                yield Paragraph(remark)
            yield Grid(COLUMNS, [_row(one) for one in some], (2, 3, 4, 5))
    others = [one for one in ordered if one.verdict == NOT_COMPARABLE]
    if others:
        yield Heading(f"Not comparable: {len(others)}", 3)
        rows = [(one.target.name, one.target.use, one.target.not_comparable) for one in others]
        yield Grid(("Figure", "Use", "Because"), rows)
    yield Heading("Sources and notes", 3)
    yield Grid(("Figure", "Grade", "Source", "Note"), _sources(found.judged))


def _row(one: Judged) -> tuple[str, ...]:
    target, unit = one.target, words.unit_of(one.target)
    unsure = ", not surely" if words.verdict(one).endswith("not surely") else ""
    return (
        words.name(target),
        words.group(target.group),
        words.record(target),
        words.tolerance(target),
        words.model(one.model, unit) + unsure,
        words.single(one.model, unit),
        target.use,
        HOW_FITTED[target.fitted],
    )


def _sources(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Return each source once for all months of a figure."""
    rows = dict.fromkeys(
        (words.name(one.target), one.target.grade, one.target.source, one.target.note) for one in judged
    )
    return list(rows)


def month_by_month(found: Validation) -> Iterator[Block]:
    """Yield the months of each metric, and whether the record lies in the range of single years."""
    if not found.months:
        return
    yield Heading("Month by month")
    if len(next(iter(found.sets.values())).numbers) * len(found.sets) < FEWEST_YEARS:
        yield Paragraph(f"The range of single years needs {FEWEST_YEARS} of them; fewer were run.")
    for metric in BY_MONTH:
        months = [one for one in found.months if one.metric == metric]
        unit = METRICS[metric].unit
        yield Heading(METRICS[metric].label, 3)
        rows = [
            (
                wording.months([one.month]),
                words.figure(one.record, unit),
                words.model(one.model, unit),
                words.single(one.model, unit),
                {None: wording.NO_FIGURE, True: "yes", False: "no"}[one.inside],
            )
            for one in months
        ]
        yield Grid(
            ("Month", "Record", "Model (95 %)", "Single years (90 %)", "Record inside"), rows, (1, 2, 3)
        )
        yield from _remarks(found, metric)


def _remarks(found: Validation, metric: str) -> Iterator[Block]:
    """Yield how many recorded months lie inside, and how wide that is beside a seasonal mean."""
    known = [one for one in found.months if one.metric == metric and one.inside is not None]
    if not known:
        return
    inside = sum(bool(one.inside) for one in known)
    width = float(np.mean([one.model.width for one in known]))
    unit = words.POINTS if METRICS[metric].unit == "share" else METRICS[metric].unit
    text = (
        f"{inside} of {len(known)} recorded months lie in the model's range of single years, which is "
        f"{words.figure(width, unit)} wide in the mean."
    )
    simple = found.simple
    if metric == PERFORMANCE and simple is not None:
        seasonal = [one.high - one.low for one in simple.used if one.model == "seasonal mean"]
        text += (
            f" That of a seasonal mean, set by the same months, is {100 * float(np.mean(seasonal)):.1f} "
            f"points wide, from its errors in {simple.others} other trusts."
        )
    yield Paragraph(text)
