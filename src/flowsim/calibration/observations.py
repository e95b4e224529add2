"""What was observed: published figures with the error that a model of them may have.

A CSV file, a figure a line:

    metric,group,statistic,value,tolerance,low,high,source
    four_hour_performance_type1,month=2016-05,,0.743,0.03,,,NHS England
    four_hour_performance_type1,months=2016-04 to 2016-10,months_sd,0.031,0.015,,,NHS England
    mffd_patients,all,,,,130,257,press

The statistic is `mean` or nothing for the metric itself, or a pattern of several months
(`experiments.statistics.months`), each year's own; the column may be left out.

A figure has a value and a tolerance, within which 19 in 20 models lie that we would call right; or, where
only a range is known, its two ends, between which nothing is preferred. A range whose upper end is three
times the lower or more is an order of magnitude: figures are then judged by their ratio to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowsim.errors import InputError, Problem
from flowsim.experiments.runs.record import months_of_group
from flowsim.experiments.statistics.intervals import Floats
from flowsim.experiments.statistics.months import PATTERNS
from flowsim.outcomes import METRICS
from flowsim.outcomes.measurement import ALL
from flowsim.scenario.csv_file import read_csv
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted, unknown

COLUMNS = ("metric", "group", "value", "tolerance", "low", "high", "source")

STATISTIC = "statistic"
"""A column that may be left out."""

MEAN = "mean"

FEWEST_TIMES = 3
"""Upper over lower end of a range from which it is an order of magnitude (assumption)."""

TOLERANCE_IN_SD = 1.96
"""Standard deviations of a model's own error that a tolerance is: 19 in 20."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One observed figure.

    Parameters
    ----------
    metric, group : str
    low, high : float
        The value itself, twice, or the ends of a range within which nothing is preferred.
    discrepancy : float
        Standard deviation of what a right model may differ by, chance apart; 0 for a range.
    source : str
    statistic : str
        `mean` for the metric itself, or a pattern of the group's months.
    """

    metric: str
    group: str
    low: float
    high: float
    discrepancy: float
    source: str
    statistic: str = MEAN

    @property
    def is_range(self) -> bool:
        """Whether only a range is known."""
        return self.low < self.high

    @property
    def by_ratio(self) -> bool:
        """Whether only the order of magnitude is known."""
        return 0 < FEWEST_TIMES * self.low <= self.high

    def scaled(self, figures: Floats) -> Floats:
        """Return figures on the scale on which they are judged."""
        return np.log1p(figures) if self.by_ratio else figures

    @property
    def middle(self) -> float:
        """The value, or the middle of the range."""
        return (self.low + self.high) / 2

    @property
    def name(self) -> str:
        """The metric with its group, if that is not all, and its statistic, if that is not the mean."""
        of_what = [part for part, usual in ((self.group, ALL), (self.statistic, MEAN)) if part != usual]
        return f"{self.metric}[{', '.join(of_what)}]" if of_what else self.metric

    @property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """The metrics and groups of a replication that it is taken of."""
        if self.statistic == MEAN:
            return ((self.metric, self.group),)
        return tuple((self.metric, f"month={month}") for month in months_of_group(self.group))


def asked_of(figures: Sequence[Observation]) -> tuple[tuple[str, str], ...]:
    """Return the metrics and groups of a replication that some figures are taken of, each once."""
    return tuple(dict.fromkeys(pair for one in figures for pair in one.asked))


def taken_of(figures: Sequence[Observation], replications: Floats) -> Floats:
    """Return the figures of replications.

    Parameters
    ----------
    figures : sequence of Observation
        m of them.
    replications : NDArray[np.float64]
        What `asked_of` names, in the last axis.

    Returns
    -------
    NDArray[np.float64]
        The figures in the last axis, m of them.
    """
    places = {pair: i for i, pair in enumerate(asked_of(figures))}
    columns = []
    for one in figures:
        each = replications[..., [places[pair] for pair in one.asked]]
        columns.append(each[..., 0] if one.statistic == MEAN else PATTERNS[one.statistic].of(each))
    return np.stack(columns, axis=-1)


def read_observations(file: Path) -> tuple[Observation, ...]:
    """Return the figures of a file.

    Raises
    ------
    InputError
        With every problem, each with its line.
    """
    problems: list[Problem] = []
    found: dict[str, Observation] = {}
    for row in read_csv(file, COLUMNS).rows:
        try:
            one = _read(row.cells)
            if one.name in found:
                raise ValueError(f"must be given once; found {one.name} twice")
            found[one.name] = one
        except ValueError as error:
            problems.append(Problem(row.where, "", str(error)))
    if not found and not problems:
        problems.append(Problem(shown(file), "", "must hold at least one figure; found none"))
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _read(row: dict[str, str]) -> Observation:
    """Return the figure of a line; ValueError if it is none."""
    text = {name: row.get(name, "").strip() for name in (*COLUMNS, STATISTIC)}
    if text["metric"] not in METRICS:
        raise ValueError(unknown("metric", text["metric"], METRICS))
    group, statistic = text["group"] or ALL, text[STATISTIC] or MEAN
    if statistic not in (MEAN, *PATTERNS):
        raise ValueError(unknown(STATISTIC, statistic, (MEAN, *PATTERNS)))
    if statistic != MEAN and len(months_of_group(group)) < 2:
        raise ValueError(f"{statistic} must be of several months, such as months=2016-04 to 2016-10")
    if statistic == MEAN and months_of_group(group) and METRICS[text["metric"]].pool.quantile is not None:
        raise ValueError("must not be of several months together: a centile of months is none of their sum")
    given = {name: _number(name, text[name]) for name in ("value", "tolerance", "low", "high") if text[name]}
    if statistic == MEAN or not PATTERNS[statistic].unit:
        for name, value in given.items():
            METRICS[text["metric"]].refuse_impossible(value, name)
    if given.keys() == {"value", "tolerance"}:
        low = high = given["value"]
        if not given["tolerance"] > 0:
            raise ValueError(f"tolerance must be above 0; found {text['tolerance']}")
        discrepancy = given["tolerance"] / TOLERANCE_IN_SD
    elif given.keys() == {"low", "high"}:
        low, high, discrepancy = given["low"], given["high"], 0.0
        if not low < high:
            raise ValueError(f"low must be below high; found {text['low']} and {text['high']}")
    else:
        found = ", ".join(given) or "none of them"
        raise ValueError(f"must have a value and a tolerance, or low and high; found {found}")
    return Observation(text["metric"], group, low, high, discrepancy, text["source"], statistic)


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise ValueError(f"{name} must be a finite number; found {quoted(text)}")
    return value
