"""The picture of medically fit patients: how many there are by month, and which pathway they await."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from flowsim import words
from flowsim.experiments.runs.results import Results
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import INTERVAL, MODEL, month_ticks, plain_axes

METRIC = "mffd_patients"
FEWEST_MONTHS = 3


def _groups(results: Results, kind: str) -> list[str]:
    """Return the groups of one kind that have patients."""
    return [
        group
        for metric, group in zip(results.metric, results.group, strict=True)
        if metric == METRIC and group.startswith(f"{kind}=") and results.figure(METRIC, group).mean > 0
    ]


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has enough months, and pathways."""
    return len(_groups(results, "month")) >= FEWEST_MONTHS and bool(_groups(results, "pathway"))


def by_pathway(results: Results) -> list[tuple[str, str]]:
    """Return each pathway with its patients and their interval."""
    return [
        (wording.sentence(words.called("pathway", group.removeprefix("pathway="))), _written(results, group))
        for group in _groups(results, "pathway")
    ]


def medically_fit_figure(results: Results) -> Figure:
    """Return the picture of one scenario: by month beside by pathway."""
    months, pathways = _groups(results, "month"), _groups(results, "pathway")
    about = f"{wording.plain(results.about.title)}: {wording.about(results)}"
    remark = (
        f"{METRICS[METRIC].definition} Mean over replications; band, bars and brackets: its 95% interval "
        "(Student t). Pathway 1: home with support. 2: a rehabilitation bed. 3: a nursing or care home. "
        "Source: flowsim, this run."
    )
    title = METRICS[METRIC].label
    with framed(f"{title}: how many, and what they await", about, remark, width=10.0, height=2.9) as frame:
        left, right = frame.panels(2, left=0.06, right=0.02, sharey=False, wspace=0.28)
        found = [results.figure(METRIC, group) for group in months]
        mean, low, high = (np.array([getattr(one, end) for one in found]) for end in ("mean", "low", "high"))
        at = np.arange(len(months))
        left.fill_between(at, low, high, color=INTERVAL, linewidth=0)
        left.plot(at, mean, color=MODEL, linewidth=2)
        for i, bound, above in ((int(mean.argmax()), high, 1), (int(mean.argmin()), low, -1)):
            left.annotate(
                _written(results, months[i]),
                (i, mean[i] if np.isnan(bound[i]) else bound[i]),
                (0, 6 * above),
                textcoords="offset points",
                ha="right" if i > len(at) - 3 else "left" if i < 2 else "center",
                va="bottom" if above > 0 else "top",
                size=8,
            )
        left.set_xticks(at, month_ticks([group.removeprefix("month=") for group in months]))
        left.set_ylim(0, 1.25 * float(np.nanmax(np.append(high, mean))))
        left.set_title("Patients by month", loc="left", size=9.5, weight="bold")
        plain_axes(left, grid="y")
        several = [results.figure(METRIC, group) for group in pathways]
        down = np.arange(len(pathways))
        right.barh(down, [one.mean for one in several], 0.5, color=INTERVAL)
        for y, one, group in zip(down, several, pathways, strict=True):
            right.plot([one.low, one.high], [y, y], color=MODEL, linewidth=2.4)
            end = one.mean if np.isnan(one.high) else one.high
            right.annotate(
                _written(results, group), (end, y), (6, 0), textcoords="offset points", va="center", size=8
            )
        right.set_yticks(down, [name for name, _ in by_pathway(results)])
        right.set_ylim(len(pathways) - 0.4, -0.6)
        right.set_xlim(0, 1.45 * max(one.mean if np.isnan(one.high) else one.high for one in several))
        right.set_title("Patients by the pathway they await", loc="left", size=9.5, weight="bold")
        plain_axes(right)
    return frame.figure


def _written(results: Results, group: str) -> str:
    one = results.figure(METRIC, group)
    return wording.with_interval(one.mean, one.low, one.high, "patients")
