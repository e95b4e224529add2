"""The page of all metrics, docs/metrics.md, made from the registry."""

from __future__ import annotations

import sys
from itertools import groupby

from flowsim.outcomes import METRICS, Metric
from flowsim.scenario.caveats import CAVEATS

BETTER = {"higher": "higher", "lower": "lower", "neutral": "–"}

HEAD = """# Metrics

Made from the registry in `src/flowsim/outcomes/` by `make golden`. Do not edit.

Shares are 0–1; times are minutes unless the name says otherwise. Reported is [begin, end) of the reporting
period, after the warm-up. A ratio of sums pools its numerator and its denominator over the period, or over
the group, and divides once. Nobody gives no figure for ratios, medians and centiles, and 0 for totals; what a
hospital does not model has no figure. Besides `all`, a metric is given by each of its groups, one key at a
time.
"""


def markdown() -> str:
    """Return the table of every metric as Markdown, a section for each module."""
    sections = [HEAD]
    for module, metrics in groupby(METRICS.values(), key=lambda metric: metric.function.__module__):
        title, _, rest = (sys.modules[module].__doc__ or "").partition("\n")
        sections.append(f"## {title.rstrip('.')}\n\n{_prose(rest)}{_table(list(metrics))}")
    return "\n".join(sections)


def _prose(text: str) -> str:
    """Return a module's explanation without its diagrams."""
    paragraphs = [part for part in text.strip("\n").split("\n\n") if part and not part.startswith(" ")]
    return "".join(f"{part}\n\n" for part in paragraphs)


def _caveats(metric: str) -> str:
    """Return the caveats of a metric, or of its groups that have one."""
    texts = []
    for caveat in CAVEATS.values():
        keys = [name.partition("[")[2].partition("=")[0] for name in caveat.figures if _of(name, metric)]
        if keys:
            by = f"By {keys[0]}: " if keys[0] else ""
            texts.append(f" *{by}{caveat.text}*")
    return "".join(texts)


def _of(figure: str, metric: str) -> bool:
    return figure.partition("[")[0] == metric


def _table(metrics: list[Metric]) -> str:
    rows = [
        "| name | label | unit | better | pooled | definition | source | groups |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for metric in metrics:
        cells = (
            f"`{metric.name}`",
            metric.label,
            metric.unit,
            BETTER[metric.direction],
            metric.pool.value,
            metric.definition + _caveats(metric.name),
            metric.source,
            ", ".join(metric.groups) or "–",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"
