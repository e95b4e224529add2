"""The table of a goal seek: the answer in words, every value that was tried, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flowsim import words
from flowsim.experiments.capacity.seek_results import Seek
from flowsim.experiments.capacity.seeking import Point
from flowsim.experiments.capacity.worths import Bottlenecks
from flowsim.outcomes import METRICS
from flowsim.report import wording
from flowsim.report.bottlenecks_table import busiest, lever_words, points
from flowsim.report.terminal import add_figures, assumptions, grid, nationally, note, warnings

LARGEST_IN_THE_WAY = 3
"""Levers and resources named as standing in the way."""


def seek_table(found: Seek) -> RenderableType:
    """Return all that the terminal shows of a search, 80 columns wide."""
    planned = found.planned
    answer, *more = verdict(found)
    parts: list[RenderableType] = [
        Text(wording.plain(found.about.title), style="bold"),
        Text(
            f"{wording.date(found.about.start)} to {wording.date(found.about.last)}, "
            f"seed {planned.baseline.seed}"
        ),
        Text(),
        Text(answer, style="bold"),
        *map(Text, more),
        Text(),
        _tried(found),
        Text(),
        note(
            f"P: share of replications that meet {planned.clause.text}, with its 95% interval (Clopper and "
            "Pearson); every value has the same patients. Values near the boundary had more replications. ? "
            f"the interval leaves open on which side of {100 * planned.rule.probability:g}% the value is."
        ),
        *assumptions(_caveats(found)),
        *nationally([METRICS[planned.clause.metric].label, *verdict(found)]),
        *warnings(found.warnings),
    ]
    return Group(*parts)


def _caveats(found: Seek) -> list[str]:
    """Return what must be said of the search and of what stands in the way."""
    there = found.obstacles
    if there is None:
        return found.caveats()
    return found.caveats(
        [there.binding.resources[i] for i in busiest(there, LARGEST_IN_THE_WAY)],
        [more.lever.name for more in there.ranking()[:LARGEST_IN_THE_WAY]],
    )


def verdict(found: Seek) -> list[str]:
    """Return the answer in sentences, the first of them the answer itself."""
    return [*_answer(found), *(_in_the_way(found.obstacles) if found.obstacles else ())]


def _answer(found: Seek) -> Iterator[str]:
    planned, best = found.planned, found.best
    asked = f"P({planned.clause.text}) of at least {100 * planned.rule.probability:g}%"
    if found.answer is None:
        yield f"No value in range gives {asked}."
        yield f"The nearest is {planned.text(best.index)}: {_chance(found, best)}."
        return
    if len(planned.levers) > 1:
        yield f"The cheapest mix on the grid with {asked} costs {planned.cost(best.index):,.6g}:"
        yield f"{planned.text(best.index)}: {_chance(found, best)}."
        steps = (
            f"{lever.name} {', '.join(f'{value:g}' for value in lever.values)}" for lever in planned.levers
        )
        yield f"The grid: {'; '.join(steps)}."
    else:
        least = "first value in range" if best.index == (0,) else "first value"
        yield f"{planned.text(best.index)} is the {least} with {asked}."
        yield f"There {_chance(found, best)}."
        if found.before:
            yield f"At {planned.text(found.before.index)} {_chance(found, found.before)}."
    if not planned.rule.is_sure(best):
        more = 2 * planned.rule.most
        yield f"That is not sure yet, P may be below what was asked for: try --max-replications {more}."


def _chance(found: Seek, point: Point) -> str:
    chance, figure = point.chance, point.figure
    clause = found.planned.clause
    unit = METRICS[clause.metric].unit
    mean = (wording.signed_with_unit if clause.difference else wording.with_unit)(figure.mean, unit)
    return (
        f"P is {100 * chance.share:.0f}% ({100 * chance.low:.0f}–{100 * chance.high:.0f}%, "
        f"{chance.met} of {wording.how_many(chance.of, 'replication')}) and the mean {mean}"
    )


def _in_the_way(found: Bottlenecks) -> Iterator[str]:
    bound = found.binding
    waited = ", ".join(
        f"{words.resource(bound.resources[i])} ({100 * bound.share_in_all[i]:.0f}% of the time)"
        for i in busiest(found, LARGEST_IN_THE_WAY)
    )
    unit = METRICS[found.rank_by].unit
    best = ", ".join(
        f"{more.lever.name} ({points(found.worth(more.lever.name, found.rank_by).mean, unit)})"
        for more in found.ranking()[:LARGEST_IN_THE_WAY]
    )
    yield f"What stands in the way there: waited for most are {waited}."
    yield f"One unit more would be worth most of {best}: {METRICS[found.rank_by].label}."


def _tried(found: Seek) -> Table:
    planned = found.planned
    unit = METRICS[planned.clause.metric].unit
    table = grid()
    for lever in planned.levers:
        table.add_column(lever_words(lever.name), justify="right", ratio=1, overflow="fold")
    if planned.costs:
        table.add_column("Cost", justify="right", width=8)
    heads = (("Mean", 7), ("95% interval", 12), ("P", 6), ("95% interval", 12), ("Repl.", 5))
    add_figures(table, *heads)
    for point in found.points:
        figure, chance = point.figure, point.chance
        doubt = " " if planned.rule.is_sure(point) else "?"
        table.add_row(
            *(lever.text(v) for lever, v in zip(planned.levers, planned.values(point.index), strict=True)),
            *([f"{planned.cost(point.index):,.6g}"] if planned.costs else []),
            (wording.signed if planned.clause.difference else wording.number)(figure.mean, unit),
            (wording.signed_span if planned.clause.difference else wording.span)(
                figure.low, figure.high, unit, figure.mean
            ),
            f"{100 * chance.share:.0f}%{doubt}",
            f"{100 * chance.low:.0f}–{100 * chance.high:.0f}%",
            str(chance.of),
            style="bold" if point is found.answer else "",
        )
    return table
