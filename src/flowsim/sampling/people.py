"""Some patients' attributes, as laws read them: positions of levels, for the rows that are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Some patients' attributes, as laws read them."""

    count: int
    known: Mapping[str, Codes]
    all_levels: Mapping[str, tuple[str, ...]]
    chosen: Codes | None = None
    """Rows of `known`, all if None: most laws look at one attribute or none, so nothing is copied before."""

    def __len__(self) -> int:
        return self.count

    def codes(self, attribute: str) -> Codes:
        """Return each patient's position in the levels of `attribute`."""
        codes = self.known[attribute]
        return codes if self.chosen is None else codes[self.chosen]

    def levels(self, attribute: str) -> tuple[str, ...]:
        """Return the levels of `attribute`."""
        return self.all_levels[attribute]

    def is_level(self, attribute: str, level: str) -> NDArray[np.bool_]:
        """Return which patients have `level` of `attribute`."""
        return np.asarray(self.codes(attribute) == self.all_levels[attribute].index(level))

    def only(self, rows: Codes) -> People:
        """Return the patients of some rows."""
        return People(len(rows), self.known, self.all_levels, rows)

    def settled(self) -> People:
        """Return the same patients with attributes of their own."""
        return People(self.count, {name: self.codes(name) for name in self.known}, self.all_levels)
