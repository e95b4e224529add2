"""Small numbers: what may be said of a count of patients, in everything that is written.

NHS Digital's rule for Hospital Episode Statistics and the Emergency Care Data Set below England: a count of 1
to 7 is not shown, any other is rounded to the nearest 5, so that no small one can be had by subtraction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

SOURCE = (
    "NHS Digital, Disclosure control methodology for Hospital Episode Statistics (HES) and Emergency Care "
    "Data Set (ECDS), September 2018"
)
FEWEST = 8
"""Patients from whom on a count is shown."""
ROUNDED_TO = 5
HIDDEN = 4
"""What stands for any count of 1 to 7 where a figure has to be worked out from it: their middle."""


def disclosed(counts: ArrayLike) -> NDArray[np.float64]:
    """Return counts as figures may use them: 0, 4 for 1 to 7, else the nearest 5; shape of `counts`."""
    exact = np.asarray(counts, dtype=np.float64)
    rounded = np.floor(exact / ROUNDED_TO + 0.5) * ROUNDED_TO
    return np.where(exact <= 0, 0.0, np.where(exact < FEWEST, HIDDEN, rounded))


def is_small(count: float) -> bool:
    """Return whether a count may not be shown."""
    return 0 < count < FEWEST


def shown(count: float) -> str:
    """Return a count as text: `0`, `1 to 7`, or the nearest 5."""
    return f"1 to {FEWEST - 1}" if is_small(count) else f"{int(disclosed(count)):,}"


def shown_in_json(count: float) -> int | str:
    """Return a count as JSON: a number, or the text `1-7`."""
    return f"1-{FEWEST - 1}" if is_small(count) else int(disclosed(count))
