"""Patience: the clocks that run while somebody waits in an acute bed for a service.

ready for service --> slot
|
+--> the first clock to strike: another way out | new episode | decline | substitution
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.pathways.path import Path
from flowsim.sampling.laws import Column, Derived, Draw, Floats
from flowsim.scenario.sections.community import Community, Substitution
from flowsim.units import LONGEST_DURATION

OTHER_WAY_OUT = "other_way_out"
NEW_EPISODE = "new_episode"
DECLINE = "decline"
SUBSTITUTION = {"p2_by_p1": "P1", "p3_by_p2": "P2"}
"""Clocks after which another service will do as well, and which."""


class Patience:
    """How long patients wait for a service of their own, and what ends the wait."""

    def __init__(self, plan: Community) -> None:
        waiting, substitution = plan.waiting, plan.substitution
        self.clocks: dict[str, Draw] = {
            OTHER_WAY_OUT: Draw(OTHER_WAY_OUT, waiting.other_way_out),
            NEW_EPISODE: Draw(NEW_EPISODE, waiting.new_episode),
            DECLINE: Draw(DECLINE, waiting.decline),
        }
        self.own: dict[str, tuple[str, ...]] = {"P1": (DECLINE,), "P2": (), "P3": ()}
        for pathway, name, rule in (
            ("P2", "p2_by_p1", substitution.P2_by_P1),
            ("P3", "p3_by_p2", substitution.P3_by_P2),
        ):
            if rule.share > 0:
                self.clocks[name] = Draw(name, _Agreed(rule))
                self.own[pathway] = (name,)
        self._firsts: dict[tuple[str, ...], Derived] = {}
        self._ways: dict[tuple[str, ...], Derived] = {}

    def of(self, pathway: str) -> tuple[str, ...]:
        """Return the clocks that run while patients of a pathway wait."""
        return (OTHER_WAY_OUT, NEW_EPISODE, *self.own[pathway])

    def first_of(self, clocks: tuple[str, ...]) -> Column:
        """Return after how many minutes the first of some clocks strikes."""
        draws = tuple(self.clocks[clock] for clock in clocks)
        return draws[0] if len(draws) == 1 else self._firsts.setdefault(clocks, Derived(draws, _earliest))

    def sort(self, given_up: Path, clocks: tuple[str, ...]) -> dict[str, Path]:
        """Send those whose wait is over the way of the clock that struck first."""
        draws = tuple(self.clocks[clock] for clock in clocks)
        if len(draws) == 1:
            return {clocks[0]: given_up}
        way = self._ways.setdefault(clocks, Derived(draws, _which))
        return dict(zip(clocks, given_up.route(way, len(clocks)), strict=True))


@dataclass(frozen=True, slots=True)
class _Agreed:
    """When a share of patients may have another service; the others practically never."""

    rule: Substitution

    def quantile(self, u: Floats) -> Floats:
        """Return minutes."""
        return np.asarray(np.where(u < self.rule.share, self.rule.after, LONGEST_DURATION), dtype=np.float64)


def _earliest(*minutes: Floats) -> Floats:
    return np.asarray(np.min(minutes, axis=0), dtype=np.float64)


def _which(*minutes: Floats) -> Floats:
    return np.asarray(np.argmin(minutes, axis=0), dtype=np.float64)
