"""The rush before four hours.

bed request --> in line since arrival --(begins)--> first in line --(4 h)--> in line since the decision
bed found --> how long on the clock? --+--> near 4 h: moved at once
                 ^                     +--> too late: moved as usual
                 +-- under way --------+--> not yet: moved as usual
"""

from __future__ import annotations

import numpy as np

from flowsim.pathways.builder import Hospital
from flowsim.pathways.path import Path
from flowsim.sampling.laws import By, Derived, Draw, Duration, Value
from flowsim.scenario.schema import Scenario
from flowsim.timeline import GRID, StepFunction

FIRST_IN_LINE, IN_LINE = -1, 0

FOUR_HOURS = 240.0

LATEST_CLOCK_START = 15.0
"""Minutes after an ambulance's arrival at which its patient's clock has started; taken as when it does."""

LOOKS = 3
"""How often in the course of a transfer somebody looks whether it must be hurried."""

EVERYBODY = 1000
"""More than could ask at one moment."""


class FourHourRush:
    """Who is near four hours, and how they are moved."""

    def __init__(self, hospital: Hospital, scenario: Scenario, transfer: Draw) -> None:
        plan = scenario.four_hour_rush
        self.enabled, self.transfer = plan.enabled, transfer
        if not plan.enabled:
            return
        self.begins, self.mark = _on_the_clock(plan.begins), _on_the_clock(FOUR_HOURS)
        self.part_of_transfer = Derived((transfer,), lambda whole: whole / LOOKS)
        self.at_once = transfer.through(Duration(scenario.acute_medicine.transfer, factor=plan.transfer))
        # Nobody can be asked how long ago a mark was, but who waits for a place that opens for an instant
        # every few minutes gives up at once if it is too late.
        looks = np.arange(0.0, hospital.unrolled, plan.look_every)
        times = np.stack([looks, looks + 1 / GRID], axis=1).ravel()
        self.board = hospital.resource(
            "board", StepFunction(times, np.tile([float(EVERYBODY), 0.0], len(looks)))
        )

    def stages(self, holding: str | None) -> tuple[tuple[int, Value], ...]:
        """Return the priority in the line for beds, and until when, of those still in the department."""
        if not self.enabled or holding != "space":
            return ()
        return (IN_LINE, self.begins), (FIRST_IN_LINE, self.mark)

    def move(self, patient: Path) -> None:
        """Let those who have a bed be moved to it."""
        if not self.enabled:
            patient.delay(self.transfer)
            return
        hurried = Path(patient.hospital)
        for _ in range(LOOKS):
            near = self._past(patient, self.begins)
            too_late = self._past(near, self.mark)
            hurried.join(near)
            patient.join(too_late)
            patient.delay(self.part_of_transfer)
        hurried.delay(self.at_once)
        patient.join(hurried)

    def _past(self, patient: Path, time: Value) -> Path:
        """Send aside those who have been on the clock as long as that."""
        past = patient.seize(self.board, slot="board", patience=time, since="ed_arrival")
        patient.release("board")
        return past


def _on_the_clock(minutes: float) -> Value:
    """Return the minutes since arrival at which the clock has run so long."""
    return Value(By("arrival_mode", {"by_ambulance": LATEST_CLOCK_START + minutes, "on_foot": minutes}))
