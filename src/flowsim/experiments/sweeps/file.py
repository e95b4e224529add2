"""Sweep files: the scenarios that are made from one baseline, and what is expected of them.

name: p1-and-amu
title: Pathway 1 slots and AMU beds
baseline: portsmouth-2016
replications: 20
vary:
interventions: [fit-12x7, p1-slots-15, fit-12x7+p1-slots-15]
grid:
amu_beds: {lever: acute_medicine.amu_beds, add: [4, 8, 12]}
p1_slots: {lever: [community.P1.places.P, community.P1.places.FG], times: [1, 1.15]}
interventions: [none, fit-12x7]
list:
- {name: more, interventions: fit-12x7, changes: {acute_medicine.amu_beds: {set: 70}}}
sample:
size: 30
over: {acute_medicine.amu_beds: {add: {from: 0, to: 12}}}
expect:
- difference(four_hour_performance) >= 0.5pp
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError

from flowsim.errors import InputError, Problem
from flowsim.experiments.runs.expectations import WrittenExpectation
from flowsim.outcomes import METRICS
from flowsim.scenario.axes import PACKAGES, Axes, Ranges, Setting, label_of
from flowsim.scenario.complaints import by_line, complaints, without_mistakes
from flowsim.scenario.interventions import Levers
from flowsim.scenario.levers import Change
from flowsim.scenario.names import Identifier
from flowsim.scenario.sections.section import section
from flowsim.scenario.yaml_file import Keys, Place, read_yaml
from flowsim.units import Count, PositiveCount, refusal
from flowsim.wording import quoted, unknown

MOST_ARMS = 10_000
"""Scenarios of a sweep; more would be a mistake in a grid."""
MOST_WHOLE_ARMS = 1_000
"""Scenarios of a sweep that keeps every figure, some 8,000 a replication; more would not fit in memory."""


@section
class Sample:
    """A Latin hypercube sample: every axis is cut into as many layers as there are arms, each met once."""

    size: Annotated[PositiveCount, Field(le=MOST_ARMS)]
    """How many arms; fewer if whole numbers make the same arm twice."""
    over: Ranges
    """What is sampled."""
    seed: Count = 1
    """Of the sample, not of the replications."""


@section
class Listed:
    """One arm that is written out."""

    name: Identifier | None = None
    """Of the arm; made of what it changes if not given."""
    interventions: str = ""
    """A package such as `fit-12x7+p1-slots-15`, or a scenario of its own."""
    changes: Levers = Levers(())
    """Levers moved after the interventions."""


@section
class Vary:
    """Where the arms come from; all that is given is done."""

    interventions: tuple[str, ...] = ()
    """Packages, or scenarios of their own; each is an arm."""
    grid: Axes | None = None
    """Axes, each with its values; every combination is an arm."""
    list: tuple[Listed, ...] = ()
    """Arms written out."""
    sample: Sample | None = None
    """Arms sampled from ranges."""


def _several(written: object) -> object:
    return tuple(written) if isinstance(written, list) else (written,)


def _metric(name: str) -> str:
    if name not in METRICS:
        raise refusal(unknown("metric", name, METRICS))
    return name


@section
class SweepFile:
    """A baseline, what is varied, and what is expected."""

    name: Identifier
    """Short name, used for files."""
    title: Annotated[str, Field(min_length=1)]
    """One line for people."""
    description: str = ""
    """What it is for."""
    baseline: str
    """A file beside this one, or the name of a shipped scenario."""
    changes: Levers = Levers(())
    """Levers moved in every arm, the baseline among them."""
    replications: PositiveCount | None = None
    """Replications of each arm; as the baseline says if not given."""
    precision: Annotated[
        tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])
    ] = ()
    """In place of a number: half-widths that the 95 % intervals of every arm are to have, such as `0.5pp`."""
    select: str = ""
    """In place of a number: choose the best by `rank_by`, worse arms dropping out on the way; differences
    below this, such as `0.5pp`, are of no interest."""
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """Wanted probability of choosing the best with `select` [0.5-1]."""
    max_replications: PositiveCount | None = None
    """At most with a precision, or of an arm with `select`; 200 if not given."""
    seed: Count | None = None
    """Seed of all random streams; as the baseline says if not given."""
    vary: Vary
    """Where the arms come from."""
    expect: tuple[WrittenExpectation, ...] = ()
    """What must hold; if it does not the exit code is 1."""
    rank_by: Annotated[str, AfterValidator(_metric)] = "four_hour_performance"
    """The metric that arms are ranked by."""
    figures: tuple[Annotated[str, AfterValidator(_metric)], ...] = ()
    """Metrics of all patients to keep, if not every figure; those that arms are ranked by, expected to have
    or run until are precise are kept as well."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An arm as a file asks for it.

    Parameters
    ----------
    name : str
        Given or made; empty if nothing is changed.
    settings : tuple of Setting
    """

    name: str
    settings: tuple[Setting, ...]

    @property
    def changes(self) -> tuple[tuple[Change, Keys], ...]:
        """Levers moved, and where each was written."""
        return tuple((change, one.keys) for one in self.settings for change in one.changes)

    @property
    def packages(self) -> tuple[tuple[str, Keys], ...]:
        """Packages of interventions, and where each was written."""
        return tuple((one.package, one.keys) for one in self.settings if one.package)


@dataclass(frozen=True, slots=True)
class ReadSweep:
    """A sweep's file, as it was understood."""

    form: SweepFile
    cells: tuple[Cell, ...]
    places: Mapping[Keys, Place]
    file: Path
    sha256: str
    whole: bool
    """Whether nothing had to be left out; its arms are, if they cannot be told apart or are too many."""

    def place(self, keys: Keys) -> Place:
        """Return where a value was written, or the nearest around it."""
        return next(self.places[keys[:n]] for n in range(len(keys), -1, -1) if keys[:n] in self.places)


def read_sweep(file: Path, problems: list[Problem] | None = None) -> ReadSweep:
    """Return a sweep, its form checked; its scenarios are not read yet.

    Parameters
    ----------
    file : Path
    problems : list of Problem, optional
        Problems of the file are added to it, and what is wrong is left out, so that the rest can be judged.

    Raises
    ------
    InputError
        With every problem of the file, each with its line; with `problems` only if nothing can be left out.
    """
    document = read_yaml(file)
    found: list[Problem] = []
    left_out: tuple[Keys, ...] = ()
    try:
        form = _adapter().validate_json(json.dumps(document.tree))
    except ValidationError as error:
        found += complaints(error, document.tree, document.places, sweep_schema(), file)
        try:
            form, left_out = without_mistakes(document.tree, _adapter(), {})
        except ValidationError:
            raise InputError(sorted(found, key=by_line)) from None
    cells = tuple(_cells(form.vary))
    read = ReadSweep(form, cells, document.places, file, document.sha256, whole=not left_out)
    if read.whole and (wrong := list(_wrong(read))):
        found += wrong
        read = replace(read, cells=(), whole=False)
    if found and problems is None:
        raise InputError(sorted(found, key=by_line))
    if problems is not None:
        problems += found
    return read


def sweep_schema() -> dict[str, Any]:
    """Return the JSON Schema of sweep files, for editors."""
    tree = _adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **tree, "title": "Sweep"}


@cache
def _adapter() -> TypeAdapter[SweepFile]:
    return TypeAdapter(SweepFile)


def _cells(vary: Vary) -> Iterator[Cell]:
    """Yield every arm that a file asks for, in the file's order of kinds."""
    for i, package in enumerate(vary.interventions):
        yield Cell(package, (Setting(PACKAGES, package, package, package, keys=("vary", PACKAGES, i)),))
    if vary.grid:
        axes = [axis.settings(("vary", "grid", axis.name)) for axis in vary.grid.axes]
        if math.prod(map(len, axes)) <= MOST_ARMS:
            cells = map(_named, itertools.product(*axes))
            yield from (cell for cell in cells if cell.name)  # what changes nothing is the baseline
    for i, one in enumerate(vary.list):
        yield _listed(one, ("vary", "list", i))
    if vary.sample:
        yield from _sampled(vary.sample)


def _listed(one: Listed, keys: Keys) -> Cell:
    settings = []
    if one.interventions:
        label = one.interventions
        settings.append(Setting(PACKAGES, label, label, label, keys=(*keys, PACKAGES)))
    for change in one.changes.changes:
        label = label_of(change.path.rpartition(".")[2], change.verb, change.operand) or change.path
        settings.append(
            Setting(change.path, change.operand, label, "", (change,), keys=(*keys, "changes", change.path))
        )
    cell = _named(settings)
    return Cell(one.name, cell.settings) if one.name else cell


def _sampled(sample: Sample) -> Iterator[Cell]:
    import numpy as np
    from scipy.stats import qmc  # takes longer to import than all else, and few sweeps sample

    axes = sample.over.axes
    rows = qmc.LatinHypercube(len(axes), rng=np.random.default_rng(sample.seed)).random(sample.size)
    keys = [("vary", "sample", "over", axis.name) for axis in axes]
    cells = [
        _named([axis.at(u, key) for axis, u, key in zip(axes, row, keys, strict=True)])
        for row in rows.tolist()
    ]
    yield from {cell.name: cell for cell in cells if cell.name}.values()


def _named(settings: Sequence[Setting]) -> Cell:
    return Cell(", ".join(one.label for one in settings if one.label), tuple(settings))


def _wrong(read: ReadSweep) -> Iterator[Problem]:
    """Yield what is wrong with the arms that a file asks for."""
    vary = read.form.vary
    at = str(read.place(("vary",)))
    grid = math.prod(len(axis.values) for axis in vary.grid.axes) if vary.grid else 0
    asked = len(vary.interventions) + grid + len(vary.list) + (vary.sample.size if vary.sample else 0)
    if not asked:
        yield Problem(at, "vary", "must have interventions, a grid, a list or a sample; found none of them")
    most = MOST_ARMS if read.form.figures else MOST_WHOLE_ARMS
    if asked > most:
        more = "" if read.form.figures else f", or {MOST_ARMS:,} if figures names those to keep"
        yield Problem(at, "vary", f"must make at most {most:,} arms{more}; found {asked:,}")
        return
    seen: dict[str, Cell] = {}
    for cell in read.cells:
        if not cell.settings or cell.name in seen:
            place = str(read.place(cell.settings[0].keys if cell.settings else ("vary",)))
            what = f"{quoted(cell.name)} twice" if cell.settings else "one that changes nothing"
            yield Problem(place, "vary", f"must make arms of different names; found {what}")
        seen[cell.name] = cell
