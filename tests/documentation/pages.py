"""The pages of the documentation, and what they tell a reader to type."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")),
        *(ROOT / folder / "README.md" for folder in ("notebooks", "data", "benchmarks", "tests/oracles")),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs" / "validation").glob("*.md"),
    ]
)
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?:^(?: {4}[^\n]*)?\n)*^ {4}[^\n]+\n", re.MULTILINE)
COMMAND = re.compile(r"(?:^|&& |; |\()(?:\.venv/bin/|\.venv\\Scripts\\)?flowsim( [^)\n]*|$)", re.MULTILINE)
INLINE = re.compile(r"`(?:\.venv/bin/)?(flowsim [^`]+)`")


@dataclass(frozen=True)
class Snippet:
    """What stands on a page to be typed, and where."""

    page: Path
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Snippet]:
    """Return the fenced and the indented blocks of a page, in order; an indented one has no kind."""
    text = page.read_text(encoding="utf-8")
    found = [(one.start(), one[1], one[2]) for one in FENCE.finditer(text)]
    rest = FENCE.sub(lambda one: re.sub(r"[^\n]", "", one[0]), text)
    found += [(_at(text, rest, one.start()), "", textwrap.dedent(one[0])) for one in INDENTED.finditer(rest)]
    return [Snippet(page, text.count("\n", 0, at) + 1, kind, block) for at, kind, block in sorted(found)]


def _at(text: str, rest: str, at: int) -> int:
    """Return where in a text the line is that begins at a place of the text without its fences."""
    return sum(map(len, text.splitlines(keepends=True)[: rest.count("\n", 0, at)]))


def commands(page: Path) -> list[Snippet]:
    """Return every call of flowsim on a page, in a block or in a sentence, without `flowsim` itself."""
    calls = [
        Snippet(page, block.line, "call", typed[1].strip())
        for block in blocks(page)
        if block.kind in ("", "sh", "console", "bash", "powershell")
        for typed in COMMAND.finditer(block.text)
    ]
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    return calls + [
        Snippet(page, 0, "words", one[1].removeprefix("flowsim ")) for one in INLINE.finditer(prose)
    ]


def arguments(command: Snippet) -> list[str]:
    """Return the arguments of a call, without what comes behind it."""
    words = shlex.split(re.split(r"\s{2,}| #", command.text.replace("\\", "/"))[0])
    return words[: min((at for at, word in enumerate(words) if word in (">", "&&")), default=len(words))]
