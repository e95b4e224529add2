"""The picture of occupancy by hour of the week: a heat map of beds in use, with the ends written on it."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from flowsim.experiments.runs.results import Results
from flowsim.experiments.statistics.intervals import interval
from flowsim.outcomes.bed_clock import HOURS, HOURS_OF_WEEK
from flowsim.report import wording
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK, INTERVAL, MODEL
from flowsim.scenario.calendars import DAYS

METRIC = "beds_occupied_on_the_hour"
DARK = "#003366"
SHADES = LinearSegmentedColormap.from_list("beds", ["#ffffff", INTERVAL, MODEL, DARK])
"""One hue from light to dark: the same order in grey print and to all kinds of colour vision."""


def can_be_drawn(results: Results) -> bool:
    """Return whether a run has beds in use at every hour of the week."""
    return all(
        (METRIC, key) in results and not np.isnan(results.by_replication(METRIC, key)).any()
        for key in map("hour_of_week={}".format, HOURS_OF_WEEK)
    )


def ends(results: Results) -> list[tuple[str, str]]:
    """Return the fullest and the emptiest hour of the week, each with its beds and their interval."""
    found = [results.figure(METRIC, f"hour_of_week={key}") for key in HOURS_OF_WEEK]
    means = np.array([one.mean for one in found])
    said = []
    for i in (int(means.argmax()), int(means.argmin())):
        one = found[i]
        interval = wording.in_brackets(one.low, one.high, "beds", one.mean)
        said.append((f"{HOURS_OF_WEEK[i]}:00", f"{wording.number(one.mean, 'beds')} beds{interval}"))
    return said


def swing(results: Results) -> str:
    """Return by how much the fullest hour exceeds the emptiest, with the interval of the difference."""
    each = np.stack([results.by_replication(METRIC, f"hour_of_week={key}") for key in HOURS_OF_WEEK], axis=1)
    means = each.mean(axis=0)
    return wording.with_interval(*interval(each[:, means.argmax()] - each[:, means.argmin()]), "beds")


def in_words(results: Results) -> str:
    """Return what the map shows, in a sentence."""
    (fullest, most), (emptiest, least) = ends(results)
    return f"fullest {fullest}, {most}; emptiest {emptiest}, {least}; between them {swing(results)} beds"


def week_figure(results: Results) -> Figure:
    """Return the heat map of one scenario."""
    beds = np.array([results.figure(METRIC, f"hour_of_week={key}").mean for key in HOURS_OF_WEEK])
    table = beds.reshape(len(DAYS), len(HOURS))
    about = f"{wording.plain(results.about.title)}: {wording.about(results)}"
    remark = (
        "General and acute beds in use at each full hour, mean over replications and weeks; in brackets 95% "
        f"intervals (Student t). {wording.sentence(in_words(results))}. The shades begin at the emptiest "
        "hour, not at 0. Source: flowsim, this run."
    )
    with framed("Beds in use by hour of the week", about, remark, width=10.0, height=2.7) as frame:
        [ax] = frame.panels(1, left=0.06, right=0.12)
        shades = ax.imshow(table, cmap=SHADES, aspect="auto", interpolation="nearest")
        ax.set_yticks(range(len(DAYS)), DAYS)
        ax.set_xticks([hour - 0.5 for hour in range(0, 25, 3)], [f"{hour:02}:00" for hour in range(0, 25, 3)])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        for (place, said), row in zip(ends(results), ("fullest", "emptiest"), strict=True):
            day, _, hour = place.removesuffix(":00").partition(" ")
            at = (int(hour), DAYS.index(day))
            light = row == "fullest"
            ax.plot(*at, "o", color="white" if light else INK, markersize=4)
            right = at[0] > len(HOURS) / 2
            ax.annotate(
                f"{row}: {said}",
                at,
                (-7 if right else 7, 0),
                textcoords="offset points",
                ha="right" if right else "left",
                va="center",
                size=8,
                color="white" if light else INK,
            )
        bar = frame.figure.colorbar(shades, ax=ax, fraction=0.03, pad=0.015)
        bar.set_label("beds", size=8, color=GREY)
        bar.ax.tick_params(length=0, labelsize=8)
        bar.outline.set_visible(False)
    return frame.figure
