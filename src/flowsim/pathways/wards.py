"""Wards: the rest of a stay, and the beds that everybody shares.

AMU --> home (short enough) | short stay | acute frailty unit | older people | specialty medicine
surgery, trauma and orthopaedics, children, outlying, escalation: the whole stay in one bed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flowsim.errors import InputError
from flowsim.pathways.blueprint import is_waited_for
from flowsim.pathways.builder import Hospital
from flowsim.pathways.demand import PATHWAYS_AND_SIMPLE
from flowsim.pathways.discharge import Discharge
from flowsim.pathways.escalation import EscalationLadder
from flowsim.pathways.path import Path
from flowsim.pathways.seasons import added_up
from flowsim.pathways.winter import surge_of_stays
from flowsim.sampling.laws import AttributeCode, By, Column, Derived, Draw, Duration
from flowsim.scenario.schema import Scenario
from flowsim.scenario.sections.wards import Closure
from flowsim.timeline import StepFunction

Floats = NDArray[np.float64]


class Wards:
    """All general and acute beds, and how long they are needed."""

    def __init__(
        self,
        hospital: Hospital,
        scenario: Scenario,
        origin: dt.datetime,
        discharge: Discharge,
        ladder: EscalationLadder,
    ) -> None:
        plan, acute = scenario.wards, scenario.acute_medicine
        self.plan, self.hospital, self.discharge, self.ladder = plan, hospital, discharge, ladder
        core = {
            "amu": acute.amu_beds,
            "short_stay": acute.short_stay_beds,
            "acute_frailty_unit": acute.acute_frailty_beds,
            "specialty_medicine": plan.beds.specialty_medicine,
            "older_people": plan.beds.older_people,
            "surgery": plan.beds.surgery,
            "trauma_orthopaedics": plan.beds.trauma_orthopaedics,
            "childrens_ward": plan.beds.children,
            "escalation": plan.escalation.block * min(plan.escalation.opened, plan.escalation.blocks),
        }
        self.beds = {
            name: hospital.resource(name, _open_beds(name, beds, plan.closures, origin))
            for name, beds in core.items()
        }
        self.adult = [bed for name, bed in self.beds.items() if name != "childrens_ward"]
        self.all_beds = hospital.group("general and acute beds", *self.beds.values())
        self.bed_requests = hospital.waiting_list("bed_requests")
        self.under_pressure = is_waited_for(self.bed_requests, plan.pressure.waiting)
        stays = {"zero_day": plan.zero_day_stay, **dict(plan.time_to_medically_ready)}
        in_winter = By("season", {"not_winter": 1.0, "winter": scenario.winter.stay})
        by_specialty = By("specialty", dict(plan.specialty_stay), otherwise=1.0)
        self.acute_phase = Draw(
            "acute_phase",
            Duration(stays, by="phase", factor=in_winter * by_specialty * surge_of_stays(scenario)),
        )
        self.amu_time = Draw("amu_time", acute.amu_time)
        self.short_stay_limit, self.acute_frailty_limit = acute.short_stay_limit, acute.acute_frailty_limit
        self.children_stay = Draw("children_stay", plan.children_stay)

    def stay_in_amu(
        self, patient: Path, acute_phase: Column | None = None, amu_time: Column | None = None
    ) -> None:
        """Lay the stay of those in the AMU, to the end; with times of their own if need be."""
        times = (acute_phase or self.acute_phase, amu_time or self.amu_time)
        who = (AttributeCode("frailty"), AttributeCode("pathway"))
        limit, frail_limit = self.short_stay_limit, self.acute_frailty_limit
        simple = PATHWAYS_AND_SIMPLE.index("P4")
        after_amu = Derived(times, lambda whole, amu: np.maximum(whole - amu, 0.0))
        ready_at = Derived((after_amu, who[1]), lambda rest, way: np.where(way == simple, rest, np.inf))

        def next_ward(whole: Floats, amu: Floats, frail: Floats, pathway: Floats) -> Floats:
            ward = np.where(whole <= np.where(frail == 1, frail_limit, limit), 1.0, 3.0) + frail
            return np.where((whole <= amu) & (pathway == simple), 0.0, ward)

        patient.delay(Derived(times, np.minimum))
        home, short, short_frail, long, long_frail = patient.route(Derived((*times, *who), next_ward), 5)
        self.discharge.leave_from(home, "first_bed")
        onward = Path(self.hospital)
        for path, ward, other in (
            (short, "short_stay", "specialty_medicine"),
            (short_frail, "acute_frailty_unit", "older_people"),
            (long, "specialty_medicine", "older_people"),
            (long_frail, "older_people", "specialty_medicine"),
        ):
            # Who becomes medically ready while waiting for the ward goes home from the AMU, but complex
            # discharges, whom nobody leaves in the AMU for weeks, go on to a ward all the same.
            ready_in_amu = path.seize(
                self.beds[ward],
                self.beds[other].preferred(1),
                slot="ward_bed",
                patience=ready_at,
                waiting=self.hospital.waiting_list("ward_requests"),
            )
            self.discharge.leave_from(ready_in_amu, "first_bed")
            onward.join(path)
        onward.release("first_bed", self.discharge.turnaround["first_bed"])
        self._acute_phase(onward, after_amu)
        self.discharge.leave_from(onward, "ward_bed")

    def stay_in_first_bed(self, patient: Path, factor: float = 1.0) -> None:
        """Lay a stay that is spent where it began, `factor` times as long as in the right place."""
        self.rest_of_stay(patient, "first_bed", Derived((self.acute_phase,), lambda whole: whole * factor))

    def rest_of_stay(self, patient: Path, bed: str, acute_phase: Column) -> None:
        """Lay the stay of those who have been in `bed` since the acute phase began."""
        self._acute_phase(patient, acute_phase)
        self.discharge.leave_from(patient, bed)

    def stay_of_children(self, patient: Path, stay: Column | None = None) -> None:
        """Lay the stay of children, who leave when they are ready."""
        patient.delay(stay or self.children_stay)
        patient.mark("medically_ready")
        self.discharge.end_stay(patient, "first_bed")
        patient.leave()

    def _acute_phase(self, patient: Path, minutes: Column) -> None:
        """Let the acute phase pass; under pressure its last part is saved."""
        saved = self.plan.pressure.shortens_stay_by
        if not self.plan.pressure.enabled or not saved:
            patient.delay(minutes)
            return
        patient.delay(Derived((minutes,), lambda whole: whole * (1 - saved)))
        hurried = patient.when(self.under_pressure)
        if self.ladder.discharges_forward is not None:
            hurried.join(patient.when(self.ladder.discharges_forward))
        patient.delay(Derived((minutes,), lambda whole: whole * saved))
        patient.join(hurried)


def _open_beds(
    ward: str, beds: int, closures: Sequence[Closure], origin: dt.datetime
) -> float | StepFunction:
    """Return the beds of a ward that are open over time.

    Raises
    ------
    InputError
        If more are closed at once than there are.
    """
    here = [(one.first, one.days, float(one.beds)) for one in closures if one.ward == ward]
    if not here:
        return beds
    closed = added_up(here, origin)
    most = int(closed.levels.max())
    if most > beds:
        raise InputError(f"wards.closures must close at most the {beds} beds of {ward} at once; found {most}")
    return StepFunction(closed.times, beds - closed.levels)
