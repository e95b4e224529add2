"""The rush before four hours: what a department does for the clock and not for the patient."""

from __future__ import annotations

from flowsim.scenario.sections.section import section
from flowsim.units import Duration, Multiplier, Rhythm


@section
class FourHourRush:
    """Patients near four hours who are to be admitted go before all others, and are moved at once."""

    enabled: bool
    """Whether there is a rush; without it the line is since the decision to admit and nobody is hurried."""
    begins: Duration
    """Time since the clock started from which a patient is near four hours."""
    transfer: Multiplier
    """Factor on the transfer, or what is left of it, of those near four hours [x]."""
    look_every: Rhythm
    """How often somebody looks at the clocks of patients who are to be moved."""
