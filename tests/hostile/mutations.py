"""What a hostile or a hurried hand makes of an input file: strategies for hypothesis."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

NASTY_TEXT = (
    "",
    " ",
    "../../../etc/passwd",
    "/etc/passwd",
    "a/b",
    "..",
    "CON",
    "x" * 300,
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b]0;title\x07",
    "é",
    "e\u0301",
    "\u202egnp.exe",
    "😀",
    "0 min",
    "-3 h",
    "1e3 h",
    "999999999999999 days",
    "nan h",
    "25:00",
    "2016-13-45",
    "9999-12-31",
    "0001-01-01",
    "\ud800",
    "\0",
    "null",
    "true",
    "380 per day",
    "999999999 per minute",
)
NASTY_NUMBERS = (
    *(0, -1, 1, 2, 0.5, 1.5, 1e9, -1e9, 1e-300, 1e300, 10**9, 10**15, 10**30),
    *(float("nan"), float("inf"), float("-inf"), 2**31, 2**63, 2**64),
)
SCALARS = st.one_of(
    st.sampled_from(NASTY_TEXT),
    st.sampled_from(NASTY_NUMBERS),
    st.sampled_from([None, True, False]),
    st.text(max_size=20),
    st.floats(),
    st.integers(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NASTY_TEXT), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.one_of(st.sampled_from(NASTY_TEXT), st.text(max_size=10))

Keys = tuple[str | int, ...]


def paths(tree: Any, keys: Keys = ()) -> Iterator[Keys]:
    """Yield the keys of everything inside a tree."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield (*keys, key)
        yield from paths(value, (*keys, key))


def at(tree: Any, keys: Keys) -> Any:
    for key in keys:
        tree = tree[key]
    return tree


@st.composite
def other_values(draw: DrawFn, value: Any) -> Any:
    """Draw what may stand in the place of a value: something like it, more often than anything."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and draw(st.booleans()):
        return draw(st.sampled_from([0, -value, value * 1e6, value * 1e-6, value + 0.5, str(value), [value]]))
    if isinstance(value, str) and draw(st.booleans()):
        number, _, unit = value.partition(" ")
        return draw(
            st.sampled_from(
                [f"{number}e9 {unit}", f"-{value}", f"0 {unit}", number, value * 2, value.upper()]
            )
        )
    if isinstance(value, dict) and draw(st.booleans()):
        kept = draw(st.lists(st.sampled_from(sorted(value)), unique=True)) if value else []
        return {key: value[key] for key in kept} | {draw(KEYS): draw(VALUES)}
    if isinstance(value, list) and draw(st.booleans()):
        return value * draw(st.integers(0, 3))
    return draw(VALUES)


def extreme_values(value: Any) -> st.SearchStrategy[Any]:
    """Return what a value of its kind may be, at the ends of what is allowed and beyond them."""
    if isinstance(value, bool) or value is None:
        return st.sampled_from([True, False, None])
    if isinstance(value, (int, float)):
        return st.sampled_from([0, 1, 0.0, 1.0, 10 * value, 1000 * value, 10**9, value / 1000, 1e300, 1e-300])
    unit = str(value).partition(" ")[2]
    if unit.startswith("per ") or unit in ("s", "min", "h", "day", "days", "weeks"):
        return st.sampled_from([f"{n} {unit}" for n in (0, "0.001", 1, 1000, 30000, 10**6, 10**12)])
    return st.just(value)


@st.composite
def overlays(
    draw: DrawFn, tree: dict[str, Any], values: Callable[[Any], st.SearchStrategy[Any]] = other_values
) -> dict[str, Any]:
    """Draw a child of a scenario in which some of its values are others."""
    child: dict[str, Any] = {}
    every = list(paths(tree))
    if values is extreme_values:
        every = [keys for keys in every if not isinstance(at(tree, keys), (dict, list))]
    for _ in range(draw(st.integers(1, 3))):
        keys = draw(st.sampled_from(every))
        value, here, parent = at(tree, keys), child, tree
        replaced = copy.deepcopy(draw(values(value)))
        for i, key in enumerate(keys):
            if isinstance(parent, list):  # a list is replaced as a whole
                break
            last = i + 1 == len(keys)
            below = parent[key]
            if last or isinstance(below, list):
                here[key] = replaced
                break
            here = here.setdefault(key, {})
            if not isinstance(here, dict):
                break
            parent = below
    return child


@st.composite
def mutated_trees(draw: DrawFn, tree: dict[str, Any]) -> dict[str, Any]:
    """Draw a tree in which some values are deleted, doubled, retyped or besides others."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        every = list(paths(tree))
        if not every:
            break
        keys = draw(st.sampled_from(every))
        parent, last = at(tree, keys[:-1]), keys[-1]
        what = draw(st.sampled_from(["delete", "replace", "replace", "replace", "add"]))
        if what == "delete":
            del parent[last]
        elif what == "replace":
            parent[last] = draw(other_values(parent[last]))
        elif isinstance(parent, dict):
            parent[draw(KEYS)] = draw(VALUES)
        else:
            parent.append(draw(VALUES))
    return tree


@st.composite
def mutated_bytes(draw: DrawFn, content: bytes) -> bytes:
    """Draw a file whose lines or characters are lost, doubled, moved or others."""
    lines = content.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at_line = draw(st.integers(0, len(lines) - 1)) if lines else 0
        what = draw(st.sampled_from(["delete", "double", "indent", "cut", "insert", "byte", "swap"]))
        if not lines:
            break
        line = lines[at_line]
        if what == "delete":
            del lines[at_line]
        elif what == "double":
            lines.insert(at_line, line)
        elif what == "indent":
            lines[at_line] = b" " * draw(st.integers(1, 5)) + line
        elif what == "cut":
            lines[at_line] = line[: draw(st.integers(0, len(line)))]
        elif what == "insert":
            odd = draw(
                st.sampled_from(
                    [
                        b"\0",
                        b"\xff",
                        b"\t",
                        b"\r",
                        b"&a ",
                        b"*a",
                        b"!!python/object:os.system ",
                        b"{",
                        b"[",
                        b'"',
                        b"'",
                        b"%",
                        b"- ",
                        b": ",
                        b",",
                        b"<<: ",
                        b"---\n",
                        b"...\n",
                        "é\u202e".encode(),
                        b"1e999",
                        b".nan",
                        b"-",
                        b"0",
                    ]
                )
            )
            place = draw(st.integers(0, len(line)))
            lines[at_line] = line[:place] + odd + line[place:]
        elif what == "byte" and line:
            place = draw(st.integers(0, len(line) - 1))
            lines[at_line] = line[:place] + bytes([draw(st.integers(0, 255))]) + line[place + 1 :]
        else:
            other = draw(st.integers(0, len(lines) - 1))
            lines[at_line], lines[other] = lines[other], lines[at_line]
    return b"".join(lines)
