"""A document of headings, paragraphs, lists, tables and pictures, given as Markdown and as HTML.

The HTML is one file that needs no other: pictures are inside, there is no script, and it prints on A4. The
page is `templates/document.html`; every text in it is escaped.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import jinja2


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 is a section, 3 is inside one."""

    text: str
    level: int = 2

    @property
    def anchor(self) -> str:
        """The name by which a link leads to it."""
        return re.sub(r"\W+", "-", self.text.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text, with some bold words in front of it or in small print."""

    text: str
    lead: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each item has bold words in front, which may be empty, and plain text."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """Links to the sections, on the page only."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of plain text; the first cell of a row is its head.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of sequence of str
    numbers : sequence of int
        Columns that are set to the right.
    caption : str
        What the table is of.
    """

    EVEN: ClassVar[int] = 4
    """Columns from which those but the first are equally wide, so that like stands beside like."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    caption: str = ""

    @property
    def even(self) -> bool:
        """Whether its columns are many and alike."""
        return len(self.columns) >= self.EVEN and len(self.numbers) >= len(self.columns) - 2


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the name of its file, its bytes as PNG, and what it shows for those who do not see it."""

    file: str
    png: bytes
    shows: str

    @property
    def base64(self) -> str:
        """Its bytes as text."""
        return base64.b64encode(self.png).decode()


Block = Heading | Paragraph | Listing | Contents | Grid | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A title and blocks in order."""

    title: str
    blocks: Sequence[Block]

    def markdown(self) -> str:
        """Return it as Markdown; pictures are files beside it."""
        parts = [f"# {_plain(self.title)}", *filter(None, map(_markdown, self.blocks))]
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """Return it as one HTML file."""
        return _page().render(
            document=self,
            blocks=[(type(block).__name__, block) for block in self.blocks],
            headings=[one for one in self.blocks if isinstance(one, Heading) and one.level == 2],
        )


@cache
def _page() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["unbroken"] = _unbroken
    return environment.get_template("document.html")


def _unbroken(text: str) -> str:
    """Return a cell in which a short bracket, such as an interval, is not broken over lines."""
    return re.sub(r"\([^()]{1,24}\)", lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def _markdown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_plain(block.text)}"
        case Paragraph():
            return _led(block.lead, block.text)
        case Listing():
            return "\n".join(f"- {_led(lead, text)}" for lead, text in block.items)
        case Contents():
            return ""
        case Picture():
            return f"![{_plain(block.shows)}]({block.file})"
        case Grid():
            rule = ["---:" if i in block.numbers else "---" for i in range(len(block.columns))]
            lines = [block.columns, rule, *block.rows]
            table = "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)
            return f"{_plain(block.caption)}\n\n{table}" if block.caption else table


def _led(lead: str, text: str) -> str:
    return f"**{_plain(lead)}** {_plain(text)}" if lead else _plain(text)


def _plain(text: str) -> str:
    """Return text that Markdown takes as it is."""
    return "".join("\\" + c if c in "\\`*_[]<>" else c for c in text)


def _cell(text: str) -> str:
    rule = set(text) <= set("-:") and text != "-"
    return text if rule else _plain(text).replace("|", "\\|")
