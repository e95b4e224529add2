"""What the terminal shows of a validation: what was missed, the predictions, who is nearer."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.experiments.runs.record import months_group
from flowsim.outcomes import METRICS
from flowsim.report import validation_words as words
from flowsim.report import wording
from flowsim.report.terminal import figures
from flowsim.report.validation_report import beware, what_was_run
from flowsim.report.validation_simple import verdict_on
from flowsim.validation.beside_simple import AS_IT_IS, LEVEL_SET
from flowsim.validation.judging import MET, MISSED, NOT_COMPARABLE, Judged, bad_first, counted
from flowsim.validation.public_months import PERFORMANCE
from flowsim.validation.targets import NOT_JUDGED
from flowsim.validation.validation import Validation


def validation_table(found: Validation) -> RenderableType:
    """Return all that the terminal shows."""
    missed = [one for one in bad_first(found.judged) if one.verdict == MISSED]
    parts: list[RenderableType] = [
        Text(wording.plain(found.about.title), style="bold"),
        Text(what_was_run(found)),
        Text(),
        _counts(found),
        Text(),
    ]
    if missed:
        parts += [Text("Not within tolerance, the furthest off first", style="bold"), _missed(missed)]
    parts += _predictions(found)
    if found.simple is not None:
        head = Text("Beside simple models, type 1 within four hours", style="bold")
        parts += [Text(), head]
        parts += [Text(verdict_on(found.simple.rolling, model)) for model in (LEVEL_SET, AS_IT_IS)]
    parts.append(Text())
    parts += [Text(text) for text in beware(found)]
    return Group(*parts)


def _counts(found: Validation) -> Table:
    table = figures(("Not within", 10), ("Within", 7), ("of them not fitted to", 16), ("Not judged", 10))
    for use, counts in counted(found.judged).items():
        free = sum(
            one.target.use == use and one.verdict == MET and one.target.fitted == "no" for one in found.judged
        )
        other = counts[NOT_JUDGED] + counts[NOT_COMPARABLE]
        table.add_row(use, *(str(n) for n in (counts[MISSED], counts[MET], free, other)))
    return table


def _missed(missed: list[Judged]) -> Table:
    table = figures(("Period", 16), ("Record", 14), ("Model", 12))
    for one in missed:
        assert one.model is not None
        unit = words.unit_of(one.target)
        table.add_row(
            words.name(one.target),
            words.group(one.target.group),
            words.record(one.target),
            words.figure(one.model.mean, unit),
        )
    return table


def _predictions(found: Validation) -> list[RenderableType]:
    if not found.predictions:
        return []
    unseen = found.planned.predicted
    whole = months_group(unseen)
    table = figures(("Mean", 10), ("95 %", 14), ("Single years, 90 %", 18))
    for one in found.predictions:
        if one.metric == PERFORMANCE and not one.effect:
            name = words.group(one.group)
        elif one.group == whole and not one.effect:
            name = METRICS[one.metric].label
        else:
            continue
        unit = METRICS[one.metric].unit
        low, high = one.model.low, one.model.high
        table.add_row(
            name,
            words.figure(one.model.mean, unit),
            words.between(low, high, unit),
            words.single(one.model, unit),
        )
    head = f"Predictions: type 1 within four hours by month, and {wording.months(unseen)}"
    return [Text(), Text(head, style="bold"), table]
