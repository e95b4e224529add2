"""Where words stand in a picture, by the extents of what is drawn."""

from __future__ import annotations

from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def words(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text that is drawn in a picture with its box in pixels, without leaders."""
    figure.draw_without_rendering()
    beyond = [
        label
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for label in (tick.label1, tick.label2)
    ]
    shown = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
    return [(one.get_text(), Text.get_window_extent(one)) for one in shown if one not in beyond]


def outside(figure: Figure) -> list[str]:
    """Return the texts that are cut off by the picture's edge."""
    return [
        said
        for said, box in words(figure)
        if not (figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 and figure.bbox.y0 <= box.y0)
        or box.y1 > figure.bbox.y1
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that are printed over one another."""
    return [
        (first, second)
        for (first, one), (second, other) in combinations(words(figure), 2)
        if one.overlaps(other)
    ]
