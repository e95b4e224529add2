"""A document of headings, paragraphs, tables and pictures, written once and given as Markdown and as HTML.

The HTML is one file that needs no other: pictures are inside, there is no script, and it prints on A4.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

STYLE = """\
body{font:15px/1.5 Arial,Helvetica,sans-serif;color:#212b32;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.25rem;margin-top:2.2rem}h3{font-size:1.05rem;margin-top:1.6rem}
table{border-collapse:collapse;margin:.8rem 0 1.2rem;font-size:.85rem;width:100%}
th,td{padding:.3rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid #d8dde0}
th{border-bottom:2px solid #4c6272}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
img{max-width:100%;height:auto}
@media print{body{font-size:9.5pt;margin:0;max-width:none}h2,h3{break-after:avoid}tr,img{break-inside:avoid}
thead{display:table-header-group}@page{size:A4;margin:15mm}}
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 is a section, 3 is inside one."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of plain text.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of sequence of str
    numbers : sequence of int
        Columns that are set to the right.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the name of its file, its bytes as PNG, and what it shows for those who do not see it."""

    file: str
    png: bytes
    shows: str


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A title and blocks in order."""

    title: str
    blocks: Sequence[Block]

    def markdown(self) -> str:
        """Return it as Markdown; pictures are files beside it."""
        return "\n\n".join([f"# {_plain(self.title)}", *map(_markdown, self.blocks)]) + "\n"

    def html(self) -> str:
        """Return it as one HTML file."""
        title = html.escape(self.title)
        body = "\n".join(map(_html, self.blocks))
        return (
            f'<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
            f"<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
        )


def _markdown(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_plain(block.text)}"
        case Paragraph():
            return _plain(block.text)
        case Picture():
            return f"![{_plain(block.shows)}]({block.file})"
        case Grid():
            rule = ["---:" if i in block.numbers else "---" for i in range(len(block.columns))]
            lines = [block.columns, rule, *block.rows]
            return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _plain(text: str) -> str:
    """Return text that Markdown takes as it is."""
    return "".join("\\" + c if c in "\\`*_[]<>" else c for c in text)


def _cell(text: str) -> str:
    rule = set(text) <= set("-:") and text != "-"
    return text if rule else _plain(text).replace("|", "\\|")


def _html(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{html.escape(block.text)}</h{block.level}>"
        case Paragraph():
            return f"<p>{html.escape(block.text)}</p>"
        case Picture():
            data = base64.b64encode(block.png).decode()
            return f'<p><img alt="{html.escape(block.shows)}" src="data:image/png;base64,{data}"></p>'
        case Grid():
            head = _html_row("th", block.columns, block.numbers)
            rows = "\n".join(_html_row("td", row, block.numbers) for row in block.rows)
            return f"<table>\n<thead>{head}</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _html_row(tag: str, cells: Sequence[str], numbers: Sequence[int]) -> str:
    kinds = [' class="n"' if i in numbers else "" for i in range(len(cells))]
    row = (f"<{tag}{kind}>{html.escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True))
    return f"<tr>{''.join(row)}</tr>"
