"""The whole system: every service laid, from the way out back to the front door.

    999 calls --> front door --> emergency department --> acute medicine --> wards --> discharge --> community
                                        |  FIT                 |  AEC            electives, site team

Congestion travels the other way: a slot that is missing keeps a bed, the bed a space, the space a bay, the
bay an ambulance.
"""

from __future__ import annotations

import datetime as dt

from flowsim.pathways.acute_medicine import Admission
from flowsim.pathways.ambulance_service import ambulance_chance, answer_calls
from flowsim.pathways.builder import Hospital
from flowsim.pathways.community import Community
from flowsim.pathways.demand import declare_attributes, lay_emergency_arrivals
from flowsim.pathways.discharge import Discharge
from flowsim.pathways.elective import Electives
from flowsim.pathways.emergency_department import EmergencyDepartment
from flowsim.pathways.frailty import FrailtyInterventionTeam
from flowsim.pathways.front_door import FrontDoor
from flowsim.pathways.wards import Wards
from flowsim.scenario.schema import Scenario
from flowsim.timeline import DAY


def build(scenario: Scenario) -> Hospital:
    """Return the hospital of a scenario, its warm-up before it.

    Raises
    ------
    InputError, BuildError
        If the scenario cannot be run.
    """
    origin = origin_of(scenario)
    hospital = Hospital(end=scenario.run.warm_up + scenario.run.days * DAY)
    declare_attributes(hospital)
    arriving = lay_emergency_arrivals(hospital, scenario, origin)
    community = Community(hospital, scenario, origin)
    discharge = Discharge(hospital, scenario, origin, community)
    wards = Wards(hospital, scenario, origin, discharge)
    admission = Admission(hospital, scenario, origin, wards)
    frailty = FrailtyInterventionTeam(hospital, scenario, origin)
    department = EmergencyDepartment(hospital, scenario, origin, frailty, admission)
    front_door = FrontDoor(hospital, scenario, origin, department)

    readmitted = arriving["returning"]
    readmitted.mark("readmitted")
    on_foot = readmitted.branch("readmission_through_ed", scenario.discharge.readmission_through_ed)
    by_ambulance = on_foot.branch("readmission_by_ambulance", ambulance_chance(scenario.demand))
    conveyed = arriving["emergency_call"]
    answer_calls(conveyed, scenario)
    conveyed.join(by_ambulance)
    arriving["walk_in"].join(on_foot)
    arriving["direct"].join(readmitted)
    front_door.by_ambulance(conveyed)
    front_door.on_foot(arriving["walk_in"])
    arriving["type2"].join(arriving["type3"])
    front_door.elsewhere(arriving["type2"])
    admission.directly(arriving["direct"])
    Electives(hospital, scenario, origin, wards)
    wards.lay_site_team()
    return hospital


def origin_of(scenario: Scenario) -> dt.datetime:
    """Return the moment of minute 0: the warm-up before midnight of the first day."""
    return dt.datetime.combine(scenario.run.start, dt.time()) - dt.timedelta(minutes=scenario.run.warm_up)
