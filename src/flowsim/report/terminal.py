"""What tables on the terminal have in common: their width, their columns, and the remarks below them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from flowsim import words

WIDTH = 80

CLEAR = "*"
"""Marks a difference that is clear however many are looked at."""


def grid() -> Table:
    """Return a table without lines and, as yet, without columns."""
    return Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold", width=WIDTH)


def add_figures(table: Table, *columns: tuple[str, int | None]) -> None:
    """Add columns of figures, each a head and a width, or None for as wide as its figures."""
    for head, width in columns:
        table.add_column(head, justify="right", width=width, no_wrap=True)


def figures(*columns: tuple[str, int | None], first: str = "") -> Table:
    """Return a table of figures behind a first column that takes the width they leave."""
    table = grid()
    table.add_column(first, ratio=1, overflow="fold")
    add_figures(table, *columns)
    return table


def note(text: str, head: str = "") -> Text:
    """Return a remark, with bold words in front of it."""
    return Text.assemble((head, "bold"), text)


def notes(texts: Iterable[str], head: str) -> Iterator[RenderableType]:
    """Yield remarks of a kind, a line apart."""
    for text in texts:
        yield Text()
        yield note(text, head)


def assumptions(texts: Iterable[str]) -> Iterator[RenderableType]:
    """Yield the assumptions that what is shown rests on."""
    yield from notes(texts, "Assumption: ")


def warnings(texts: Iterable[str]) -> Iterator[RenderableType]:
    """Yield what to beware of in what is shown."""
    yield from notes(texts, "Warning: ")


def nationally(shown: Iterable[str]) -> Iterator[RenderableType]:
    """Yield today's national words for the local ones in what is shown, if there are any."""
    yield from notes(filter(None, [words.nationally(shown)]), "Nationally today: ")
