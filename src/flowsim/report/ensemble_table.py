"""Figures over an ensemble as the terminal shows them: what is plausible of each, and what dominates."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.run_table import SECTIONS
from flowsim.report.terminal import figures
from flowsim.sensitivity.over_ensemble import OverEnsemble
from flowsim.sensitivity.variance import Split

METRICS_SHOWN = tuple(metric for metrics in SECTIONS.values() for metric in metrics)
"""Every headline of `flowsim run`."""

TOLD = "four_hour_performance_type1"
"""The metric of which a sentence says what dominates."""


def ensemble_table(found: OverEnsemble) -> RenderableType:
    """Return all that the terminal shows of figures over an ensemble, 80 columns wide."""
    members, each, _ = found.baseline.shape
    parts: list[RenderableType] = [
        Text(wording.plain(found.title), style="bold"),
        Text(f"{members} plausible parameter sets, {each} replications of each, seed {found.seed}"),
    ]
    for arm, split in found.splits().items():
        title = f"What {arm} changes, the same patients" if arm else "Figures"
        parts += [Text(), Text(title, style="bold"), _table(found, split, is_difference=bool(arm))]
        parts += [Text(), *(Text(sentence) for sentence in dominant(found, split))]
    parts += [
        Text(),
        Text(
            "Single years: 95% of years of any member, so what is not known of parameters and chance are "
            "both in it. Parameters: their share of the variance of a single year, with its 95% interval (F, "
            "as if figures were normal); chance makes the rest."
        ),
    ]
    return Group(*parts)


def dominant(found: OverEnsemble, split: Split) -> Iterator[str]:
    """Yield the sentence that says whether parameters or chance make most of a headline's variance."""
    metric = TOLD if TOLD in found.metrics else found.metrics[0]
    j = found.metrics.index(metric)
    if isnan(split.share[j]):
        return
    made = wording.with_unit(float(split.share[j]), "share")
    between = wording.span(float(split.share_low[j]), float(split.share_high[j]), "share", 0.5)
    which = {
        "parameters": "what is not known of parameters dominates chance",
        "chance": "chance dominates what is not known of parameters",
        "": "it is not sure which of the two dominates",
    }[split.dominates(j)]
    yield f"{METRICS[metric].label}: parameters make {made} of the variance ({between}): {which}."


def _table(found: OverEnsemble, split: Split, *, is_difference: bool) -> Table:
    table = figures(("Mean", 9), ("Single years", 17), ("Parameters", 10), ("95%", 10))
    write, span = (
        (wording.signed, wording.signed_span) if is_difference else (wording.with_unit, wording.span)
    )
    for j, metric in enumerate(found.metrics):
        unit, mean = METRICS[metric].unit, float(split.mean.mean[j])
        if isnan(mean):
            continue
        table.add_row(
            wording.row(metric),
            write(mean, unit),
            span(float(split.year_low[j]), float(split.year_high[j]), unit, mean),
            wording.with_unit(float(split.share[j]), "share"),
            wording.span(float(split.share_low[j]), float(split.share_high[j]), "share", 0.5),
        )
    return table
