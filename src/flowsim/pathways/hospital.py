"""The whole system: every service laid, from the way out back to the front door.

    999 calls --> front door --> emergency department --> acute medicine --> wards --> discharge --> community
                                        |  FIT                 |  AEC            electives, site team

Congestion travels the other way: a slot that is missing keeps a bed, the bed a space, the space a bay, the
bay an ambulance.
"""

from __future__ import annotations

from flowsim.pathways.acute_medicine import Admission
from flowsim.pathways.admission_avoidance import offer_appointment, visit_at_home
from flowsim.pathways.ambulance_service import ambulance_chance, answer_calls
from flowsim.pathways.builder import Hospital
from flowsim.pathways.census import Services, lay_census, lay_recently_discharged
from flowsim.pathways.children import ChildrensServices
from flowsim.pathways.community import Community
from flowsim.pathways.demand import declare_attributes, lay_emergency_arrivals
from flowsim.pathways.discharge import Discharge
from flowsim.pathways.elective import Electives
from flowsim.pathways.emergency_department import EmergencyDepartment
from flowsim.pathways.escalation import EscalationLadder
from flowsim.pathways.frailty import FrailtyInterventionTeam
from flowsim.pathways.front_door import FrontDoor
from flowsim.pathways.horizon import horizon_of
from flowsim.pathways.infection_control import lay_infection_control
from flowsim.pathways.mental_health import MentalHealth
from flowsim.pathways.nhs_111 import NHS111
from flowsim.pathways.other_units import lay_other_units
from flowsim.pathways.wards import Wards
from flowsim.scenario.schema import Scenario


def build(scenario: Scenario) -> Hospital:
    """Return the hospital of a scenario, its warm-up before it.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Hospital
        With every service laid, ready to be compiled; minute 0 is the first day reported less the warm-up.

    Raises
    ------
    InputError, BuildError
        If the scenario cannot be run.
    """
    horizon = horizon_of(scenario)
    origin = horizon.origin
    hospital = Hospital(end=horizon.ends)
    declare_attributes(hospital, scenario)
    arriving = lay_emergency_arrivals(hospital, scenario, origin)
    community = Community(hospital, scenario, origin)
    discharge = Discharge(hospital, scenario, origin, community)
    ladder = EscalationLadder(hospital, scenario)
    wards = Wards(hospital, scenario, origin, discharge, ladder)
    children = ChildrensServices(hospital, scenario, origin)
    admission = Admission(hospital, scenario, origin, wards, children)
    frailty = FrailtyInterventionTeam(hospital, scenario, origin)
    mental_health = MentalHealth(hospital, scenario, origin, admission.transfer)
    department = EmergencyDepartment(hospital, scenario, origin, frailty, children, mental_health, admission)
    front_door = FrontDoor(hospital, scenario, origin, department)

    readmitted = arriving["returning"]
    if horizon.census is not None:
        readmitted.join(lay_recently_discharged(hospital, scenario, horizon))
    readmitted.mark("readmitted")
    on_foot = readmitted.branch("readmission_through_ed", scenario.discharge.readmission_through_ed)
    by_ambulance = on_foot.branch("readmission_by_ambulance", ambulance_chance(scenario.demand))
    nhs_111 = NHS111(hospital, scenario, origin)
    conveyed = arriving["emergency_call"]
    nhs_111.dispose(conveyed)
    answer_calls(conveyed, scenario)
    conveyed.join(by_ambulance)
    nhs_111.dispose(arriving["walk_in"])
    offer_appointment(arriving["walk_in"], hospital, scenario, origin)
    visit_at_home(arriving["direct"], scenario)
    arriving["walk_in"].join(on_foot, arriving["sent_on"])
    arriving["direct"].join(readmitted)
    front_door.by_ambulance(conveyed)
    front_door.on_foot(arriving["walk_in"])
    lay_other_units(arriving, scenario)
    admission.directly(arriving["direct"])
    Electives(hospital, scenario, origin, wards)
    lay_infection_control(hospital, scenario, origin, wards.beds)
    ladder.lay_site_team(wards.all_beds, wards.beds["escalation"], wards.bed_requests)
    if horizon.census is not None:
        hospital.nobody_before(horizon.begins)
        into = Services(
            community=community, discharge=discharge, wards=wards, admission=admission, department=department
        )
        lay_census(hospital, scenario, horizon, into)
    return hospital
