"""Outcomes: every reported number, defined in one place and worked out from the log alone."""

# In this order the metrics stand in every table.
from flowsim.outcomes import standards, before_the_door, ambulance, breaches, flow, beds, bed_clock  # isort: skip
from flowsim.outcomes import bed_days  # isort: skip
from flowsim.outcomes import ready, long_stays, integrated_discharge, community, discharge  # isort: skip
from flowsim.outcomes import electives, escalation, other_units  # isort: skip
from flowsim.outcomes.measurement import Measured, measure
from flowsim.outcomes.observations import Observations
from flowsim.outcomes.observed import Observed
from flowsim.outcomes.overload import Growing, growing_queues
from flowsim.outcomes.period import ReportingPeriod
from flowsim.outcomes.registry import METRICS, Metric, Pool

__all__ = [
    "METRICS",
    "Growing",
    "Measured",
    "Metric",
    "Observations",
    "Observed",
    "Pool",
    "ReportingPeriod",
    "ambulance",
    "bed_clock",
    "bed_days",
    "beds",
    "before_the_door",
    "breaches",
    "community",
    "discharge",
    "electives",
    "escalation",
    "flow",
    "growing_queues",
    "integrated_discharge",
    "long_stays",
    "measure",
    "other_units",
    "ready",
    "standards",
]
