"""Targets: what is known of the place from elsewhere, with how far off the model may be, fixed beforehand.

A CSV with a row for each. `low` and `high` are the record, the same twice or a range; `tolerance` is how far
beyond it the model's mean may be: an amount in the metric's unit (0.015), a share of the record (4%), a
factor (factor 1.5), nothing (the range itself) or `not judged`. What no model of this kind can be compared
with has a name and a reason in `not_comparable` in place of a metric, so that nothing is left out in silence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flowsim.errors import InputError, Problem
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.yaml_file import shown
from flowsim.validation.statistics import STATISTICS
from flowsim.wording import quoted, unknown

COLUMNS = (
    "name",
    "metric",
    "group",
    "statistic",
    "low",
    "high",
    "tolerance",
    "use",
    "fitted",
    "grade",
    "source",
    "note",
    "not_comparable",
)
HOLD_OUT = "hold-out"
USES = (
    "calibrate",
    "behaviour",
    "cross-check",
    "face validity",
    HOLD_OUT,
    "input check",
    "plausibility",
)
"""What a target is for, in the order of the report."""

FITTED = {
    "no": "nothing was fitted to it",
    "follows": "not fitted itself, but it follows from what was: hardly evidence",
    "yes": "values were changed until it agreed: no evidence",
    "input": "it went in: no evidence",
}
GRADES = ("A", "B", "C", "D")
NOT_JUDGED = "not judged"
_FACTOR = re.compile(r"factor ([0-9.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row.

    Parameters
    ----------
    where : str
        File and line.
    name : str
        Its label; that of the metric if it has no name of its own.
    metric, group : str
        Of the model; empty if nothing in it can be compared.
    statistic : str
        A key of `STATISTICS`.
    low, high : float
        The record; NaN = it has no end there, or in a hold-out nothing that is known.
    allowed_low, allowed_high : float
        What the model's figure must lie between to be within tolerance; infinite = it has no end there.
    judged : bool
    tolerance : str
        As it was written.
    use : str
        One of `USES`.
    fitted : str
        A key of `FITTED`.
    grade, source, note : str
    not_comparable : str
        Why it cannot be compared; empty if it can.
    """

    where: str
    name: str
    metric: str
    group: str
    statistic: str
    low: float
    high: float
    allowed_low: float
    allowed_high: float
    judged: bool
    tolerance: str
    use: str
    fitted: str
    grade: str
    source: str
    note: str
    not_comparable: str

    @property
    def unit(self) -> str:
        """The unit of the figure: that of the metric, unless the statistic has its own."""
        return STATISTICS[self.statistic].unit or METRICS[self.metric].unit

    def allows(self, value: float) -> bool:
        """Return whether a figure is within tolerance; none is not."""
        return not math.isnan(value) and self.allowed_low <= value <= self.allowed_high


def read_targets(file: Path) -> tuple[Target, ...]:
    """Return the targets of a file, in its order.

    Raises
    ------
    InputError
        With every problem found, each with its line and column.
    """
    rows = read_csv(file, COLUMNS).rows
    if not rows:
        raise InputError([Problem(shown(file), "", "must have a row for each target; it has none")])
    problems: list[Problem] = []
    targets = [_Reader(row.where, row.cells, problems).target() for row in rows]
    seen: dict[tuple[str, str, str, str], str] = {}
    for row, one in zip(rows, targets, strict=True):
        key = (one.name, one.metric, one.group, one.statistic)
        if key in seen:
            problems.append(Problem(row.where, "", f"must stand once; it is the target of line {seen[key]}"))
        seen.setdefault(key, row.where.rpartition(":")[2])
    if problems:
        raise InputError(problems)
    return tuple(targets)


def marked_as_fitted(
    targets: Sequence[Target], observed: Collection[tuple[str, str, str]]
) -> tuple[Target, ...]:
    """Return targets of which those that a calibration was fitted to say so, unless they are inputs.

    Parameters
    ----------
    targets : sequence of Target
    observed : collection of (str, str)
        Metric, group and statistic of each figure that was fitted to.
    """
    return tuple(
        replace(one, fitted="yes")
        if (one.metric, one.group, one.statistic) in observed and one.fitted != "input"
        else one
        for one in targets
    )


class _Reader:
    """Reads one row; problems are collected, and what is wrong stands empty meanwhile."""

    def __init__(self, where: str, row: Mapping[str, str], problems: list[Problem]) -> None:
        self.where, self.problems = where, problems
        self.row = {name: row[name].strip() for name in COLUMNS}

    def target(self) -> Target:
        row = self.row
        comparable = not row["not_comparable"]
        self.one_of("use", USES)
        self.one_of("fitted", FITTED)
        self.one_of("grade", GRADES)
        if not row["source"]:
            self.refuse("source", "must say who published it, or assumption; found nothing")
        if comparable:
            self.one_of("metric", METRICS)
            self.one_of("statistic", STATISTICS)
        elif row["metric"] or not row["name"]:
            self.refuse("not_comparable", "must stand with a name and without a metric")
        low, high = self.number("low"), self.number("high")
        if comparable and math.isnan(low) and math.isnan(high) and row["use"] != HOLD_OUT:
            self.refuse("low", "must be a number, or high must; only a hold-out has neither")
        if low > high:
            self.refuse("high", f"must be at least low, {low:g}; found {high:g}")
        self.possible("low", low)
        self.possible("high", high)
        allowed_low, allowed_high = self.allowed(low, high)
        return Target(
            where=self.where,
            name=row["name"] or (METRICS[row["metric"]].label if row["metric"] in METRICS else ""),
            metric=row["metric"],
            group=row["group"] or (ALL if comparable else ""),
            statistic=row["statistic"] or "mean",
            low=low,
            high=high,
            allowed_low=allowed_low,
            allowed_high=allowed_high,
            judged=comparable
            and row["tolerance"] != NOT_JUDGED
            and not (math.isnan(low) and math.isnan(high)),
            tolerance=row["tolerance"],
            use=row["use"],
            fitted=row["fitted"],
            grade=row["grade"],
            source=row["source"],
            note=row["note"],
            not_comparable=row["not_comparable"],
        )

    def allowed(self, low: float, high: float) -> tuple[float, float]:
        """Return what is within tolerance."""
        text = self.row["tolerance"]
        if text in ("", NOT_JUDGED):
            below = above = 0.0
        elif factor := _FACTOR.fullmatch(text):
            times = self.positive(factor[1])
            return (
                -math.inf if math.isnan(low) else low / times,
                math.inf if math.isnan(high) else high * times,
            )
        elif text.endswith("%"):
            share = self.positive(text[:-1]) / 100
            below, above = share * low, share * high
        else:
            below = above = self.positive(text)
        return (
            -math.inf if math.isnan(low) else low - below,
            math.inf if math.isnan(high) else high + above,
        )

    def possible(self, column: str, value: float) -> None:
        """Tell what the metric cannot be; a statistic with a unit of its own is none of it."""
        metric, statistic = (self.row[name] for name in ("metric", "statistic"))
        own_unit = statistic in STATISTICS and STATISTICS[statistic].unit
        if metric in METRICS and not own_unit and not math.isnan(value):
            try:
                METRICS[metric].refuse_impossible(value)
            except ValueError as error:
                self.refuse(column, str(error))

    def positive(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 < value < math.inf:
            self.refuse(
                "tolerance",
                "must be a number > 0 in the metric's unit, such as 0.015; 4%; factor 1.5; nothing; or "
                f"{NOT_JUDGED}; found {quoted(self.row['tolerance'])}",
            )
            return math.nan
        return value

    def number(self, column: str) -> float:
        text = self.row[column]
        try:
            value = float(text) if text else math.nan
        except ValueError:
            value = math.inf
        if math.isinf(value):
            self.refuse(column, f"must be a number or nothing; found {quoted(text)}")
            return math.nan
        return value

    def one_of(self, column: str, allowed: Mapping[str, object] | tuple[str, ...]) -> None:
        if self.row[column] not in allowed:
            self.refuse(column, unknown(column, self.row[column], allowed))

    def refuse(self, column: str, message: str) -> None:
        self.problems.append(Problem(self.where, column, message))
