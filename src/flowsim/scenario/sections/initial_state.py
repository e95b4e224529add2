"""The initial state: who is there when a run begins, in place of a warm-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from flowsim.scenario.names import DataFile
from flowsim.scenario.sections.section import section
from flowsim.scenario.time_of_day import ClockTime

SERVICES_IN_USE = ("census", "full")

if TYPE_CHECKING:
    ServicesInUse: TypeAlias = str
else:
    ServicesInUse = Literal[SERVICES_IN_USE]


@section
class InitialState:
    """A census from which the run goes on; `run.warm_up` is then left aside."""

    census: DataFile
    """CSV, a row a patient: where, since when, medically fit since when, pathway, age band and others."""
    taken: ClockTime
    """When it was taken, on the first day reported."""
    services: ServicesInUse
    """Discharge-to-assess services: `census`, those in its rows; `full`, a patient in every place."""
