"""Caveats: what is said wherever a result rests on an assumption that could be taken for a fact.

A caveat stands in a scenario that has the value assumed. It is said of an output that shows one of its
figures, names one of its levers, or has arms that differ in them, and of nothing else.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flowsim.scenario.levers import plain
from flowsim.scenario.schema import Scenario

Standing = Mapping[str, str]
"""Of a scenario: the caveats that stand, by name, each with the values of its levers as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """One assumption.

    Parameters
    ----------
    text : str
        A sentence that stands by itself.
    section, field : str
        Where in a scenario the value is that is assumed ...
    assumed : object
        ... and the value, as YAML has it.
    levers : str
        How the dotted paths begin of the levers whose moving brings it up.
    figures : tuple of str
        Metrics, metrics of a group such as `conversion_rate[frailty=frail]`, and resources that bring it up.
    """

    text: str
    section: str
    field: str
    assumed: Any
    levers: str
    figures: tuple[str, ...]

    def is_about(self, figures: Iterable[str], levers: Iterable[str]) -> bool:
        """Return whether a shown figure or a named lever brings it up."""
        shown = {name for figure in figures for name in (figure, figure.partition("[")[0])}
        return not shown.isdisjoint(self.figures) or any(path.startswith(self.levers) for path in levers)


CAVEATS = {
    "fit_hours": Caveat(
        text=(
            "The hours of the Frailty Intervention Team in the baseline, 8 h × 5 d, are our assumption; "
            "the Operating Plan 2017-19 states only the aim, 12 h × 7 d."
        ),
        section="frailty",
        field="fit_hours",
        assumed={"Mon-Fri": "09:00-17:00", "Sat-Sun": "closed"},
        levers="frailty.fit_",
        figures=(
            "fit",
            "fit_seen_per_day",
            "fit_admissions_avoided_per_day",
            "conversion_rate[frailty=frail]",
            "conversion_rate[frailty=not_frail]",
        ),
    ),
}
"""Every caveat by name."""


def standing(scenario: Scenario) -> dict[str, str]:
    """Return the caveats that stand in a scenario."""
    return {
        name: _values(scenario, caveat)
        for name, caveat in CAVEATS.items()
        if plain(getattr(getattr(scenario, caveat.section), caveat.field)) == caveat.assumed
    }


def said(arms: Sequence[Standing], figures: Iterable[str] = (), levers: Iterable[str] = ()) -> list[str]:
    """Return the text of each caveat that an output has to say.

    Parameters
    ----------
    arms : sequence of Standing
        Of each scenario shown.
    figures : iterable of str
        The metrics, metrics of a group and resources shown.
    levers : iterable of str
        Dotted paths of the levers named.
    """
    figures, levers = list(figures), list(levers)
    return [
        caveat.text
        for name, caveat in CAVEATS.items()
        if any(name in arm for arm in arms)
        and (caveat.is_about(figures, levers) or len({arm.get(name) for arm in arms}) > 1)
    ]


def paragraphs(texts: Iterable[str]) -> str:
    """Return caveats as HTML."""
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def _values(scenario: Scenario, caveat: Caveat) -> str:
    """Return the values of a caveat's levers."""
    section = getattr(scenario, caveat.section)
    paths = {f"{caveat.section}.{field.name}": field.name for field in fields(section)}
    levers = {path: getattr(section, name) for path, name in paths.items() if path.startswith(caveat.levers)}
    return json.dumps(plain(levers), sort_keys=True)
