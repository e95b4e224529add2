"""What all pictures of results have: a title, what was run, the panels, and remarks below with the source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from flowsim.report.house_style import GREY, STYLE

LETTERS_AN_INCH = 17
"""Of remarks."""
INCHES_A_LINE = 0.15
ABOVE = 1.1
"""Inches for the titles."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A figure that is being drawn, and the inches that its remarks take below the panels."""

    figure: Figure
    below: float

    def panels(
        self, count: int, *, left: float, right: float = 0.02, wspace: float = 0.1, sharey: bool = True
    ) -> list[Axes]:
        """Return panels side by side, their margins as shares of the width."""
        height = self.figure.get_figheight()
        axes = self.figure.subplots(1, count, sharey=sharey, squeeze=False)[0]
        self.figure.subplots_adjust(
            left=left,
            right=1 - right,
            top=1 - ABOVE / height,
            bottom=self.below / height,
            wspace=wspace,
        )
        return list(axes)


@contextmanager
def framed(
    title: str, about: str, remark: str, *, width: float, height: float, axis: float = 0.45
) -> Iterator[Frame]:
    """Give a figure with its titles and remarks, in the house style.

    Parameters
    ----------
    title, about : str
        What it shows, and what was run.
    remark : str
        How to read it, its interval and its source; new lines are kept.
    width, height : float
        Inches; the height is that of the panels.
    axis : float
        Inches between the panels and the remarks.
    """
    letters = int(LETTERS_AN_INCH * width)
    lines = [line for part in remark.split("\n") for line in textwrap.wrap(part, letters)]
    below = axis + 0.12 + INCHES_A_LINE * len(lines)
    whole = ABOVE + height + below
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, whole), dpi=150)
        FigureCanvasAgg(figure)
        figure.text(0.014, 1 - 0.33 / whole, title, size=14, weight="bold")
        figure.text(0.014, 1 - 0.6 / whole, about, color=GREY)
        figure.text(0.014, 0.1 / whole, "\n".join(lines), size=7.5, color=GREY, linespacing=1.4)
        yield Frame(figure, below)
