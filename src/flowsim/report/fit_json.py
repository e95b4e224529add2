"""What `flowsim fit` prints with `--json` and keeps in its folder; patients counted as may be shown."""

from __future__ import annotations

from typing import Any

from flowsim.fitting.fit import Fit
from flowsim.fitting.quality import Checked
from flowsim.fitting.small_numbers import SOURCE, shown_in_json
from flowsim.fitting.timed import Timed
from flowsim.report.json_form import Form

Shown = int | str
"""A count of patients: rounded to 5, or `1-7`."""


class FindingJson(Form):
    """Something wrong with an extract."""

    key: str
    words: str
    rows: Shown
    consequence: str


class FieldJson(Form):
    """How a field was recorded."""

    field: str
    nothing: Shown
    unreadable: Shown
    """Or of an unknown code."""
    unknown_codes: dict[str, Shown]
    """Those that may be named: not rare, and no number that could be a person's."""


class QualityJson(Form):
    """The quality of an extract."""

    kind: str
    file: str
    sha256: str
    mapping: str
    rows_read: Shown
    rows_used: Shown
    first_day: str | None
    last_day: str | None
    findings: list[FindingJson]
    fields: list[FieldJson]
    fields_without_column: list[str]


class ValueJson(Form):
    """A value of a scenario."""

    path: str
    value: Any
    words: str
    patients: Shown
    intervals: dict[str, tuple[float, float]]
    """95 %, of shares, of days, or of minutes, by the part of the value."""


class WithoutJson(Form):
    """A value that could not be had."""

    path: str
    why: str


class FamilyJson(Form):
    """A family fitted to a duration; minutes."""

    family: str
    mean: float
    mean_interval: tuple[float, float]
    cv: float
    cv_interval: tuple[float, float]
    log_likelihood: float
    aic: float
    bic: float


class DurationJson(Form):
    """A duration of a group of patients."""

    name: str
    words: str
    group: str
    path: str | None
    """The value of the scenario that it gives; null if the model makes such times itself."""
    patients: Shown
    ended: Shown
    longer_than: float
    """Minutes up to which durations were left out."""
    known_to: float
    """Minutes."""
    families: list[FamilyJson]
    """Best first, by Akaike's criterion; none if too few have ended."""
    bic_agrees: bool | None
    largest_distance: float | None
    """Between the share still there, fitted and observed."""
    notes: list[str]


class MonthJson(Form):
    """Type 1 attendances of a month."""

    month: str
    days: int
    whole: bool
    attendances: Shown


class FitJson(Form):
    """A fit."""

    name: str
    extends: str
    small_numbers: str
    """The rule by which counts of patients are shown."""
    extracts: list[QualityJson]
    values: list[ValueJson]
    without: list[WithoutJson]
    durations: list[DurationJson]
    months: list[MonthJson]


def fit_json(fit: Fit) -> FitJson:
    """Return a fit as JSON."""
    return FitJson(
        name=fit.name,
        extends=fit.template,
        small_numbers=SOURCE,
        extracts=[quality_json(one) for one in fit.extracts],
        values=[
            ValueJson(
                path=one.path,
                value=one.value,
                words=one.words,
                patients=shown_in_json(one.patients),
                intervals=dict(one.interval),
            )
            for one in fit.values
        ],
        without=[WithoutJson(path=one.path, why=one.why) for one in fit.without],
        durations=[_duration(one) for one in fit.timed],
        months=[
            MonthJson(
                month=one.month,
                days=one.days,
                whole=one.is_whole,
                attendances=shown_in_json(one.attendances),
            )
            for one in (fit.arrivals.months if fit.arrivals else ())
        ],
    )


def quality_json(checked: Checked) -> QualityJson:
    """Return the quality of an extract as JSON."""
    extract, period = checked.extract, checked.period
    return QualityJson(
        kind=extract.kind.name,
        file=extract.file.name,
        sha256=extract.sha256,
        mapping=extract.mapping.name,
        rows_read=shown_in_json(checked.rows_read),
        rows_used=shown_in_json(len(extract)),
        first_day=str(period[0]) if period else None,
        last_day=str(period[1]) if period else None,
        findings=[
            FindingJson(
                key=one.key, words=one.words, rows=shown_in_json(one.rows), consequence=one.consequence
            )
            for one in checked.findings
        ],
        fields=[
            FieldJson(
                field=name,
                nothing=shown_in_json(nothing),
                unreadable=shown_in_json(unreadable),
                unknown_codes={
                    code: shown_in_json(rows) for code, rows in extract.unknown_codes.get(name, {}).items()
                },
            )
            for name, (nothing, unreadable) in extract.absent.items()
        ],
        fields_without_column=list(extract.not_there),
    )


def _duration(one: Timed) -> DurationJson:
    return DurationJson(
        name=one.name,
        words=one.words,
        group=one.group,
        path=one.path or None,
        patients=shown_in_json(one.durations.patients),
        ended=shown_in_json(one.durations.ended),
        longer_than=one.durations.above,
        known_to=one.durations.step,
        families=[
            FamilyJson(
                family=each.family,
                mean=each.mean,
                mean_interval=each.mean_interval,
                cv=each.cv,
                cv_interval=each.cv_interval,
                log_likelihood=each.log_likelihood,
                aic=each.aic,
                bic=each.bic,
            )
            for each in (one.fit.families if one.fit else ())
        ],
        bic_agrees=one.fit.agreed if one.fit else None,
        largest_distance=one.fit.distance if one.fit else None,
        notes=list(one.notes),
    )
