"""Fewer and more slots of discharge to assess: which numbers are tried, and the scenario of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flowsim.engine.engines import DEFAULT
from flowsim.errors import InputError, Problem
from flowsim.experiments.arms.arms import Arm, read_arms
from flowsim.experiments.runs.run import Changes, load_scenario
from flowsim.experiments.runs.size import MOST_PATIENTS
from flowsim.finance.case import FEWEST
from flowsim.scenario.interventions import Intervention
from flowsim.scenario.levers import Change
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.section import COUNCILS, LOCALITIES, PATHWAYS
from flowsim.scenario.yaml_file import IN_PYTHON
from flowsim.wording import known

SHARES = (-0.2, -0.1, 0.1, 0.2, 0.3, 0.4)
"""Of the slots there are, that are tried more or fewer if nothing else is asked for."""
FEWEST_OTHERS = 2
"""Numbers besides that of now, without which nothing can be said of a slope's fall."""


@dataclass(frozen=True, slots=True)
class Service:
    """A pathway, of all councils or of one.

    Parameters
    ----------
    pathway : str
    council : str or None
    """

    pathway: str
    council: str | None = None

    @classmethod
    def of(cls, name: str) -> Service:
        """Return a service by its name, `P1` or `P1.Hampshire`.

        Raises
        ------
        InputError
            If there is none.
        """
        return known("service", name, {one.name: one for one in SERVICES})

    @property
    def name(self) -> str:
        """Its name on the command line."""
        return f"{self.pathway}.{self.council}" if self.council else self.pathway

    @property
    def group(self) -> str:
        """Its patients, as metrics group them."""
        return f"pathway_council={self.pathway} {self.council}" if self.council else f"pathway={self.pathway}"

    @property
    def localities(self) -> tuple[str, ...]:
        """Where it is."""
        return tuple(where for where in LOCALITIES if self.council in (None, COUNCILS[where]))

    def slots(self, scenario: Scenario) -> dict[str, int]:
        """Return its slots by locality."""
        places = getattr(scenario.community, self.pathway).places
        return {where: places[where] for where in self.localities}


SERVICES = (
    *(Service(pathway) for pathway in PATHWAYS),
    *(Service(pathway, council) for pathway in PATHWAYS for council in dict.fromkeys(COUNCILS.values())),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServicePlan:
    """What is tried of one service.

    Parameters
    ----------
    service : Service
    slots : tuple of int
        Rising; that of now among them.
    now : int
    arms : tuple of Arm
        Of each number.
    """

    service: Service
    slots: tuple[int, ...]
    now: int
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlotPlan:
    """Curves that can be run.

    Parameters
    ----------
    baseline : Arm
    services : tuple of ServicePlan
    """

    baseline: Arm
    services: tuple[ServicePlan, ...]

    @property
    def arms(self) -> tuple[Arm, ...]:
        """Every arm; the baseline's is among them."""
        return tuple(arm for one in self.services for arm in one.arms)


def plan_slots(
    scenario: str | Path,
    services: Sequence[str] = (),
    *,
    more: Sequence[int] = (),
    changes: Changes = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = DEFAULT,
    most_patients: int = MOST_PATIENTS,
) -> SlotPlan:
    """Return what is tried, checked whole; the parameters are those of `slots`.

    Raises
    ------
    InputError
        With every problem found; nothing was run.
    """
    chosen = [Service.of(name) for name in dict.fromkeys(services or PATHWAYS)]
    first = load_scenario(scenario, changes).value
    several = first.run.replications if replications is None else replications
    if several < FEWEST:
        raise InputError(f"a curve must have at least {FEWEST} replications; found {several}")
    tried = {one: _numbers(sum(one.slots(first).values()), more) for one in chosen}
    problems = [
        Problem(
            "",
            one.name,
            f"must be tried with at least {FEWEST_OTHERS} other numbers of slots than its "
            f"{sum(one.slots(first).values())}, none below 0; found {len(numbers) - 1}",
        )
        for one, numbers in tried.items()
        if len(numbers) <= FEWEST_OTHERS or numbers[0] < 0
    ]
    if problems:
        raise InputError(problems)
    asked = {
        (one, number): _intervention(one, one.slots(first), number)
        for one, numbers in tried.items()
        for number in numbers
        if number != sum(one.slots(first).values())
    }
    baseline, *others = read_arms(
        scenario,
        list(asked.values()),
        changes=changes,
        build=False,
        replications=several,
        seed=seed,
        engine=engine,
        most_patients=most_patients,
    )
    _ = baseline.planned
    arms = dict(zip(asked, others, strict=True))
    return SlotPlan(
        baseline=baseline,
        services=tuple(
            ServicePlan(
                service=one,
                slots=numbers,
                now=sum(one.slots(first).values()),
                arms=tuple(arms.get((one, number), baseline) for number in numbers),
            )
            for one, numbers in tried.items()
        ),
    )


def spread(slots: Mapping[str, int], total: int) -> dict[str, int]:
    """Return so many slots by locality, in the proportions of those there are, by largest remainders."""
    now = sum(slots.values())
    wanted = {where: total * (count / now if now else 1 / len(slots)) for where, count in slots.items()}
    found = {where: int(amount) for where, amount in wanted.items()}
    behind = sorted(slots, key=lambda where: found[where] - wanted[where])
    for where in behind[: total - sum(found.values())]:
        found[where] += 1
    return found


def _numbers(now: int, more: Sequence[int]) -> tuple[int, ...]:
    steps = more or [int(np.rint(share * now)) for share in SHARES]
    return tuple(sorted({now, *(now + step for step in steps)}))


def _intervention(service: Service, slots: Mapping[str, int], number: int) -> Intervention:
    name = f"{service.name} with {number} slots"
    changes = [
        Change(f"community.{service.pathway}.places.{where}", "set", count)
        for where, count in spread(slots, number).items()
    ]
    return Intervention(name=name, title=name, levers=tuple((change, IN_PYTHON) for change in changes))
