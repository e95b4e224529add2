"""The colour of a difference on a terminal.

Cyan is better, yellow worse, told apart by all kinds of colour vision and readable on dark and on light. A
difference is coloured where its own interval leaves out no change. Its sign and its interval say the same, so
nothing is lost where there is no colour (`NO_COLOR`, a file, a pipe).
"""

from __future__ import annotations

from rich.text import Text

from flowsim.outcomes import METRICS

BETTER, WORSE = "cyan", "yellow"


def coloured(text: str, metric: str, low: float, high: float) -> Text:
    """Return a difference of a metric with the colour of better or worse.

    Parameters
    ----------
    text : str
    metric : str
        Decides which way is better; where neither is, there is no colour.
    low, high : float
        The 95 % interval of the difference; NaN if there is none.
    """
    direction = METRICS[metric].direction
    if direction == "neutral" or not (low > 0 or high < 0):
        return Text(text)
    return Text(text, style=BETTER if (low > 0) == (direction == "higher") else WORSE)
