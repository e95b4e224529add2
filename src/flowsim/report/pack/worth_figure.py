"""The picture of what interventions are worth, with how unsure that is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from flowsim.finance.appraised import Range
from flowsim.finance.ledger import BACKFILLS
from flowsim.report.finance_words import BACKFILL, pounds, probability
from flowsim.report.frame import framed
from flowsim.report.house_style import GREY, INK, MODEL, RECORD, plain_axes
from flowsim.report.pack.money import Money

INCHES_A_LINE = 0.27
APART = 0.9
"""Between interventions, in lines."""
LETTERS_A_TITLE = 36


def worth_figure(money: Money, arms: Mapping[str, str], title: str) -> Figure:
    """Return the worth of each arm, by name with its title, by what freed beds are used for."""
    lines = [(arm, way) for arm in arms for way in BACKFILLS]
    remark = (
        f"Net present value to the system over {money.years} years in {money.book.prices_of} prices. Dot: "
        f"prices and effect at their middle. Bar: 95% of {money.draws:,} joint draws. Blue: above nothing in "
        "all of them. Orange: below. Grey: may be either. In brackets the probability that it pays. Worth "
        "counts treatments and reused beds in kind. Source: flowsim and its price book, each price with its "
        "own source."
    )
    height = INCHES_A_LINE * (_place(len(lines) - 1) + 1.8)
    with framed("What it is worth", title, remark, width=10.0, height=height) as frame:
        axes = frame.panels(2, left=0.38)
        for ax, head, in_cash in zip(axes, ("In all", "In cash alone"), (False, True), strict=True):
            ax.axvline(0, color=INK, linewidth=0.8)
            for i, key in enumerate(lines):
                one = money.worths[key]
                found, pays = (one.cash, one.pays_cash) if in_cash else (one.value, one.pays)
                y = _place(i)
                colour = colour_of(found)
                ax.plot([found.low / 1e6, found.high / 1e6], [y, y], color=colour, linewidth=2.4)
                ax.plot(found.value / 1e6, y, "o", color=colour, markersize=5.5, markeredgecolor="white")
                ax.annotate(
                    f"{pounds(found.value)} ({probability(pays)})",
                    (found.value / 1e6, y),
                    (0, 5),
                    textcoords="offset points",
                    ha="center",
                    size=7.5,
                    color=colour,
                    path_effects=[withStroke(linewidth=2.5, foreground="white")],
                )
            ax.set_title(head, loc="left", size=9.5, weight="bold")
            ax.set_xlabel("£ million", size=8, color=GREY, labelpad=2)
            ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
            ax.xaxis.set_major_formatter(lambda value, _: f"{value:,g}".replace("-", "−"))
            ax.margins(x=0.15)
            plain_axes(ax)
        names = [f"beds {BACKFILL[way]}" for _, way in lines]
        axes[0].set_yticks([_place(i) for i in range(len(lines))], names, size=8)
        for k, name in enumerate(arms.values()):
            axes[0].annotate(
                "\n".join(textwrap.wrap(name, LETTERS_A_TITLE, break_on_hyphens=False)),
                (0.014, _place(k * len(BACKFILLS))),
                xycoords=("figure fraction", "data"),
                va="top",
                size=8,
                weight="bold",
                annotation_clip=False,
            )
        axes[0].set_ylim(_place(len(lines) - 1) + 0.9, -0.9)
    return frame.figure


def _place(line: int) -> float:
    return line + APART * (line // len(BACKFILLS))


def colour_of(one: Range) -> str:
    """Return the colour of an amount: above nothing, below it, or grey where it may be either."""
    return MODEL if one.low > 0 else RECORD if one.high < 0 else GREY
