"""Figures over an ensemble as they are shown: what is plausible of each, and what dominates."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.json_forms import Form
from flowsim.report.table import SECTIONS, WIDTH
from flowsim.sensitivity.over_ensemble import OverEnsemble
from flowsim.sensitivity.variance import Split

METRICS_SHOWN = tuple(metric for metrics in SECTIONS.values() for metric in metrics)
"""Every headline of `flowsim run`."""

TOLD = "four_hour_performance_type1"
"""The metric of which a sentence says what dominates."""


class SplitJson(Form):
    """A figure, or a difference, over an ensemble."""

    arm: str
    metric: str
    mean: float | None
    ci_low: float | None
    """Bounds of the 95 % interval of the mean, over members."""
    ci_high: float | None
    year_low: float | None
    """Bounds of 95 % of single years of any member: parameters and chance."""
    year_high: float | None
    variance_of_parameters: float | None
    """Unbiased, so it can be below 0."""
    variance_of_chance: float | None
    share_of_parameters: float | None
    share_low: float | None
    share_high: float | None


class EnsembleJson(Form):
    """What `flowsim run --ensemble --json` and `flowsim compare --ensemble --json` print."""

    scenario: str
    seed: int
    members: int
    replications_of_each: int
    figures: list[SplitJson]
    """Of the scenario itself figures, of the other arms paired differences from it."""


def ensemble_json(found: OverEnsemble) -> EnsembleJson:
    """Return what `--ensemble --json` prints."""
    rows = found.summary().to_dict("records")
    return EnsembleJson(
        scenario=found.name,
        seed=found.seed,
        members=len(found.baseline),
        replications_of_each=found.baseline.shape[1],
        figures=[SplitJson(**{str(name): _known(value) for name, value in row.items()}) for row in rows],
    )


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
        parts += [Text(), *(_note(sentence) for sentence in dominant(found, split))]
    parts += [
        Text(),
        _note(
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
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", width=WIDTH)
    table.add_column("", ratio=1, overflow="fold")
    for head, width in (("Mean", 9), ("Single years", 17), ("Parameters", 10), ("95%", 10)):
        table.add_column(head, justify="right", width=width, no_wrap=True)
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


def _note(text: str) -> RenderableType:
    return Padding(Text(text), (0, 0), expand=False)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and isnan(value) else value
