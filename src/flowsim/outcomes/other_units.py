"""Other units: attendances of the departments beside type 1, and whom they send on to it.

The trust's type 2 and type 3 departments, and another provider's treatment centre. That one is in no other
figure: neither in the trust's attendances nor in its four-hour performance.
"""

# ruff: noqa: D103 - a metric is documented by its definition, which `metric` makes the docstring

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowsim.outcomes.observations import Key, Observations, of_patients, per_day
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.period import Floats
from flowsim.outcomes.registry import TIME, Pool, metric
from flowsim.outcomes.standards import MONTHLY_RETURN

GROUPS = (*TIME, "locality", "unit")


def _at_units(observed: Observed, when: Floats) -> Observations:
    """Return one observation of each time in the period at one of the units, by unit."""
    units = observed.period.other_units
    of_class = [units.index(name) if name in units else -1 for name in observed.log.class_names]
    unit = np.array(of_class)[observed.log.patients.klass]
    rows = observed.rows(when, unit >= 0)
    seen = of_patients(1.0, when, rows, per_day(observed))
    return replace(seen, keys={"unit": Key(unit[rows], units)})


@metric(
    label="Attendances of other units",
    unit="patients a day",
    direction="neutral",
    definition="Attendances of each department beside type 1 that ended in the period, per day of it.",
    source=MONTHLY_RETURN,
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=("other_units", "departed"),
)
def other_unit_attendances_per_day(observed: Observed) -> Observations:
    return _at_units(observed, observed.mark("departed"))


@metric(
    label="Sent on to the type 1 department",
    unit="patients a day",
    direction="neutral",
    definition="Patients whom a department beside type 1 sent on to it, per day of the period.",
    source="ours",
    pool=Pool.MEAN,
    groups=GROUPS,
    needs=("other_units", "sent_on"),
)
def sent_on_per_day(observed: Observed) -> Observations:
    return _at_units(observed, observed.mark("sent_on"))
