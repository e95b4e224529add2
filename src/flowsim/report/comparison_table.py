"""The table of a comparison: how each arm differs, who changed, how a package works together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flowsim.experiments.comparisons.fates import AWAITED, COUNTED
from flowsim.experiments.comparisons.results import Compared, Comparison, Difference, net
from flowsim.experiments.comparisons.waterfall import waterfall
from flowsim.experiments.statistics.differences import HEADLINES
from flowsim.experiments.statistics.intervals import interval
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.report import wording
from flowsim.report.colour import coloured
from flowsim.report.terminal import CLEAR, assumptions, figures, nationally, note, warnings

ROWS = {
    "Emergency department": (
        "four_hour_performance",
        "four_hour_performance_type1",
        "waits_over_12h_from_arrival",
        "dta_waits_over_12h",
        "ambulance_hours_lost_per_day",
        "left_without_being_seen",
    ),
    "Admissions and beds": (
        "emergency_admissions",
        "fit_admissions_avoided_per_day",
        "elective_cancellations",
        "bed_occupancy",
        "occupied_bed_days",
        "escalation_bed_days",
        "stranded_patients",
    ),
    "Leaving hospital": ("mffd_patients", "mffd_bed_days", "d2a_wait_mean_days"),
}
"""The rows of an arm, by metric; labels and units are in the registry."""

PACKAGE_METRIC = "four_hour_performance_type1"
RANKED = (PACKAGE_METRIC, "mffd_patients", "bed_occupancy")
NET = {
    "breaches": "Breaches",
    "waits_over_12h": "12 h for a bed",
    "admissions": "Admissions",
    "bed_days": "Bed days",
}
"""What is shown of who changed in one line, with the head of its column."""
MOST_IN_FULL = 2
"""Arms up to which each is shown in full; of more there are two lines each, ranked."""

ENOUGH_FOR_VARIANCES = 5
"""Replications from which a ratio of variances is worth telling."""
KINDS = {
    "alone": "{name} alone",
    "sum": "Sum of these",
    "interaction": "Interaction",
    "together": "All together",
}


def comparison_table(comparison: Comparison) -> RenderableType:
    """Return all that the terminal shows of a comparison, 80 columns wide."""
    about = comparison.baseline.about
    parts: list[RenderableType] = [
        Text(wording.plain(about.title), style="bold"),
        Text(f"{wording.about(comparison.baseline)}, seed {about.seed}"),
        Text("The same patients in every arm"),
    ]
    if len(comparison.arms) <= MOST_IN_FULL:
        for arm in comparison.arms:
            parts += [Text(), _heading(arm), differing(comparison, arm), Text(), who_changed(comparison, arm)]
    else:
        parts += [Text(), ranking(comparison), Text(), who_changed_by_arm(comparison)]
    for package in comparison.packages:
        parts += [Text(), working_together(comparison, package)]
    parts += _remarks(comparison)
    return Group(*parts)


def ranking(comparison: Comparison) -> Table:
    """Return a line for each arm, those that help type 1 performance most first: how it differs."""
    table = figures(("Within 4 h, type 1", 26), ("Medically fit", 14), ("Occupancy", 11), first="Arm")
    for arm in _ranked(comparison):
        first, *others = (comparison.difference(arm.name, metric) for metric in RANKED)
        table.add_row(
            Text(arm.name),
            _coloured(
                f"{wording.signed_with_unit(first.mean, 'share')} ({_span(first, 'share')})",
                PACKAGE_METRIC,
                first,
            ),
            *(
                _coloured(wording.signed_with_unit(one.mean, METRICS[metric].unit), metric, one)
                for one, metric in zip(others, RANKED[1:], strict=True)
            ),
        )
    return table


def who_changed_by_arm(comparison: Comparison) -> Table:
    """Return a line for each arm, in the order of `ranking`: what it avoided less what it caused."""
    table = figures(*zip(NET.values(), (10, 15, 11, 10), strict=True), first="Who changed, net")
    for arm in _ranked(comparison):
        nets = [net(comparison.changed(arm.name, counted)).mean() for counted in NET]
        table.add_row(Text(arm.name), *(wording.signed(round(mean), "", wording.FEW) for mean in nets))
    return table


def who_changed(comparison: Comparison, arm: Compared) -> Table:
    """Return whose breaches, admissions and bed days an arm avoided and caused."""
    table = figures(("Avoided", 9), ("Caused", 9), ("Net", 9), ("95% interval", 18), first="Who changed")
    for counted, label in COUNTED.items():
        values = comparison.changed(arm.name, counted)
        if counted == "patients":
            continue
        table.add_row(f" {label}", *_changed(values))
        for awaited in AWAITED if counted == "breaches" else ():
            part = comparison.changed(arm.name, counted, f"awaited={awaited}")
            if part[:, :2].mean(axis=0).max() >= 0.5:
                wait = awaited if awaited == AWAITED[-1] else f"wait for {awaited}"
                table.add_row(f"   {wait}", *_changed(part))
    return table


def working_together(comparison: Comparison, package: Compared) -> RenderableType:
    """Return what each intervention of a package does alone, and what they do together."""
    unit = METRICS[PACKAGE_METRIC].unit
    table = figures(("Change", 12), ("95% interval", 18), first=METRICS[PACKAGE_METRIC].label)
    for step in waterfall(comparison, package.name, PACKAGE_METRIC):
        table.add_row(
            Padding(Text(KINDS[step.kind].format(name=step.name)), (0, 0, 0, 1)),
            wording.signed_with_unit(step.mean, unit),
            wording.signed_span(step.low, step.high, unit, step.mean),
        )
    return Group(Text(f"How {package.name} works together", style="bold"), table)


def _ranked(comparison: Comparison) -> list[Compared]:
    return sorted(comparison.arms, key=lambda arm: -comparison.difference(arm.name, PACKAGE_METRIC).mean)


def _heading(arm: Compared) -> Text:
    return Text.assemble((arm.name, "bold"), f": {wording.plain(arm.title)}")


def differing(comparison: Comparison, arm: Compared) -> Table:
    """Return how an arm differs from the baseline."""
    # As narrow as their figures, so that labels seldom wrap; the unit stands in the baseline's column alone.
    table = figures(("Baseline", None), ("With it", None), ("Change", None), ("95% interval", None))
    for section, metrics in ROWS.items():
        rows = [name for name in metrics if (name, ALL) in arm.results]
        if rows:
            table.add_row(Text(section, style="bold"))
        for name in rows:
            unit, one = METRICS[name].unit, comparison.difference(arm.name, name)
            table.add_row(
                wording.row(name),
                wording.with_unit(one.baseline, unit),
                wording.with_unit(one.arm, unit if unit == "share" else ""),
                coloured(
                    wording.signed_with_unit(one.mean, unit if unit == "share" else ""),
                    name,
                    one.low,
                    one.high,
                ),
                _span(one, unit) + (_mark(one) or " "),
            )
    return table


def _span(one: Difference, unit: str) -> str:
    return wording.signed_span(one.low, one.high, unit, one.mean)


def _coloured(text: str, metric: str, one: Difference) -> Text:
    return coloured(text + _mark(one), metric, one.low, one.high)


def _mark(one: Difference) -> str:
    return CLEAR if one.clear else ""


def _changed(values: np.typing.NDArray[np.float64]) -> tuple[str, str, str, str]:
    """Return avoided, caused, net and its interval from who changed, in whole patients or days."""
    avoided, caused = values[:, :2].mean(axis=0)
    mean, low, high = interval(net(values))
    return (
        f"{avoided:,.0f}",
        f"{caused:,.0f}",
        wording.signed(round(mean), "", wording.FEW),
        wording.signed_span(low, high, "", wording.FEW),
    )


def _remarks(comparison: Comparison) -> Iterator[RenderableType]:
    about = comparison.baseline.about
    count = sum((metric, ALL) in arm.results for arm in comparison.arms for metric in HEADLINES)
    in_full = len(comparison.arms) <= MOST_IN_FULL
    shown = [name for names in ROWS.values() for name in names] if in_full else list(RANKED)
    shown = [name for name in shown if (name, ALL) in comparison.baseline]
    yield from assumptions(comparison.caveats(shown))
    yield from nationally(METRICS[name].label for name in shown)
    yield from warnings(comparison.warnings)
    for arm in comparison.arms:
        if not comparison.differs(arm.name):
            yield note(wording.NOTHING_DIFFERED, f"{arm.name}: ")
    yield Text()
    if len(comparison.numbers) == 1:
        yield note("One replication gives no interval; ask for more with --replications.")
        return
    yield note(
        f"{CLEAR} clear: of {count} headline differences looked at together, the chance that luck marked "
        "any is 5% at most (Holm). Each interval is for itself (paired Student t)."
    )
    saved = [comparison.difference(arm.name, PACKAGE_METRIC).saved for arm in comparison.arms]
    known = [one for one in saved if np.isfinite(one)]
    if known and len(comparison.numbers) >= ENOUGH_FOR_VARIANCES:
        times = " to ".join(dict.fromkeys(f"{pick(known):.1f}" for pick in (min, max)))
        yield Text()
        yield note(
            f"With other patients in each arm, intervals of type 1 performance as narrow as these would have "
            f"taken {times} times as many replications."
        )
    yield Text()
    yield note(
        f"Who changed: means of a replication over {about.days:,} days, of patients who come in both arms; a "
        "breach avoided by its longest wait in the baseline, a caused one by that in the arm. The net has "
        "those who come in one arm only as well, such as readmissions."
    )
    for arm in comparison.arms if in_full else ():
        before, after = comparison.changed(arm.name, "patients").mean(axis=0)[2:]
        if before >= 0.5 or after >= 0.5:
            yield note(f"{arm.name}: in the baseline only {before:,.0f}, in this arm only {after:,.0f}.")
    for name, attained in comparison.precision:
        if not attained.reached:
            yield Text()
            yield note(
                f"{name}: the precision {attained.target} of the difference was not reached in "
                f"{len(comparison.numbers)} replications.",
                "Warning: ",
            )
