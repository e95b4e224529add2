"""Escalation: the site team's looks, the level of pressure, and the beds opened for it.

look, every eight hours --> level up at once, as far as the triggers are met
                        --> level down by one, after enough looks below it
                        --> triggers of a level met: the next block of beds opens, once it is staffed
                        --> enough calm looks running: a block closes
the level --> discharges brought forward, electives cancelled ahead, full capacity
"""

from __future__ import annotations

from flowsim.pathways.blueprint import (
    Group,
    Question,
    Resource,
    WaitingList,
    has_free,
    is_occupied,
    is_waited_for,
)
from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.scenario.schema import Scenario

LEVELS = (1, 2, 3, 4)


class EscalationLadder:
    """The level of pressure, a resource with as many places as its number, none of which is ever taken.

    So the log's table of places has the level over time, and "level 3 or above" is "three are free".
    """

    def __init__(self, hospital: Hospital, scenario: Scenario) -> None:
        self.plan, self.beds, self.hospital = scenario.escalation_ladder, scenario.wards.escalation, hospital
        self.level = hospital.resource("opel", LEVELS[0])
        self.as_group = hospital.group("OPEL level", self.level)
        self.discharges_forward = self._from(self.plan.discharges_forward_from)
        self.electives_cancelled = self._from(self.plan.electives_cancelled_from)
        self.full_capacity = self._from(self.plan.full_capacity_from)

    def _from(self, level: int | None) -> Question | None:
        return None if level is None else has_free(self.as_group, level)

    def lay_site_team(self, all_beds: Group, escalation: Resource, bed_requests: WaitingList) -> None:
        """Lay the controllers that set the level and open and close escalation beds.

        Parameters
        ----------
        all_beds : Group
            General and acute beds.
        escalation : Resource
            The beds that are opened and closed.
        bed_requests : WaitingList
            Adults waiting for their first bed.
        """
        self.all_beds, self.bed_requests = all_beds, bed_requests
        self._lay_level()
        if self.beds.blocks:
            self._lay_blocks(escalation)

    def _meeting(self, look: Path, level: int) -> Path:
        """Send aside the looks that meet the triggers of a level."""
        trigger = {2: self.plan.opel_2, 3: self.plan.opel_3, 4: self.plan.opel_4}[level]
        full = look.when(is_occupied(self.all_beds, trigger.occupancy))
        met = full.when(is_waited_for(self.bed_requests, trigger.waiting))
        look.join(full)
        return met

    def _lay_level(self) -> None:
        """Lay a place of the program for each level and number of calm looks, so no counter is needed."""
        labels, looks = {}, {}
        for level in LEVELS:
            for calm in range(self.plan.calm_looks if level > LEVELS[0] else 1):
                labels[level, calm], looks[level, calm] = self.hospital.label(f"OPEL {level}")
        self.hospital.arrivals("opel", at=[0.0], controller=True).to(labels[LEVELS[0], 0])
        for (level, calm), look in looks.items():
            look.delay(self.plan.look_every)
            for higher in range(LEVELS[-1], level, -1):
                worse = self._meeting(look, higher)
                worse.capacity(self.level, higher - level)
                worse.to(labels[higher, 0])
            if level == LEVELS[0]:
                look.to(labels[level, 0])
                continue
            self._meeting(look, level).to(labels[level, 0])
            if calm + 1 < self.plan.calm_looks:
                look.to(labels[level, calm + 1])
            else:
                look.capacity(self.level, -1)
                look.to(labels[level - 1, 0])

    def _lay_blocks(self, escalation: Resource) -> None:
        """Lay the opening and closing of blocks; a look is calm that does not meet the triggers of level 2.

        While beds are being staffed the team does not look whether to open more.
        """
        plan, beds = self.plan, self.beds
        start = min(beds.opened, beds.blocks)
        labels, looks = {}, {}
        for blocks in range(beds.blocks + 1):
            for calm in range(beds.close_looks):
                labels[blocks, calm], looks[blocks, calm] = self.hospital.label(f"{blocks} blocks open")
        self.hospital.arrivals("site_team", at=[0.0], controller=True).to(labels[start, 0])
        for (blocks, calm), look in looks.items():
            look.delay(plan.look_every)
            if blocks < beds.blocks:
                opening = self._meeting(look, plan.beds_opened_from)
                opening.delay(beds.opens_after)
                opening.capacity(escalation, beds.block)
                opening.to(labels[blocks + 1, 0])
            self._meeting(look, LEVELS[1]).to(labels[blocks, 0])
            if blocks == 0:
                look.to(labels[0, 0])
            elif calm + 1 < beds.close_looks:
                look.to(labels[blocks, calm + 1])
            else:
                look.capacity(escalation, -beds.block)
                look.to(labels[blocks - 1, 0])
