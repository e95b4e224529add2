from __future__ import annotations

from flowsim.experiments.runs.reporting import reporting_period
from flowsim.pathways.hospital import build
from flowsim.timeline import DAY
from tests.experiments.small import small


def test_the_reporting_period_is_the_days_after_the_warm_up() -> None:
    period = reporting_period(small(run__warm_up="3 days").value)
    assert (period.begins, period.ends) == (3 * DAY, 5 * DAY)
    assert str(period.origin) == "2016-03-29 00:00:00"


def test_every_bed_and_slot_it_names_is_a_resource_of_the_hospital() -> None:
    scenario = small().value
    period = reporting_period(scenario)
    resources = build(scenario).resources
    assert {*period.ga_beds, *period.d2a} <= set(resources)


def test_every_ward_of_the_hospital_is_a_general_and_acute_bed() -> None:
    scenario = small().value
    beds = build(scenario).groups["general and acute beds"]
    assert {resource.name for resource in beds.members} == set(reporting_period(scenario).ga_beds)
