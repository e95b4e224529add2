"""A fit: extracts read and checked, what they tell of a scenario, and the scenario that says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem, tried
from flowsim.experiments.folders.provenance import digest, model_version
from flowsim.fitting.arrivals import Arrivals, arrivals_of
from flowsim.fitting.extract import Extract, read_extract
from flowsim.fitting.fragment import scenario_text, tables_of
from flowsim.fitting.quality import Checked, check
from flowsim.fitting.spells import spells_of
from flowsim.fitting.timed import Timed, times_in_department
from flowsim.fitting.values import Value, Without
from flowsim.scenario.loading import Loaded, load
from flowsim.scenario.names import Identifier
from flowsim.scenario.schema import Scenario
from flowsim.scenario.yaml_file import shown
from flowsim.wording import quoted

TEMPLATE = "portsmouth-2016"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """What extracts of patients tell of a scenario.

    Parameters
    ----------
    name : str
        Of the scenario.
    template : str
        What it extends.
    extracts : tuple of Checked
        Each with what was found wrong with it.
    arrivals : Arrivals or None
        None without an extract of attendances.
    timed : tuple of Timed
        Durations with their fits.
    values : tuple of Value
        Values of the scenario, each with its interval.
    without : tuple of Without
        Values that could not be had, and why.
    files : dict
        The scenario, which is the first, and the tables that it names, as text by file name.
    key : str
        Equal for equal extracts, mappings, templates and versions of flowsim.
    """

    name: str
    template: str
    extracts: tuple[Checked, ...]
    arrivals: Arrivals | None
    timed: tuple[Timed, ...]
    values: tuple[Value, ...]
    without: tuple[Without, ...]
    files: dict[str, str]
    key: str

    @property
    def scenario(self) -> str:
        """The scenario as YAML."""
        return next(iter(self.files.values()))

    def value(self, path: str) -> Value:
        """Return what was found for a dotted path.

        Raises
        ------
        KeyError
            If nothing was.
        """
        return {one.path: one for one in self.values}[path]

    def duration(self, name: str, group: str) -> Timed:
        """Return a duration by its name and group.

        Raises
        ------
        KeyError
            If nobody has one.
        """
        return {(one.name, one.group): one for one in self.timed}[name, group]


def fit(
    *data: str | Path,
    mapping: str | Path | Sequence[str | Path] = (),
    template: str | Path = TEMPLATE,
    name: str | None = None,
    end: dt.date | str | None = None,
    start: dt.date | str | None = None,
) -> Fit:
    """Fit demand and lengths of stay to extracts of patients, a row each.

    Parameters
    ----------
    data : str or Path
        CSV files: one of emergency attendances, one of admitted spells, or both.
    mapping : str or Path, or a sequence of them
        For each file the mapping that says which column is which: a file, or `ecds` or `apc`. If none is
        given, the shipped one that finds most.
    template : str or Path
        The scenario that says everything else.
    name : str, optional
        Of the scenario that is made; that of the first file if not given.
    end : date or text, optional
        The first day that the extracts do not cover; by their last arrivals if not given.
    start : date or text, optional
        The first day that they cover; the first on which about as many came as usual if not given.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        With every problem of every file.
    """
    problems: list[Problem] = []
    mappings = [mapping] if isinstance(mapping, str | Path) else list(mapping)
    if not data:
        problems.append(Problem("", "", "must have at least one extract"))
    if mappings and len(mappings) != len(data):
        message = f"must have a mapping for each of {len(data)} files, or none; found {len(mappings)}"
        problems.append(Problem("", "", message))
        mappings = []
    asked: list[str | Path | None] = [*mappings] or [None] * len(data)
    last = tried(problems, lambda: _as_date("end", end))
    first = tried(problems, lambda: _as_date("start", start))
    base = tried(problems, lambda: load(template, Scenario))
    name = tried(problems, lambda: _checked_name(name, data)) or ""
    read = [
        tried(problems, partial(read_extract, Path(file), of)) for file, of in zip(data, asked, strict=True)
    ]
    extracts = [one for one in read if one is not None]
    problems += _twice(extracts)
    checked = [found for one in extracts if (found := tried(problems, partial(check, one, last, first)))]
    if problems or base is None:
        raise InputError(problems)
    return _fitted(name, base, tuple(checked))


def _fitted(name: str, base: Loaded[Scenario], extracts: tuple[Checked, ...]) -> Fit:
    arrivals: Arrivals | None = None
    timed: list[Timed] = []
    values: list[Value] = []
    without: list[Without] = []
    for checked in extracts:
        if checked.extract.kind.name == "attendances":
            arrivals = arrivals_of(checked)
            timed += times_in_department(checked)
            values += arrivals.values
            without += arrivals.without
        else:
            spells = spells_of(checked)
            timed += spells.timed
            values += spells.values
            without += spells.without
    tables, lacking = tables_of(arrivals, base.value)
    text = scenario_text(name, base.value, extracts, values, list(tables))
    parts = [
        [(one.extract.sha256, repr(one.extract.mapping), str(one.start), str(one.end)) for one in extracts],
        [one.sha256 for one in base.files],
        [name, model_version()],
    ]
    return Fit(
        name=name,
        template=base.value.name,
        extracts=extracts,
        arrivals=arrivals,
        timed=tuple(timed),
        values=tuple(values),
        without=(*without, *lacking),
        files={f"{name}.yaml": text, **tables},
        key=digest(parts),
    )


def _twice(extracts: Sequence[Extract]) -> list[Problem]:
    """Return a problem for each extract of a kind that another one is of."""
    seen: dict[str, Extract] = {}
    problems = []
    for one in extracts:
        before = seen.setdefault(one.kind.name, one)
        if before is not one:
            message = f"must be the only extract of {one.kind.words}; found {shown(before.file)} as well"
            problems.append(Problem(shown(one.file), "", message))
    return problems


def _as_date(name: str, day: dt.date | str | None) -> dt.date | None:
    if day is None or isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise InputError(f'{name} must be a date, such as "2017-04-01"; found {quoted(day)}') from None


def _checked_name(name: str | None, data: Sequence[str | Path]) -> str:
    if name is None:
        stem = Path(data[0]).stem.casefold() if data else "fitted"
        allowed = "".join(one if one.isascii() and one.isalnum() else "-" for one in stem).strip("-")[:60]
        return f"{allowed or 'extract'}-fitted"
    try:
        adapter: TypeAdapter[str] = TypeAdapter(Identifier)
        return adapter.validate_python(name)
    except ValidationError as error:
        raise InputError(f"--name {error.errors()[0]['msg']}") from None
