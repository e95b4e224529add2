"""A fit in words: the quality of its extracts and what they tell, as Markdown and for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim.fitting.fit import Fit
from flowsim.fitting.quality import Checked
from flowsim.fitting.small_numbers import SOURCE, shown
from flowsim.fitting.timed import Timed
from flowsim.fitting.values import as_duration, between

SMALL_NUMBERS = (
    f"Counts of 1 to 7 patients are not shown, others are rounded to the nearest 5 ({SOURCE}). "
    "No identifier and no row of a patient is in this folder."
)
ABOUT_DURATIONS = """\
By maximum likelihood over exponential, gamma, lognormal and Weibull laws; those still there at the end of the
extract count as longer than so far. The family is chosen by Akaike's criterion; *BIC* says if Bayes's chooses
another. Intervals are 95 %, from the curvature of the likelihood. *Distance* is the largest difference
between the shares still there by the law and by Kaplan and Meier's curve: up to 0.02 is called close, up to
0.05 fair (our words). Of many patients every law is refused by a formal test, so none is given. A duration
with a place in the scenario is written there. The others the model makes itself, out of queues and what holds
them up: they are to be compared with its results, not put in."""


def quality_markdown(fit: Fit) -> str:
    """Return the report on the quality of the extracts."""
    lines = ["# Quality of the extracts", "", SMALL_NUMBERS, ""]
    for checked in fit.extracts:
        lines += _quality(checked)
    return "\n".join(lines).rstrip() + "\n"


def _quality(checked: Checked) -> Iterator[str]:
    extract, period = checked.extract, checked.period
    yield f"## {extract.kind.words.capitalize()}: `{_plain(extract.file.name)}`"
    yield ""
    yield f"- {shown(checked.rows_read)} rows read, {shown(len(extract))} used"
    if period:
        yield f"- {period[0]} to {period[1]}"
    yield f"- mapping {_plain(extract.mapping.name)}: {_plain(extract.mapping.title)}"
    yield f"- SHA-256 {extract.sha256}"
    yield ""
    if checked.findings:
        rows = [(one.words, shown(one.rows), one.consequence) for one in checked.findings]
        yield from _table(("what was found", "rows", "consequence"), rows)
    else:
        yield "Nothing was found wrong."
    yield ""
    fields = [(name, shown(nothing), shown(odd)) for name, (nothing, odd) in extract.absent.items()]
    yield from _table(("field", "nothing recorded", "unreadable or unknown code"), fields)
    yield ""
    codes = [
        (name, _plain(code), shown(count))
        for name, some in extract.unknown_codes.items()
        for code, count in some.items()
    ]
    if codes:
        yield from _table(("field", "unknown code", "rows"), codes)
        yield ""
    if extract.not_there:
        yield f"No column was found for: {', '.join(extract.not_there)}."
        yield ""


def fits_markdown(fit: Fit) -> str:
    """Return the report on what was fitted."""
    lines = [f"# What was fitted: {fit.name}", "", SMALL_NUMBERS, ""]
    if fit.values:
        lines += ["## Values of the scenario", ""]
        values = [
            (f"`{one.path}`", _plain(flow(one.value)), one.words, shown(one.patients)) for one in fit.values
        ]
        lines += [*_table(("value", "fitted", "from", "patients"), values), ""]
    if fit.without:
        lines += ["## Left to the template", ""]
        lines += [*_table(("value", "why"), [(f"`{one.path}`", one.why) for one in fit.without]), ""]
    if fit.timed:
        lines += ["## Durations", "", ABOUT_DURATIONS, ""]
        head = ("from, to", "group", "patients", "ended", "law", "mean", "cv", "distance", "BIC")
        lines += [*_table(head, [_duration(one) for one in fit.timed]), ""]
        noted = dict.fromkeys(note for one in fit.timed for note in one.notes)
        for note in noted:
            whose = dict.fromkeys(f"{one.words} ({one.group})" for one in fit.timed if note in one.notes)
            lines.append(f"- {note}: {', '.join(whose)}")
        lines.append("")
    if fit.arrivals and fit.arrivals.months:
        lines += ["## Attendances by month, type 1", ""]
        months = [
            (one.month, str(one.days), "yes" if one.is_whole else "no", shown(one.attendances))
            for one in fit.arrivals.months
        ]
        lines += _table(("month", "days", "whole", "attendances"), months)
    return "\n".join(lines).rstrip() + "\n"


def _duration(one: Timed) -> tuple[str, ...]:
    start = (one.words, one.group, shown(one.durations.patients), shown(one.durations.ended))
    if one.fit is None:
        return (*start, "too few have ended", "", "", "", "")
    best = one.fit.best
    mean = f"{as_duration(best.mean)} ({between(*best.mean_interval)})"
    cv = f"{best.cv:.2f} ({best.cv_interval[0]:.2f} to {best.cv_interval[1]:.2f})"
    bic = "same" if one.fit.agreed else min(one.fit.families, key=lambda each: each.bic).family
    return (*start, best.family, mean, cv, f"{one.fit.distance:.3f}, {one.fit.how_near}", bic)


def fit_table(fit: Fit) -> RenderableType:
    """Return what the terminal shows of a fit, 80 columns wide."""
    parts: list[RenderableType] = []
    for checked in fit.extracts:
        extract, period = checked.extract, checked.period
        when = f", {period[0]} to {period[1]}" if period else ""
        parts.append(Text(f"{extract.kind.words}: {_plain(extract.file.name)}", style="bold"))
        parts.append(Text(f"{shown(checked.rows_read)} rows read, {shown(len(extract))} used{when}"))
        parts += [Text(f"  {shown(one.rows):>9}  {one.words}: {one.consequence}") for one in checked.findings]
        parts.append(Text())
    table = Table(box=None, show_header=True, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Value", overflow="fold", width=33)
    table.add_column("Fitted", overflow="fold")
    table.add_column("Patients", justify="right")
    for one in fit.values:
        table.add_row(one.path, flow(one.value), shown(one.patients))
    tables = [name for name in fit.files if name.endswith(".csv")]
    parts += [table, Text()] if fit.values else []
    if tables:
        parts.append(Text(f"Tables: {', '.join(tables)}"))
    if fit.without:
        parts.append(Text("Left to the template:"))
        parts += [Text(f"  {one.path}: {one.why}") for one in fit.without]
    poor = [one for one in fit.timed if one.path and one.fit and one.fit.how_near == "poor"]
    parts += [
        Text(f"{one.path}: no family comes near; the best is {one.fit.distance:.2f} off")
        for one in poor
        if one.fit
    ]
    return Group(*parts)


def flow(value: object) -> str:
    """Return a value as one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plain(text: str) -> str:
    """Return text from outside as Markdown shows it and no spreadsheet takes it for a formula."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    safe = printable.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = safe.replace("|", "/").replace("`", "'").replace("[", "(").replace("]", ")")
    return "'" + safe if safe.startswith(("=", "+", "-", "@")) else safe
