"""The page of an answer: its sentence, its interval as it narrows, its table, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from flowsim.app.answers import HALF_WIDTH, Answer, Look
from flowsim.app.question import Asked
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.precision import FIRST
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.pack import sentences
from flowsim.report.pack.first_page import headline_table

WIDTH, EDGE, ROW = 360, 8, 38
"""Of the picture: its width, the margin of its axis, and the height of a line; it fits a telephone."""

COLUMNS = ("Headline", "Without", "Change, and what may be said of it")
CAPTION = "The headlines: means, with 95% intervals in brackets"
LONGEST = 90
"""Characters of a heading that lists what is asked."""


def context(answer: Answer) -> dict[str, object]:
    """Return what stands on the page of an answer."""
    asked, look = answer.asked, answer.looks[-1] if answer.looks else None
    found: dict[str, object] = {
        "heading": heading(asked),
        "query": asked.question.query,
        "replications": answer.done,
        "final": answer.is_final,
        "more": "no" if answer.is_final else "yes",
        "failed": answer.failed,
        "period_notice": _period(asked),
        "whole": asked.whole,
        "whole_query": asked.question.over(asked.whole).query,
        "rule": _rule(answer),
        "tested": _tested(asked),
        "interventions": asked.interventions,
        "table": None,
        "command": asked.command(max(answer.done, answer.plan[0])),
    }
    return found | (_known(answer, look) if look else {})


def heading(asked: Asked) -> str:
    """Return what is asked in one line."""
    title = "; ".join(wording.plain(one.title) for one in asked.interventions)
    return title if len(title) <= LONGEST else f"{len(asked.interventions)} things changed together"


def _rule(answer: Answer) -> str:
    *several, most = map(str, answer.plan)
    return (
        f"It goes on while somebody looks, to {', '.join(several[1:]) or several[0]} and {most} "
        f"replications, and ends sooner if from {FIRST} on the first interval is no wider than ± "
        f"{100 * HALF_WIDTH:g} percentage points."
    )


def _known(answer: Answer, look: Look) -> dict[str, object]:
    comparison = look.comparison
    arm, lead = comparison.arms[0], sentences.lead(comparison)
    return {
        "sentence": sentences.first(comparison, arm),
        "counted": sentences.counts(comparison, arm),
        "figure": narrowing(answer.looks, lead) if lead else "",
        "progress": _progress(answer, look),
        "table": replace(headline_table(comparison), columns=COLUMNS, caption=CAPTION),
        "sure": list(_how_sure(answer, look)),
    }


def _progress(answer: Answer, look: Look) -> str:
    so_far = wording.how_many(look.replications, "replication")
    if not answer.is_final:
        return f"After {so_far}; more are being run, and the interval narrows."
    return f"After {so_far}. No more are run."


def _period(asked: Asked) -> str:
    if not asked.is_quick:
        return ""
    return (
        f"only the first {asked.question.days} of {asked.whole} days are looked at, so that an answer comes "
        "at once. Another part of the year, such as winter, may say something else."
    )


def _tested(asked: Asked) -> str:
    together = ", all together," if len(asked.interventions) > 1 else ""
    return (
        f"{wording.plain(asked.title)}, {wording.how_many(asked.question.days, 'day')} with what "
        f"follows{together} beside the same without: the same patients, at the same minutes."
    )


def _how_sure(answer: Answer, look: Look) -> Iterator[str]:
    comparison = look.comparison
    yield (
        f"Each change is the mean of {wording.how_many(look.replications, 'replication')}: the same patients "
        "with and without. A 95% interval covers the chance in who comes and what happens to them, and "
        "nothing else."
    )
    if look.replications < FIRST:
        yield (
            f"{look.replications} replications are few: the intervals themselves are rough, and wide for it."
        )
    yield (
        "“Better” and “worse” are said only of what is clear with all headlines looked at together (Holm, "
        "5%); “perhaps” of what is not; “nothing clear” where the interval includes no change."
    )
    if not answer.is_final:
        yield "More are being run. To stop at the look that one likes best would be to choose the result."
    uncertain = answer.arms[0].loaded.value.uncertain
    if uncertain:
        yield (
            "What is uncertain in the description of the hospital, "
            f"{wording.how_many(len(uncertain.axes), 'range')} in its file, was not varied: each stood at "
            "one value."
        )
    yield from comparison.caveats(HEADLINES)
    every = (comparison.baseline, *(arm.results for arm in comparison.arms))
    warnings = [[*one.warnings, *wording.overload(one)] for one in every]
    for text in dict.fromkeys(text for several in warnings for text in several):
        where = [arm for arm, several in zip(("without", "with"), warnings, strict=True) if text in several]
        yield f"Warning, {' and '.join(where)} what is tested: {text}"


def narrowing(looks: Sequence[Look], metric: str) -> Markup:
    """Return the picture of a change as its interval narrows, a line for each look."""
    unit, name = METRICS[metric].unit, looks[-1].comparison.arms[0].name
    rows = [(look.replications, look.comparison.difference(name, metric)) for look in looks]
    if any(math.isnan(one.low) for _, one in rows):
        return Markup("")
    low, high = min(0.0, *(one.low for _, one in rows)), max(0.0, *(one.high for _, one in rows))
    scale = (WIDTH - 2 * EDGE) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return round(EDGE + (value - low) * scale, 1)

    bottom = ROW * len(rows) + 6
    shows = "; ".join(f"{n} replications {sentences.change(one, unit)}" for n, one in rows)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {bottom + 22}" role="img" '
        f'aria-label="Change in {METRICS[metric].label}: {shows}">',
        f'<line x1="{x(0)}" y1="0" x2="{x(0)}" y2="{bottom}" stroke="#4c6272" stroke-dasharray="4 3"/>',
        f'<text x="{min(max(x(0), 34), WIDTH - 34)}" y="{bottom + 16}" text-anchor="middle">no change</text>',
    ]
    for i, (count, one) in enumerate(rows):
        y, last = ROW * (i + 1) - 6, i == len(rows) - 1
        colour, width, weight = ("#005eb8", 5, "now") if last else ("#768692", 3, "before")
        said = f"{count} replications: {sentences.change(one, unit)}"
        parts += [
            f'<text x="0" y="{y - 11}" class="{weight}">{said}</text>',
            f'<line x1="{x(one.low)}" y1="{y}" x2="{x(one.high)}" y2="{y}" '
            f'stroke="{colour}" stroke-width="{width}"/>',
            f'<circle cx="{x(one.mean)}" cy="{y}" r="{6 if last else 4}" fill="{colour}"/>',
        ]
    return Markup("".join([*parts, "</svg>"]))
