"""The cohort: everybody who will come, who they are, and every draw that their pathway could read.

A `DrawPlan` says what to draw; `sample` draws it. Each class of patients has streams of its own, so a new
class, a new column or a lever on demand shifts nobody else's draws. Uniforms are drawn for all candidates of
the superset; laws are applied to those who come and can reach the site.

Rows are ordered by arrival (ties: class, then candidate). Behind them stand the reserved rows of returning
patients, who arrive when somebody's pathway spawns them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import SimulationError
from flowsim.sampling.arrivals import PoissonArrivals
from flowsim.sampling.draw_plan import Always, ByArrival, Drawn, DrawPlan, Fork, Guard, PatientClass, Recorded
from flowsim.sampling.draws import Draws, Piece
from flowsim.sampling.laws import AttributeCode, Choice, Column, Derived, Given, Value, name_of, number_of
from flowsim.sampling.people import Codes, People
from flowsim.sampling.streams import uniforms
from flowsim.timeline import to_grid


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Everybody of one replication, one row each; n rows.

    Parameters
    ----------
    arrival : NDArray[np.float64]
        Minutes, sorted; NaN in the reserved rows behind.
    klass : NDArray[np.int32]
        Position of the class in the plan.
    child : NDArray[np.int32]
        The reserved row of the same person's return, or -1.
    candidate : NDArray[np.int64]
        Number within the class's superset: with the class, who this is in every scenario.
    draws : Draws
        What the patients' pathways read.
    attributes : Mapping[str, NDArray[np.int8]]
        Position of the level, -1 where the class has no such attribute.
    levels : Mapping[str, tuple of str]
    """

    arrival: NDArray[np.float64]
    klass: NDArray[np.int32]
    child: NDArray[np.int32]
    candidate: NDArray[np.int64]
    draws: Draws
    attributes: Mapping[str, NDArray[np.int8]]
    levels: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.arrival)

    @property
    def columns(self) -> NDArray[np.float64]:
        """The draws as a table, shape (n_columns, n); NaN for those who cannot reach them."""
        return self.draws.table()


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """The rows of one class from one source: arrivals, or the returns of another block."""

    klass: int
    lineage: str
    numbers: Codes
    """Who came, among the candidates."""
    candidates: int
    times: NDArray[np.float64]
    people: People
    drawing: _Drawing
    parent: _Block | None = None
    parent_rows: Codes = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """The rows of the parent block whose returns these are."""

    known: dict[Column, tuple[Codes, NDArray[np.float64]]] = field(default_factory=dict)
    """Each column worked out once, for those who could read it."""
    passes: dict[Fork, NDArray[np.bool_]] = field(default_factory=dict)
    passed: dict[Guard, Codes] = field(default_factory=dict)
    people_of: dict[Guard, People] = field(default_factory=dict)

    def of(self, column: Column) -> tuple[Codes, NDArray[np.float64]]:
        """Return who could read a column, as rows of the block in order, and their values."""
        if column not in self.known:
            guard = self.drawing.plan.needs[self.klass][column]
            rows = self.rows(guard)
            # Of a short run nobody can reach many a place: no stream is opened for them.
            self.known[column] = rows, self._worked_out(column, guard) if len(rows) else np.empty(0)
        return self.known[column]

    def rows(self, guard: Guard) -> Codes:
        """Return the rows that pass every fork of a guard."""
        if guard not in self.passed:
            inside = np.ones(len(self.numbers), dtype=np.bool_)
            for fork in guard:
                if fork not in self.passes:
                    who, values = self.of(fork.column)
                    passes = np.zeros(len(inside), dtype=np.bool_)
                    passes[who[(values >= fork.low) & (values < fork.high)]] = True
                    self.passes[fork] = passes
                inside &= self.passes[fork]
            self.passed[guard] = np.flatnonzero(inside)
        return self.passed[guard]

    def _at(self, column: Column, rows: Codes) -> NDArray[np.float64]:
        """Return a column's values at some rows of those who could read it."""
        who, values = self.of(column)
        return values if len(who) == len(rows) else values[np.searchsorted(who, rows)]

    def _worked_out(self, column: Column, guard: Guard) -> NDArray[np.float64]:
        rows = self.rows(guard)
        if isinstance(column, Derived):
            return column.function(*(self._at(source, rows) for source in column.sources))
        if isinstance(column, AttributeCode):
            return self.people.codes(column.attribute)[rows].astype(np.float64)
        if guard not in self.people_of:
            self.people_of[guard] = self.people.only(rows) if len(rows) < len(self.numbers) else self.people
        people = self.people_of[guard]
        if isinstance(column, Value):
            return number_of(column.number, people)
        if isinstance(column.law, Given):
            return column.law.apply(self.times, self.people)[rows]
        chosen = self.numbers if len(rows) == len(self.numbers) else self.numbers[rows]
        u = self.drawing.uniforms(self.lineage, column.stream, self.candidates, chosen)
        return column.values(u, people)


def sample(plan: DrawPlan, *, seed: int, replication: int, end: float) -> Cohort:
    """Draw one replication's cohort.

    Parameters
    ----------
    plan : DrawPlan
    seed, replication : int
    end : float
        Nobody arrives from this minute on.

    Raises
    ------
    InputError
        If demand is beyond the superset.
    SimulationError
        If a law gave a value that is not a number, or an infinite minute of the day.
    """
    drawing = _Drawing(plan, seed, replication)
    blocks: list[_Block] = []
    for k, patient_class in enumerate(plan.classes):
        if patient_class.arrivals is not None:
            blocks.append(drawing.arriving(k, patient_class, end))
    first = np.concatenate([b.times for b in blocks]) if blocks else np.empty(0)
    order = np.argsort(first, kind="stable")
    row_of = np.empty(len(order), dtype=np.int64)
    row_of[order] = np.arange(len(order))
    rows: dict[int, Codes] = {}
    start = 0
    for block in blocks:
        rows[id(block)] = row_of[start : start + len(block.times)]
        start += len(block.times)
    for block in blocks:  # grows: the returns of returns come behind
        returning = drawing.returning(block)
        if returning is not None:
            rows[id(returning)] = np.arange(start, start + len(returning.numbers))
            start += len(returning.numbers)
            blocks.append(returning)
    return drawing.assembled(blocks, rows, start)


@dataclass(frozen=True, slots=True)
class _Drawing:
    plan: DrawPlan
    seed: int
    replication: int

    def uniforms(
        self, lineage: str, stream: str, count: int, chosen: Codes | None = None
    ) -> NDArray[np.float64]:
        return uniforms(self.seed, self.replication, f"{lineage}/{stream}", count, chosen)

    def arriving(self, klass: int, patient_class: PatientClass, end: float) -> _Block:
        name, arrivals = patient_class.name, patient_class.arrivals
        assert arrivals is not None
        times = arrivals.times(self.seed, self.replication, name, end)
        people = self.people(patient_class, times)
        came = np.ones(len(times), dtype=np.bool_)
        if isinstance(arrivals, PoissonArrivals):
            marks = self.uniforms(name, "accepted", len(times))
            came = arrivals.accepted(marks, number_of(arrivals.factor, people), name)
        who = np.flatnonzero(came)
        return _Block(klass, name, who, len(times), times[who], people.only(who).settled(), self)

    def people(self, patient_class: PatientClass, times: NDArray[np.float64]) -> People:
        known: dict[str, Codes] = {}
        people = People(len(times), known, self.plan.levels)
        for attribute, law in patient_class.attributes.items():
            levels = self.plan.levels[attribute]
            if isinstance(law, Drawn | Recorded):
                drawn = law.otherwise if isinstance(law, Recorded) else law
                u = self.uniforms(patient_class.name, attribute, len(times))
                known[attribute] = Choice(drawn.probabilities).apply(u, people).astype(np.int64)
                np.minimum(known[attribute], len(levels) - 1, out=known[attribute])
                if isinstance(law, Recorded):
                    written = [
                        -1 if level is None else levels.index(level) for level in law.levels[: len(times)]
                    ]
                    known[attribute] = np.where(np.array(written) < 0, known[attribute], written)
            elif isinstance(law, Always):
                known[attribute] = np.full(len(times), levels.index(law.level))
            elif isinstance(law, ByArrival):
                known[attribute] = law.position.at(times).astype(np.int64)
            else:
                known[attribute] = law.function(people)
        return people

    def returning(self, block: _Block) -> _Block | None:
        """Return the reserved rows of those who could spawn a return, if there can be any."""
        returning, guard = self.plan.classes[block.klass].returning, self.plan.returns[block.klass]
        if returning is None or guard is None:
            return None
        if block.lineage.split(">")[1:].count(returning.as_class) >= returning.times:
            return None
        klass = next(k for k, c in enumerate(self.plan.classes) if c.name == returning.as_class)
        u = self.uniforms(block.lineage, returning.draw.stream, block.candidates)
        reserved = u < returning.below
        number = np.cumsum(reserved) - 1
        could = block.rows(guard)
        back = could[reserved[block.numbers[could]]]
        return _Block(
            klass,
            f"{block.lineage}>{returning.as_class}",
            number[block.numbers[back]],
            int(reserved.sum()),
            np.full(len(back), np.nan),
            block.people.only(back).settled(),
            self,
            block,
            back,
        )

    def assembled(self, blocks: list[_Block], rows: dict[int, Codes], count: int) -> Cohort:
        plan = self.plan
        arrival = np.full(count, np.nan)
        klass = np.zeros(count, dtype=np.int32)
        child = np.full(count, -1, dtype=np.int32)
        candidate = np.zeros(count, dtype=np.int64)
        pieces = []
        attributes = {name: np.full(count, -1, dtype=np.int8) for name in plan.levels}
        for block in blocks:
            mine = rows[id(block)]
            arrival[mine], klass[mine], candidate[mine] = block.times, block.klass, block.numbers
            if block.parent is not None:
                child[rows[id(block.parent)][block.parent_rows]] = mine
            for name, codes in block.people.known.items():
                attributes[name][mine] = codes
            for guard, columns in plan.behind(block.klass).items():
                who = block.rows(guard)
                if len(who):
                    values = [self.checked(block, c) for c in columns]
                    pieces.append(Piece(columns, mine[who], values))
        draws = Draws.of((len(plan.columns), count), pieces)
        return Cohort(arrival, klass, child, candidate, draws, attributes, plan.levels)

    def checked(self, block: _Block, c: int) -> NDArray[np.float64]:
        """Return what those of a block who could read a column read there."""
        _, values = block.of(self.plan.columns[c])
        is_clock = c in self.plan.clocks
        if not (np.isfinite(values) if is_clock else ~np.isnan(values)).all():
            who = f"{name_of(self.plan.columns[c])} of {self.plan.classes[block.klass].name}"
            raise SimulationError(f"{who} is {'no minute of the day' if is_clock else 'not a number'}")
        return to_grid(values) if self.plan.is_time[c] else values
