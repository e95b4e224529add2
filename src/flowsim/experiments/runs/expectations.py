"""Expectations: what must hold of a figure, written as a clause and judged on its interval.

    four_hour_performance >= 85%
    bed_occupancy[month=2016-01] <= 0.95
    difference(four_hour_performance) >= 0.5pp

A difference is an arm's figure less the baseline's. A clause is met if the whole 95 % interval meets it, so
that chance alone seldom passes; `on: mean` asks the mean only.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NoReturn

from pydantic import BeforeValidator, Field

from flowsim.experiments.runs.reporting import reporting_period
from flowsim.experiments.runs.results import Figure
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.outcomes.period import Calendar
from flowsim.outcomes.registry import TIME
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import section
from flowsim.scenario.written import Written
from flowsim.wording import nearest, quoted, unknown

OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
UNITS = {"pp": 0.01, "%": 0.01, "": 1.0}
"""What a number is multiplied by; percent and points are of shares."""
DIFFERENCE = "difference"
EXAMPLE = "four_hour_performance >= 0.85"

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_GROUP = re.compile(r"[^\[\]]+")
_OPERATOR = re.compile(r"[<>]=?")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_UNIT = re.compile(r"pp|%|")

On = Literal["bound", "mean"]
"""What of a figure is judged: the bound of its interval that is nearer to failing, or its mean."""


@dataclass(frozen=True, slots=True)
class Clause(Written):
    """A figure, or its difference from the baseline's, and what it must not pass.

    Parameters
    ----------
    metric, group : str
    difference : bool
    operator : str
        A key of `OPERATORS`.
    limit : float
        In the metric's unit, shares being 0-1.
    text : str
        As it was written.
    """

    metric: str
    group: str
    difference: bool
    operator: str
    limit: float
    text: str

    DESCRIPTION: ClassVar[str] = (
        "METRIC, METRIC[GROUP] or difference(METRIC), then >=, >, <= or <, then a number; "
        "of shares also in % or pp"
    )
    FORMS: ClassVar[list[dict[str, Any]]] = [{"type": "string", "examples": [EXAMPLE]}]

    @classmethod
    def parse(cls, written: object) -> Clause:
        """Return the clause of a text.

        Raises
        ------
        ValueError
            With the character where it goes wrong, and the nearest metric.
        """
        if not isinstance(written, str):
            raise ValueError(f'must be a clause such as "{EXAMPLE}"; found {quoted(written)}')
        return _Reader(written).clause()

    def to_yaml(self) -> str:
        """Return the text as it was written."""
        return self.text

    @property
    def figure(self) -> str:
        """What it is of: METRIC or METRIC[GROUP]."""
        return self.metric if self.group == ALL else f"{self.metric}[{self.group}]"

    def refuse_unknown_date(self, scenario: Scenario) -> None:
        """Refuse a month or a week that a run does not report: these are known before it.

        Raises
        ------
        ValueError
            With those that it reports.
        """
        key, _, label = self.group.partition("=")
        if key in TIME:
            calendar = Calendar.of(reporting_period(scenario))
            reported = calendar.months if key == "month" else calendar.weeks
            if label not in reported:
                raise ValueError(f"{self.text}: {unknown(f'{key} of the run', label, reported)}")

    def holds(self, figure: Figure, on: On = "bound") -> bool:
        """Return whether a figure meets the clause; without an interval it can only do so `on` its mean."""
        value = figure.mean if on == "mean" else figure.low if self.operator[0] == ">" else figure.high
        return not math.isnan(value) and OPERATORS[self.operator](value, self.limit)


class _Reader:
    """Reads a clause from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def clause(self) -> Clause:
        start, word = self.word("a metric")
        difference = word == DIFFERENCE and self.sees("(")
        if difference:
            self.must("(")
            start, word = self.word("a metric")
        if word not in METRICS:
            close = nearest(word, METRICS)
            hint = f'; did you mean "{close}"?' if close else ""
            self.refuse(start, f"must be a metric; found {quoted(word)}{hint}")
        group = ALL
        if self.sees("["):
            self.must("[")
            start, group = self.take(_GROUP, "a group such as month=2016-01")
            groups = METRICS[word].groups
            if group != ALL and group.partition("=")[0] not in groups:
                self.refuse(start, unknown(f"group of {word}", group.partition("=")[0], groups))
            self.must("]")
        if difference:
            self.must(")")
        _, compared = self.take(_OPERATOR, "one of >=, >, <=, <")
        at_number, number = self.take(_NUMBER, "a number")
        start, unit = self.take(_UNIT, "a unit")
        if unit and METRICS[word].unit != "share":
            self.refuse(start, f"must have no {unit}: {word} is in {METRICS[word].unit}")
        if (unit == "%" and difference) or (unit == "pp" and not difference):
            right = "pp, points of a share" if difference else "% of a share"
            self.refuse(start, f"must be in {right}, or a plain number; found {quoted(unit)}")
        if self.at < len(self.text):
            self.refuse(self.at, "must end here")
        limit = round(float(number) * UNITS[unit], 12)
        try:
            METRICS[word].refuse_impossible(limit, difference=difference)
        except ValueError as error:
            self.refuse(at_number, str(error))
        return Clause(word, group, difference, compared, limit, self.text.strip())

    def word(self, wanted: str) -> tuple[int, str]:
        return self.take(_WORD, wanted)

    def take(self, pattern: re.Pattern[str], wanted: str) -> tuple[int, str]:
        """Return what comes next and where, and step over it and the spaces after it."""
        self.skip()
        start, match = self.at, pattern.match(self.text, self.at)
        if match is None:
            self.refuse(start, f"must have {wanted} here")
        self.at = match.end()
        self.skip()
        return start, match.group().strip()

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def must(self, sign: str) -> None:
        self.take(re.compile(re.escape(sign)), f'"{sign}"')

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def refuse(self, at: int, message: str) -> NoReturn:
        raise ValueError(
            f"{message}\n{self.text}\n{' ' * at}^ character {at + 1}, such as in {quoted(EXAMPLE)}"
        )


@section
class Expectation:
    """What must hold in some arms of a sweep."""

    that: Clause
    """What must hold, such as `difference(four_hour_performance) >= 0.5pp`."""
    on: On = "bound"
    """Judged on the interval's bound, or on the mean."""
    arms: Annotated[tuple[str, ...], Field(strict=False)] = ()  # or a list after `_with_that` is refused
    """The arms it is about; every one but the baseline if not given."""


def _with_that(written: object) -> object:
    return {"that": written} if isinstance(written, str) else written


WrittenExpectation = Annotated[
    Expectation, BeforeValidator(_with_that, json_schema_input_type=Clause | Expectation)
]
"""An expectation as a sweep's file has it: a clause alone, or a mapping."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an expectation in one arm."""

    expectation: Expectation
    arm: str
    figure: Figure
    met: bool
