"""The house style of pictures: colours, letters, axes that carry nothing they need not, and equal bytes.

Drawn without pyplot, so that it needs no screen and leaves no state; equal results give equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, GREY = "#212b32", "#4c6272"
MODEL, INTERVAL, SPREAD = "#005eb8", "#7fb2e5", "#d8dfe4"
RECORD = "#c24a00"
"""Blue and orange are told apart by all kinds of colour vision, and their shades in grey."""
PALE = "#d8dde0"
"""Of grid lines."""

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "svg.hashsalt": "flowsim",
    "text.parse_math": False,  # a title may have a dollar
    "svg.fonttype": "path",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "xtick.color": INK,
    "ytick.color": INK,
}


def plain_axes(ax: Axes, *, grid: Literal["x", "y"] = "x") -> None:
    """Leave of a panel's axes a grid in one direction and the line at the bottom."""
    ax.tick_params(length=0)
    ax.grid(axis=grid, color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)


def leader(colour: str) -> dict[str, Any]:
    """Return the line from a label's left edge to what it names; from its middle it would cross words."""
    return {
        "arrowstyle": "-",
        "color": colour,
        "linewidth": 0.6,
        "relpos": (0, 0.5),
        "shrinkA": 2,
        "shrinkB": 2,
    }


def month_ticks(months: Sequence[str]) -> list[str]:
    """Return the first letters of months, fewer the more there are, the year below where it begins."""
    letters = 3 if len(months) <= 15 else 1 if len(months) <= 36 else 0
    dates = [dt.date.fromisoformat(f"{month}-01") for month in months]
    begins = [day.month == 1 or (i == 0 and letters > 0) for i, day in enumerate(dates)]
    return [
        f"{f'{day:%b}'[:letters]}\n{day.year if begun else ''}"
        for day, begun in zip(dates, begins, strict=True)
    ]


def pictures(figures: Mapping[str, Figure]) -> dict[str, bytes]:
    """Return figures as PNG and as SVG, by the names of their files."""
    drawn = {f"{name}.png": png(figure) for name, figure in figures.items()}
    return drawn | {f"{name}.svg": svg(figure) for name, figure in figures.items()}


def png(figure: Figure) -> bytes:
    """Return a picture as PNG."""
    return _bytes(figure, "png", {"Software": None})


def svg(figure: Figure) -> bytes:
    """Return a picture as SVG, its letters drawn, so that it looks the same everywhere."""
    return _bytes(figure, "svg", {"Date": None, "Creator": "flowsim"})


def _bytes(figure: Figure, format: str, metadata: dict[str, str | None]) -> bytes:
    with mpl.rc_context(STYLE):
        stream = io.BytesIO()
        figure.savefig(stream, format=format, metadata=metadata)
    return stream.getvalue()
